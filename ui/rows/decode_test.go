package rows_test

import (
	"testing"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/rows"
)

// frames is a session that is on WebSocket, with the given messages: text begins with its Engine.IO type, binary with 'b'.
func frames(t *testing.T, list []string) *session.Tracker {
	t.Helper()
	tr := &session.Tracker{Options: session.Options{KeepRows: true, KeepPayloads: true}}
	c := &fact.Conn{ID: 1}
	tr.Add(&fact.Opened{Conn: c, Time: 1000, SYN: true})
	tr.Add(&fact.Request{Conn: c, Exchange: 1, Start: 1001, End: 1001, Method: "GET", Target: "/socket.io/?EIO=4&transport=websocket",
		Header: fact.Header("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n")})
	tr.Add(&fact.Response{Conn: c, Exchange: 1, Start: 1002, End: 1002, Status: 101})
	list = append([]string{`i0{"sid":"abcdefghijklmnopAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`}, list...)
	for i, f := range list {
		m := &fact.Message{Conn: c, Exchange: 1, Start: int64(1003 + i), End: int64(1003 + i), Opcode: fact.Text, Dir: fact.Out, Payload: []byte(f[1:])}
		if f[0] == 'i' || f[0] == 'B' {
			m.Dir = fact.In
		}
		if f[0] == 'b' || f[0] == 'B' {
			m.Opcode = fact.Binary
		}
		tr.Add(m)
	}
	tr.Finish()
	return tr
}

func TestDecode(t *testing.T) {
	t.Parallel()
	const event = "\x85\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xa2hi\x07\xa7options\xc0\xa2id\x05"
	for _, tt := range []struct {
		name   string
		frames []string
		at     int // which message is selected
		head   string
		data   string
		first  string // attachment
		none   bool
	}{
		{name: "a binary event", frames: []string{`o451-/a,["x",{"_placeholder":true,"num":0}]`, "b\x01\x02"}, at: 0,
			head: "BINARY_EVENT /a", data: `["x",{"_placeholder":true,"num":0}]`, first: "\x01\x02"},
		{name: "its attachment, the other direction in between",
			frames: []string{`o451-["x",{"_placeholder":true,"num":0}]`, `i42["y"]`, "b\x01\x02"}, at: 2,
			head: "BINARY_EVENT /", data: `["x",{"_placeholder":true,"num":0}]`, first: "\x01\x02"},
		{name: "an attachment missing", frames: []string{`o451-["x",{"_placeholder":true,"num":0}]`}, at: 0, none: true},
		{name: "text shows itself", frames: []string{`o42["x"]`}, at: 0, none: true},
		{name: "msgpack", frames: []string{"b" + event}, at: 0, head: "EVENT /, ack 5, msgpack", data: `["hi",7]`},
		{name: "two in a row", frames: []string{`o451-["x",{"_placeholder":true,"num":0}]`, "b\x01", `o451-["z",{"_placeholder":true,"num":0}]`, "b\x02"}, at: 3,
			head: "BINARY_EVENT /", data: `["z",{"_placeholder":true,"num":0}]`, first: "\x02"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tr := frames(t, tt.frames)
			row := message(t, tr, tt.at)
			got := rows.Decode(tr, row)
			if tt.none {
				if got != nil {
					t.Errorf("got %+v", got)
				}
				return
			}
			if got == nil {
				t.Fatalf("nothing is decoded of %+v", tr.Rows[row])
			}
			if got.Head() != tt.head || string(got.Packet.Data) != tt.data {
				t.Errorf("got %q, %s", got.Head(), got.Packet.Data)
			}
			if tt.first != "" && (len(got.Packet.Attachments) != 1 || string(got.Packet.Attachments[0]) != tt.first) {
				t.Errorf("attachments %q", got.Packet.Attachments)
			}
		})
	}
}

// message is the row of the n-th message after the open packet.
func message(t *testing.T, tr *session.Tracker, n int) int32 {
	t.Helper()
	for i := range tr.Rows {
		if r := &tr.Rows[i]; r.Kind == session.PacketRow && r.Type == engineio.Message {
			if n == 0 {
				return int32(i)
			}
			n--
		}
	}
	t.Fatal("there is no such row")
	return -1
}

func TestMsgPackReadsAsTextInItsCell(t *testing.T) {
	t.Parallel()
	tr := frames(t, []string{"b\x85\xa4type\x02\xa3nsp\xa2/a\xa4data\x92\xa2hi\x07\xa7options\xc0\xa2id\x05"})
	if got := rows.Of(nil, tr, &tr.Rows[message(t, tr, 0)], rows.Times{}); got.What != `/a,["hi",7]` || got.SocketIO != "EVENT · ack 5" {
		t.Errorf("got %q, %q", got.SocketIO, got.What)
	}
}
