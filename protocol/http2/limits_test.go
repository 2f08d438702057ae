package http2_test

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/net/http2/hpack"

	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

// appendFrame writes a frame without a Framer, for floods.
func appendFrame(b []byte, kind, flags uint8, stream uint32, payload []byte) []byte {
	b = append(b, byte(len(payload)>>16), byte(len(payload)>>8), byte(len(payload)), kind, flags)
	b = binary.BigEndian.AppendUint32(b, stream)
	return append(b, payload...)
}

// flood gives a connection the same frames many times, and returns what it holds on to, in bytes, and its facts.
func flood(t *testing.T, n int, next func(i int) []byte) (held int64, requests int, said []string) {
	t.Helper()
	c := conn.New(&fact.Conn{ID: 1}, new(conn.Options))
	opened := 0
	defer func() {
		if opened > 10_001 {
			t.Errorf("%d connections", opened)
		}
	}()
	emit := func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Opened:
			opened++
		case *fact.Request:
			requests++
		case *fact.Malformed:
			said = append(said, f.What)
		}
	}
	before := heap()
	c.Open(1, true)
	c.Write(fact.Out, 1, []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), emit)
	most := int64(0)
	for i := range n {
		c.Write(fact.Out, int64(i+2), next(i), emit)
		if i == n/2 {
			most = heap() - before
		}
	}
	most = max(most, heap()-before)
	runtime.KeepAlive(c)
	return most, requests, said
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Hostile clients cost bounded memory, and what is given up is said once. Not parallel: the heap is measured.
func TestFloods(t *testing.T) {
	const mb = 1 << 20
	open := []byte("\x83\x86\x04\x01/") // POST, http, "/"
	var long bytes.Buffer
	enc := hpack.NewEncoder(&long)
	enc.WriteField(hpack.HeaderField{Name: ":method", Value: "GET"})
	enc.WriteField(hpack.HeaderField{Name: ":path", Value: "/"})
	enc.WriteField(hpack.HeaderField{Name: "x", Value: strings.Repeat("x", 3900)})
	bomb := append(bytes.Clone(long.Bytes()), bytes.Repeat([]byte{0xbe}, 16000)...) // 62 MB of fields
	tests := []struct {
		name     string
		n        int
		next     func(i int) []byte
		most     int64
		requests int
		said     string
	}{
		{"streams that never end", 300_000, func(i int) []byte {
			return appendFrame(nil, 1, 4, uint32(2*i+1), open)
		}, 4 * mb, 300_000 - 512, "http/2: more streams at once than are kept: the oldest are given up"},
		{"streams with long heads", 10_000, func(i int) []byte {
			return appendFrame(nil, 1, 4, uint32(2*i+1), bytes.Replace(long.Bytes(), []byte("\x82"), []byte("\x83"), 1))
		}, 24 * mb, 10_000 - 512, "http/2: more streams at once than are kept: the oldest are given up"},
		{"CONTINUATION without end", 1000, func(i int) []byte {
			if i == 0 {
				return appendFrame(nil, 1, 0, 1, open)
			}
			return appendFrame(nil, 9, 0, 1, bytes.Repeat([]byte{0x82}, 16000))
		}, 2 * mb, 0, ""},
		{"CONTINUATION too long, and a request after it", 100, func(i int) []byte {
			switch i {
			case 0:
				return appendFrame(nil, 1, 0, 1, open)
			case 98:
				return appendFrame(nil, 9, 4, 1, nil)
			case 99:
				return appendFrame(nil, 1, 5, 3, open)
			}
			return appendFrame(nil, 9, 0, 1, bytes.Repeat([]byte{0x82}, 16000))
		}, 2 * mb, 1, "http/2: a header block too long"},
		{"one field a million times", 200, func(i int) []byte {
			return appendFrame(nil, 1, 5, uint32(2*i+1), bomb)
		}, 6 * mb, 200, "http/2: a header list too long"},
		{"a table of four gigabytes", 10_000, func(i int) []byte {
			block := []byte("\x3f\xe0\xff\xff\xff\x0f\x82\x86\x04\x01/\x40\x01x\x7f\x9e\x01") // the table's size, and a field of 285 bytes
			block[13] = byte('a' + i%26)
			return appendFrame(nil, 1, 5, uint32(2*i+1), append(block, bytes.Repeat([]byte{byte('a' + i%26)}, 285)...))
		}, 2 * mb, 10_000, "http/2: more streams at once than are kept: the oldest are given up"},
		{"content without end", 2000, func(i int) []byte {
			if i == 0 {
				return appendFrame(nil, 1, 4, 1, open)
			}
			return appendFrame(nil, 0, 0, 1, make([]byte, 16000))
		}, 24 * mb, 0, ""},
		{"through a CONNECT that is never answered", 2000, func(i int) []byte {
			if i == 0 {
				return appendFrame(nil, 1, 4, 1, []byte("\x42\x07CONNECT\x41\x01a"))
			}
			return appendFrame(nil, 0, 0, 1, make([]byte, 16000))
		}, mb, 1, ""},
		{"a hundred thousand WebSockets", 100_000, func(i int) []byte {
			return appendFrame(appendFrame(nil, 1, 4, uint32(2*i+1), []byte("\x42\x07CONNECT\x41\x01a")), 3, 0, uint32(2*i+1), make([]byte, 4))
		}, mb, 100_000, "http/2: more CONNECT streams than are followed"},
		{"noise", 2000, func(i int) []byte {
			return bytes.Repeat([]byte{byte(i), 0, 0, byte(i >> 3), 0, 0}, 1000)
		}, 2 * mb, 0, "http/2: a frame of a stream without its number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			held, requests, said := flood(t, tt.n, tt.next)
			if held > tt.most || requests != tt.requests {
				t.Errorf("holds %d bytes, want at most %d; %d requests, want %d", held, tt.most, requests, tt.requests)
			}
			if len(said) > 32 || tt.said != "" && (len(said) == 0 || said[0] != tt.said) || tt.said == "" && len(said) > 0 {
				t.Errorf("said %q", said)
			}
			t.Logf("%d bytes held", held)
		})
	}
}
