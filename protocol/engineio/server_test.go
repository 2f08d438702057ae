package engineio

import (
	"reflect"
	"slices"
	"testing"
)

func TestParseOpen(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, in string
		want     Handshake
		dialect  Dialect
		err      string
	}{
		{
			"node 4", `{"sid":"a","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`,
			Handshake{SID: "a", Upgrades: []string{"websocket"}, PingInterval: 25000, PingTimeout: 20000, MaxPayload: 1e6,
				Keys: []string{"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}}, Node, "",
		},
		{
			"python", `{"sid":"a","upgrades":[],"pingTimeout":20000.0,"pingInterval":25000}`,
			Handshake{SID: "a", Upgrades: []string{}, PingInterval: 25000, PingTimeout: 20000,
				Keys: []string{"sid", "upgrades", "pingTimeout", "pingInterval"}}, Python, "",
		},
		{"client", `{"sid":"a","x":{"sid":1}}`, Handshake{SID: "a", Keys: []string{"sid", "x"}}, UnknownDialect, ""},
		{"no sid", `{}`, Handshake{}, UnknownDialect, "open packet: no sid"},
		{"no data", ``, Handshake{}, UnknownDialect, "open packet: not JSON"},
		{"array", `["sid"]`, Handshake{}, UnknownDialect, "open packet: not a JSON object"},
		{"cut", `{"sid":"a`, Handshake{}, UnknownDialect, "open packet: not JSON"},
		{"huge", `{"sid":"a","maxPayload":1e300}`, Handshake{SID: "a", MaxPayload: 1 << 53, Keys: []string{"sid", "maxPayload"}}, UnknownDialect, ""},
		{"wrong type", `{"sid":1}`, Handshake{Keys: []string{"sid"}}, UnknownDialect, "open packet: sid: json: cannot unmarshal number into Go value of type string"},
	} {
		got, err := ParseOpen([]byte(tc.in))
		text := ""
		if err != nil {
			text = err.Error()
		}
		if !reflect.DeepEqual(got, tc.want) || text != tc.err || got.Dialect() != tc.dialect {
			t.Errorf("%s: %+v, %v, %q; want %+v, %v, %q", tc.name, got, got.Dialect(), text, tc.want, tc.dialect, tc.err)
		}
	}
}

func TestParseError(t *testing.T) {
	t.Parallel()
	const python = `"The client is using an unsupported version of the Socket.IO or Engine.IO protocols"`
	for _, tc := range []struct {
		status     int
		kind, body string
		want       Error
		ok         bool
	}{
		{400, "application/json", `{"code":1,"message":"Session ID unknown"}`, Error{1, true, "Session ID unknown", Node}, true},
		{403, "application/json", `{"code":4,"message":"nope"}`, Error{4, true, "nope", Node}, true},
		{400, "application/json", `{"code":"nope"}`, Error{NoCode, false, "nope", Node}, true},
		{400, "application/json", `{"code":"1","message":"Session ID unknown"}`, Error{1, true, "Session ID unknown", Socketioxide}, true},
		{400, "text/html", "Session ID unknown", Error{1, false, "Session ID unknown", NodeUpgrade}, true},
		{101, "", "Unsupported protocol version", Error{5, false, "Unsupported protocol version", NodeUpgrade}, true},
		{400, "text/html", "Missing or invalid Sec-WebSocket-Key header", Error{NoCode, false, "Missing or invalid Sec-WebSocket-Key header", NodeUpgrade}, true},
		{400, "text/plain", `"Invalid session abc"`, Error{1, false, "Invalid session abc", Python}, true},
		{400, "text/plain", `"Invalid transport"`, Error{NoCode, false, "Invalid transport", Python}, true},
		{400, "text/plain", python, Error{5, false, python[1 : len(python)-1], Python}, true},
		{401, "text/plain", `"Unauthorized"`, Error{4, false, "Unauthorized", Python}, true},
		{400, "text/plain", `"Not an accepted origin."`, Error{4, false, "Not an accepted origin.", Python}, true},
		{400, "text/plain", `"https://a.example is not an accepted origin."`, Error{4, false, "https://a.example is not an accepted origin.", Python}, true},
		{400, "text/plain", `"Invalid websocket upgrade"`, Error{NoCode, false, "Invalid websocket upgrade", Python}, true},
		{400, "text/plain; charset=utf-8", "invalid sid value: 7\n", Error{1, false, "invalid sid value: 7", Googollee}, true},

		{200, "text/plain", `{"code":1,"message":"Session ID unknown"}`, Error{}, false},
		{404, "application/json", `{"code":404,"message":"no route"}`, Error{}, false},
		{400, "application/json", `{"code":"404","message":"no route"}`, Error{}, false},
		{400, "application/json", `{"code":"bad","why":"x"}`, Error{}, false},
		{400, "application/json", `{"code":[1]}`, Error{}, false},
		{400, "application/json", `{"message":"Session ID unknown"}`, Error{}, false},
		{400, "application/json", `{"code":1,"message":{}}`, Error{}, false},
		{502, "text/html", "<html><body>Bad Gateway</body></html>", Error{}, false},
		{400, "text/html", "<h1>Session ID unknown</h1>", Error{}, false},
		{403, "text/html", "Forbidden", Error{}, false},
		{503, "text/plain", "no healthy upstream", Error{}, false},
		{400, "application/json", `"a string"`, Error{}, false},
		{400, "", `"`, Error{}, false},
		{500, "", "", Error{}, false},
	} {
		got, ok := ParseError(tc.status, []byte(tc.kind), []byte(tc.body))
		if ok != tc.ok || ok && got != tc.want {
			t.Errorf("%d %q: %+v, %v; want %+v, %v", tc.status, tc.body, got, ok, tc.want, tc.ok)
		}
	}
}

func TestCounter(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		sid  string
		kind IDKind
		want uint32
		ok   bool
	}{
		{"npC_q4KvM0bpKTJFAAAA", Counter24, 0, true},
		{"npC_q4KvM0bpKTJFAAAB", Counter24, 1, true},
		{"npC_q4KvM0bpKTJFAAHP", Counter24, 463, true},
		{"npC_q4KvM0bpKTJF____", Counter24, 1<<24 - 1, true},
		{"npC/q4KvM0bpKTJFAAAA", OtherID, 0, false},
		{"AQIDBAUGBwgJCgAAAAAAAAAF", Counter64, 5, true},
		{"++//BAUGBwgJCgAAAAAAAAEA", Counter64, 256, true},
		{"AQIDBAUGBwgJCgEAAAAAAAAF", Counter64, 5, false},
		{"123e4567-e89b-12d3-a456-426614174000", UUID, 0, false},
		{"AbCdEfGhIjKlMnOp", Random16, 0, false},
		{"1z", Sequential, 0, false},
		{"", OtherID, 0, false},
		{"päng", OtherID, 0, false},
	} {
		n, ok := Counter(tc.sid)
		if ok != tc.ok || n != tc.want || KindOf(tc.sid) != tc.kind {
			t.Errorf("%q: %d, %v, kind %d; want %d, %v, kind %d", tc.sid, n, ok, KindOf(tc.sid), tc.want, tc.ok, tc.kind)
		}
	}
}

func TestRecognise09(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		path, body string
		want       Legacy
		ok         bool
	}{
		{"/socket.io/1/?t=1371", "4d4f185e96a7b:15:25:websocket,xhr-polling",
			Legacy{SID: "4d4f185e96a7b", Heartbeat: 15, Close: 25, Transports: []string{"websocket", "xhr-polling"}}, true},
		{"/socket.io/1/?t=1371", "a::25:websocket\n", Legacy{SID: "a", Close: 25, Transports: []string{"websocket"}}, true},
		{"/socket.io/1/", "", Legacy{}, true},
		{"/socket.io/1/websocket/4d4f185e96a7b?x=1", "", Legacy{SID: "4d4f185e96a7b", Transport: "websocket"}, true},
		{"/chat/socket.io/1/xhr-polling/a/", "", Legacy{SID: "a", Transport: "xhr-polling"}, true},
		{"/socket.io/1/websocket", "", Legacy{Transport: "websocket"}, false},
		{"/socket.io/1/?t=1", "<html>404: not: found: here</html>", Legacy{}, false},
		{"/socket.io/1/?t=1", "a:-1:25:websocket", Legacy{}, false},
		{"/socket.io/?EIO=4&transport=polling", "0{}", Legacy{}, false},
	} {
		got, ok := Recognise09(tc.path, []byte(tc.body))
		if ok != tc.ok || got.SID != tc.want.SID || got.Transport != tc.want.Transport || got.Heartbeat != tc.want.Heartbeat ||
			got.Close != tc.want.Close || !slices.Equal(got.Transports, tc.want.Transports) {
			t.Errorf("%s %q: %+v, %v; want %+v, %v", tc.path, tc.body, got, ok, tc.want, tc.ok)
		}
	}
}
