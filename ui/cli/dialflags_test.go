package cli

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestDialFlags(t *testing.T) {
	t.Parallel()
	junk := filepath.Join(t.TempDir(), "junk.pem")
	if err := os.WriteFile(junk, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		args []string
		want string // the error
	}{
		{"all", []string{"--path", "/x", "--namespace", "/chat", "--auth", `{"token":"t"}`, "--header", "X-A: b: c", "--header", "x-a: d",
			"--cookie-jar", "off", "--query", "a=b=c", "--insecure", "--proxy", "http://u:p@localhost:3128", "--origin", "https://page", "--timeout", "1500ms"}, ""},
		{"header without a colon", []string{"--header", "X-A"}, `--header: want 'Name: value'`},
		{"header of two lines", []string{"--header", "X-A: b\r\nX-B: c"}, `--header: want one line`},
		{"query", []string{"--query", "a"}, `--query: want NAME=VALUE`},
		{"query of Engine.IO's", []string{"--query", "sid=x"}, `--query: sid is a parameter of Engine.IO itself`},
		{"cookie jar", []string{"--cookie-jar", "yes"}, `invalid value "yes" for --cookie-jar: want on or off`},
		{"time", []string{"--timeout", "10"}, `invalid value "10" for --timeout: want a time such as 30s or 500ms`},
		{"no time", []string{"--timeout", "0s"}, `invalid value "0s" for --timeout: want a time such as 30s or 500ms`},
		{"auth", []string{"--auth", "{"}, `--auth is no JSON; want an object, as in --auth '{"token":"…"}'`},
		{"proxy", []string{"--proxy", "socks5://localhost:1080"}, "--proxy wants an HTTP proxy, as in http://proxy.example.org:3128; other kinds are not known"},
		{"no CA", []string{"--ca", junk}, "--ca " + junk + " holds no certificate; want PEM, which begins with -----BEGIN CERTIFICATE-----"},
		{"no file", []string{"--ca", junk + "x"}, "--ca " + junk + "x: no such file; check the name and the directory"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var f dialFlags
			fs := flag.NewFlagSet("x", flag.ContinueOnError)
			f.add(fs)
			_, err := parse(fs, test.args)
			if err == nil {
				_, err = f.options()
			}
			if got := text(err); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	var f dialFlags
	fs := flag.NewFlagSet("x", flag.ContinueOnError)
	f.add(fs)
	if _, err := parse(fs, tests[0].args); err != nil {
		t.Fatal(err)
	}
	o, err := f.options()
	if err != nil || o.Cookies || !o.Insecure || o.Timeout != 1500*time.Millisecond || o.Query.Get("a") != "b=c" ||
		len(o.Header["X-A"]) != 2 || o.Header["X-A"][0] != "b: c" || o.Proxy.Host != "localhost:3128" || o.Path != "/x" || o.Origin != "https://page" {
		t.Errorf("got %+v, %v", o, err)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
