package ui

import (
	"io"
	"testing"
	"time"

	"sioscope/internal/bench"
	"sioscope/protocol/session"
	"sioscope/ui/report"
	"sioscope/ui/store"
)

// BenchmarkReportOfMany: a report of 10,000 sessions, and the longest that somebody who reads the store waits for it, who
// is the window. The figure that counts is the second: it must not grow with the first.
func BenchmarkReportOfMany(b *testing.B) {
	s := store.NewLive("crowd", nil)
	s.Fill(b.Context(), bench.Crowd{Sessions: 10000})
	var waited, took time.Duration
	for b.Loop() {
		done := make(chan struct{})
		begun := time.Now()
		go func() {
			s.Study(func(t *session.Tracker, _ *store.State) { _ = report.JSON(io.Discard, report.Input{Tracker: t}) })
			close(done)
		}()
		for over := false; !over; {
			select {
			case <-done:
				over = true
			default:
				at := time.Now()
				s.Read(func(*session.Tracker, *store.State) {})
				waited = max(waited, time.Since(at))
				time.Sleep(time.Millisecond)
			}
		}
		took = time.Since(begun)
	}
	b.ReportMetric(float64(took.Microseconds())/1e3, "report-ms")
	b.ReportMetric(float64(waited.Microseconds())/1e3, "waited-ms")
}
