package http2_test

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"sioscope/internal/convo"
	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

// wire writes both sides of a connection, a millisecond a frame, with x/net's Framer and hpack.Encoder.
type wire struct {
	turns []convo.Turn
	half  [2]struct {
		buf    bytes.Buffer
		block  bytes.Buffer
		framer *http2.Framer
		hpack  *hpack.Encoder
	}
}

// begin is a connection with its preface and SETTINGS seen.
func begin() *wire {
	w := join()
	w.raw(fact.Out, http2.ClientPreface)
	w.frame(fact.Out, func(f *http2.Framer) { f.WriteSettings() })
	w.frame(fact.In, func(f *http2.Framer) { f.WriteSettings() })
	return w
}

// join is a connection of which nothing was seen yet.
func join() *wire {
	w := new(wire)
	for d := range w.half {
		h := &w.half[d]
		h.framer = http2.NewFramer(&h.buf, nil)
		h.framer.AllowIllegalWrites = true
		h.hpack = hpack.NewEncoder(&h.block)
	}
	return w
}

func (w *wire) raw(dir fact.Dir, data string) {
	w.turns = append(w.turns, convo.Turn{Dir: dir, At: int64(len(w.turns)+1) * 1e6, Data: []byte(data)})
}

func (w *wire) frame(dir fact.Dir, write func(*http2.Framer)) {
	h := &w.half[dir]
	write(h.framer)
	w.raw(dir, h.buf.String())
	h.buf.Reset()
}

func (w *wire) gap(dir fact.Dir, n int64) {
	w.turns = append(w.turns, convo.Turn{Dir: dir, At: int64(len(w.turns)+1) * 1e6, Gap: true, Lost: n})
}

// fields encodes "name value" pairs.
func (w *wire) fields(dir fact.Dir, pairs ...string) []byte {
	h := &w.half[dir]
	h.block.Reset()
	for _, p := range pairs {
		name, value, _ := strings.Cut(p, " ")
		h.hpack.WriteField(hpack.HeaderField{Name: name, Value: value})
	}
	return bytes.Clone(h.block.Bytes())
}

func (w *wire) headers(dir fact.Dir, stream uint32, end bool, pairs ...string) {
	block := w.fields(dir, pairs...)
	w.frame(dir, func(f *http2.Framer) {
		f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block, EndStream: end, EndHeaders: true})
	})
}

func (w *wire) data(dir fact.Dir, stream uint32, end bool, data string) {
	w.frame(dir, func(f *http2.Framer) { f.WriteData(stream, end, []byte(data)) })
}

// get is a request, post one with a body, ok an answer.
func (w *wire) get(stream uint32, path string) {
	w.headers(fact.Out, stream, true, ":method GET", ":scheme http", ":authority example.org", ":path "+path, "user-agent test")
}

func (w *wire) post(stream uint32, path, body string) {
	w.headers(fact.Out, stream, false, ":method POST", ":scheme http", ":authority example.org", ":path "+path)
	w.data(fact.Out, stream, true, body)
}

func (w *wire) ok(stream uint32, body string) {
	w.headers(fact.In, stream, false, ":status 200", "content-type text/plain")
	w.data(fact.In, stream, true, body)
}

// play decodes as a capture is decoded; without its SYN, who is the client is a guess.
func play(syn bool, opt func() *conn.Options) convo.Play {
	return func(turns []convo.Turn, emit fact.Emit) {
		of := &fact.Conn{ID: 1, Guessed: !syn, Client: netip.MustParseAddrPort("10.0.0.1:50000"), Server: netip.MustParseAddrPort("10.0.0.2:80")}
		c := conn.New(of, opt())
		c.Open(1e5, syn)
		for _, turn := range turns {
			if turn.Gap {
				c.Gap(turn.Dir, turn.At, turn.Lost, emit)
				continue
			}
			p := bytes.Clone(turn.Data)
			c.Write(turn.Dir, turn.At, p, emit)
			for i := range p {
				p[i] = '!'
			}
		}
		c.Close(1e12, emit)
	}
}

func usual() *conn.Options { return new(conn.Options) }

// want compares the facts, but for the first, and those of other splits.
func want(t *testing.T, w *wire, text string) {
	t.Helper()
	p := play(true, usual)
	got := convo.Facts(w.turns, p)
	convo.CheckSplits(t, w.turns, got, p)
	compare(t, got, text)
}

func compare(t *testing.T, got, text string) {
	t.Helper()
	_, got, _ = strings.Cut(got, "\n")
	var lines strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines.WriteString(line + "\n")
		}
	}
	if got != lines.String() {
		t.Errorf("got:\n%s\nwant:\n%s", got, lines.String())
	}
}
