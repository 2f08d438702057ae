package timeline

import (
	"testing"

	"sioscope/protocol/session"
)

func TestTallyCountsWhatIsBetween(t *testing.T) {
	t.Parallel()
	tr := crowd(3, 50_000, 40_000) // a packet every 20 ms, a request every 25 ms, in each
	for i := range tr.Rows {
		tr.Rows[i].Size = 2
	}
	tr.Rows[0].Kind = session.RequestRow
	for _, tt := range []struct {
		name              string
		from, to          int64 // ms
		sess              int32
		requests, packets int
	}{
		{"all", -1, 1_000_000, -1, 120_000, 149_999},
		{"both ends count", 1000, 2000, -1, 123, 153},
		{"of one session", 1000, 2000, 1, 41, 51},
		{"a moment", 1000, 1000, 2, 1, 1},
		{"nothing", 1001, 1002, -1, 0, 0},
		{"the other way round", 2000, 1000, -1, 0, 0},
	} {
		a := Tally{From: t0 + tt.from*ms, To: t0 + tt.to*ms, Session: tt.sess}
		for !a.Step(tr) {
		}
		if a.Requests != tt.requests || a.Packets != tt.packets || a.Bytes != int64(2*tt.packets) {
			t.Errorf("%s: %d requests, %d packets, %d bytes; want %d, %d", tt.name, a.Requests, a.Packets, a.Bytes, tt.requests, tt.packets)
		}
	}
}

// TestTallyGoesOnWhereSomeMadeRoom: what was counted stays, and the next is found.
func TestTallyGoesOnWhereSomeMadeRoom(t *testing.T) {
	t.Parallel()
	tr := crowd(1, 3*tallyStep, 1)
	a := Tally{From: tr.First, To: tr.Last, Session: -1}
	a.Step(tr)
	tr.Rows, tr.FirstRow = tr.Rows[2*tallyStep:], 2*tallyStep
	for !a.Step(tr) {
	}
	if a.Packets != 2*tallyStep {
		t.Errorf("%d packets, want %d", a.Packets, 2*tallyStep)
	}
}
