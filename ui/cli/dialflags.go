package cli

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"time"

	"sioscope/capture/dial"
)

// dialHelp explains the flags of dialFlags.
const dialHelp = `  --path PATH           where the server listens; the default is /socket.io/
  --namespace NAME      the namespace to enter; the default is the URL's path, or /
  --auth JSON           an object for the server's middleware: goes with CONNECT, or into the query with Socket.IO 2
  --header 'Name: value'
                        sent with every request; may be given several times
  --cookie-jar on|off   keep cookies and send them back, as a browser does (the default is on)
  --query NAME=VALUE    sent with every request; may be given several times
  --origin URL          the Origin header, as a page of that origin would send it
  --insecure            accept any certificate
  --ca FILE             trust the certificates in FILE (PEM) instead of the system's
  --proxy URL           go through an HTTP proxy, http://[user:password@]host:port: CONNECT for https and WebSocket,
                        plain requests for polling over http; other kinds are not known, and HTTP_PROXY is not used
  --timeout 10s         how long connecting may take, and again the answer to a handshake
`

// dialFlags are the flags of every verb that connects to a service.
type dialFlags struct {
	path, namespace, auth, origin, cookies, ca, proxy string
	header                                            http.Header
	query                                             url.Values
	insecure                                          bool
	timeout                                           time.Duration
}

func (f *dialFlags) add(fs *flag.FlagSet) {
	f.cookies, f.timeout = "on", dial.DefaultTimeout
	fs.StringVar(&f.path, "path", "", "")
	fs.StringVar(&f.namespace, "namespace", "", "")
	fs.StringVar(&f.auth, "auth", "", "")
	fs.StringVar(&f.origin, "origin", "", "")
	fs.Var(oneOf{&f.cookies, []string{"on", "off"}}, "cookie-jar", "")
	fs.StringVar(&f.ca, "ca", "", "")
	fs.StringVar(&f.proxy, "proxy", "", "")
	fs.BoolVar(&f.insecure, "insecure", false, "")
	fs.Func("header", "", f.addHeader)
	fs.Func("query", "", f.addQuery)
	fs.Var(duration{&f.timeout}, "timeout", "")
}

func (f *dialFlags) addHeader(line string) error {
	name, value, found := strings.Cut(line, ":")
	name = strings.TrimSpace(name)
	if !found || name == "" || strings.ContainsAny(name, " \t\r\n()<>@,;\\\"/[]?={}") {
		return errors.New("want 'Name: value'")
	}
	if strings.ContainsAny(value, "\r\n\x00") {
		return errors.New("want one line")
	}
	if f.header == nil {
		f.header = http.Header{}
	}
	name = textproto.CanonicalMIMEHeaderKey(name)
	f.header[name] = append(f.header[name], strings.TrimSpace(value))
	return nil
}

func (f *dialFlags) addQuery(pair string) error {
	name, value, found := strings.Cut(pair, "=")
	if !found || name == "" {
		return errors.New("want NAME=VALUE")
	}
	switch name {
	case "EIO", "transport", "sid", "t":
		return fmt.Errorf("%s is a parameter of Engine.IO itself", name)
	}
	if f.query == nil {
		f.query = url.Values{}
	}
	f.query.Add(name, value)
	return nil
}

// options are what a client is told. Errors are one sentence.
func (f *dialFlags) options() (dial.Options, error) {
	o := dial.Options{
		Path: f.path, Namespace: f.namespace, Origin: f.origin, Header: f.header, Query: f.query,
		Cookies: f.cookies == "on", Insecure: f.insecure, Timeout: f.timeout,
	}
	if f.auth != "" {
		if !json.Valid([]byte(f.auth)) {
			return o, errors.New(`--auth is no JSON; want an object, as in --auth '{"token":"…"}'`)
		}
		o.Auth = json.RawMessage(f.auth)
	}
	if f.ca != "" {
		var err error
		if o.CAs, err = authorities(f.ca); err != nil {
			return o, err
		}
	}
	if f.proxy != "" {
		u, err := url.Parse(f.proxy)
		if err != nil || u.Scheme != "http" || u.Hostname() == "" {
			return o, errors.New("--proxy wants an HTTP proxy, as in http://proxy.example.org:3128; other kinds are not known")
		}
		o.Proxy = u
	}
	return o, nil
}

func authorities(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--ca %s: %s", file, reason(err))
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("--ca %s holds no certificate; want PEM, which begins with -----BEGIN CERTIFICATE-----", file)
	}
	return pool, nil
}

// duration is the value of a flag for a length of time above zero.
type duration struct{ value *time.Duration }

func (d duration) String() string {
	if d.value == nil {
		return ""
	}
	return d.value.String()
}

func (d duration) Set(s string) error {
	v, err := time.ParseDuration(s)
	if err != nil || v <= 0 {
		return errors.New("want a time such as 30s or 500ms")
	}
	*d.value = v
	return nil
}
