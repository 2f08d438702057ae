package bench_test

import (
	"context"
	"testing"

	"sioscope/internal/bench"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

func TestCrowdIsWhatItSays(t *testing.T) {
	t.Parallel()
	tr := &session.Tracker{Options: session.Options{KeepRows: true}}
	if err := (bench.Crowd{Sessions: 200, Packets: 20_000}).Run(context.Background(), func(f fact.Fact) { tr.Add(f) }); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	polling, upgraded, refused := 0, 0, 0
	for _, s := range tr.Sessions {
		switch {
		case s.Upgrade == session.UpgradeDone:
			upgraded++
		case s.Upgrade == session.UpgradeFailed:
			refused++
		default:
			polling++
		}
	}
	if len(tr.Sessions) != 196 || polling != 48 || refused != 10 || upgraded != 138 || len(tr.Refused) != 4 {
		t.Errorf("%d sessions: %d on polling, %d upgraded, %d refused the upgrade; %d are refused", len(tr.Sessions), polling, upgraded, refused, len(tr.Refused))
	}
	if n := len(tr.Rows); n < 18_000 || n > 22_000 {
		t.Errorf("%d rows, want about 20,000", n)
	}
	if len(tr.Nodes) != 3 || tr.Last-tr.First > 3700e9 || tr.Last-tr.First < 3300e9 {
		t.Errorf("%d nodes over %d s", len(tr.Nodes), (tr.Last-tr.First)/1e9)
	}
}
