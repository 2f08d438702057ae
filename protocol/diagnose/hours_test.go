package diagnose

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"sioscope/internal/stories"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// TestHours: a source that goes on and on takes no more memory than it may, and all of it is counted.
func TestHours(t *testing.T) {
	const memory, rounds, polls = 4e6, 1200, 60
	before := inUse()
	s := stories.New()
	s.Options = session.Options{KeepRows: true, KeepPayloads: true, Memory: memory}
	var past Past
	payload := `42["message","` + strings.Repeat("x", 300) + `"]`
	most := int64(0)
	for round := range rounds {
		sid, c, w := fmt.Sprintf("a%015d%s", round, counted("AAAA", round)), fmt.Sprintf("%d", 2*round), fmt.Sprintf("%d", 2*round+1)
		tell(t, s, []string{
			c + " > GET /socket.io/?EIO=4&transport=polling&t=1", c + " < 200 OPEN(" + sid + ")",
			w + " > GET /socket.io/?EIO=4&transport=websocket&sid=" + sid + " | Upgrade: websocket", w + " < 400 BAD"})
		for n := range polls {
			tell(t, s, []string{fmt.Sprintf("%s > GET /socket.io/?EIO=4&transport=polling&sid=%s&t=%d", c, sid, n), c + " < 200 " + payload})
		}
		tell(t, s, []string{w + " end server", c + " end client"})
		past.Relieve(&s.Tracker)
		if round%200 == 199 {
			most = max(most, inUse()-before)
		}
	}
	// A client that asks once more for a session of which nothing is known any more makes no new one, and accuses nobody.
	late := fmt.Sprintf("a%015d%s", 500, counted("AAAA", 500))
	tell(t, s, []string{"1z > GET /socket.io/?EIO=4&transport=polling&sid=" + late, "1z < 400 UNKNOWN"})
	s.Finish()
	d := past.Diagnose(&s.Tracker)
	if d.Census.Sessions != rounds || d.Census.Polling != rounds || said(d) != "polling: upgrade-header-stripped/error" || d.Findings[0].Touched() != rounds {
		t.Errorf("%+v, %s", d.Census, d.Verdict.Summary)
	}
	f := s.Freed
	if f.Payloads == 0 || f.Rows == 0 || f.Sessions == 0 || f.Requests < rounds*polls/2 || f.Conns == 0 || s.DroppedExchanges != 1 {
		t.Errorf("%+v, and %d requests were not taken in", f, s.DroppedExchanges)
	}
	if n := events(&s.Tracker); n == 0 || n > rounds*polls {
		t.Errorf("%d events", n)
	}
	if most > 4*memory { // its own share beside the names of the stage's connections, and what is not collected yet
		t.Errorf("%d bytes are in use, of %d that may be", most, int64(memory))
	}
	runtime.KeepAlive(s)
}

func events(t *session.Tracker) (n int64) {
	for _, s := range t.Sessions {
		n += s.Events[fact.In]
	}
	return n
}

// inUse is what the heap holds after a collection, in bytes.
func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
