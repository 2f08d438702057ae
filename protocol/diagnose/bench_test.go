package diagnose

import (
	"fmt"
	"strings"
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

// BenchmarkMixedFaults: 1,000 sessions, of which every tenth is as it should be, and the others each have one of nine faults.
func BenchmarkMixedFaults(b *testing.B) {
	faults := [...]string{
		`A > POST SID 40
A < 200 ok
B > GET UPGRADE | Upgrade: websocket
B < 101
B out 2probe
B in 3probe
B out 5
B out 42["a"]`,
		`B > GET UPGRADE | Upgrade: websocket
B < 400 Session ID unknown
A > GET SID
A < 200 2`,
		`A > POST SID 40
A < 400 UNKNOWN | Server: nginx/1.22.1`,
		`B > GET UPGRADE | Upgrade: websocket
B < 400 BAD | Server: nginx/1.22.1
A > GET SID
A < 200 2`,
		`B > GET UPGRADE | Upgrade: websocket
B < 502 HTML | Server: nginx/1.22.1
A > GET SID
A < 200 2`,
		`+1s
A > GET SID
A < 200 2
A > GET SID
A < 200 2
A > GET SID
A < 200 2`,
		`B > GET SID | User-Agent: Mozilla/5.0 | Cookie: SERVERID=a
B < 400 UNKNOWN | Set-Cookie: SERVERID=b; path=/`,
		`B > GET UPGRADE | Upgrade: websocket
B < 101
B out 2probe
B in 3probe
+3s
B end client
A > GET SID
A < 200 2`,
		`B > OPTIONS SID | Origin: http://other.example
B < 400 UNKNOWN`,
		`A > POST SID 42["much"]
A < 413 EMPTY`,
	}
	s := stories.New()
	for i := range 1000 {
		sid := fmt.Sprintf("%016dAA%c%c", i, 'A'+i/26%26, 'A'+i%26)
		with := strings.NewReplacer("A ", fmt.Sprintf("a%d ", i), "B ", fmt.Sprintf("b%d ", i), "SID ", "/socket.io/?EIO=4&transport=polling&sid="+sid+" ",
			"SID", "/socket.io/?EIO=4&transport=polling&sid="+sid, "UPGRADE", "/socket.io/?EIO=4&transport=websocket&sid="+sid)
		must(b, s, fmt.Sprintf("a%d > GET /socket.io/?EIO=4&transport=polling&t=%d", i, i))
		must(b, s, fmt.Sprintf("a%d < 200 OPEN(%s)", i, sid))
		for line := range strings.Lines(faults[i%len(faults)]) {
			must(b, s, with.Replace(strings.TrimRight(line, "\n")))
		}
	}
	diagnosed(b, s)
}
