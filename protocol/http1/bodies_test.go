package http1_test

import (
	"strings"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
)

// TestBodies: the bodies that many connections are in the middle of are bounded together, what is past the limit is
// counted, nothing follows a hole, and what was kept makes room again.
func TestBodies(t *testing.T) {
	t.Parallel()
	opt := &http1.Options{MaxBodies: 10000}
	const head = "POST /socket.io/ HTTP/1.1\r\nContent-Length: 6000\r\n\r\n"
	var got []fact.Request
	emit := func(f fact.Fact) {
		if r, ok := f.(*fact.Request); ok {
			c := *r
			c.Body = []byte(string(r.Body))
			got = append(got, c)
		}
	}
	first, second := http1.New(new(fact.Conn), opt), http1.New(new(fact.Conn), opt)
	first.Write(fact.Out, 1, []byte(head+strings.Repeat("a", 5999)), emit)
	second.Write(fact.Out, 2, []byte(head+strings.Repeat("b", 5000)), emit)
	first.Write(fact.Out, 3, []byte("a"), emit)
	second.Write(fact.Out, 4, []byte(strings.Repeat("c", 1000)), emit)
	third := http1.New(new(fact.Conn), opt)
	third.Write(fact.Out, 5, []byte(head+strings.Repeat("d", 6000)), emit)
	want := []struct {
		body      string
		truncated bool
	}{{strings.Repeat("a", 5999), true}, {strings.Repeat("b", 4096), true}, {strings.Repeat("d", 6000), false}}
	if len(got) != len(want) {
		t.Fatalf("%d requests, want %d", len(got), len(want))
	}
	for i, w := range want {
		if string(got[i].Body) != w.body || got[i].Truncated != w.truncated || got[i].BodySize != 6000 {
			t.Errorf("request %d: %d bytes of %d, truncated %v; want %d and %v", i, len(got[i].Body), got[i].BodySize, got[i].Truncated, len(w.body), w.truncated)
		}
	}
}
