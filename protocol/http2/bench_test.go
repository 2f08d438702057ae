package http2_test

import (
	"fmt"
	"strings"
	"testing"

	"sioscope/internal/convo"
	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

func ignore(fact.Fact) {}

// run decodes a connection again and again.
func run(b *testing.B, turns []convo.Turn) {
	size := 0
	for _, t := range turns {
		size += len(t.Data)
	}
	opt := new(conn.Options)
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		c := conn.New(&fact.Conn{ID: 1}, opt)
		c.Open(1, true)
		for _, t := range turns {
			for p := t.Data; len(p) > 0; {
				n := min(len(p), 1448)
				c.Write(t.Dir, t.At, p[:n], ignore)
				p = p[n:]
			}
		}
		c.Close(1e12, ignore)
	}
}

// BenchmarkPolling is a browser's polls, with bodies of a few and of many bytes.
func BenchmarkPolling(b *testing.B) {
	for _, size := range []int{100, 100_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			w := begin()
			body := strings.Repeat("x", min(size, 16384))
			for i := range uint32(200) {
				w.headers(fact.Out, 2*i+1, true, ":method GET", ":authority example.org", ":scheme https",
					fmt.Sprintf(":path /socket.io/?EIO=4&transport=polling&t=1pk2hw%02x&sid=5l2gNHCkP9r0e-pqAAAA", i),
					"sec-ch-ua-platform \"Linux\"", "user-agent Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "accept */*",
					"sec-fetch-site same-origin", "sec-fetch-mode cors", "accept-encoding gzip, deflate, br, zstd",
					"cookie io=5l2gNHCkP9r0e-pqAAAA", "cookie route=a")
				w.headers(fact.In, 2*i+1, false, ":status 200", "content-type text/plain; charset=UTF-8", "cache-control no-store",
					"date Mon, 01 Jan 2024 00:00:00 GMT", "server nginx")
				for left := size; left > 0; left -= len(body) {
					w.data(fact.In, 2*i+1, left <= len(body), body[:min(left, len(body))])
				}
			}
			run(b, w.turns)
		})
	}
}

// BenchmarkWebSocket is small messages in a stream, one a DATA frame and a segment.
func BenchmarkWebSocket(b *testing.B) {
	w := begin()
	w.connect(1)
	w.headers(fact.In, 1, false, ":status 200")
	for range 500 {
		w.data(fact.In, 1, false, frame(false, nil, `42["news",{"n":1,"text":"hello","from":"somebody"}]`))
		w.data(fact.Out, 1, false, frame(false, mask, `42["ack",1,"a few more words of it"]`))
	}
	run(b, w.turns)
}
