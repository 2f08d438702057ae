package tlskeys_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"sioscope/internal/convo"
	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

// TestInside: what is inside of TLS becomes the facts that it becomes in the clear, in any split; a hole costs the
// messages it is in.
func TestInside(t *testing.T) {
	t.Parallel()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			t.Parallel()
			p := newGoPair()
			p.client.MaxVersion = version
			p.client.NextProtos, p.server.NextProtos = []string{"h2", "http/1.1"}, []string{"http/1.1"}
			p.get(t, "/a", "/long", "/b")
			passed := p.tape.of(0)
			turns := p.turns(passed)
			play := p.play(t)
			got := convo.Facts(turns, play)
			for _, want := range []string{
				fmt.Sprintf(`tls version="%s" sni="example.org" alpn=["http/1.1"] reason=""`, tls.VersionName(version)[4:]),
				"request 1 GET /a host=example.org", "request 3 GET /b", `response 1 200 "OK"`, `body="you got /a"`, "size=100000",
			} {
				if strings.Count(got, want) != 1 {
					t.Errorf("%q is there %d times, in:\n%s", want, strings.Count(got, want), got)
				}
			}
			convo.CheckSplits(t, turns, got, play)

			long := length(passed, fact.In) - 50_000
			holed := convo.Facts(p.turns(drop(passed, fact.In, long, 2920)), play)
			for _, want := range []string{`body="you got /a"`, `body="you got /b"`, "missing in 2920", "[incomplete]"} {
				if strings.Count(holed, want) != 1 {
					t.Errorf("with a hole %q is there %d times, in:\n%s", want, strings.Count(holed, want), holed)
				}
			}
		})
	}
}

// get asks a server of net/http over one connection.
func (p *goPair) get(t *testing.T, paths ...string) {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", p.server)
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/long" {
			w.Header().Set("Content-Length", "100000")
			io.WriteString(w, strings.Repeat("0123456789", 10_000))
			return
		}
		io.WriteString(w, "you got "+r.URL.Path)
	})}
	go s.Serve(l)
	defer s.Close()
	transport := &http.Transport{DialTLSContext: func(context.Context, string, string) (net.Conn, error) {
		raw, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			return nil, err
		}
		return tls.Client(&taped{raw, &p.tape, p.tape.begin()}, p.client), nil
	}}
	client := http.Client{Transport: transport}
	for _, path := range paths {
		answer, err := client.Get("https://example.org" + path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	transport.CloseIdleConnections()
}

func (p *goPair) turns(pieces []conn.Piece) (turns []convo.Turn) {
	for _, q := range pieces {
		turns = append(turns, convo.Turn{Dir: q.Dir, At: q.Time * 1e6, Data: q.Data, Gap: q.Gap, Lost: q.Lost})
	}
	return turns
}

// play decodes a connection with its keys.
func (p *goPair) play(t *testing.T) convo.Play {
	log := p.log.String()
	return func(turns []convo.Turn, emit fact.Emit) {
		opened := 0
		count := func(f fact.Fact) {
			if _, ok := f.(*fact.Opened); ok {
				opened++
			} else if opened != 1 {
				t.Errorf("opened %d times before %s", opened, convo.Print(f))
			}
			emit(f)
		}
		of := &fact.Conn{ID: 1, Client: netip.MustParseAddrPort("10.0.0.1:50000"), Server: netip.MustParseAddrPort("10.0.0.2:443")}
		c := conn.New(of, &conn.Options{Decrypt: keysOf(log).Decrypter})
		c.Open(1, true)
		for _, turn := range turns {
			if turn.Gap {
				c.Gap(turn.Dir, turn.At, turn.Lost, count)
			} else {
				c.Write(turn.Dir, turn.At, turn.Data, count)
			}
		}
		c.Close(1e12, count)
	}
}
