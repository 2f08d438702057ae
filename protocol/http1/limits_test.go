package http1_test

import (
	"strings"
	"testing"

	"sioscope/internal/convo"
	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
)

func out(s string) convo.Turn { return convo.Turn{Dir: fact.Out, At: 1e6, Data: []byte(s)} }
func in(s string) convo.Turn  { return convo.Turn{Dir: fact.In, At: 2e6, Data: []byte(s)} }

func TestLimits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		turns []convo.Turn
		want  string
	}{
		{"header block", []convo.Turn{out("GET /1 HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("x", 200) + "\r\n\r\nGET /2 HTTP/1.1\r\n\r\n")}, `
1ms malformed out "http: header block too long" sample="GET /1 HTTP/1.1\r\nHost: h\r\nX: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
1ms request 1 GET /1 host=h header="Host: h\r\n" body="" size=0 [incomplete]
1ms request 2 GET /2 host= header="" body="" size=0
`},
		{"exactly", []convo.Turn{out("GET /1 HTTP/1.1\r\nX: " + strings.Repeat("x", 76) + "\r\n\r\n")}, `
1ms request 1 GET /1 host= header="X: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n" body="" size=0
`},
		{"body", []convo.Turn{out("POST /1 HTTP/1.1\r\nContent-Length: 12\r\n\r\n0123456789ab")}, `
1ms request 1 POST /1 host= header="Content-Length: 12\r\n" body="0123456789" size=12 [truncated]
`},
		{"body exactly", []convo.Turn{out("POST /1 HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789")}, `
1ms request 1 POST /1 host= header="Content-Length: 10\r\n" body="0123456789" size=10
`},
		{"chunk extension", []convo.Turn{out("POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + strings.Repeat("x", 200) + "\r\n")}, `
1ms request 1 POST /1 host= header="Transfer-Encoding: chunked\r\n" body="" size=0 [incomplete]
1ms malformed out "http: chunk extensions or trailers too long" sample="xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
`},
		{"chunk size", []convo.Turn{out("POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n")}, `
1ms request 1 POST /1 host= header="Transfer-Encoding: chunked\r\n" body="" size=0 [incomplete]
1ms malformed out "http: malformed chunk size" sample="0\r\n"
`},
		{"many chunks", []convo.Turn{out("POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("1\r\nx\r\n", 100) + "0\r\n\r\n")}, `
1ms request 1 POST /1 host= header="Transfer-Encoding: chunked\r\n" body="xxxxxxxxxx" size=100 [truncated]
`},
		{"requests nobody answers", []convo.Turn{out(strings.Repeat("GET /1 HTTP/1.1\r\n\r\n", 1000)), in("HTTP/1.1 204 No Content\r\n\r\n")}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			play := play(&http1.Options{MaxHead: 100, MaxBody: 10}, false)
			got := convo.Facts(tt.turns, play)
			convo.CheckSplits(t, tt.turns, got, play)
			if want := strings.TrimPrefix(tt.want, "\n"); want != "" && got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// What is kept back for an upgrade is bounded: past that, its look decides.
func TestHeldLimit(t *testing.T) {
	t.Parallel()
	const ask = "GET /ws HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
	frame := "\x81\xfe\x03\xe8abcd" + strings.Repeat("x", 1000)
	for _, tt := range []struct {
		name, data string
		switched   bool
	}{
		{"frames", strings.Repeat(frame, 100), true},
		{"requests", strings.Repeat("GET / HTTP/1.1\r\nX: "+strings.Repeat("x", 1000)+"\r\n\r\n", 100), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := http1.New(nil, new(http1.Options))
			requests := 0
			emit := func(f fact.Fact) {
				if _, ok := f.(*fact.Request); ok {
					requests++
				}
			}
			c.Write(fact.Out, 1, []byte(ask), emit)
			rest := c.Write(fact.Out, 2, []byte(tt.data), emit)
			if (c.Switched() != nil) != tt.switched {
				t.Fatalf("switched %+v", c.Switched())
			}
			held := 0
			for _, s := range c.Held(fact.Out) {
				held += len(s.Data)
			}
			if tt.switched && held+len(rest) != len(tt.data) || !tt.switched && requests != 101 {
				t.Errorf("%d bytes held, %d returned, of %d; %d requests", held, len(rest), len(tt.data), requests)
			}
		})
	}
}
