package dial

import (
	"bufio"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"sioscope/capture/tap"
	"sioscope/protocol/fact"
)

// A proxy is an HTTP proxy that notes what it was asked.
type proxy struct {
	mu    sync.Mutex
	asked []string
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.Method+" "+r.URL.Scheme+" "+r.Header.Get("Proxy-Authorization"))
	p.mu.Unlock()
	switch {
	case r.Header.Get("Proxy-Authorization") != "Basic dTpw":
		w.WriteHeader(http.StatusProxyAuthRequired)
	case r.Method == http.MethodConnect:
		to, err := net.Dial("tcp", r.Host)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		from, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		io.WriteString(from, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() {
			io.Copy(to, from)
			to.Close()
		}()
		io.Copy(from, to)
		from.Close()
	default:
		(&httputil.ReverseProxy{Rewrite: func(*httputil.ProxyRequest) {}, FlushInterval: -1}).ServeHTTP(w, r)
	}
}

// TestProxy: polling over http goes through the proxy as it is, WebSocket and https by a tunnel.
func TestProxy(t *testing.T) {
	t.Parallel()
	n := &node{upgrades: `"websocket"`}
	plain := n.start(t)
	secured := httptest.NewTLSServer(n)
	t.Cleanup(secured.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(secured.Certificate())
	tests := []struct {
		name, url, user string
		want            string // what the proxy must have been asked
		lacks           string
		err             string
	}{
		{"http", plain.URL, "u:p@", "GET http Basic dTpw;CONNECT  Basic dTpw", "", ""},
		{"https", secured.URL, "u:p@", "CONNECT  Basic dTpw", "http", ""},
		{"https without a user", secured.URL, "", "CONNECT", "Basic",
			"the proxy PROXY refused a tunnel to HOST with 407 Proxy Authentication Required; give it a user, as in --proxy http://user:password@PROXY"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var p proxy
			server := httptest.NewServer(&p)
			t.Cleanup(server.Close)
			address := strings.TrimPrefix(server.URL, "http://")
			u, err := url.Parse("http://" + test.user + address)
			if err != nil {
				t.Fatal(err)
			}
			var s seen
			err = run(t, test.url, Options{Proxy: u, CAs: trusted, Until: Decided}, &s)
			want := strings.NewReplacer("PROXY", address, "HOST", test.url[strings.Index(test.url, "//")+2:]).Replace(test.err)
			if Explain(nil, err) != want {
				t.Fatalf("got %v, want %s", err, want)
			}
			if want == "" && (len(s.tracker.Sessions) != 1 || s.tracker.Sessions[0].UpgradedAt == 0) {
				t.Errorf("the session did not upgrade: %q", s.facts)
			}
			asked := strings.Join(p.asked, ";")
			for part := range strings.SplitSeq(test.want, ";") {
				if !strings.Contains(asked, part) {
					t.Errorf("the proxy was not asked %q: %s", part, asked)
				}
			}
			if test.lacks != "" && strings.Contains(asked, test.lacks) {
				t.Errorf("the proxy was asked %s", asked)
			}
		})
	}
}

// TestNetwork: Dial gives a tapped connection, to the address that is asked for.
func TestNetwork(t *testing.T) {
	t.Parallel()
	address := listen(t, says("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"))
	var kinds []string
	taps := tap.New(func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Request:
			kinds = append(kinds, f.Method)
		case *fact.Response:
			kinds = append(kinds, f.Reason)
		case *fact.Closed:
			kinds = append(kinds, f.By.String())
		}
	})
	n := &Network{Tap: taps, Address: netip.MustParseAddr("127.0.0.1")}
	c, err := n.Dial(t.Context(), &url.URL{Scheme: "http", Host: "elsewhere.invalid:" + port(address)})
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(c, "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n")
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || r.StatusCode != http.StatusNoContent {
		t.Fatalf("%v, %v", r, err)
	}
	io.Copy(io.Discard, c)
	c.Close()
	taps.End()
	if got := strings.Join(kinds, " "); got != "GET No Content in" {
		t.Errorf("the facts are %s", got)
	}
	if c.Fact().Server.String() != address {
		t.Errorf("connected to %s, want %s", c.Fact().Server, address)
	}
}

// TestRefusedTunnelIsTold: that a proxy refuses a tunnel is among the facts, and the proxy's user is not.
func TestRefusedTunnelIsTold(t *testing.T) {
	t.Parallel()
	address := listen(t, says("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"))
	var kinds []string
	taps := tap.New(func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Request:
			kinds = append(kinds, f.Method, f.Target, string(f.Header))
		case *fact.Response:
			kinds = append(kinds, f.Reason)
		case *fact.Closed:
			kinds = append(kinds, f.By.String())
		}
	})
	n := &Network{Tap: taps, Proxy: &url.URL{Scheme: "http", Host: address, User: url.UserPassword("u", "geheim")}}
	if _, err := n.Dial(t.Context(), &url.URL{Scheme: "http", Host: "elsewhere.invalid"}); err == nil {
		t.Fatal("there is a tunnel")
	}
	taps.End()
	if got := strings.Join(kinds, " "); got != "CONNECT elsewhere.invalid:80 Host: elsewhere.invalid:80\r\n Forbidden out" {
		t.Errorf("the facts are %q", got)
	}
}
