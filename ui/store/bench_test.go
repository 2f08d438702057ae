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

// BenchmarkMakeRoom is what it takes a live source that has come to its bound of 256 MB to make room, then to a lower one
// each time, and the longest that it keeps somebody who reads out for that: the median, and the worst.
func BenchmarkMakeRoom(b *testing.B) {
	s := NewWatched("crowd", nil)
	s.tracker.Options.Memory = 256e6
	if err := (bench.Crowd{Sessions: 30_000, Packets: 1_500_000}).Run(context.Background(), s.tracker.Add); err != nil {
		b.Fatal(err)
	}
	var held []time.Duration
	for b.Loop() {
		b.StopTimer()
		for !s.tracker.Over() && s.tracker.Options.Memory > session.LeastMemory {
			s.tracker.Options.Memory -= 4e6
		}
		s.tracker.Resolve()
		d := s.past.Diagnose(&s.tracker)
		b.StartTimer()
		longest := time.Duration(0)
		s.past.ForgetBeside(&s.tracker, &d, func(change func()) {
			began := time.Now()
			s.write(change)
			longest = max(longest, time.Since(began))
		})
		held = append(held, longest)
	}
	slices.Sort(held)
	b.ReportMetric(float64(held[len(held)/2].Microseconds())/1e3, "ms-held")
	b.ReportMetric(float64(held[len(held)-1].Microseconds())/1e3, "ms-held-worst")
}
