package ui

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestWhatFliesByIsWrittenAsItCanBeRead, and the last of it is not left out.
func TestWhatFliesByIsWrittenAsItCanBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace
		written, last := 0, time.Time{}
		for range 100 {
			if p.due() {
				written, last = written+1, time.Now()
			}
			time.Sleep(10 * time.Millisecond)
		}
		if written != 4 {
			t.Errorf("written %d times in a second, want 4", written)
		}
		if !p.late {
			t.Errorf("nobody knows that something came since %v", last)
		}
		time.Sleep(blur)
		if !p.due() || p.late {
			t.Error("it is not written in the end")
		}
	})
}
