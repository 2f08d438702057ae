package dial

import (
	"net/url"
	"strconv"
	"strings"

	"sioscope/protocol/lang"
)

// DefaultPath is where Socket.IO servers listen.
const DefaultPath = "/socket.io/"

// ParseURL reads the URL of a service: http or https, ws and wss being other words for them. Errors are an *Error.
func ParseURL(arg string) (*url.URL, error) {
	arg = strings.TrimSpace(arg)
	if arg == "" {
		return nil, badURL(lang.Say("no URL; name the service, as in http://localhost:3000"))
	}
	scheme, rest, found := strings.Cut(arg, "://")
	if !found {
		return nil, noScheme(arg)
	}
	switch strings.ToLower(scheme) {
	case "http", "ws":
		scheme = "http"
	case "https", "wss":
		scheme = "https"
	default:
		return nil, badURL(lang.Say("%s:// is no scheme of Socket.IO; want http:// or https://, as in https://%s", scheme, cutHost(rest)))
	}
	u, err := url.Parse(scheme + "://" + rest)
	if err != nil {
		return nil, badURL(lang.Say("the URL cannot be read (%s); want one such as https://example.org:3000", cause(err)))
	}
	if u.Hostname() == "" {
		return nil, badURL(lang.Say("the URL names no host; want one such as https://example.org:3000"))
	}
	if p := u.Port(); p != "" {
		if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 {
			return nil, badURL(lang.Say("%s is no port; want a number from 1 to 65535", p))
		}
	}
	u.Fragment = ""
	return u, nil
}

// noScheme suggests what was meant by an argument without a scheme.
func noScheme(arg string) error {
	arg = strings.TrimPrefix(arg, "//")
	host := cutHost(arg)
	scheme := "https"
	if strings.HasPrefix(host, "localhost") || strings.HasPrefix(host, "127.") || strings.HasPrefix(host, "[::1]") || strings.HasPrefix(host, ":") {
		scheme = "http"
	}
	if strings.HasPrefix(host, ":") {
		host = "localhost" + host
	}
	if _, err := url.Parse(scheme + "://" + host); err != nil || host == "" || strings.HasSuffix(host, ":") { // "htp:/example.org", "not a url"
		return badURL(lang.Say("the URL has no scheme and no host; want one such as http://localhost:3000"))
	}
	return badURL(lang.Say("the URL has no scheme; write %s://%s", scheme, host))
}

// cutHost is the host of what follows "://", without a path, whose query may hold secrets.
func cutHost(rest string) string {
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	return rest
}

// cause is why a URL cannot be parsed, without what may be a secret in it: a text, or a sentence.
func cause(err error) any {
	if e, ok := err.(*url.Error); ok {
		err = e.Err
	}
	if strings.HasPrefix(err.Error(), "invalid port") {
		return lang.Say("what follows the colon behind the host is no port; a slash in a user or password is written %2F")
	}
	return err.Error()
}

func badURL(said lang.Sentence) error { return &Error{Reason: BadURL, Said: said} }

// A Place is what a URL names for Socket.IO.
type Place struct {
	URL       *url.URL   // scheme, host and the path of the server, without a query
	Namespace string     // "/" where none is named
	Query     url.Values // the application's
}

// PlaceOf takes a URL apart as io(url) does: its path is the namespace and its query the application's, but a path that
// ends in socket.io or engine.io is the server's own path, as in a URL pasted from elsewhere. path and namespace, where
// not "", win over the URL.
func PlaceOf(u *url.URL, path, namespace string) Place {
	p := Place{URL: &url.URL{Scheme: u.Scheme, Host: u.Host, User: u.User, Path: DefaultPath}, Namespace: "/", Query: u.Query()}
	switch trimmed := strings.TrimSuffix(u.Path, "/"); {
	case strings.HasSuffix(trimmed, "/socket.io") || strings.HasSuffix(trimmed, "/engine.io"):
		p.URL.Path = trimmed + "/"
	case trimmed != "":
		p.Namespace = u.Path
	}
	for _, own := range [...]string{"EIO", "transport", "sid", "t", "b64", "j"} {
		p.Query.Del(own)
	}
	if path != "" {
		p.URL.Path = "/" + strings.Trim(path, "/") + "/"
		if path == "/" {
			p.URL.Path = "/"
		}
	}
	if namespace != "" {
		p.Namespace = "/" + strings.TrimPrefix(namespace, "/")
	}
	return p
}

// portOf is the port of an http or https URL.
func portOf(u *url.URL) int {
	if n, err := strconv.Atoi(u.Port()); err == nil {
		return n
	}
	if u.Scheme == "https" {
		return 443
	}
	return 80
}

func itoa(n int) string { return strconv.Itoa(n) }
