package http2_test

import (
	"bytes"
	"compress/flate"
	"testing"

	"golang.org/x/net/http2"

	"sioscope/protocol/fact"
	"sioscope/protocol/wsframe"
)

var mask = &[4]byte{1, 2, 3, 4}

func (w *wire) connect(stream uint32, extra ...string) {
	pairs := append([]string{":method CONNECT", ":protocol websocket", ":scheme https", ":path /socket.io/?EIO=4&transport=websocket",
		":authority example.org"}, extra...)
	w.headers(fact.Out, stream, false, pairs...)
}

func frame(compressed bool, key *[4]byte, payload string) string {
	return string(wsframe.AppendFrame(nil, true, wsframe.Text, key, compressed, []byte(payload)))
}

// deflater compresses messages one after the other, RFC 7692 §7.2.1.
type deflater struct {
	buf bytes.Buffer
	z   *flate.Writer
}

func (d *deflater) message(key *[4]byte, text string) string {
	if d.z == nil {
		d.z, _ = flate.NewWriter(&d.buf, 9)
	}
	d.buf.Reset()
	d.z.Write([]byte(text))
	d.z.Flush()
	return frame(true, key, string(bytes.TrimSuffix(d.buf.Bytes(), []byte{0, 0, 0xff, 0xff})))
}

const asked = `request 1 CONNECT /socket.io/?EIO=4&transport=websocket host=example.org header="" body="" size=0 [protocol websocket]`

func TestTunnels(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		build func(*wire)
		want  string
	}{
		{"two WebSockets and a poll", func(w *wire) {
			w.connect(1)
			w.headers(fact.In, 1, false, ":status 200")
			w.connect(3)
			w.data(fact.In, 1, false, frame(false, nil, "0{}")+frame(false, nil, "2"))
			w.headers(fact.In, 3, false, ":status 200")
			w.get(5, "/socket.io/?EIO=4")
			message := frame(false, mask, "3 in two pieces")
			w.data(fact.Out, 1, false, message[:5])
			w.data(fact.Out, 3, false, frame(false, mask, "40"))
			w.data(fact.Out, 1, false, message[5:])
			w.ok(5, "0{}")
			w.data(fact.Out, 3, true, "")
			w.data(fact.In, 3, true, "")
		}, `[1] 4ms opened 10.0.0.1:50000 > 10.0.0.2:80 [syn]
			[1] 4ms ` + asked + `
			[1] 5ms response 1 200 "" header="" body="" size=0
			[3] 6ms opened 10.0.0.1:50000 > 10.0.0.2:80 [syn]
			[3] 6ms ` + asked + `
			[1] 7ms message 1 in opcode=1 payload="0{}" size=3
			[1] 7ms message 1 in opcode=1 payload="2" size=1
			[3] 8ms response 1 200 "" header="" body="" size=0
			9ms request 1 GET /socket.io/?EIO=4 host=example.org ` + ua + ` body="" size=0
			[3] 11ms message 1 out opcode=1 payload="40" size=2
			[1] 10ms..12ms message 1 out opcode=1 payload="3 in two pieces" size=15
			13ms..14ms response 1 200 "" header="content-type: text/plain\r\n" body="0{}" size=3
			[3] 15ms closed out`},
		{"permessage-deflate, with what is between frames", func(w *wire) {
			var out, in deflater
			w.connect(1, "sec-websocket-extensions permessage-deflate; client_max_window_bits")
			w.headers(fact.In, 1, false, ":status 200", "sec-websocket-extensions permessage-deflate")
			w.data(fact.In, 1, false, in.message(nil, `42["news","again"]`))
			w.frame(fact.In, func(f *http2.Framer) {
				f.WriteDataPadded(1, false, []byte(in.message(nil, `42["news","again"]`)), make([]byte, 30))
			})
			w.data(fact.Out, 1, false, out.message(mask, `42["news","again"]`))
			w.frame(fact.In, func(f *http2.Framer) { f.WriteRSTStream(1, http2.ErrCodeCancel) })
			w.data(fact.Out, 1, false, out.message(mask, `42["late"]`))
		}, `[1] 4ms opened 10.0.0.1:50000 > 10.0.0.2:80 [syn]
			[1] 4ms request 1 CONNECT /socket.io/?EIO=4&transport=websocket host=example.org header="sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n" body="" size=0 [protocol websocket]
			[1] 5ms response 1 200 "" header="sec-websocket-extensions: permessage-deflate\r\n" body="" size=0
			[1] 6ms message 1 in opcode=1 payload="42[\"news\",\"again\"]" size=20 [compressed]
			[1] 7ms message 1 in opcode=1 payload="42[\"news\",\"again\"]" size=4 [compressed]
			[1] 8ms message 1 out opcode=1 payload="42[\"news\",\"again\"]" size=20 [compressed]
			[1] 9ms closed in [reset]`},
		{"the client's bytes are seen before the answer", func(w *wire) {
			w.connect(1)
			w.data(fact.Out, 1, false, frame(false, mask, "2probe"))
			w.headers(fact.In, 1, false, ":status 200")
			w.data(fact.In, 1, true, frame(false, nil, "3probe"))
		}, `[1] 4ms opened 10.0.0.1:50000 > 10.0.0.2:80 [syn]
			[1] 4ms ` + asked + `
			[1] 6ms response 1 200 "" header="" body="" size=0
			[1] 5ms message 1 out opcode=1 payload="2probe" size=6
			[1] 7ms message 1 in opcode=1 payload="3probe" size=6
			[1] 7ms closed in`},
		{"all of the server's is seen before the request", func(w *wire) {
			w.headers(fact.In, 1, false, ":status 200")
			w.data(fact.In, 1, true, frame(false, nil, "3probe"))
			w.connect(1)
			w.data(fact.Out, 1, true, frame(false, mask, "2probe"))
		}, `[1] 6ms opened 10.0.0.1:50000 > 10.0.0.2:80 [syn]
			[1] 6ms ` + asked + `
			[1] 4ms..5ms response 1 200 "" header="" body="" size=0
			[1] 5ms message 1 in opcode=1 payload="3probe" size=6
			[1] 7ms message 1 out opcode=1 payload="2probe" size=6
			[1] 5ms closed in`},
		{"refused", func(w *wire) {
			w.connect(1)
			w.headers(fact.In, 1, false, ":status 400", "content-type application/json")
			w.data(fact.In, 1, true, `{"code":1}`)
			w.connect(3)
			w.frame(fact.In, func(f *http2.Framer) { f.WriteRSTStream(3, http2.ErrCodeRefusedStream) })
		}, `[1] 4ms opened 10.0.0.1:50000 > 10.0.0.2:80 [syn]
			[1] 4ms ` + asked + `
			[1] 5ms..6ms response 1 400 "" header="content-type: application/json\r\n" body="{\"code\":1}" size=10
			[1] 6ms closed in
			[3] 7ms opened 10.0.0.1:50000 > 10.0.0.2:80 [syn]
			[3] 7ms ` + asked + `
			[3] 8ms closed in [reset]`},
		{"a proxy's CONNECT, and HTTP/1.1 in it", func(w *wire) {
			w.headers(fact.Out, 1, false, ":method CONNECT", ":authority inside:80")
			w.headers(fact.In, 1, false, ":status 200")
			w.data(fact.Out, 1, false, "GET /a HTTP/1.1\r\n\r\n")
			w.data(fact.In, 1, false, "HTTP/1.1 204 No Content\r\n\r\n")
		}, `[1] 4ms opened 10.0.0.1:50000 > 10.0.0.2:80 [syn]
			[1] 4ms request 1 CONNECT inside:80 host=inside:80 header="" body="" size=0
			[1] 5ms response 1 200 "" header="" body="" size=0
			[1] 6ms request 2 GET /a host= header="" body="" size=0
			[1] 7ms response 2 204 "No Content" header="" body="" size=0`},
		{"CONNECT for another protocol", func(w *wire) {
			w.headers(fact.Out, 1, false, ":method CONNECT", ":protocol connect-udp", ":scheme https", ":path /x", ":authority a")
			w.headers(fact.In, 1, false, ":status 200")
			w.data(fact.Out, 1, true, "whatever")
			w.data(fact.In, 1, true, "whatever")
		}, `[1] 4ms opened 10.0.0.1:50000 > 10.0.0.2:80 [syn]
			[1] 4ms request 1 CONNECT /x host=a header="" body="" size=0 [protocol connect-udp]
			[1] 5ms response 1 200 "" header="" body="" size=0
			[1] 6ms closed out`},
		{"frames that are none", func(w *wire) {
			w.connect(1)
			w.headers(fact.In, 1, false, ":status 200")
			w.data(fact.In, 1, false, "\x83\x00")
		}, `[1] 4ms opened 10.0.0.1:50000 > 10.0.0.2:80 [syn]
			[1] 4ms ` + asked + `
			[1] 5ms response 1 200 "" header="" body="" size=0
			[1] 6ms malformed in "websocket: reserved opcode 3" sample="\x83\x00"`},
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
