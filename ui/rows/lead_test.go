package rows

import (
	"testing"

	"sioscope/protocol/session"
)

func TestSocketIOPackets(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in          string
		id                int64
		attachments       uint8
		what, space, args string
	}{
		{"event", `2["hello","hi0"]`, -1, 0, `["hello","hi0"]`, "", `["hello","hi0"]`},
		{"event with ack", `20["hello","hi0"]`, 0, 0, `["hello","hi0"]`, "", `["hello","hi0"]`},
		{"in a namespace", `2/chat,12["m"]`, 12, 0, `/chat,["m"]`, "/chat", `["m"]`},
		{"ack", `30[{"ok":true}]`, 0, 0, `[{"ok":true}]`, "", `[{"ok":true}]`},
		{"binary", `51-/b,7["f",{"num":0}]`, 7, 1, `/b,["f",{"num":0}]`, "/b", `["f",{"num":0}]`},
		{"connect", "0", -1, 0, "/", "", ""},
		{"connect to a namespace", "0/admin,", -1, 0, "/admin", "/admin", ""},
		{"broken", "2/", -1, 0, "/", "/", ""},
		{"empty", "", 3, 0, "/", "", ""},
	} {
		r := &session.Row{HasSIO: true, ID: tt.id, Attachments: tt.attachments}
		if got := arguments(r, []byte(tt.in)); got != tt.what {
			t.Errorf("%s: the cell is %q, want %q", tt.name, got, tt.what)
		}
		if space, args := divide(r, []byte(tt.in)); space != tt.space || string(args) != tt.args {
			t.Errorf("%s: got %q and %q, want %q and %q", tt.name, space, args, tt.space, tt.args)
		}
	}
	for id, want := range map[int64]string{-1: "EVENT /chat", 0: "EVENT /chat, ack 0"} {
		if got := leading("EVENT", "/chat", id); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
