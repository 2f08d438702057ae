package diagnose

import (
	"testing"

	"sioscope/internal/stories"
)

// TestNoPoll: what answers a WebSocket request with words is not taken for a poll's packets that could not be decoded.
func TestNoPoll(t *testing.T) {
	t.Parallel()
	s := stories.New()
	tell(t, s, []string{
		"1 > GET /socket.io/?EIO=4&transport=polling&t=1",
		"1 < 200 OPEN(aaaaaaaaaaaaaaaaAAAA)",
		"2 > GET /socket.io/?EIO=4&transport=websocket&sid=aaaaaaaaaaaaaaaaAAAA | Upgrade: websocket",
		"2 < 200 HTML",
		"3 > GET /socket.io/?EIO=4&transport=polling&sid=aaaaaaaaaaaaaaaaAAAA&t=2",
		"3 < 200 hello",
	})
	s.Finish()
	if got := s.Sessions[0].Oddities; len(got) != 1 || s.Sessions[0].Undecodable != 1 {
		t.Errorf("%d could not be decoded: %q", s.Sessions[0].Undecodable, got)
	}
}
