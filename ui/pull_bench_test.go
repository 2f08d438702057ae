package ui

import (
	"cmp"
	"runtime"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sioscope/internal/bench"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
)

// A queue runs what is to be done on the main goroutine, which is the one that asks for it, and takes its time.
type queue struct {
	do    chan func()
	took  []time.Duration // the clock's, of each
	spent []time.Duration // the processor's, where the system tells it
}

// window is one whose main goroutine is that of the benchmark, with the queue of what it is to do.
func window(b *testing.B) (*queue, *Window) {
	runtime.LockOSThread()
	b.Cleanup(runtime.UnlockOSThread)
	q := &queue{do: make(chan func(), 256)}
	w := q.window(b, test.NewApp())
	b.Cleanup(w.Fyne().Close)
	return q, w
}

func (q *queue) window(b *testing.B, app fyne.App) *Window {
	w, err := New(app, Options{Diagnose: diagnose.In, Theme: look.Dark, Do: func(f func()) { q.do <- f }})
	if err != nil {
		b.Fatal(err)
	}
	w.Fyne().Resize(fyne.NewSize(1600, 900))
	return w
}

func (q *queue) run(f func()) {
	began, spent := time.Now(), threadTime()
	f()
	q.took, q.spent = append(q.took, time.Since(began)), append(q.spent, threadTime()-spent)
}

// until runs what comes until nothing did for a while.
func (q *queue) until(quiet time.Duration, over func() bool) {
	for {
		select {
		case f := <-q.do:
			q.run(f)
		case <-time.After(quiet):
			if over() {
				return
			}
		}
	}
}

// report tells the median and the worst of what was run, and how much of it took a frame's time or more.
func (q *queue) report(b *testing.B) {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
	for list, name := range map[*[]time.Duration]string{&q.took: "clock", &q.spent: "cpu"} {
		l := slices.SortedFunc(slices.Values(*list), cmp.Compare[time.Duration])
		at, _ := slices.BinarySearch(l, 16*time.Millisecond)
		b.ReportMetric(ms(l[len(l)/2]), "ms-"+name)
		b.ReportMetric(ms(l[len(l)-1]), "ms-"+name+"-worst")
		b.ReportMetric(float64(len(l)-at)/float64(b.N), "over-16ms-"+name+"/op")
	}
}

// BenchmarkPullsWhileMuchIsRead is what the main goroutine does while a million packets in ten thousand sessions come to
// be shown, until nothing moves any more.
func BenchmarkPullsWhileMuchIsRead(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	q := &queue{do: make(chan func(), 256)}
	app := test.NewApp()
	for b.Loop() {
		w := q.window(b, app)
		w.start(opening{name: "crowd", source: bench.Crowd{Sessions: 10_000, Packets: 1_000_000}})
		q.until(500*time.Millisecond, func() bool { return !w.runs() })
		b.StopTimer()
		w.Fyne().Close()
		b.StartTimer()
	}
	q.report(b)
}

// BenchmarkOpenComparison is what the main goroutine does while two sides of eight thousand sessions each, which were read
// before, come to be held against each other, until nothing moves any more.
func BenchmarkOpenComparison(b *testing.B) {
	q, w := window(b)
	var sides [2]comparand
	for i := range sides {
		s := store.New("crowd", func(t *session.Tracker) diagnose.Diagnosis { return diagnose.In(nil, t) })
		s.Fill(b.Context(), bench.Crowd{Sessions: 8_000, Packets: 400_000, Span: int64(i+1) * 1800e9})
		sides[i] = comparand{name: []string{"A", "B"}[i], store: s, only: -1}
	}
	for b.Loop() {
		q.run(func() { w.compare(sides) })
		q.until(500*time.Millisecond, func() bool { return w.compared.pair != nil })
	}
	q.report(b)
}

// BenchmarkTypeSearch is what the main goroutine does while letters are typed into the search over a million packets, and
// hits of each are found and shown.
func BenchmarkTypeSearch(b *testing.B) {
	q, w := window(b)
	w.start(opening{name: "crowd", source: bench.Crowd{Sessions: 10_000, Packets: 1_000_000}})
	q.until(500*time.Millisecond, func() bool { return !w.runs() })
	q.took, q.spent = nil, nil
	b.ResetTimer()
	for b.Loop() {
		for _, text := range []string{"4", "42", "427", "4271", ""} {
			q.run(func() { w.Search(text) })
			q.until(100*time.Millisecond, func() bool { return !w.table.busy })
		}
	}
	q.report(b)
}
