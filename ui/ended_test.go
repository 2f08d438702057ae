package ui

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"sioscope/capture/dial"
	"sioscope/ui/look"
)

// mortal is a Socket.IO server on polling alone. Its first session gets no acknowledgement, and no answer from the time
// on at which dies is closed; later ones get both.
func mortal(t *testing.T, dies chan bool) string {
	var sessions atomic.Int32
	out := make(chan string, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		first := dies
		if !strings.HasSuffix(r.URL.Query().Get("sid"), "A1") {
			first = nil
		}
		switch text := string(body); {
		case r.URL.Query().Get("sid") == "":
			fmt.Fprintf(w, `0{"sid":"abcdefghijklmnopAAA%d","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`, sessions.Add(1))
		case r.Method == http.MethodGet:
			select {
			case text := <-out:
				io.WriteString(w, text)
			case <-r.Context().Done():
			case <-first:
				panic(http.ErrAbortHandler)
			}
		case strings.HasPrefix(text, "40"):
			out <- `40{"sid":"x"}`
			io.WriteString(w, "ok")
		case strings.HasPrefix(text, "42"):
			io.WriteString(w, "ok")
			if sessions.Load() > 1 {
				out <- "43" + text[2:strings.IndexByte(text, '[')] + `["late"]`
			}
		default:
			out <- "6"
			io.WriteString(w, "ok")
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestAckOfADeadSessionNeverComes(t *testing.T) {
	w, posted := liveWindow(t)
	dies := make(chan bool)
	w.Connect(mortal(t, dies), dial.Options{Transports: []string{dial.Polling}})
	defer w.ends(t, posted)
	talk := w.connector.talk
	state := func(want string) {
		t.Helper()
		loop(t, posted, func() bool { return talk.state.full == want })
	}
	state("Connected, on polling")
	talk.event.SetText("echo")
	talk.ack.SetChecked(true)
	talk.send.OnTapped()
	loop(t, posted, func() bool { return w.says(`["echo"]`) })
	close(dies)
	state("Disconnected")
	if got := talk.sent[0].became(nil); got != "the ack never came" {
		t.Errorf("of the event to the dead session it says %q", got)
	}
	if got := talk.said.says; !strings.Contains(got, "session is over") {
		t.Errorf("how it ended is told as %q", got)
	}
	loop(t, posted, func() bool { return strings.Contains(w.verdict.says, "The server ended the session after ") })
	if w.verdict.edge.color == look.Good {
		t.Error("the verdict of a session that the server ended is green")
	}
	talk.again.OnTapped()
	state("Connected, on polling")
	talk.send.OnTapped()
	loop(t, posted, func() bool { return len(talk.sent) == 2 && talk.sent[0].acked })
	if got := talk.sent[1].became(nil); got != "the ack never came" {
		t.Errorf("after another session's ack, of the event to the dead session it says %q", got)
	}
}

// TestTheToolbarIsAsHighWhenASourceIsOver: what lies below it would jump.
func TestTheToolbarIsAsHighWhenASourceIsOver(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	b := u.w.tools
	b.showRate("● live", true)
	live := b.object.MinSize().Height
	if b.showRate("over", false); b.object.MinSize().Height != live {
		t.Errorf("the toolbar is %v high while a source is live, and then %v", live, b.object.MinSize().Height)
	}
}
