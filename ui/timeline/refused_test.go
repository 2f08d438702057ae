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

// TestWhatWasRefusedStandsWhereItsWordsHaveRoom: between crosses that are close it would be cut.
func TestWhatWasRefusedStandsWhereItsWordsHaveRoom(t *testing.T) {
	t.Parallel()
	tr := story()
	for _, at := range []int64{300, 500, 700, 3000} {
		tr.Refused = append(tr.Refused, &session.Exchange{Kind: session.Handshake, Conn: tr.Conns[0], Start: t0 + at*ms - 1, End: t0 + at*ms, Status: 400 + int(at/100)})
	}
	in := input(t, tr)
	var scene Scene
	Layout(in, &scene)
	for _, s := range scene.Shapes {
		if s.Kind == Text && s.X0 > 268 && s.Y1 < AxisHeight+RefusedHeight {
			if want := "handshake refused: 407"; s.Text != want || s.X0 < 268+float32(in.View.X(t0+700*ms)) {
				t.Errorf("%q at %.0f, want %q behind the third cross", s.Text, s.X0, want)
			}
			return
		}
	}
	t.Error("nothing is said")
}
