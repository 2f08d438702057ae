package conn_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
	"sioscope/protocol/wsframe"
)

const (
	poll = "GET /socket.io/?EIO=4&transport=polling&t=1pk2hw6f&sid=5l2gNHCkP9r0e-pqAAAA HTTP/1.1\r\n" +
		"Host: example.org\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\nAccept: */*\r\n" +
		"Accept-Encoding: gzip, deflate\r\nCookie: io=5l2gNHCkP9r0e-pqAAAA; route=a\r\nConnection: keep-alive\r\n\r\n"
	upgrade = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: example.org\r\n" +
		"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
	accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
)

func answer(body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: %d\r\n"+
		"cache-control: no-store\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nConnection: keep-alive\r\n"+
		"Keep-Alive: timeout=5\r\n\r\n%s", len(body), body)
}

func ignore(fact.Fact) {}

func BenchmarkPolling(b *testing.B) {
	for _, size := range []int{100, 100_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			request, response := []byte(poll), []byte(answer(strings.Repeat("x", size)))
			c := conn.New(new(fact.Conn), nil)
			c.Open(1, true)
			b.SetBytes(int64(len(request) + len(response)))
			b.ReportAllocs()
			for b.Loop() {
				c.Write(fact.Out, 1, request, ignore)
				for p := response; len(p) > 0; {
					n := min(len(p), 1448)
					c.Write(fact.In, 2, p[:n], ignore)
					p = p[n:]
				}
			}
		})
	}
}

func webSocket(opt *conn.Options) *conn.Conn {
	c := conn.New(new(fact.Conn), opt)
	c.Open(1, true)
	c.Write(fact.Out, 1, []byte(upgrade), ignore)
	c.Write(fact.In, 2, []byte(accepted), ignore)
	return c
}

func BenchmarkWebSocket(b *testing.B) {
	in := wsframe.AppendFrame(nil, true, wsframe.Text, nil, false, []byte(`42["news",{"n":1,"text":"hello"}]`))
	out := wsframe.AppendFrame(nil, true, wsframe.Text, &[4]byte{1, 2, 3, 4}, false, []byte(`42["ack",1]`))
	c := webSocket(nil)
	b.SetBytes(int64(len(in) + len(out)))
	b.ReportAllocs()
	for b.Loop() {
		c.Write(fact.In, 3, in, ignore)
		c.Write(fact.Out, 4, out, ignore)
	}
}

// The hot path must not allocate.
func TestWebSocketAllocs(t *testing.T) {
	frame := wsframe.AppendFrame(nil, true, wsframe.Text, nil, false, []byte(`42["news",1]`))
	c := webSocket(nil)
	if n := testing.AllocsPerRun(100, func() { c.Write(fact.In, 3, frame, ignore) }); n != 0 {
		t.Errorf("a frame costs %v allocations", n)
	}
}

// Thousands of connections are open at a time: one that is silent must be small.
func TestIdleSize(t *testing.T) {
	opt := new(conn.Options)
	tests := []struct {
		name string
		make func() *conn.Conn
	}{
		{"http", func() *conn.Conn {
			c := conn.New(new(fact.Conn), opt)
			c.Open(1, true)
			c.Write(fact.Out, 1, []byte(poll), ignore)
			c.Write(fact.In, 2, []byte(answer(strings.Repeat("x", 5000))), ignore)
			return c
		}},
		{"websocket", func() *conn.Conn {
			c := webSocket(opt)
			c.Write(fact.In, 3, []byte("\x81\x012"), ignore)
			return c
		}},
		{"ssh", func() *conn.Conn {
			c := conn.New(new(fact.Conn), opt)
			c.Open(1, true)
			c.Write(fact.In, 1, []byte("SSH-2.0-OpenSSH_9.6\r\n"), ignore)
			return c
		}},
		{"joined", func() *conn.Conn {
			c := conn.New(&fact.Conn{Guessed: true}, opt)
			c.Open(1, false)
			c.Write(fact.In, 1, []byte(strings.Repeat("x", 5000)+"\x00"), ignore)
			c.Write(fact.Out, 1, []byte(strings.Repeat("x", 5000)+"\x00"), ignore)
			return c
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			const n = 1000
			keep := make([]*conn.Conn, n)
			before := heap()
			for i := range keep {
				keep[i] = tt.make()
			}
			size := (heap() - before) / n
			t.Logf("%d bytes", size)
			if size > 1000 {
				t.Errorf("an idle connection holds %d bytes", size)
			}
			runtime.KeepAlive(keep)
		})
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
