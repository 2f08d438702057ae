package check

import (
	"bytes"
	"context"
	"crypto/x509"
	"io"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// TestHTTP2: what TLS would speak is told, and everything else goes over HTTP/1.1 all the same.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	to, err := url.Parse(start(t, lab.Options{Nodes: 1, Faults: []string{lab.SingleNode}}))
	if err != nil {
		t.Fatal(err)
	}
	for _, h2 := range []bool{false, true} {
		proxy := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(to))
		proxy.EnableHTTP2 = h2
		proxy.StartTLS()
		defer proxy.Close()
		pool := x509.NewCertPool()
		pool.AddCert(proxy.Certificate())
		c, d, tracker := carryOut(t, proxy.URL, Options{Client: dial.Options{CAs: pool}})
		e := c.Experiments()[10]
		want := map[bool]Result{true: Yes, false: No}[h2]
		if e.Result != want || strings.Contains(e.Tells, "is offered, without WebSocket over it") != h2 {
			t.Errorf("HTTP/2 %v: %s, %s", h2, e.Result, e.Tells)
		}
		if d.Verdict.State != diagnose.StateWebSocket || d.Lead() != nil || tracker.Stats.Encrypted != 0 {
			t.Errorf("HTTP/2 %v: %+v, findings %v, %d encrypted", h2, d.Verdict, ids(d), tracker.Stats.Encrypted)
		}
	}
}

// TestExtendedConnect reads the SETTINGS of a server that offers WebSocket over HTTP/2, and of what is none.
func TestExtendedConnect(t *testing.T) {
	t.Parallel()
	const streams, connect, none = "\x00\x03\x00\x00\x00\x64", "\x00\x08\x00\x00\x00\x01", "\x00\x08\x00\x00\x00\x00"
	settings := func(body string) string {
		return "\x00\x00" + string(rune(len(body))) + "\x04\x00\x00\x00\x00\x00" + body
	}
	for _, tt := range []struct {
		name, in string
		yes, bad bool
	}{
		{name: "offered", in: settings(streams + connect), yes: true},
		{name: "not offered", in: settings(streams)},
		{name: "switched off", in: settings(none)},
		{name: "behind another frame", in: "\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01" + settings(connect), yes: true},
		{name: "ended", in: settings(streams)[:4], bad: true},
		{name: "no HTTP/2", in: "HTTP/1.1 400 Bad Request\r\n\r\n", bad: true},
	} {
		c := struct {
			io.Reader
			io.Writer
		}{strings.NewReader(tt.in), &bytes.Buffer{}}
		yes, err := extendedConnect(c)
		if yes != tt.yes || (err != nil) != tt.bad {
			t.Errorf("%s: %v, %v", tt.name, yes, err)
		}
	}
}

// TestAddresses: an address of the name that opens no session is found.
func TestAddresses(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(start(t, lab.Options{Nodes: 1, Faults: []string{lab.SingleNode}}))
	if err != nil {
		t.Fatal(err)
	}
	for second, finding := range map[string]string{"127.0.0.1": "", "127.0.0.2": "address-without-sessions"} {
		c, err := New("http://service.example:"+u.Port(), Options{Client: dial.Options{Address: netip.MustParseAddr("127.0.0.1")}})
		if err != nil {
			t.Fatal(err)
		}
		c.lookup = func(context.Context, string, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr(second)}, nil
		}
		var tracker session.Tracker
		if err := c.Run(context.Background(), tracker.Add); err != nil {
			t.Fatal(err)
		}
		tracker.Finish()
		d := c.Diagnose(&tracker)
		got := ""
		if f := d.Lead(); f != nil {
			got = f.ID
		}
		if got != finding {
			t.Errorf("with %s: %v; %s", second, ids(d), c.Experiments()[10].Tells)
		}
	}
}
