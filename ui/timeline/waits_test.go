package timeline

import (
	"strings"
	"testing"

	"sioscope/protocol/session"
)

// TestAPollThatIsWatchedWaits: of what is watched a poll without an answer waits, until its connection or its session is
// over; of a capture nothing more comes.
func TestAPollThatIsWatchedWaits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		live       bool
		conn, sess int64 // when they ended
		want       string
	}{
		{"live", true, 0, 0, "GET poll: waiting"},
		{"in a capture", false, 0, 0, "GET poll: no answer"},
		{"its connection is over", true, t0 + 9000*ms, 0, "GET poll: no answer"},
		{"its session is over", true, 0, t0 + 9000*ms, "GET poll: no answer"},
	} {
		tr := story()
		s := tr.Sessions[0]
		s.Closed, tr.Conns[0].Closed = tt.sess, tt.conn
		e := add(tr, s, 0, session.Exchange{Kind: session.Poll, Method: "GET", Start: t0 + 5000*ms})
		got := Describe(nil, tr, Hit{Kind: HitExchange, Exchange: int32(e.Index), Count: 1}, tt.live)
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: it says %q, want %q", tt.name, got, tt.want)
		}
	}
}
