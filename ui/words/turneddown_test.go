package words_test

import (
	"strings"
	"testing"

	"sioscope/internal/stories"
	"sioscope/protocol/session"
	"sioscope/ui/words"
)

// TestTurnedDownIsNoWebSocket: of a 101 that its client turned down the window does not say that it made a WebSocket.
func TestTurnedDownIsNoWebSocket(t *testing.T) {
	t.Parallel()
	st := stories.New()
	st.Options = session.Options{KeepRows: true, KeepPayloads: true}
	for _, line := range []string{
		`1 > GET /socket.io/?EIO=4&transport=polling&t=1`, `1 < 200 OPEN(aaaaaaaaaaaaaaaaAAAA)`,
		`2 > GET /socket.io/?EIO=4&transport=websocket&sid=aaaaaaaaaaaaaaaaAAAA | Upgrade: websocket | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==`,
		`2 < 101 | Upgrade: websocket | Connection: Upgrade`, `2 end client`,
	} {
		if err := st.Play(line); err != nil {
			t.Fatal(err)
		}
	}
	st.Finish()
	w := words.Writer{Tracker: &st.Tracker}
	for i := range st.Rows {
		if st.Rows[i].Kind == session.SwitchRow {
			text := w.Row(int32(i))
			has(t, text, "101: an answer that the client turned down", "It breaks RFC 6455: its Sec-WebSocket-Accept is missing.")
			if strings.Contains(text.Plain(), "probe") || !text.Bad {
				t.Errorf("it says:\n%s", text.Plain())
			}
			return
		}
	}
	t.Error("there is no 101")
}
