package capture

import (
	"io"
	"runtime"
	"testing"
)

// A trickle gives little at a time, so many times.
type trickle struct{ times int }

func (s *trickle) Read(p []byte) (int, error) {
	if s.times == 0 {
		return 0, io.EOF
	}
	s.times--
	return copy(p, "a packet or two of a live source"), nil
}

// TestLittleAtATimeTakesNoMore: of a live source most reads give some packets, and each took a chunk of 64 KiB.
func TestLittleAtATimeTakesNoMore(t *testing.T) {
	const times = 1000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := io.Copy(io.Discard, grow(t.Context(), &trickle{times}, func() {})); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 2<<20 {
		t.Errorf("%d reads of 32 bytes allocate %d bytes", times, got)
	}
}
