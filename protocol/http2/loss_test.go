package http2_test

import (
	"strings"
	"testing"

	"golang.org/x/net/http2"

	"sioscope/internal/convo"
	"sioscope/protocol/fact"
)

// noise is what neither refers to nor is referred to.
func (w *wire) noise(dir fact.Dir) {
	w.frame(dir, func(f *http2.Framer) { f.WritePing(false, [8]byte{7}) })
	w.frame(dir, func(f *http2.Framer) { f.WriteWindowUpdate(0, 100) })
}

// last is the latest turn, to be changed.
func (w *wire) last() *convo.Turn { return &w.turns[len(w.turns)-1] }

func TestLosses(t *testing.T) {
	t.Parallel()
	const unknown = `"http/2: bytes are missing from the capture: header fields that refer to earlier ones are not known" sample=""`
	tests := []struct {
		name  string
		build func(*wire)
		want  string
	}{
		{"within the content of one stream", func(w *wire) {
			w.get(1, "/a")
			w.headers(fact.In, 1, false, ":status 200")
			w.data(fact.In, 1, false, "0123456789")
			cut := w.last()
			cut.Data = cut.Data[:9+4]
			w.gap(fact.In, 4)
			w.raw(fact.In, "89")
			w.data(fact.In, 1, true, "more")
			w.get(3, "/b")
			w.ok(3, "B")
		}, `4ms request 1 GET /a host=example.org ` + ua + ` body="" size=0
			7ms missing in 4
			5ms..9ms response 1 200 "" header="" body="0123" size=14 [incomplete]
			10ms request 2 GET /b host=example.org ` + ua + ` body="" size=0
			11ms..12ms response 2 200 "" header="content-type: text/plain\r\n" body="B" size=1`},
		{"requests in the hole", func(w *wire) {
			w.get(1, "/a")
			w.get(3, "/lost")
			w.last().Gap, w.last().Lost, w.last().Data = true, 20, nil
			w.noise(fact.Out)
			w.post(5, "/b", "b")
			w.ok(3, "answer without a request")
			w.ok(1, "A")
			w.ok(5, "B")
			w.get(7, "/c")
			w.ok(7, "C")
		}, `4ms request 1 GET /a host=example.org ` + ua + ` body="" size=0
			5ms missing out 20
			8ms malformed out ` + unknown + `
			8ms..9ms request 2 POST /b host= header="" body="b" size=1 [incomplete]
			10ms..11ms response 3 200 "" header="content-type: text/plain\r\n" body="answer without a request" size=24
			12ms..13ms response 1 200 "" header="content-type: text/plain\r\n" body="A" size=1
			14ms..15ms response 2 200 "" header="content-type: text/plain\r\n" body="B" size=1
			16ms request 4 GET /c host= header="" body="" size=0 [incomplete]
			17ms..18ms response 4 200 "" header="content-type: text/plain\r\n" body="C" size=1`},
		{"answers in the hole", func(w *wire) {
			w.get(1, "/a")
			w.get(3, "/b")
			w.headers(fact.In, 1, false, ":status 200", "x-a first")
			w.gap(fact.In, 0)
			w.noise(fact.In)
			w.headers(fact.In, 3, false, ":status 200", "x-a first", "x-b second")
			w.data(fact.In, 3, true, "B")
			w.headers(fact.In, 5, false, ":status 200", "x-b second")
			w.data(fact.In, 5, true, "C")
			w.get(5, "/c")
		}, `4ms request 1 GET /a host=example.org ` + ua + ` body="" size=0
			5ms request 2 GET /b host=example.org ` + ua + ` body="" size=0
			7ms missing in 0
			10ms malformed in ` + unknown + `
			10ms..11ms response 2 200 "" header="x-b: second\r\n" body="B" size=1 [incomplete]
			12ms..13ms response 3 200 "" header="x-b: second\r\n" body="C" size=1
			14ms request 4 GET /c host=example.org ` + ua + ` body="" size=0
			6ms response 1 200 "" header="x-a: first\r\n" body="" size=0 [incomplete]`},
		{"a WebSocket goes on after the hole", func(w *wire) {
			w.connect(1)
			w.headers(fact.In, 1, false, ":status 200")
			w.data(fact.In, 1, false, frame(false, nil, `42["before"]`))
			w.gap(fact.In, 500)
			w.data(fact.In, 1, false, frame(false, nil, `42["one"]`))
			w.data(fact.In, 1, false, frame(false, nil, `42["two"]`))
			w.data(fact.In, 1, false, frame(false, nil, `42["three"]`))
		}, `[1] 4ms opened 10.0.0.1:50000 > 10.0.0.2:80 [syn]
			[1] 4ms ` + asked + `
			[1] 5ms response 1 200 "" header="" body="" size=0
			[1] 6ms message 1 in opcode=1 payload="42[\"before\"]" size=12
			7ms missing in 500
			[1] 7ms missing in 0
			[1] 8ms message 1 in opcode=1 payload="42[\"one\"]" size=9
			[1] 9ms message 1 in opcode=1 payload="42[\"two\"]" size=9
			[1] 10ms message 1 in opcode=1 payload="42[\"three\"]" size=11`},
		{"within a WebSocket message", func(w *wire) {
			w.connect(1)
			w.headers(fact.In, 1, false, ":status 200")
			w.data(fact.In, 1, false, frame(false, nil, `42["before"]`))
			cut := w.last()
			cut.Data = cut.Data[:9+2+5]
			w.gap(fact.In, 7)
			w.data(fact.In, 1, false, frame(false, nil, `42["one"]`))
		}, `[1] 4ms opened 10.0.0.1:50000 > 10.0.0.2:80 [syn]
			[1] 4ms ` + asked + `
			[1] 5ms response 1 200 "" header="" body="" size=0
			7ms missing in 7
			[1] 7ms missing in 7
			[1] 6ms message 1 in opcode=1 payload="42[\"b" size=12 [incomplete]
			[1] 8ms message 1 in opcode=1 payload="42[\"one\"]" size=9`},
		{"bytes that are no frames", func(w *wire) {
			w.get(1, "/a")
			w.raw(fact.In, "\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x05\x06\x00\x00\x00\x00\x00")
			w.noise(fact.In)
			w.get(3, "/b")
			w.ok(3, "B")
		}, `4ms request 1 GET /a host=example.org ` + ua + ` body="" size=0
			5ms reset 1 in code=0
			5ms malformed in "http/2: a frame of a wrong length" sample="\x00\x00\x05\x06\x00\x00\x00\x00\x00"
			8ms request 2 GET /b host=example.org ` + ua + ` body="" size=0
			9ms..10ms response 2 200 "" header="content-type: text/plain\r\n" body="B" size=1`},
		{"a header block that does not end, and one that cannot be read", func(w *wire) {
			block := w.fields(fact.Out, ":method GET", ":scheme http", ":path /never")
			w.frame(fact.Out, func(f *http2.Framer) {
				f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block, EndStream: true})
			})
			w.noise(fact.Out)
			w.noise(fact.Out)
			w.get(3, "/b")
			w.frame(fact.Out, func(f *http2.Framer) {
				f.WriteHeaders(http2.HeadersFrameParam{StreamID: 5, BlockFragment: []byte("\x82\x86\xff\xff\xff\xff\xff\xff"), EndStream: true, EndHeaders: true})
			})
			w.get(7, "/c")
		}, `5ms malformed out "http/2: a header block that does not end" sample="\x00\x00\b\x06\x00\x00\x00\x00\x00"
			9ms request 1 GET /b host=example.org ` + ua + ` body="" size=0
			10ms malformed out "http/2: a header block that cannot be read" sample="\xff\xff\xff\xff\xff\xff"
			11ms malformed out "http/2: an earlier header block could not be read: header fields that refer to earlier ones are not known" sample=""
			11ms request 2 GET /c host= header="" body="" size=0 [incomplete]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := begin()
			tt.build(w)
			want(t, w, tt.want)
		})
	}
}

// TestJoined: a connection whose beginning was not seen, and whose ends were guessed the wrong way round. Some of it
// refers to what was before.
func TestJoined(t *testing.T) {
	t.Parallel()
	w := join()
	w.fields(fact.Out, "user-agent test", ":authority example.org", ":path /known/before")
	w.fields(fact.In, "x-node a")
	w.data(fact.In, 7, false, frame(false, nil, `42["a WebSocket from before"]`)) // not told from a body
	w.get(21, "/socket.io/?EIO=4&sid=a")
	w.get(23, "/known/before")
	w.headers(fact.In, 21, false, ":status 200", "x-node a", "x-other b")
	w.data(fact.In, 21, true, "2")
	w.headers(fact.In, 23, true, ":status 204", "x-other b")
	w.headers(fact.In, 19, true, ":status 404") // its request was before
	w.data(fact.In, 7, false, frame(false, nil, `42["news"]`))
	w.data(fact.Out, 7, false, frame(false, mask, `42["reply"]`))
	w.data(fact.Out, 7, true, "")
	w.data(fact.In, 7, true, "")
	facts := `2ms malformed out "http/2: the capture began later: header fields that refer to earlier ones are not known" sample=""
		2ms request 1 GET /socket.io/?EIO=4&sid=a host= header="" body="" size=0 [incomplete]
		4ms malformed in "http/2: the capture began later: header fields that refer to earlier ones are not known" sample=""
		4ms..5ms response 1 200 "" header="x-other: b\r\n" body="2" size=1 [incomplete]
		6ms response 2 204 "" header="x-other: b\r\n" body="" size=0
		7ms response 3 404 "" header="" body="" size=0
		[7] 8ms opened CLIENT > SERVER
		[7] 8ms message 0 in opcode=1 payload="42[\"news\"]" size=10
		[7] 9ms message 0 out opcode=1 payload="42[\"reply\"]" size=11
		[7] 10ms closed out`
	for _, swapped := range []bool{false, true} {
		turns := append([]convo.Turn(nil), w.turns...)
		if swapped {
			for i := range turns {
				turns[i].Dir = turns[i].Dir.Other()
			}
		}
		got := convo.Facts(turns, play(false, usual))
		first, _, _ := strings.Cut(got, "\n")
		if swapped != (first == "0.1ms opened 10.0.0.2:80 > 10.0.0.1:50000") {
			t.Errorf("swapped %v: %s", swapped, first)
		}
		who := strings.NewReplacer("CLIENT > SERVER", strings.TrimPrefix(first, "0.1ms opened "))
		compare(t, got, who.Replace(facts))
	}
}
