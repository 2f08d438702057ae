package engine_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sioscope/internal/lab/engine"
	"sioscope/internal/lab/rawclient"
)

// TestAnswers holds what is answered to single requests against what engine.io 6.6.12 answered to the same ones.
func TestAnswers(t *testing.T) {
	t.Parallel()
	nothing := engine.Options{}
	eio3 := engine.Options{AllowEIO3: true, CORS: engine.CORS{Origins: []string{"*"}}}
	refusing := engine.Options{AllowRequest: func(*http.Request) (string, bool) { return "nope", false }}
	polling := engine.Options{Transports: []string{"polling"}, CORS: engine.CORS{Origins: []string{"http://a.example"}, Credentials: true}}
	for _, tt := range []struct {
		name    string
		options engine.Options
		request string   // "GET query"; SID is that of a session, on polling
		fields  []string // of the head
		want    string   // "status content type: body", and fields that must be there
		has     []string
	}{
		{"unknown sid", nothing, "GET EIO=4&transport=polling&sid=abc", nil, `400 application/json: {"code":1,"message":"Session ID unknown"}`, nil},
		{"unknown sid on a POST", nothing, "POST EIO=4&transport=polling&sid=abc", nil, `400 application/json: {"code":1,"message":"Session ID unknown"}`, nil},
		{"webtransport", nothing, "GET EIO=4&transport=webtransport", nil, `400 application/json: {"code":0,"message":"Transport unknown"}`, nil},
		{"revision 3", nothing, "GET EIO=3&transport=polling", nil, `400 application/json: {"code":5,"message":"Unsupported protocol version"}`, nil},
		{"HEAD", nothing, "HEAD EIO=4&transport=polling", nil, `400 application/json: `, nil},
		{"OPTIONS without cors", nothing, "OPTIONS EIO=4&transport=polling", nil, `400 application/json: {"code":2,"message":"Bad handshake method"}`, nil},
		{"OPTIONS without cors, with a sid", nothing, "OPTIONS EIO=4&transport=polling&sid=SID", nil, `500 : `, nil},
		{"PUT with a sid", nothing, "PUT EIO=4&transport=polling&sid=SID", nil, `500 : `, nil},
		{"WebSocket without Upgrade", nothing, "GET EIO=4&transport=websocket", nil, `400 application/json: {"code":3,"message":"Bad request"}`, nil},
		{"WebSocket without Upgrade, with a sid", nothing, "GET EIO=4&transport=websocket&sid=SID", nil, `400 application/json: {"code":3,"message":"Bad request"}`, nil},
		{"WebSocket without Connection", nothing, "GET EIO=4&transport=websocket&sid=SID", []string{"Upgrade: websocket"}, `400 application/json: {"code":3,"message":"Bad request"}`, nil},
		{"another revision than the session's", eio3, "GET EIO=3&transport=polling&sid=SID", nil, `400 application/json: {"code":3,"message":"Bad request"}`, nil},
		{"forbidden", refusing, "GET EIO=4&transport=polling", nil, `403 application/json: {"code":4,"message":"nope"}`, nil},
		{"forbidden, and the wrong method", refusing, "POST EIO=4&transport=polling", nil, `400 application/json: {"code":2,"message":"Bad handshake method"}`, nil},
		{"WebSocket at a server without it", polling, "GET EIO=4&transport=websocket", []string{"Connection: Upgrade", "Upgrade: websocket"}, `400 application/json: {"code":0,"message":"Transport unknown"}`, nil},
		{"octet-stream in revision 4", nothing, "POST EIO=4&transport=polling&sid=SID", []string{"Content-Type: application/octet-stream"}, `400 : `, nil},
		{"POST without a body", nothing, "POST EIO=4&transport=polling&sid=SID", nil, `200 text/html: ok`, []string{"Cache-Control: no-store"}},
		{"a preflight", eio3, "OPTIONS EIO=4&transport=polling", []string{"Origin: http://x.example", "Access-Control-Request-Headers: x-foo"}, `204 : `,
			[]string{"Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: x-foo", "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE"}},
		{"a preflight from an allowed origin", polling, "OPTIONS EIO=4&transport=polling", []string{"Origin: http://a.example"}, `204 : `,
			[]string{"Access-Control-Allow-Origin: http://a.example", "Access-Control-Allow-Credentials: true", "Vary: Origin"}},
		{"a preflight from another origin", polling, "OPTIONS EIO=4&transport=polling", []string{"Origin: http://b.example"}, `204 : `, []string{"Access-Control-Allow-Origin: "}},
		{"an error, with cors", eio3, "GET EIO=4&transport=polling&sid=abc", []string{"Origin: http://x.example"}, `400 application/json: {"code":1,"message":"Session ID unknown"}`, []string{"Access-Control-Allow-Origin: *"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.options.Path = "/socket.io/"
			s := serve(t, tt.options)
			method, query, _ := strings.Cut(tt.request, " ")
			if strings.Contains(query, "SID") {
				_, sid, _ := strings.Cut(open(t, s, poll4), "&sid=")
				query = strings.ReplaceAll(query, "SID", sid)
			}
			a := s.Do(method, query, "", tt.fields...)
			if got := fmt.Sprintf("%d %s: %s", a.Status, a.Header.Get("Content-Type"), a.Body); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			for _, field := range tt.has {
				name, value, _ := strings.Cut(field, ": ")
				if got := a.Header.Get(name); got != value {
					t.Errorf("%s is %q, want %q", name, got, value)
				}
			}
		})
	}
}

// TestSockets holds what is written to WebSockets against what engine.io 6.6.12 wrote.
func TestSockets(t *testing.T) {
	t.Parallel()
	const close4 = "\x88\x00"
	for _, tt := range []struct {
		name, query string
		allowEIO3   bool
		sent        string // frames
		want        string // what comes after the head of the answer and the open packet; of a refusal all of it
	}{
		{"text", ws4, false, rawclient.Frame(1, "4hi"), "\x81\x034hi"},
		{"binary", ws4, false, rawclient.Frame(2, "\x01\x02"), "\x82\x02\x01\x02"},
		{"base64", ws4 + "&b64=1", false, rawclient.Frame(2, "\x01\x02"), "\x81\x05bAQI="},
		{"binary, revision 3", ws3, true, rawclient.Frame(2, "\x04\x01\x02") + rawclient.Frame(1, "2"), "\x82\x03\x04\x01\x02\x81\x013"},
		{"base64, revision 3", ws3 + "&b64=1", true, rawclient.Frame(2, "\x04\x01\x02"), "\x81\x06b4AQI="},
		{"not a packet", ws4, false, rawclient.Frame(1, "abc"), close4},
		{"an empty message", ws4, false, rawclient.Frame(1, ""), close4},
		{"a ping of the client's", ws4, false, rawclient.Frame(1, "2"), close4},
		{"a close packet, which is ignored", ws4, false, rawclient.Frame(1, "1") + rawclient.Frame(1, "4still"), "\x81\x064still"},
		{"a Close frame", ws4, false, rawclient.Frame(8, "\x03\xe8bye"), "\x88\x05\x03\xe8bye"},
		{"a control frame between fragments", ws4, false, "\x01\x82\x00\x00\x00\x004h" + rawclient.Frame(9, "p") + "\x80\x81\x00\x00\x00\x00i", "\x8a\x01p\x81\x034hi"},
		{"no mask", ws4, false, "\x81\x034hi", "\x88\x02\x03\xea"},
		{"a reserved opcode", ws4, false, rawclient.Frame(3, "4hi"), "\x88\x02\x03\xea"},
		{"a continuation of nothing", ws4, false, rawclient.Frame(0, "x"), "\x88\x02\x03\xea"},
		{"no UTF-8", ws4, false, rawclient.Frame(1, "4\xff"), "\x88\x02\x03\xef"},
		{"too long", ws4, false, rawclient.Frame(1, "4"+strings.Repeat("x", maxPayload)), "\x88\x02\x03\xf1"},
		{"transport=polling", poll4, false, "", close4},
		{"revision 3, refused", ws3, false, "", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-type: text/html\r\nContent-Length: 28\r\n\r\nUnsupported protocol version"},
		{"a probe", ws4 + "&sid=SID", false, rawclient.Frame(1, "2probe"), "\x81\x063probe"},
		{"a message instead of a probe", ws4 + "&sid=SID", false, rawclient.Frame(1, "4hi"), close4},
		{"no packet instead of a probe", ws4 + "&sid=SID", false, rawclient.Frame(1, "abc"), close4},
		{"unknown sid", ws4 + "&sid=abc", false, "", refusedText("Session ID unknown")},
		{"no transport", "EIO=4", false, "", refusedText("Transport unknown")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, engine.Options{Path: "/engine.io/", AllowEIO3: tt.allowEIO3, Accept: echoing().Accept})
			query := tt.query
			if strings.Contains(query, "SID") {
				_, sid, _ := strings.Cut(open(t, s, poll4), "&sid=")
				query = strings.ReplaceAll(query, "SID", sid)
			}
			head, tail := s.Upgrade(query, tt.sent, len(tt.want))
			got := tail
			if !strings.HasPrefix(head, "HTTP/1.1 101 ") {
				got = head + tail
			}
			if got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func refusedText(message string) string {
	return fmt.Sprintf("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-type: text/html\r\nContent-Length: %d\r\n\r\n%s", len(message), message)
}
