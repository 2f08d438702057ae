package har

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"sioscope/protocol/fact"
)

const entryForm = `{"startedDateTime":"2026-11-23T09:00:00.%03dZ","time":5,"request":{"method":"GET","url":"http://h/socket.io/?transport=polling","headers":[]},"response":{"status":200,"headers":[],"content":{"size":2,"text":%s}},"timings":{"send":1,"wait":3,"receive":1}%s}`

func logOf(entries ...string) string {
	return `{"log":{"version":"1.2","creator":{"name":"t"},"entries":[` + strings.Join(entries, ",\n") + "]}}"
}

func entryOf(ms int, text, more string) string { return fmt.Sprintf(entryForm, ms, text, more) }

// TestBroken: what is wrong is named with its place, and what is readable is read.
func TestBroken(t *testing.T) {
	t.Parallel()
	whole := logOf(entryOf(1, `"a"`, ""), entryOf(2, `"b"`, ""))
	for _, tt := range []struct{ name, in, want string }{
		{"cut in the second entry", whole[:len(whole)-40], "log.har is damaged: it ends within entry 2; the entry before that was read"},
		{"cut in the first entry", whole[:120], `error: log.har could not be read as a HAR: it ends within entry 1; export it again, as "HAR with content"`},
		{"damaged", strings.Replace(whole, `"time":5,"request":{"method":"GET"`, `"time":5,"request":{"method"="GET"`, 2), "entry 1, line 1 (byte "},
		{"damaged later", strings.Replace(whole, "},\n{", "},\n{,", 1), `log.har is damaged: entry 2, line 2 (byte `},
		{"no request", logOf(`{}`, `{"request":1}`), "opened"},
		{"no request at all", logOf(`{}`, `{}`), "error: log.har is a HAR whose entries (2) have no request"},
		{"no entry", logOf(), "! log.har is a HAR without an entry: reload the page"},
		{"bad message", logOf(entryOf(1, `"a"`, `,"_resourceType":"websocket","_webSocketMessages":[{"type":"?","data":"x"},7,{"type":"send","opcode":99},{"type":"send","data":"2probe"}]`)), "2 WebSocket messages could not be read"},
		{"bad array of messages", logOf(entryOf(1, `"a"`, `,"_resourceType":"websocket","_webSocketMessages":[{"type" 1}]`), entryOf(2, `"b"`, "")), `"b" of 1`},
		{"bad later message", logOf(entryOf(1, `"a"`, `,"_resourceType":"websocket","_webSocketMessages":[{"type":"send","data":"2probe"},{"type" 1}]`), entryOf(2, `"b"`, "")), `"b" of 1`},
		{"byte order mark", "\ufeff" + whole, "2 > "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := told(t, []byte(tt.in), Options{})
			if tt.name == "byte order mark" {
				if !strings.Contains(got, `"b" of 1`) {
					t.Error(got)
				}
				return
			}
			if !strings.Contains(got, tt.want) {
				t.Errorf("said\n%s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestBounded: what is huge costs what the limits say, and is told to be cut.
func TestBounded(t *testing.T) {
	long := `"` + strings.Repeat("x", 100<<20) + `"`
	nested := strings.Repeat("[", 20<<20)
	var many strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&many, `,{"type":"send","time":1795424400.%06d,"opcode":1,"data":"42[\"a\"]"}`, i)
	}
	for _, tt := range []struct {
		name string
		in   string
		want string
	}{
		{"a string of 100 MB", logOf(entryOf(1, long, "")), "truncated"},
		{"a message of 100 MB", logOf(entryOf(1, `"a"`, `,"_webSocketMessages":[{"type":"send","data":`+long+`}],"_resourceType":"websocket"`)), "opcode 1"},
		{"a field of 100 MB", logOf(entryOf(1, `"a"`, `,"x":`+long)), `"a" of 1`},
		{"nesting without end", logOf(entryOf(1, `"a"`, ""), `{"request":`+nested), "ends within entry 2"},
		{"200,000 messages", logOf(entryOf(1, `"a"`, `,"_webSocketMessages":[`+many.String()[1:]+`],"_resourceType":"websocket"`)), "opcode 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := []byte(tt.in)
			runtime.GC()
			var before, now runtime.MemStats
			runtime.ReadMemStats(&before)
			most := uint64(0)
			h, err := Open("log.har", bytes.NewReader(data), Options{MaxBody: 1 << 20, MaxPayload: 1 << 20, Tick: func(int64) error {
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
				return nil
			}})
			if err != nil {
				t.Fatal(err)
			}
			var said strings.Builder
			for {
				if _, ok, err := h.Next(); !ok || err != nil {
					break
				}
				if err := h.Emit(func(f fact.Fact) {
					if said.Len() < 8<<20 {
						tell(&said, f)
					}
				}); err != nil {
					break
				}
			}
			for _, n := range h.Notes() {
				said.WriteString(n.String() + "\n")
			}
			if !strings.Contains(said.String(), tt.want) {
				t.Errorf("said %.300s, want %s", said.String(), tt.want)
			}
			if most > 48<<20 {
				t.Errorf("held %d MB", most>>20)
			}
		})
	}
}

func TestStop(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	_, err := Open("log.har", strings.NewReader(logOf(entryOf(1, `"a"`, ""))), Options{Tick: func(int64) error { return stop }})
	if !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
}

// FuzzRead: no log, however broken, stops the program or lets time go back; what is read is written and read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(logOf(entryOf(1, `"a"`, ""), entryOf(2, `"b"`, `,"_resourceType":"websocket","_webSocketMessages":[{"type":"send","time":-1,"opcode":2,"data":"AA=="}]`))))
	f.Add([]byte(`{"log":{"entries":[{"request":{}}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var out bytes.Buffer
		w := NewWriter(&out, WriteOptions{MaxHeld: 100})
		said := told(t, b, Options{MaxBody: 1000, MaxPayload: 1000})
		h, err := Open("log.har", bytes.NewReader(b), Options{MaxHeld: 10})
		if err != nil {
			return
		}
		for {
			_, ok, err := h.Next()
			if !ok || err != nil || h.Emit(w.Add) != nil {
				break
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Open("again.har", bytes.NewReader(out.Bytes()), Options{}); err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s\n%s", err, out.Bytes(), said)
		}
	})
}

// BenchmarkRead is a browser's log: pages, scripts, polls and a WebSocket.
func BenchmarkRead(b *testing.B) {
	script := `"` + strings.Repeat(`function f(a){\n\treturn \"x\" + a;\n}\n`, 2000) + `"`
	var entries []string
	for i := range 200 {
		text, more := `"42[\"news\",{\"n\":1}]"`, ""
		switch i % 10 {
		case 0:
			text = script
		case 1:
			more = `,"_resourceType":"websocket","_webSocketMessages":[` + strings.Repeat(`{"type":"receive","time":1795424400.5,"opcode":1,"data":"42[\"news\",{\"n\":1}]"},`, 200) + `{"type":"send","time":1795424401,"opcode":1,"data":"3"}]`
		}
		entries = append(entries, entryOf(i, text, more))
	}
	data := []byte(logOf(entries...))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		h, err := Open("log.har", bytes.NewReader(data), Options{})
		if err != nil {
			b.Fatal(err)
		}
		for {
			if _, ok, _ := h.Next(); !ok {
				break
			}
			if err := h.Emit(func(fact.Fact) {}); err != nil {
				b.Fatal(err)
			}
		}
	}
}
