package diagnose

import (
	"strings"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
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
			var tr session.Tracker
			for i := range tt.conns {
				tr.Add(&fact.TLS{Conn: &fact.Conn{ID: i + 1}, Time: 1e18, Version: "1.3", Reason: "no key"})
			}
			tr.Add(&fact.Stats{Encrypted: int64(tt.conns)})
			tr.Finish()
			d := Diagnose(&tr)
			if v := d.Verdict; v.Healthy || v.State != StateNone || !strings.HasSuffix(v.Title, "connections are encrypted: whether there are Socket.IO sessions cannot be told") ||
				!strings.Contains(v.Cause, "key log") || strings.Contains(v.Summary, "no Socket.IO session") {
				t.Errorf("the verdict is %+v", v)
			}
			f := d.Findings
			if len(f) != 1 || len(f[0].Evidence) != tt.shown || !strings.HasSuffix(f[0].Evidence[tt.shown-1].Text, tt.ending) {
				t.Errorf("findings %+v", f)
			}
		})
	}
}
