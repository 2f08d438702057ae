package diagnose

import (
	"fmt"
	"testing"

	"sioscope/internal/stories"
)

// BenchmarkManySessions: many sessions that were refused.
func BenchmarkManySessions(b *testing.B) {
	s := stories.New()
	for i := range 20_000 {
		sid := fmt.Sprintf("%016dAAAA", i)
		for _, line := range [...]string{"GET /socket.io/?EIO=4&transport=polling&t=" + sid, "GET /socket.io/?EIO=4&transport=polling&sid=" + sid} {
			must(b, s, fmt.Sprint(i%500)+" > "+line)
			must(b, s, fmt.Sprint(i%500)+" < "+map[bool]string{true: "200 OPEN(" + sid + ")", false: "400 UNKNOWN"}[line[len(line)-len(sid)-2:len(line)-len(sid)] == "t="])
		}
	}
	diagnosed(b, s)
}

// BenchmarkDeadSession: a client that goes on asking for a session that is gone.
func BenchmarkDeadSession(b *testing.B) {
	s := stories.New()
	const sid = "aaaaaaaaaaaaaaaaAAAA"
	must(b, s, "1 > GET /socket.io/?EIO=4&transport=polling&t=1")
	must(b, s, "1 < 200 OPEN("+sid+")")
	must(b, s, "+90s")
	for range 20_000 {
		must(b, s, "1 > GET /socket.io/?EIO=4&transport=polling&sid="+sid)
		must(b, s, "1 < 400 UNKNOWN")
	}
	diagnosed(b, s)
}

func must(b *testing.B, s *stories.Stage, line string) {
	if err := s.Play(line); err != nil {
		b.Fatalf("%s: %v", line, err)
	}
}

func diagnosed(b *testing.B, s *stories.Stage) {
	s.Finish()
	for b.Loop() {
		Diagnose(&s.Tracker)
	}
}
