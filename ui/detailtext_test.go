package ui

import (
	"testing"

	"sioscope/protocol/session"
)

func TestHeadsHaveTheBrowsersWordsInPlaceOfAnAnswer(t *testing.T) {
	t.Parallel()
	e := &session.Exchange{Method: "GET", Target: "/socket.io/", Failure: "net::ERR_CONNECTION_RESET"}
	if got := heads(&session.Tracker{}, e)[1].status; got != e.Failure {
		t.Errorf("%q", got)
	}
	if got := heads(&session.Tracker{}, &session.Exchange{Method: "GET"})[1].status; got != "" {
		t.Errorf("an answer that is not there has the status %q", got)
	}
}
