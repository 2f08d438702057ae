package check

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/http2/hpack"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
	"sioscope/protocol/diagnose"
)

// promising answers on HTTP/2 with settings that promise an extended CONNECT, and with a frame to whoever asks so.
func promising(t *testing.T, answer []byte) func(*http.Server, *tls.Conn, http.Handler) {
	return func(_ *http.Server, c *tls.Conn, _ http.Handler) {
		io.CopyN(io.Discard, c, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")))
		c.Write(frame(settingsFrame, 0, 0, []byte{0, 8, 0, 0, 0, 1}))
		for {
			kind, flags, stream, body, err := readFrame(c)
			if err != nil {
				return
			}
			if kind != headersFrame {
				continue
			}
			fields, err := hpack.NewDecoder(4096, nil).DecodeFull(body)
			asked := map[string]string{}
			for _, f := range fields {
				asked[f.Name] = f.Value
			}
			if err != nil || flags&endHeadersFlag == 0 || stream != 1 || asked[":method"] != "CONNECT" || asked[":protocol"] != "websocket" ||
				!strings.Contains(asked[":path"], "transport=websocket") || asked["upgrade"]+asked["connection"] != "" {
				t.Errorf("asked %v, %v", asked, err)
			}
			c.Write(answer)
		}
	}
}

func headers(status string) []byte {
	var b bytes.Buffer
	enc := hpack.NewEncoder(&b)
	enc.WriteField(hpack.HeaderField{Name: ":status", Value: status})
	enc.WriteField(hpack.HeaderField{Name: "server", Value: "x"})
	return frame(headersFrame, endHeadersFlag, 1, b.Bytes())
}

// TestOverHTTP2: what the settings of HTTP/2 promise is tried, since browsers believe it.
func TestOverHTTP2(t *testing.T) {
	t.Parallel()
	to, err := url.Parse(start(t, lab.Options{Nodes: 1, Faults: []string{lab.SingleNode}}))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, finding string
		answer        []byte
	}{
		{"accepted", "", headers("200")},
		{"accepted, after a word in between", "", append(headers("103"), headers("200")...)},
		{"not allowed", "websocket-over-h2-unsupported", headers("405")},
		{"reset", "websocket-over-h2-unsupported", frame(resetFrame, 0, 1, []byte{0, 0, 0, 1})},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			proxy := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(to))
			proxy.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){"h2": promising(t, test.answer)}
			proxy.TLS = &tls.Config{NextProtos: []string{"h2", "http/1.1"}}
			proxy.StartTLS()
			t.Cleanup(proxy.Close)
			pool := x509.NewCertPool()
			pool.AddCert(proxy.Certificate())
			c, d, _ := carryOut(t, proxy.URL, Options{Client: dial.Options{CAs: pool}})
			got := ""
			if f := d.Lead(); f != nil {
				got = f.ID
				if f.Confidence != "certain" || len(f.Fixes) == 0 || d.Verdict.Healthy {
					t.Errorf("%+v", f)
				}
			}
			if got != test.finding || d.Verdict.State != diagnose.StateWebSocket {
				t.Errorf("%s, found %v; %s", d.Verdict.Summary, ids(d), c.Experiments()[10].Tells)
			}
		})
	}
}
