package session

import (
	"strconv"
	"testing"

	"sioscope/protocol/fact"
)

// TestLateSocket: of a WebSocket that the capture joined late, more than one sign says that it is Engine.IO's; others send
// plain numbers.
func TestLateSocket(t *testing.T) {
	t.Parallel()
	says := func(w *wire, texts ...string) { // the server's after "<", the client's after ">"
		for _, text := range texts {
			dir := fact.In
			if text[0] == '>' {
				dir = fact.Out
			}
			w.frame("1", dir, text[1:])
		}
	}
	numbers := func(from int, by string) (out []string) {
		for i := range 200 {
			out = append(out, by+strconv.Itoa(from+i))
		}
		return out
	}
	tests := []struct {
		name    string
		texts   []string
		want    int      // sessions
		packets [2]int64 // out, in
	}{
		{"an event", []string{`<42["a"]`}, 1, [2]int64{0, 1}},
		{"an event with an acknowledgement, in a namespace", []string{`<42/chat,17["a"]`}, 1, [2]int64{0, 1}},
		{"a namespace alone", []string{`>41/chat,`}, 1, [2]int64{1, 0}},
		{"a heartbeat of revision 4", []string{"<2", ">3"}, 1, [2]int64{1, 1}},
		{"a heartbeat of revision 3", []string{">2", "<3"}, 1, [2]int64{1, 1}},
		{"a heartbeat after messages of no Socket.IO", []string{"<4hello", "<2", ">3"}, 1, [2]int64{1, 1}},
		{"a probe", []string{">2probe"}, 1, [2]int64{1, 0}},
		{"an open packet", []string{"<" + open("aaaaaaaaaaaaaaaaAAAA"), "<40", ">40"}, 1, [2]int64{1, 2}},
		{"a goodbye", []string{">41", ">close"}, 1, [2]int64{1, 0}},
		{"a number, and the other side closes", []string{"<41", ">close"}, 0, [2]int64{}},
		{"numbers, and a close", []string{"<40", "<41", "<close"}, 0, [2]int64{}},
		{"a number like a goodbye, and more", []string{"<41", "<3", "<2", "<close"}, 0, [2]int64{}},
		{"with zeros", []string{"<007", "<0", "<0.5"}, 0, [2]int64{}},
		{"one ping", []string{"<2"}, 0, [2]int64{}},
		{"a pong that came before", []string{">3", "<2"}, 0, [2]int64{}},
		{"counting up", numbers(1, "<"), 0, [2]int64{}},
		{"counting up from 40", numbers(40, "<"), 0, [2]int64{}},
		{"status codes", []string{"<100", "<200", "<404", "<500", "<403"}, 0, [2]int64{}},
		{"decimals", []string{"<40.5", "<42.25", "<43.0", "<44.1", "<2", "<4.2e1", "<42 "}, 0, [2]int64{}},
		{"acknowledgements of numbers", []string{"<4217", "<4318", "<420"}, 0, [2]int64{}},
		{"an echo", []string{">1", "<1", ">2", "<2", ">3", "<3", ">4", "<4"}, 0, [2]int64{}},
		{"numbers both ways", []string{"<40", "<41", "<42", "<2", ">3", "<3", "<21", "<40", "<2", ">3"}, 0, [2]int64{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire(Options{})
			w.t.Add(&fact.Opened{Conn: w.conn("1"), Time: w.tick()})
			says(w, tt.texts...)
			w.t.Finish()
			if n := len(w.t.Sessions); n != tt.want {
				t.Fatalf("%d sessions, want %d", n, tt.want)
			}
			if tt.want == 1 && w.t.Sessions[0].Packets != tt.packets {
				t.Errorf("packets %v, want %v", w.t.Sessions[0].Packets, tt.packets)
			}
		})
	}
}
