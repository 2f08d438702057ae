package ui

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/ui/look"
)

// A progress is how far something is that is being written. It is safe for concurrent use.
type progress struct {
	done, total atomic.Int64 // bytes of what is read for it; a total of 0 is not known
	wrote       atomic.Int64 // bytes
}

// counting counts what is written to w, and fails once ctx is done.
func (p *progress) counting(ctx context.Context, w io.Writer) io.Writer {
	return &counted{ctx: ctx, w: w, p: p}
}

type counted struct {
	ctx context.Context
	w   io.Writer
	p   *progress
}

// Write is for io.Writer.
func (c *counted) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.w.Write(b)
	c.p.wrote.Add(int64(n))
	return n, err
}

// reading takes note of how far files are read, and passes on.
func (p *progress) reading(emit fact.Emit) fact.Emit {
	return func(f fact.Fact) {
		if s, is := f.(*fact.Stats); is {
			p.done.Store(s.Done)
			p.total.Store(s.Total)
		}
		emit(f)
	}
}

// A progressBar shows a progress. It is hidden while nothing is done.
type progressBar struct {
	h      *hears
	bar    *widget.ProgressBar
	text   *line
	object *fyne.Container
	over   chan struct{}
}

func newProgressBar(h *hears) *progressBar {
	b := &progressBar{h: h, bar: widget.NewProgressBar(), text: newLine(nil, 12, look.Dim, fyne.TextStyle{})}
	b.bar.TextFormatter = func() string { return "" }
	b.object = container.New(stacked{}, gapTop(6), b.text, gapTop(3), container.New(bar{}, b.bar))
	b.object.Hide()
	return b
}

// progressEvery is how often the bar moves.
const progressEvery = 100 * time.Millisecond

// follow shows p until end. Of what it posts one is under way at a time.
func (b *progressBar) follow(p *progress, do func(func())) {
	over := make(chan struct{})
	b.over = over
	b.show(p)
	b.object.Show()
	go func() {
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
			}
			seen := make(chan struct{})
			do(func() {
				b.show(p)
				close(seen)
			})
			select {
			case <-seen:
			case <-over:
				return
			}
		}
	}()
}

func (b *progressBar) show(p *progress) {
	text := b.h.S("Writing…")
	if n := p.wrote.Load(); n > 0 {
		text = b.h.S("Writing… %s so far", size(n))
	}
	b.text.Set(text)
	if total := p.total.Load(); total > 0 {
		b.bar.SetValue(float64(p.done.Load()) / float64(total))
	}
}

// showRead shows how much of a source is read: its share, or how many bytes where nobody knows how many there are, as of a
// pipe.
func showRead(w lang.Words, bar *widget.ProgressBar, read *fact.Stats) {
	done, total := read.Done, read.Total
	if total > 0 {
		bar.TextFormatter = nil
		bar.SetValue(float64(done) / float64(total))
		return
	}
	bar.TextFormatter = func() string {
		if done == 0 {
			return ""
		}
		return w.S("%s read", size(done))
	}
	bar.SetValue(0)
	bar.Refresh()
}

func (b *progressBar) end() {
	if b.over != nil {
		close(b.over)
		b.over = nil
	}
	b.object.Hide()
}
