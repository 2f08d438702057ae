package words_test

import (
	"strings"
	"testing"

	"sioscope/internal/stories"
	"sioscope/protocol/session"
	"sioscope/ui/words"
)

// TestWhatIsNotAcknowledgedIsTold: of an event, and of its session; and not of one that was acknowledged.
func TestWhatIsNotAcknowledgedIsTold(t *testing.T) {
	t.Parallel()
	st := stories.New()
	st.Options = session.Options{KeepRows: true, KeepPayloads: true}
	for _, line := range []string{
		`1 > GET /socket.io/?EIO=4&transport=websocket | Upgrade: websocket`, `1 < 101`, `1 in OPENED(aaaaaaaaaaaaaaaaAAAA)`,
		`1 out 420["a"]`, `1 out 421["b"]`, `1 in 431["b"]`, `1 end client`,
	} {
		if err := st.Play(line); err != nil {
			t.Fatal(err)
		}
	}
	st.Finish()
	w := words.Writer{Tracker: &st.Tracker}
	text := w.Session(0)
	has(t, text, "1 event of the client and 0 of the server asked to be acknowledged, and no acknowledgement was seen")
	told := ""
	for i := range st.Rows {
		if text := w.Row(int32(i)); strings.Contains(text.Plain(), "No acknowledgement of it was seen.") {
			told += string(st.Payload(st.Rows[i].Data))
		}
	}
	if told != `20["a"]` {
		t.Errorf("of these packets it is said that no acknowledgement was seen: %q", told)
	}
}
