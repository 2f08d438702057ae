package ui

import (
	"context"
	"math"
	"runtime/debug"
	"testing"

	"sioscope/protocol/fact"
)

type silence struct{}

func (silence) Run(context.Context, fact.Emit) error { return nil }

// TestMemoryIsBoundedWhileOnlyLiveIsShown: a file that is opened afterwards takes what it needs.
func TestMemoryIsBoundedWhileOnlyLiveIsShown(t *testing.T) {
	u := open(t)
	u.w.opt.Memory = 256e6
	set := func() (percent int, limit int64) {
		percent = debug.SetGCPercent(garbage)
		debug.SetGCPercent(percent)
		return percent, debug.SetMemoryLimit(-1)
	}
	bounded := func(when string, is bool) {
		t.Helper()
		percent, limit := set()
		if is && (percent != liveGarbage || limit < 256e6 || limit > 512e6) || !is && limit != math.MaxInt64 {
			t.Errorf("%s: garbage of %d%%, and %d bytes in all", when, percent, limit)
		}
	}
	u.w.start(opening{name: "live", source: silence{}, live: true})
	bounded("a live source of 256 MB", true)
	u.w.CompareFiles([2]string{recorded(t, "direct-v4"), recorded(t, "nginx-noupgrade")})
	bounded("two files are compared", false)
	u.w.leaveComparison()
	bounded("that is left", true)
	u.w.OpenDemo()
	bounded("a file", false)
	if percent, _ := set(); percent != garbage {
		t.Errorf("a file is read with garbage of %d%%", percent)
	}
}
