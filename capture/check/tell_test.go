package check

import (
	"testing"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// TestTooLarge: that large messages do not pass is a warning where something said that it is their size.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		bulk bulk
		want string
	}{
		{"they pass", bulk{size: 1000, asked: true, bySocket: true, byPolling: true}, ""},
		{"the WebSocket was closed for it", bulk{size: 1000, asked: true, byPolling: true, tooBig: true}, "warning, likely"},
		{"a POST was refused for it", bulk{size: 1000, asked: true, bySocket: true, post: answer{status: 413}}, "warning, likely"},
		{"the WebSocket ended", bulk{size: 1000, asked: true, byPolling: true}, "info, possible"},
	} {
		c, err := New("http://localhost", Options{})
		if err != nil {
			t.Fatal(err)
		}
		x := examiner{c: c, t: &session.Tracker{}, d: &diagnose.Diagnosis{BySession: map[*session.Session][]string{}}, findings: findings{bulk: tt.bulk}}
		x.others()
		got := ""
		if f := x.d.Find("payload-too-large"); f != nil {
			got = f.Severity.String() + ", " + f.Confidence
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
