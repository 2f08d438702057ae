package timeline

import (
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/protocol/wsframe"
)

// TestRefusedText: a handshake that was granted 101 and led to nothing was not refused with 101.
func TestRefusedText(t *testing.T) {
	t.Parallel()
	conn := &session.Conn{Conn: &fact.Conn{}, Closed: 9, ClosedBy: "client"}
	for want, e := range map[string]*session.Exchange{
		"handshake: no answer":                      {Conn: conn},
		"handshake refused: 403":                    {Conn: conn, Status: 403},
		"handshake: 101, and no session":            {Conn: conn, Status: 101},
		"handshake: 101, turned down by the client": {Conn: conn, Status: 101, Breach: wsframe.WrongAccept},
		"handshake refused: 101":                    {Conn: conn, Status: 101, SecondAnswer: 400},
	} {
		if got := RefusedText(lang.Words{}, e); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
