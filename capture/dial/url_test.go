package dial

import (
	"errors"
	"strings"
	"testing"
)

func TestParseURL(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"http", "http://localhost:3000", "http://localhost:3000"},
		{"ws", "ws://localhost:3000/chat", "http://localhost:3000/chat"},
		{"wss", "WSS://example.org", "https://example.org"},
		{"fragment", " https://example.org/#top ", "https://example.org/"},
		{"IPv6", "http://[::1]:3000", "http://[::1]:3000"},
		{"nothing", "", "no URL; name the service, as in http://localhost:3000"},
		{"no scheme, local", "localhost:3000", "the URL has no scheme; write http://localhost:3000"},
		{"one slash", "htp:/bad url", "the URL has no scheme and no host; want one such as http://localhost:3000"},
		{"no host either", "not a url", "the URL has no scheme and no host; want one such as http://localhost:3000"},
		{"no scheme, a port", ":3000", "the URL has no scheme; write http://localhost:3000"},
		{"no scheme", "example.org/app?token=s3cret", "the URL has no scheme; write https://example.org"},
		{"another scheme", "ftp://example.org/x", "ftp:// is no scheme of Socket.IO; want http:// or https://, as in https://example.org"},
		{"no host", "http://", "the URL names no host; want one such as https://example.org:3000"},
		{"no port", "http://localhost:99999", "99999 is no port; want a number from 1 to 65535"},
		{"a password with a slash", "http://user:s3cret/x@localhost", "the URL cannot be read (what follows the colon behind the host is no port; a slash in a user or password is written %2F); want one such as https://example.org:3000"},
		{"a blank", "http://exa mple.org", "the URL cannot be read (invalid character \" \" in host name); want one such as https://example.org:3000"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			u, err := ParseURL(test.in)
			got := Explain(nil, err)
			if err == nil {
				got = u.String()
			}
			if got != test.want {
				t.Errorf("%q: got %q, want %q", test.in, got, test.want)
			}
			var e *Error
			if err != nil && (!errors.As(err, &e) || e.Reason != BadURL || strings.Contains(got, "s3cret")) {
				t.Errorf("%q: %v is no BadURL, or tells a secret", test.in, err)
			}
		})
	}
}

func TestPlaceOf(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, path, namespace, want string }{
		{"plain", "http://h", "", "", "http://h/socket.io/ / "},
		{"namespace in the URL, as io() reads it", "http://h/admin?token=a", "", "", "http://h/socket.io/ /admin token=a"},
		{"the server's path", "http://h/app/socket.io/?EIO=4&transport=polling&t=x&sid=y&k=v", "", "", "http://h/app/socket.io/ / k=v"},
		{"engine.io", "http://h/engine.io", "", "", "http://h/engine.io/ / "},
		{"flags win", "http://h/admin", "my/path", "chat", "http://h/my/path/ /chat "},
		{"path is the root", "http://h", "/", "", "http://h/ / "},
	}
	for _, test := range tests {
		u, err := ParseURL(test.in)
		if err != nil {
			t.Fatal(err)
		}
		p := PlaceOf(u, test.path, test.namespace)
		if got := p.URL.String() + " " + p.Namespace + " " + p.Query.Encode(); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
