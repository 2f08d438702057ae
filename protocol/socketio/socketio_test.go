package socketio

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sioscope/protocol/engineio"
)

func text(s string) engineio.Packet {
	return engineio.Packet{Type: engineio.Message, HasData: s != "", Data: []byte(s)}
}

func bin(s string) engineio.Packet {
	return engineio.Packet{Type: engineio.Message, Binary: true, HasData: true, Data: []byte(s)}
}

func TestParseHeader(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		rev  int
		in   string
		want string // type, namespace, id, attachments, data, odd
		err  error
	}{
		{5, `2["a"]`, `EVENT / -1 0 ["a"]`, nil},
		{0, `2/admin,13["a"]`, `EVENT /admin 13 0 ["a"]`, nil},
		{5, `52-/a,1[{}]`, `BINARY_EVENT /a 1 2 [{}]`, nil},
		{5, `1/a`, `DISCONNECT /a -1 0 `, nil},
		{5, `5011-["a"]`, `BINARY_EVENT / -1 11 ["a"] irregular number of attachments; more than 10 attachments`, nil},
		{5, `299999999999999999999999["a"]`, `EVENT / 9223372036854775807 0 ["a"] irregular acknowledgement id`, nil},
		{5, `2 7 ["a"]`, `EVENT / 7 0 ["a"] irregular acknowledgement id`, nil},
		{5, ` {"a":1}`, `CONNECT / -1 0 {"a":1} blank for the packet type`, nil},
		{4, `0["a"]`, `CONNECT / -1 0 ["a"]`, nil},
		{3, `30-12["a"]`, `ACK / 12 0 ["a"]`, nil},
		{3, `2{}`, `EVENT / -1 0 {}`, nil},
		{5, `3[]`, `ACK / -1 0 [] acknowledgement without an id`, nil},
		{5, `31`, `ACK / 1 0  no payload`, nil},

		{5, ``, "", ErrNoData},
		{5, `9`, "", ErrType},
		{3, `6`, "", ErrType},
		{5, `hello`, "", ErrType},
		{5, `21 2["a"]`, "", ErrID},
		{5, `50-["a"]`, "", ErrCountZero},
		{5, `5-["a"]`, "", ErrCountZero},
		{4, `5-1-["a"]`, "", ErrPayload},
		{5, `51`, "", ErrCount},
		{5, `5x-[]`, "", ErrCount},
		{5, `51e9-["a"]`, "", ErrTooMany},
		{5, `59999999999999999999-["a"]`, "", ErrTooMany},
		{4, `30-12["a"]`, "", ErrPayload},
		{5, `2abc["a"]`, "", ErrPayload},
		{5, `0[]`, "", ErrPayload},
		{5, `1{}`, "", ErrPayload},
		{5, `41`, `CONNECT_ERROR / 1 0 `, nil},
	} {
		h, err := ParseHeader(tc.rev, []byte(tc.in))
		if err != tc.err {
			t.Errorf("%d %q: %v, want %v", tc.rev, tc.in, err, tc.err)
			continue
		}
		got := strings.TrimSuffix(fmt.Sprintf("%s %s %d %d %s %s", h.Type, h.Namespace, h.ID, h.Attachments, h.Data, h.Odd), " ")
		if err == nil && got != tc.want {
			t.Errorf("%d %q: %s, want %s", tc.rev, tc.in, got, tc.want)
		}
	}
}

func TestEventName(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in, want string
		ok       bool
	}{
		{`["a",1]`, "a", true}, {`[""]`, "", true}, {`[ "a b" ]`, "a b", true}, {`["a\"\u00e9"]`, `a"é`, true},
		{`[12,"a"]`, "12", true}, {`[-1.5e3]`, "-1.5e3", true}, {`[e]`, "e", false}, {`[true]`, "", false},
		{`[]`, "", false}, {`[`, "", false}, {``, "", false}, {`{"a":1}`, "", false}, {`["a`, "", false}, {`["a\"`, "", false},
		{`["\x"]`, "", false},
		{"\x92\xa1a\x01", "a", true}, {"\x91\x05", "5", true}, {"\x91\xff", "-1", true}, {"\xdc\x00\x01\xd9\x01b", "b", true},
		{"\x90", "", false}, {"\x91", "", false}, {"\x91\xc0", "", false}, {"\x81\xa1a\x01", "", false},
	} {
		got, ok := EventName([]byte(tc.in))
		if ok != tc.ok || ok && string(got) != tc.want {
			t.Errorf("%q: %q, %v; want %q, %v", tc.in, got, ok, tc.want, tc.ok)
		}
	}
}

// run adds messages and returns what came of each: packets and errors, separated by "; ".
func run(d *Decoder, messages ...engineio.Packet) string {
	var out []string
	for _, m := range messages {
		err := d.Add(m, func(p Packet) {
			out = append(out, fmt.Sprintf("%s %s %s %q", p.Type.Name(d.Rev), p.Namespace, p.Data, p.Attachments))
		})
		if err != nil {
			out = append(out, err.Error())
		}
	}
	return strings.Join(out, "; ")
}

func TestDecoder(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		d    Decoder
		in   []engineio.Packet
		want string
	}{
		{"not a message", Decoder{}, []engineio.Packet{{Type: engineio.Ping, HasData: true, Data: []byte("probe")}}, ""},
		{"not Socket.IO", Decoder{}, []engineio.Packet{text("hello")}, "unknown packet type h"},
		{"not Socket.IO, revision 4", Decoder{Rev: 4}, []engineio.Packet{text("€")}, "unknown packet type €"},
		{"not JSON", Decoder{}, []engineio.Packet{text(`2["a"`)}, "invalid payload: not JSON"},
		{"wrong kind", Decoder{}, []engineio.Packet{text(`4[]`)}, "invalid payload: an error needs a string or an object"},
		{"revision 3 does not mind", Decoder{Rev: 3}, []engineio.Packet{text(`2["a"`)}, `ERROR  "parser error" []`},
		{"count of revision 3", Decoder{Rev: 4}, []engineio.Packet{text(`30-12["a"]`)},
			"invalid payload: an ACK with a number of attachments, as in revision 3"},
		{"revision 3, attached to an ACK", Decoder{Rev: 3}, []engineio.Packet{text(`31-12[{"_placeholder":true,"num":0}]`), bin("x")},
			`ACK / [{"_placeholder":true,"num":0}] ["x"]`},
		{"interrupted, then goes on", Decoder{}, []engineio.Packet{text(`52-["a"]`), bin("x"), text(`2["b"]`), text(`2["b"]`)},
			`got plaintext data when reconstructing a packet: attachments are missing, 1 of 2; EVENT / ["b"] []`},
		{"none announced, revision 4", Decoder{Rev: 4}, []engineio.Packet{text(`50-["a"]`), bin("x"), text(`2["b"]`)},
			`BINARY_EVENT / ["a"] []; got binary data when not reconstructing a packet: the packet before announced 0 attachments; EVENT / ["b"] []`},
		{"unexpected binary", Decoder{}, []engineio.Packet{bin("\x81"), bin("\x81\x01\x02"), bin("\x81\xa1a\x02")},
			strings.TrimSuffix(strings.Repeat(string(ErrUnexpected)+"; ", 3), "; ")},
		{"too many", Decoder{MaxAttachments: 2}, []engineio.Packet{text(`53-["a"]`)}, "too many attachments: 3"},
		{"too long", Decoder{MaxBytes: 12}, []engineio.Packet{text(`51-["a"]`), bin("12345"), text(`2["b"]`)},
			`attachments are longer than allowed: 13 bytes so far; EVENT / ["b"] []`},
		{"long text", Decoder{MaxBytes: 5}, []engineio.Packet{text(`2["ab"]`)}, "attachments are longer than allowed: the packet has 7 bytes"},
		{"the same again and again", Decoder{MaxBytes: 200},
			[]engineio.Packet{text(`51-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]`), bin(strings.Repeat("x", 120))},
			"attachments are longer than allowed: the payload names them again and again"},
		{"placeholder with more in it", Decoder{},
			[]engineio.Packet{text(`52-["a",{"x":{"_placeholder":true,"num":0},"num":9,"num":1,"_placeholder":true} , [ 1 ]]`), bin("x"), bin("y")},
			`BINARY_EVENT / ["a",{"_placeholder":true,"num":0},[1]] ["y"]`},
		{"escaped key", Decoder{}, []engineio.Packet{text(`51-["a",{"\u005fplaceholder":true,"num":0}]`), bin("x")},
			`BINARY_EVENT / ["a",{"_placeholder":true,"num":0}] ["x"]`},
		{"no placeholder", Decoder{}, []engineio.Packet{text(`51-["a",{"_placeholder":1,"num":0},{"num":7}]`), bin("x")},
			`BINARY_EVENT / ["a",{"_placeholder":1,"num":0},{"num":7}] []`},
		{"placeholder without a number", Decoder{}, []engineio.Packet{text(`51-["a",{"_placeholder":true}]`), bin("x")},
			"illegal attachments: a placeholder that names none: number , and there are 1"},
		{"placeholder in a plain event", Decoder{}, []engineio.Packet{text(`2["a",{"_placeholder":true,"num":7}]`)},
			`EVENT / ["a",{"_placeholder":true,"num":7}] []`},
	} {
		if got := run(&tc.d, tc.in...); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, got, tc.want)
		}
	}
}

func TestDecoderKeepsNothing(t *testing.T) {
	t.Parallel()
	var d Decoder
	var got Packet
	header, attachment := []byte(`51-["a",{"_placeholder":true,"num":0}]`), []byte("xyz")
	for _, p := range []engineio.Packet{{Type: engineio.Message, Data: header}, {Type: engineio.Message, Binary: true, Data: attachment}} {
		if have, want := d.Waiting(); have != 0 || want > 1 {
			t.Errorf("waiting for %d of %d", have, want)
		}
		if err := d.Add(p, func(p Packet) { got = p }); err != nil {
			t.Fatal(err)
		}
		clear(p.Data)
	}
	if string(got.Attachments[0]) != "xyz" || !bytes.Contains(got.Data, []byte(`"a"`)) {
		t.Errorf("%s %q", got.Data, got.Attachments)
	}
}

func TestMsgPack(t *testing.T) {
	t.Parallel()
	event := func(data string) string { return "\x83\xa4type\x02\xa3nsp\xa1/\xa4data" + data }
	for _, tc := range []struct{ name, in, want string }{
		{"numbers", event("\x9a\xa1a\x7f\xe0\xcc\xff\xcd\x01\x00\xce\xff\xff\xff\xff\xcf\xff\xff\xff\xff\xff\xff\xff\xff\xd0\x80\xd1\xff\x00\xd3\x80\x00\x00\x00\x00\x00\x00\x00"),
			`EVENT / ["a",127,-32,255,256,4294967295,18446744073709551615,-128,-256,-9223372036854775808] []`},
		{"floats", event("\x95\xa1a\xca\x3f\x80\x00\x00\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00\xd2\x00\x00\x00\x05"),
			`EVENT / ["a",1,0.1,null,5] []`},
		{"strings", event("\x94\xd9\x01a\xda\x00\x01\"\xdb\x00\x00\x00\x03\n\x01\\\xa1\xff"), `EVENT / ["a","\"","\n\u0001\\","�"] []`},
		{"words", event("\x94\xa1a\xc0\xc2\xc3"), `EVENT / ["a",null,false,true] []`},
		{"undefined", event("\x93\xa1a\xd4\x00\x00\x82\xa1x\xd4\x00\x00\xa1y\x01"), `EVENT / ["a",null,{"y":1}] []`},
		{"date", event("\x93\xa1a\xd7\x00\x00\x00\x01\x6f\x5e\x66\xe8\x00\xd7\x00\xff\xff\xff\xff\xff\xff\xff\xff"),
			`EVENT / ["a","2020-01-01T00:00:00.000Z","1969-12-31T23:59:59.999Z"] []`},
		{"extensions", event("\x95\xa1a\xc7\x02\x00xy\xd5\x05pq\xc8\x00\x01\x07z\xc5\x00\x01w"),
			`EVENT / ["a",{"_placeholder":true,"num":0},[5,{"_placeholder":true,"num":1}],[7,{"_placeholder":true,"num":2}],{"_placeholder":true,"num":3}] ["xy" "pq" "z" "w"]`},
		{"keys", event("\x92\xa1a\x86\x01\x01\xff\x02\xc0\x03\xc3\x04\xcb\x3f\xe0\x00\x00\x00\x00\x00\x00\x05\x90\x06"),
			`EVENT / ["a",{"1":1,"-1":2,"null":3,"true":4,"0.5":5,"[object Object]":6}] []`},
		{"long containers", event("\xdc\x00\x02\xa1a\xdf\x00\x00\x00\x01\xa1b\xdd\x00\x00\x00\x00"), `EVENT / ["a",{"b":[]}] []`},
		{"CONNECT without data", "\x83\xa4type\x00\xa4data\xd4\x00\x00\xa3nsp\xa6/admin", `CONNECT /admin  []`},
		{"CONNECT_ERROR", "\x83\xa4type\x04\xa4data\xa1x\xa3nsp\xa1/", `CONNECT_ERROR / "x" []`},
		{"id as float, type as float", "\x84\xa2id\xcb\x40\x1c\x00\x00\x00\x00\x00\x00\xa4type\xcb\x40\x08\x00\x00\x00\x00\x00\x00\xa3nsp\xa1/\xa4data\x90", `ACK / [] []`},

		{"EVENT without data", "\x82\xa4type\x02\xa3nsp\xa1/", "invalid payload"},
		{"DISCONNECT with data", "\x83\xa4type\x01\xa3nsp\xa1/\xa4data\x80", "invalid payload"},
		{"CONNECT with nil", "\x83\xa4type\x00\xa3nsp\xa1/\xa4data\xc0", "invalid payload"},
		{"bad id", "\x84\xa2id\xa1x\xa4type\x02\xa3nsp\xa1/\xa4data\x90", "invalid packet id"},
		{"negative id", "\x84\xa2id\xff\xa4type\x02\xa3nsp\xa1/\xa4data\x90", "invalid packet id"},
		{"bad type", "\x82\xa4type\xa11\xa3nsp\xa1/", "invalid packet type"},
		{"nsp not a string", "\x82\xa4type\x00\xa3nsp\x01", "invalid namespace"},
		{"cut", event("\x92\xa1a")[:20], string(ErrMsgPack)},
		{"more behind", event("\x91\xa1a") + "x", string(ErrMsgPack)},
		{"reserved byte", event("\x92\xa1a\xc1"), string(ErrMsgPack)},
		{"lying array", event("\xdd\xff\xff\xff\xff"), string(ErrMsgPack)},
		{"lying string", event("\xdb\xff\xff\xff\xff"), string(ErrMsgPack)},
		{"deep", event(strings.Repeat("\x91", 1<<20) + "\xa1a"), string(ErrMsgPackDepth)},
	} {
		if got := run(&Decoder{}, bin(tc.in)); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, got, tc.want)
		}
	}
}

func TestScanner(t *testing.T) {
	t.Parallel()
	var s Scanner
	for i, step := range []struct {
		in         engineio.Packet
		kind       Kind
		have, want int
		err        error
	}{
		{engineio.Packet{Type: engineio.Ping}, KindNone, 0, 0, nil},
		{text(`2["a"]`), KindPacket, 0, 0, nil},
		{text(`52-["a"]`), KindPacket, 0, 2, nil},
		{bin("\x81"), KindAttachment, 1, 2, nil},
		{engineio.Packet{Type: engineio.Pong}, KindNone, 1, 2, nil},
		{text(`51-["a"]`), KindPacket, 0, 1, ErrInterrupted},
		{bin("x"), KindAttachment, 1, 1, nil},
		{bin("x"), KindError, 1, 1, ErrUnexpected},
		{bin("\x83\xa4type\x02\xa3nsp\xa2/a\xa4data\x91\xa1b"), KindMsgPack, 1, 1, nil},
		{bin("\x82\xa4type\x09\xa3nsp\xa1/"), KindError, 1, 1, ErrMsgPackType},
		{text(`hello`), KindError, 0, 0, ErrType},
		{text(``), KindError, 0, 0, ErrNoData},
	} {
		h, kind, err := s.Scan(step.in)
		have, want := s.Waiting()
		if kind != step.kind || err != step.err || have != step.have || want != step.want {
			t.Errorf("step %d: kind %d, %d of %d, %v", i, kind, have, want, err)
		}
		if kind == KindMsgPack {
			if name, _ := EventName(h.Data); string(name) != "b" || string(h.Namespace) != "/a" {
				t.Errorf("msgpack event %q in %q", name, h.Namespace)
			}
		}
	}
}

func TestErrorsAreProblems(t *testing.T) {
	t.Parallel()
	var d Decoder
	for in, want := range map[string]Problem{"9": ErrType, "": ErrNoData, `2{}`: ErrPayload, `2["connect"]`: ErrPayload, "5": ErrCount} {
		if err := d.Add(text(in), func(Packet) {}); !errors.Is(err, want) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestAppendText(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		rev  int
		p    Packet
		want string
	}{
		{5, Packet{Type: Event, Namespace: "/a", ID: 1, Data: []byte(`["x"]`)}, `2/a,1["x"]`},
		{5, Packet{Type: Event, ID: -1, Data: []byte(`["x"]`), Attachments: [][]byte{{1}}}, `51-["x"]`},
		{5, Packet{Type: Ack, ID: 0, Data: []byte(`[]`), Attachments: [][]byte{{1}}}, `61-0[]`},
		{5, Packet{Type: Disconnect, Namespace: "/a", ID: -1}, `1/a,`},
		{3, Packet{Type: Disconnect, Namespace: "/a", ID: -1}, `1/a`},
		{3, Packet{Type: Ack, ID: 7, Data: []byte(`[]`), Attachments: [][]byte{{1}, {2}}}, `32-7[]`},
	} {
		if got := string(AppendText(nil, tc.rev, tc.p)); got != tc.want {
			t.Errorf("%s, want %s", got, tc.want)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	if got := fmt.Sprintln(ConnectError.Name(4), ConnectError.Name(5), ConnectError.Name(0), BinaryAck.Plain(), Type(9)); got != "ERROR CONNECT_ERROR CONNECT_ERROR ACK UNKNOWN\n" {
		t.Error(got)
	}
}
