package ui

import (
	"net"
	"testing"

	"sioscope/capture/check"
	"sioscope/capture/dial"
	"sioscope/protocol/lang/langtest"
)

// TestSourcesSpeakTheWindowsLanguage: why a check and a client come to nothing is told in the window's language, in every
// place that tells it.
func TestSourcesSpeakTheWindowsLanguage(t *testing.T) {
	w, posted := liveWindow(t)
	w.setLanguage("ja")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	l.Close()
	w.Check(url, check.Options{})
	defer w.ends(t, posted)
	loop(t, posted, func() bool { return w.checker.next.Visible() && !w.Live() && w.settled })
	texts := []string{w.verdict.says}
	for _, e := range w.checker.run.Experiments() {
		texts = append(texts, e.Title, e.Question, e.Reason)
	}
	w.Connect(url, dial.Options{})
	loop(t, posted, func() bool { return w.connector.talk.said.says != "" && !w.Live() })
	for _, left := range langtest.LeftOf(append(texts, w.connector.talk.said.says)) {
		t.Error(left)
	}
}
