package chart

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sioscope/internal/bench"
	"sioscope/ui/look"
	"sioscope/ui/store"
)

// huge is a chart and its overview of a million packets in ten thousand sessions, as in a window of 1600x900.
func huge(b *testing.B, do func(func())) (*Chart, *Overview) {
	b.Helper()
	test.NewApp().Settings().SetTheme(look.Theme{Choice: look.Dark})
	s := store.New("crowd", nil)
	s.Fill(context.Background(), bench.Crowd{Sessions: 10_000, Packets: 1_000_000})
	own, err := look.Fonts()
	if err != nil {
		b.Fatal(err)
	}
	others, err := look.Fonts()
	if err != nil {
		b.Fatal(err)
	}
	c := New(own, do)
	o := NewOverview(c, others, do)
	c.OnView = o.Pull
	c.Resize(fyne.NewSize(1600, 900))
	o.Resize(fyne.NewSize(1600, OverviewHeight))
	c.SetStore(s)
	c.paint.image(1600, 900)
	o.paint.image(1600, OverviewHeight)
	return c, o
}

// BenchmarkPanAndZoom is from a step of the wheel to the frame that shows it, in timeline and overview, and how long the
// main goroutine is busy with it.
func BenchmarkPanAndZoom(b *testing.B) {
	main := make(chan func(), 256)
	c, o := huge(b, func(f func()) { main <- f })
	var busy, worst, slowest time.Duration
	on := func(f func()) {
		began := time.Now()
		f()
		took := time.Since(began)
		busy, worst = busy+took, max(worst, took)
	}
	b.ResetTimer()
	n := 0
	for b.Loop() {
		began := time.Now()
		on(func() {
			switch n++; {
			case n%400 < 100:
				c.Scrolled(wheel(700, 0, 3))
			case n%400 < 300:
				c.Pan(0.03)
				c.scrollBy(20)
			default:
				c.Scrolled(wheel(900, 0, -3))
			}
		})
		for c.paint.busy || o.paint.busy {
			on(<-main)
		}
		slowest = max(slowest, time.Since(began))
	}
	b.ReportMetric(float64(busy.Microseconds())/1e3/float64(n), "ms-main/op")
	b.ReportMetric(float64(worst.Microseconds())/1e3, "ms-main-worst")
	b.ReportMetric(float64(slowest.Microseconds())/1e3, "ms-worst")
}

// BenchmarkPull is what a live source costs the main goroutine up to twenty times a second.
func BenchmarkPull(b *testing.B) {
	c, _ := huge(b, nil)
	for b.Loop() {
		c.Pull()
	}
}
