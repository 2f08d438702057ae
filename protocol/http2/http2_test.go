package http2_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"golang.org/x/net/http2"

	"sioscope/protocol/fact"
)

const ua = `header="user-agent: test\r\n"`

func TestFrames(t *testing.T) {
	t.Parallel()
	var squeezed bytes.Buffer
	z := gzip.NewWriter(&squeezed)
	z.Write([]byte(`42["squeezed"]`))
	z.Close()
	tests := []struct {
		name  string
		build func(*wire)
		want  string
	}{
		{"one after the other", func(w *wire) {
			w.get(1, "/socket.io/?EIO=4")
			w.ok(1, "0{}")
			w.post(3, "/socket.io/?EIO=4&sid=a", "40")
			w.ok(3, "ok")
		}, `4ms request 1 GET /socket.io/?EIO=4 host=example.org ` + ua + ` body="" size=0
			5ms..6ms response 1 200 "" header="content-type: text/plain\r\n" body="0{}" size=3
			7ms..8ms request 2 POST /socket.io/?EIO=4&sid=a host=example.org header="" body="40" size=2
			9ms..10ms response 2 200 "" header="content-type: text/plain\r\n" body="ok" size=2`},
		{"at once, answered the other way round", func(w *wire) {
			w.get(1, "/a")
			w.get(3, "/b")
			w.ok(3, "B")
			w.ok(1, "A")
		}, `4ms request 1 GET /a host=example.org ` + ua + ` body="" size=0
			5ms request 2 GET /b host=example.org ` + ua + ` body="" size=0
			6ms..7ms response 2 200 "" header="content-type: text/plain\r\n" body="B" size=1
			8ms..9ms response 1 200 "" header="content-type: text/plain\r\n" body="A" size=1`},
		{"the answer is seen before the request", func(w *wire) {
			w.ok(1, "A")
			w.get(1, "/a")
		}, `6ms request 1 GET /a host=example.org ` + ua + ` body="" size=0
			4ms..5ms response 1 200 "" header="content-type: text/plain\r\n" body="A" size=1`},
		{"1xx, trailers, no body", func(w *wire) {
			w.headers(fact.Out, 1, false, ":method POST", ":scheme http", ":path /", "host old.example")
			w.headers(fact.In, 1, false, ":status 100")
			w.data(fact.Out, 1, false, "x")
			w.headers(fact.Out, 1, true, "checksum 1")
			w.headers(fact.In, 1, false, ":status 103", "link early")
			w.headers(fact.In, 1, false, ":status 404")
			w.headers(fact.In, 1, true, "grpc-status 0")
		}, `4ms..7ms request 1 POST / host=old.example header="host: old.example\r\n" body="x" size=1
			9ms..10ms response 1 404 "" header="" body="" size=0`},
		{"padding, priority, continuation", func(w *wire) {
			block := w.fields(fact.Out, ":method GET", ":scheme http", ":path /", "cookie a=1", "x-long "+strings.Repeat("l", 90), "cookie b=2")
			w.frame(fact.Out, func(f *http2.Framer) {
				f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block[:3], PadLength: 7, EndStream: true, Priority: http2.PriorityParam{Weight: 3}})
			})
			w.frame(fact.Out, func(f *http2.Framer) { f.WriteContinuation(1, false, block[3:20]) })
			w.frame(fact.Out, func(f *http2.Framer) { f.WriteContinuation(1, false, nil) })
			w.frame(fact.Out, func(f *http2.Framer) { f.WriteContinuation(1, true, block[20:]) })
			w.headers(fact.In, 1, false, ":status 200")
			w.frame(fact.In, func(f *http2.Framer) { f.WriteDataPadded(1, false, []byte("ab"), make([]byte, 200)) })
			w.frame(fact.In, func(f *http2.Framer) { f.WriteDataPadded(1, false, nil, make([]byte, 5)) })
			w.frame(fact.In, func(f *http2.Framer) { f.WriteDataPadded(1, true, []byte("c"), nil) })
		}, `4ms..7ms request 1 GET / host= header="x-long: ` + strings.Repeat("l", 90) + `\r\ncookie: a=1; b=2\r\n" body="" size=0
			8ms..11ms response 1 200 "" header="" body="abc" size=3`},
		{"what is no message's", func(w *wire) {
			w.get(1, "/a")
			w.frame(fact.Out, func(f *http2.Framer) { f.WritePriority(1, http2.PriorityParam{Weight: 5}) })
			w.frame(fact.Out, func(f *http2.Framer) { f.WriteSettingsAck() })
			w.frame(fact.In, func(f *http2.Framer) { f.WritePing(false, [8]byte{1}) })
			w.frame(fact.In, func(f *http2.Framer) { f.WriteWindowUpdate(0, 1000) })
			w.frame(fact.In, func(f *http2.Framer) { f.WriteRawFrame(0x10, 0, 0, []byte("0000u=1")) })
			w.frame(fact.In, func(f *http2.Framer) { f.WriteRawFrame(0xbe, 0xff, 7, []byte("grease")) })
			w.frame(fact.In, func(f *http2.Framer) { f.WriteGoAway(1, http2.ErrCodeNo, []byte("bye")) })
			w.ok(1, "A")
		}, `4ms request 1 GET /a host=example.org ` + ua + ` body="" size=0
			12ms..13ms response 1 200 "" header="content-type: text/plain\r\n" body="A" size=1`},
		{"a push enters its fields in the table", func(w *wire) {
			w.get(1, "/a")
			block := w.fields(fact.In, ":method GET", ":scheme http", ":path /pushed", "x-first seen-in-the-promise")
			w.frame(fact.In, func(f *http2.Framer) {
				f.WritePushPromise(http2.PushPromiseParam{StreamID: 1, PromiseID: 2, BlockFragment: block, EndHeaders: true, PadLength: 3})
			})
			w.headers(fact.In, 2, false, ":status 200", "x-second seen-in-the-push")
			w.data(fact.In, 2, true, "pushed")
			w.headers(fact.In, 1, true, ":status 200", "x-first seen-in-the-promise", "x-second seen-in-the-push")
		}, `4ms request 1 GET /a host=example.org ` + ua + ` body="" size=0
			8ms response 1 200 "" header="x-first: seen-in-the-promise\r\nx-second: seen-in-the-push\r\n" body="" size=0`},
		{"gzip", func(w *wire) {
			w.get(1, "/a")
			w.headers(fact.In, 1, false, ":status 200", "content-encoding gzip")
			w.data(fact.In, 1, true, squeezed.String())
		}, `4ms request 1 GET /a host=example.org ` + ua + ` body="" size=0
			5ms..6ms response 1 200 "" header="content-encoding: gzip\r\n" body="42[\"squeezed\"]" size=38`},
		{"given up by the client", func(w *wire) {
			w.get(1, "/a")
			w.frame(fact.Out, func(f *http2.Framer) { f.WriteRSTStream(1, http2.ErrCodeCancel) })
			w.headers(fact.In, 1, false, ":status 200") // was under way
			w.get(3, "/b")
		}, `4ms request 1 GET /a host=example.org ` + ua + ` body="" size=0
			5ms reset 1 out code=8
			7ms request 2 GET /b host=example.org ` + ua + ` body="" size=0`},
		{"given up by the server, in both", func(w *wire) {
			w.headers(fact.Out, 1, false, ":method POST", ":scheme http", ":path /a")
			w.data(fact.Out, 1, false, "begun")
			w.headers(fact.In, 1, false, ":status 200")
			w.data(fact.In, 1, false, "begun too")
			w.frame(fact.In, func(f *http2.Framer) { f.WriteRSTStream(1, http2.ErrCodeInternal) })
			w.data(fact.Out, 1, true, "never read")
		}, `4ms..5ms request 1 POST /a host= header="" body="begun" size=5 [incomplete]
			6ms..7ms response 1 200 "" header="" body="begun too" size=9 [incomplete]`},
		{"answered before it is complete", func(w *wire) {
			w.headers(fact.Out, 1, false, ":method POST", ":scheme http", ":path /a")
			w.data(fact.Out, 1, false, "begun")
			w.headers(fact.In, 1, true, ":status 413")
			w.frame(fact.In, func(f *http2.Framer) { f.WriteRSTStream(1, http2.ErrCodeNo) })
			w.data(fact.Out, 1, true, "never read")
		}, `4ms..5ms request 1 POST /a host= header="" body="begun" size=5 [incomplete]
			6ms response 1 413 "" header="" body="" size=0`},
		{"the end comes first", func(w *wire) {
			w.get(1, "/a")
			w.headers(fact.In, 1, false, ":status 200")
			w.data(fact.In, 1, false, "half")
			w.headers(fact.Out, 3, false, ":method POST", ":scheme http", ":path /b")
			w.data(fact.Out, 3, false, "half")
		}, `4ms request 1 GET /a host=example.org ` + ua + ` body="" size=0
			5ms..6ms response 1 200 "" header="" body="half" size=4 [incomplete]
			7ms..8ms request 2 POST /b host= header="" body="half" size=4 [incomplete]`},
		{"values that would end their line", func(w *wire) {
			w.headers(fact.Out, 1, true, ":method GET", ":scheme http", ":path http://other/a", "x a\r\nb: c")
			w.headers(fact.In, 1, true, ":status 200", "bad:name x")
		}, `4ms request 1 GET /a host= header="x: a  b: c\r\n" body="" size=0
			5ms malformed in "http/2: a field name that is none" sample="bad:name"
			5ms response 1 200 "" header="" body="" size=0`},
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

// TestServerFirst: a server's SETTINGS are often on the wire before the client's preface.
func TestServerFirst(t *testing.T) {
	t.Parallel()
	w := join()
	w.frame(fact.In, func(f *http2.Framer) { f.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 128}) })
	w.raw(fact.Out, http2.ClientPreface)
	w.frame(fact.Out, func(f *http2.Framer) { f.WriteSettings() })
	w.get(1, "/a")
	w.ok(1, "A")
	want(t, w, `4ms request 1 GET /a host=example.org `+ua+` body="" size=0
		5ms..6ms response 1 200 "" header="content-type: text/plain\r\n" body="A" size=1`)
}

// TestNotHTTP2: a server that does not speak it answers in HTTP/1.
func TestNotHTTP2(t *testing.T) {
	t.Parallel()
	w := join()
	w.raw(fact.Out, http2.ClientPreface)
	w.raw(fact.In, "HTTP/1.1 400 Bad Request\r\n\r\n")
	want(t, w, `2ms malformed in "http/2: the server answers in HTTP/1" sample="HTTP/1.1 "`)
}
