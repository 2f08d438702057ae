package ui

import (
	"testing"

	"sioscope/protocol/session"
)

// TestSelectedAndGone: what is selected and made room is not told of as if it were something else.
func TestSelectedAndGone(t *testing.T) {
	t.Parallel()
	tr := &session.Tracker{FirstRow: 10, Rows: []session.Row{{}}, Sessions: []*session.Session{{Index: 3}}, Exchanges: []*session.Exchange{{Index: 7}}}
	for _, tt := range []struct {
		name string
		in   subject
		want bool
	}{
		{"a row", subject{session: 3, exchange: 7, row: 9}, true},
		{"a row that is there, of a request that is gone", subject{session: 3, exchange: 6, row: 10}, false},
		{"a request", subject{session: 3, exchange: 6, row: -1}, true},
		{"a request that is there", subject{session: 2, exchange: 7, row: -1}, false},
		{"a session", subject{session: 2, exchange: -1, row: -1}, true},
		{"a session that is there", subject{session: 3, exchange: -1, row: -1}, false},
		{"nothing", nothing, false},
	} {
		if got := gone(tr, tt.in); got != tt.want {
			t.Errorf("%s: gone is %v", tt.name, got)
		}
	}
}
