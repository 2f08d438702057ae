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
	u.w.start(opening{name: "live", source: silence{}, live: true})
	if percent, limit := set(); percent != liveGarbage || limit < 256e6 || limit > 512e6 {
		t.Errorf("a live source of 256 MB: garbage of %d%%, and %d bytes in all", percent, limit)
	}
	u.w.OpenDemo()
	if percent, limit := set(); percent != garbage || limit != math.MaxInt64 {
		t.Errorf("a file: garbage of %d%%, and %d bytes in all", percent, limit)
	}
}
