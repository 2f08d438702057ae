package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"sioscope/internal/bench"
	"sioscope/protocol/session"
)

// BenchmarkSettle brings a million packets in ten thousand sessions up to date, without a diagnosis, and says how long
// somebody who reads waits for it: at the longest each time, of which the median, and the worst.
func BenchmarkSettle(b *testing.B) {
	s := New("crowd", nil)
	s.Fill(context.Background(), bench.Crowd{Sessions: 10_000, Packets: 1_000_000})
	var waits []time.Duration
	for b.Loop() {
		settled := make(chan struct{})
		go func() {
			s.settle((*session.Tracker).ResolveBeside)
			close(settled)
		}()
		waits = append(waits, longestWait(s, settled))
	}
	slices.Sort(waits)
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1e3, "ms-wait")
	b.ReportMetric(float64(waits[len(waits)-1].Microseconds())/1e3, "ms-wait-worst")
}

// longestWait reads over and over until something is over.
func longestWait(s *Store, over <-chan struct{}) (longest time.Duration) {
	for {
		select {
		case <-over:
			return longest
		default:
		}
		began := time.Now()
		s.Read(func(*session.Tracker, *State) { longest = max(longest, time.Since(began)) })
		time.Sleep(50 * time.Microsecond)
	}
}
