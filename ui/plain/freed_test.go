package plain

import (
	"testing"

	"sioscope/protocol/session"
)

func TestFreed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		in     session.Freed
		memory int64
		rows   int // Options.MaxRows
		want   string
	}{
		{"nothing", session.Freed{Conns: 3}, 512e6, 0, ""},
		{"payloads", session.Freed{Payloads: 1203441}, 512e6, 0, "To stay within 512 MB, this was let go of: payloads of the first 1\u00a0203\u00a0441 packets; counts and timelines are whole"},
		{"all", session.Freed{Payloads: 2, Rows: 10, Requests: 1000, Sessions: 12345}, 2e9, 0, "To stay within 2 GB, this was let go of: payloads of the first 2 packets, the first 10 rows of packets, 1\u00a0000 requests, 12\u00a0345 sessions that were over; it is in the verdict and in all counts"},
		{"where packets are not shown", session.Freed{Payloads: 2, Rows: 1, Requests: 12}, 1.5e9, 10_000, "To stay within 1.5 GB, this was let go of: 12 requests; counts and timelines are whole"},
		{"where packets are not shown, and nothing else", session.Freed{Payloads: 2, Rows: 1}, 64e6, 10_000, ""},
	} {
		tr := &session.Tracker{Freed: tt.in, Options: session.Options{Memory: tt.memory, MaxRows: tt.rows}}
		if got := Freed(nil, tr); got != tt.want {
			t.Errorf("%s: got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}
