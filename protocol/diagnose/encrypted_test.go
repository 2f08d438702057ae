package diagnose

import (
	"strings"
	"testing"

	"sioscope/protocol/fact"
)

// TestEncryptedAreCounted: connections that are not shown are counted.
func TestEncryptedAreCounted(t *testing.T) {
	t.Parallel()
	for _, tt := range [...]struct {
		name   string
		conns  int
		shown  int
		ending string
	}{
		{"all shown", 6, 6, "no key"},
		{"three more", 9, 6, "(and 3 more)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &stage{now: 1e18, conns: map[string]*fact.Conn{}, serial: map[string]int{}}
			for i := range tt.conns {
				s.t.Add(&fact.TLS{Conn: s.conn(strings.Repeat("t", i+1)), Time: s.now, Version: "1.3", Reason: "no key"})
			}
			s.t.Add(&fact.Stats{Encrypted: int64(tt.conns)})
			s.t.Finish()
			f := Diagnose(&s.t).Findings
			if len(f) != 1 || len(f[0].Evidence) != tt.shown || !strings.HasSuffix(f[0].Evidence[tt.shown-1].Text, tt.ending) {
				t.Errorf("findings %+v", f)
			}
		})
	}
}
