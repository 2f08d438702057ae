package main

import (
	"context"
	"fmt"
	"image"
	"io"
	"text/tabwriter"
	"time"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"

	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// The timeline is measured as high and wide as most screens let a window be.
const (
	frameWidth, frameHeight = 1600, 900
	frameLeft               = 268
)

// A timelineBench draws a crowd.
type timelineBench struct {
	in     timeline.Input
	order  []int32
	depths timeline.Depths
	scene  timeline.Scene
	img    *image.RGBA
	runs   int // of each frame
}

// window measures what the window does with many sessions, apart from what the toolkit does.
func (r *reporter) window(w io.Writer) error {
	fonts, err := timeline.NewFonts(goregular.TTF, gobold.TTF, gomono.TTF)
	if err != nil {
		return fmt.Errorf("measuring the timeline: %w", err)
	}
	tr := &session.Tracker{Options: session.Options{KeepRows: true}}
	if err := r.crowd.Run(context.Background(), tr.Add); err != nil {
		return err
	}
	tr.Finish()
	b := &timelineBench{runs: min(r.runs, 3), img: image.NewRGBA(image.Rect(0, 0, frameWidth, frameHeight)), in: timeline.Input{Tracker: tr, W: frameWidth,
		H: frameHeight, Scale: 1, Left: frameLeft, Chosen: 5, Palette: timeline.Dark(), Fonts: fonts, Faults: &timeline.Faults{}}}
	b.in.Faults.At(1)
	fmt.Fprintf(w, "\nThe timeline of %d sessions with %d packets, %d x %d, one core.\n", len(tr.Sessions), len(tr.Rows), frameWidth, frameHeight)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tmedian ms\tworst ms\tat\t")
	b.print(t)
	return t.Flush()
}

func (b *timelineBench) print(w io.Writer) {
	tr := b.in.Tracker
	for by, name := range [...]string{"start", "trouble", "duration", "node"} {
		row(w, "order of the sessions by "+name, func(func(string)) {
			b.order = timeline.Order(tr, timeline.Sorting{By: timeline.Sort(by), Trouble: func(s *session.Session) int { return s.Index % 3 }}, timeline.Keep{})
		}, 10)
	}
	b.order = timeline.Order(tr, timeline.Sorting{}, timeline.Keep{})
	open := map[int32]bool{}
	for i := range int32(len(tr.Sessions)) {
		open[i] = true
	}
	for _, kind := range [...]struct {
		name string
		open map[int32]bool
	}{{"closed", nil}, {"all opened", open}} {
		row(w, "lines, "+kind.name, func(func(string)) { b.in.Lines = b.depths.Lines(tr, b.order, kind.open) }, 10)
		b.frames(w, kind.name)
	}
	d := &timeline.Density{}
	d.Add(tr)
	row(w, "overview", func(func(string)) {
		timeline.Overview(timeline.OverviewInput{Tracker: tr, Order: b.order, Density: d, View: b.in.View, Width: frameWidth - frameLeft, W: frameWidth, H: 46,
			Scale: 1, Left: frameLeft, Palette: b.in.Palette, Fonts: b.in.Fonts}, &b.scene)
	}, 20)
	row(w, "legend", func(func(string)) { timeline.Legend(b.in, &b.scene) }, 20)
}

// frames goes from all of the time to one packet, at three heights and three times each, in as many runs.
func (b *timelineBench) frames(w io.Writer, kind string) {
	tr, width := b.in.Tracker, float64(frameWidth-frameLeft)
	whole := timeline.Fit(tr.First, tr.Last, width)
	content := timeline.Height(b.in.Lines)
	var zooms []func(func(string))
	for zoom := 1.0; whole.PerDp/zoom > 100; zoom *= 2 {
		zooms = append(zooms, func(at func(string)) {
			for _, height := range [...]float64{0, 0.4, 0.97} {
				for _, share := range [...]float64{0.1, 0.5, 0.9} {
					b.in.Scroll = height * (content - frameHeight)
					b.in.View = timeline.View{Start: tr.First + int64(share*float64(tr.Last-tr.First)*(1-1/zoom)), PerDp: whole.PerDp / zoom}
					at(fmt.Sprintf("zoom %.0f, time %.0f %%, height %.0f %%", zoom, share*100, height*100))
					timeline.Layout(b.in, &b.scene)
					timeline.Draw(b.img, &b.scene, b.in.Fonts)
				}
			}
		})
	}
	row(w, "frame, "+kind, func(at func(string)) {
		for _, z := range zooms {
			z(at)
		}
	}, b.runs)
	row(w, "1,600 hit tests, "+kind, func(func(string)) {
		for x := range frameWidth {
			b.scene.Hit(float32(x), frameHeight/2, 2)
		}
	}, 5)
}

// row measures what do does between its calls of at, or all that it does where it calls that never: the processor's time,
// of each place the median of some runs, after one that does not count.
func row(w io.Writer, name string, do func(at func(string)), runs int) {
	took := map[string][]time.Duration{}
	for i := range runs + 1 {
		where, began := "", cpuTime()
		end := func() {
			if i > 0 {
				took[where] = append(took[where], cpuTime()-began)
			}
		}
		first := true
		do(func(next string) {
			if !first {
				end()
			}
			first, where, began = false, next, cpuTime()
		})
		end()
	}
	var all []time.Duration
	worst, at := time.Duration(0), ""
	for where, list := range took {
		m := middle(list, func(d time.Duration) time.Duration { return d })
		all = append(all, m)
		if m >= worst {
			worst, at = m, where
		}
	}
	ms := func(d time.Duration) float64 { return float64(d) / 1e6 }
	fmt.Fprintf(w, "%s\t%.3f\t%.3f\t%s\t\n", name, ms(middle(all, func(d time.Duration) time.Duration { return d })), ms(worst), at)
}
