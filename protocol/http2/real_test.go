package http2_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/h2c" //lint:ignore SA1019 it has the Upgrade that net/http has not
	"golang.org/x/net/http2/hpack"

	"sioscope/internal/convo"
	"sioscope/protocol/fact"
)

// recorder is a client's connection whose bytes are kept.
type recorder struct {
	net.Conn
	mu    sync.Mutex
	turns []convo.Turn
}

func (r *recorder) saw(dir fact.Dir, p []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turns = append(r.turns, convo.Turn{Dir: dir, At: int64(len(r.turns)+1) * 1e6, Data: bytes.Clone(p)})
}

func (r *recorder) Write(p []byte) (int, error) {
	r.saw(fact.Out, p)
	return r.Conn.Write(p)
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	if n > 0 {
		r.saw(fact.In, p[:n])
	}
	return n, err
}

func (r *recorder) recorded() []convo.Turn {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.turns
}

// echo answers what was asked: as much as the query's n says, in a field, and the body.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var n int
	fmt.Sscan(r.URL.Query().Get("n"), &n)
	w.Header().Set("X-Body", string(body))
	w.Header().Set("X-Long", strings.Repeat("l", n/10))
	fmt.Fprintf(w, "%s %s", r.Method, strings.Repeat("x", n))
}

// dial connects to a server of echo that speaks HTTP/2 without TLS.
func dial(t *testing.T, h http.Handler) *recorder {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: h, Protocols: new(http.Protocols)}
	s.Protocols.SetHTTP1(true)
	s.Protocols.SetUnencryptedHTTP2(true)
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &recorder{Conn: c}
}

// TestPriorKnowledge: forty requests of Go's client to Go's server, many at once, with bodies and heads of all sizes.
func TestPriorKnowledge(t *testing.T) {
	t.Parallel()
	rec := dial(t, http.HandlerFunc(echo))
	tr := &http.Transport{Protocols: new(http.Protocols), DialContext: func(context.Context, string, string) (net.Conn, error) { return rec, nil }, MaxConnsPerHost: 1}
	tr.Protocols.SetUnencryptedHTTP2(true)
	var all sync.WaitGroup
	sizes := []int{0, 1, 100, 5000, 16 << 10, 70_000}
	for i := range 40 {
		all.Go(func() {
			body := strings.Repeat("b", i*20)
			url := fmt.Sprintf("http://%s/%d?n=%d", rec.RemoteAddr(), i, sizes[i%len(sizes)])
			resp, err := (&http.Client{Transport: tr}).Post(url, "text/plain", strings.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			io.Copy(io.Discard, resp.Body)
		})
	}
	all.Wait()
	tr.CloseIdleConnections()

	turns := rec.recorded()
	asked := map[int]string{}
	answered := 0
	play(true, usual)(turns, func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Request:
			asked[f.Exchange] = f.Target
			var i int
			fmt.Sscanf(f.Target, "/%d", &i)
			if f.Method != "POST" || f.Host != rec.RemoteAddr().String() || len(f.Body) != i*20 || f.Incomplete || f.Proto != "HTTP/2" {
				t.Errorf("%s: %s %s, %d bytes, incomplete %v", f.Target, f.Method, f.Host, len(f.Body), f.Incomplete)
			}
		case *fact.Response:
			var i int
			fmt.Sscanf(asked[f.Exchange], "/%d", &i)
			n := sizes[i%len(sizes)]
			sent, _ := f.Header.Get("x-body")
			long, _ := f.Header.Get("x-long")
			if f.Status != 200 || string(f.Body) != "POST "+strings.Repeat("x", n) || f.Incomplete || len(sent) != i*20 || len(long) != n/10 {
				t.Errorf("%d: %d, %d bytes, want %d", i, f.Status, len(f.Body), n+5)
			}
			answered++
		case *fact.Malformed:
			t.Error(f.What)
		}
	})
	if answered != 40 {
		t.Errorf("%d answers", answered)
	}
	convo.CheckSplits(t, turns, convo.Facts(turns, play(true, usual)), play(true, usual))
}

// TestUpgrade: the first request is HTTP/1.1 and asks for HTTP/2, where it is answered. Then there is another.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	//lint:ignore SA1019 as above
	rec := dial(t, h2c.NewHandler(http.HandlerFunc(echo), new(http2.Server)))
	fmt.Fprintf(rec, "GET /first?n=5 HTTP/1.1\r\nHost: example.org\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
	r := bufio.NewReader(rec)
	if resp, err := http.ReadResponse(r, nil); err != nil || resp.StatusCode != 101 {
		t.Fatal(resp, err)
	}
	io.WriteString(rec, http2.ClientPreface)
	f := http2.NewFramer(rec, r)
	f.WriteSettings()
	var block bytes.Buffer
	e := hpack.NewEncoder(&block)
	for _, p := range [][2]string{{":method", "GET"}, {":scheme", "http"}, {":path", "/second?n=7"}, {":authority", "example.org"}} {
		e.WriteField(hpack.HeaderField{Name: p[0], Value: p[1]})
	}
	f.WriteHeaders(http2.HeadersFrameParam{StreamID: 3, BlockFragment: block.Bytes(), EndStream: true, EndHeaders: true})
	for ended := 0; ended < 2; {
		fr, err := f.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		if d, ok := fr.(*http2.DataFrame); ok && d.StreamEnded() {
			ended++
		}
	}
	turns := rec.recorded()
	got := map[string]bool{}
	play(true, usual)(turns, func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Request:
			got[fmt.Sprint("asked ", f.Exchange, f.Proto, f.Target, f.Incomplete)] = true
		case *fact.Response:
			got[fmt.Sprint("answered ", f.Exchange, f.Status, string(f.Body), f.Incomplete)] = true
		case *fact.Malformed:
			t.Error(f.What)
		}
	})
	for _, want := range []string{"asked 1HTTP/1.1/first?n=5false", "asked 2HTTP/2/second?n=7false", "answered 1 200GET xxxxxfalse", "answered 2 200GET xxxxxxxfalse"} {
		if !got[want] {
			t.Errorf("no %q", want)
		}
	}
	if len(got) != 4 {
		t.Errorf("got %v", got)
	}
	convo.CheckSplits(t, turns, convo.Facts(turns, play(true, usual)), play(true, usual))
}

// TestUpgradeNotTaken: a server that does not know h2c answers as if nobody had asked for it.
func TestUpgradeNotTaken(t *testing.T) {
	t.Parallel()
	w := join()
	w.raw(fact.Out, "GET /a HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
	w.raw(fact.In, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nA")
	w.raw(fact.Out, "GET /b HTTP/1.1\r\n\r\n")
	want(t, w, `1ms request 1 GET /a host= header="Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n" body="" size=0
		2ms response 1 200 "OK" header="Content-Length: 1\r\n" body="A" size=1
		3ms request 2 GET /b host= header="" body="" size=0`)
}
