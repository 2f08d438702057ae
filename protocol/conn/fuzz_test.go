package conn_test

import (
	"testing"

	"sioscope/internal/convo"
)

func FuzzConn(f *testing.F) {
	convo.Seeds(f, "testdata/conversations")
	convo.Seeds(f, "testdata/joined")
	f.Fuzz(func(t *testing.T, script []byte) {
		turns := convo.Decode(script)
		facts := convo.Facts(turns, play(true))
		for _, turn := range turns {
			if turn.Gap {
				// After a hole a segment's beginning means something.
				return
			}
		}
		convo.CheckSplits(t, turns, facts, play(true))
	})
}

// FuzzJoined has no splits to compare: it looks for panics.
func FuzzJoined(f *testing.F) {
	convo.Seeds(f, "testdata/conversations")
	convo.Seeds(f, "testdata/joined")
	f.Fuzz(func(t *testing.T, script []byte) {
		turns := convo.Decode(script)
		once := convo.Facts(turns, play(false))
		if again := convo.Facts(turns, play(false)); again != once {
			t.Fatalf("the same bytes again:\n%s\nfirst:\n%s", again, once)
		}
	})
}
