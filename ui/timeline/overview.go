package timeline

import (
	"math"
	"sort"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// buckets is how finely a Density counts.
const buckets = 2048

// A Density counts rows over the whole time of a capture. It takes in new rows only: when time outgrows it, it
// counts half as finely. The zero value is ready.
type Density struct {
	Trial Trial // requests that are no faults; may be nil
	Kept  *Kept // sessions whose rows and requests are counted; nil: all, and what has no session

	counted *Kept // those that were

	start, width int64 // ns
	counts       [buckets]int32
	faults       [buckets]bool // a request went wrong
	done         int           // rows counted, those that are gone since, too
	of           *session.Tracker

	next    int                 // the number of the first request that was not looked at
	pending []*session.Exchange // those without an answer so far
}

// Add counts the rows of t that were not counted yet. Another tracker, or other sessions, start over.
func (d *Density) Add(t *session.Tracker) {
	if d.of != t || d.counted != d.Kept {
		*d = Density{of: t, Trial: d.Trial, Kept: d.Kept, counted: d.Kept}
	}
	if d.width == 0 {
		d.start, d.width = t.First, max((t.Last-t.First)/buckets, 1000)
	}
	for _, r := range t.Rows[max(d.done-int(t.FirstRow), 0):] {
		if d.Kept.Has(r.Session) {
			d.count(r.Time)
		}
	}
	d.done = int(t.FirstRow) + len(t.Rows)
	d.requests(t)
}

// requests notes which of the new requests, and of those that waited, went wrong.
func (d *Density) requests(t *session.Tracker) {
	waited := d.pending
	d.pending = d.pending[:0]
	for _, e := range waited {
		d.request(e)
	}
	list := t.Exchanges
	for _, e := range list[sort.Search(len(list), func(i int) bool { return list[i].Index >= d.next }):] {
		d.request(e)
		d.next = e.Index + 1
	}
}

func (d *Density) request(e *session.Exchange) {
	switch {
	case Bad(e) && d.Trial.Is(e), d.Kept != nil && (e.Session == nil || !d.Kept.Has(int32(e.Session.Index))):
	case Bad(e):
		d.faults[d.bucket(FaultAt(e))] = true
	case e.End == 0 && e.Reset == 0 && e.Conn.Closed == 0:
		d.pending = append(d.pending, e)
	}
}

func (d *Density) count(at int64) {
	if i := d.bucket(at); d.counts[i] < math.MaxInt32 {
		d.counts[i]++
	}
}

// bucket is that of a time, counted as coarsely as it takes to have one.
func (d *Density) bucket(at int64) int64 {
	i := max((at-d.start)/d.width, 0)
	for i >= buckets {
		d.halve()
		i = (at - d.start) / d.width
	}
	return i
}

func (d *Density) halve() {
	for i := range buckets / 2 {
		d.counts[i] = d.counts[2*i] + d.counts[2*i+1]
		d.faults[i] = d.faults[2*i] || d.faults[2*i+1]
	}
	clear(d.counts[buckets/2:])
	clear(d.faults[buckets/2:])
	d.width *= 2
}

// An OverviewInput is everything a frame of the overview depends on.
type OverviewInput struct {
	lang.Words // the language of what is written; the zero value is English

	Tracker *session.Tracker
	Order   []int32 // sessions, as in the timeline
	Density *Density
	View    View
	Width   float64 // dp of time that the timeline shows
	Notes   []Note
	Now     int64 // of a live source, as Input's
	W, H    int   // device pixels
	Scale   float64
	Left    float64 // dp
	Palette *Palette
	Fonts   *Fonts
}

// maxStripes is how many sessions the overview draws as stripes of their own.
const maxStripes = 400

// Overview lays out the whole capture: how much was going on, every session as a stripe, faults, and the frame of
// what the timeline shows.
func Overview(in OverviewInput, scene *Scene) {
	scene.Reset(in.W, in.H, in.Scale)
	scene.Back = in.Palette.Back
	o := &layouter{Scene: scene, k: float32(in.Scale), left: float32(in.Left * in.Scale)}
	o.Input = Input{Words: in.Words, Notes: in.Notes, Tracker: in.Tracker, Now: in.Now, W: in.W, H: in.H, Scale: in.Scale, Left: in.Left, Palette: in.Palette, Fonts: in.Fonts}
	o.Input.View = Fit(in.Tracker.First, o.until(), float64(in.W)/in.Scale-in.Left)
	h := float32(in.H)
	o.rect(box{0, 0, o.left, h}, in.Palette.Panel)
	o.text(box{o.dp(14), o.dp(5), o.left, h / 2}, o.S("Overview"), Regular, 11, in.Palette.Text)
	o.text(box{o.dp(14), h / 2, o.left, h - o.dp(5)}, o.S("wheel zooms · drag pans · F fits"), Regular, 10.5, in.Palette.Dim)
	o.density(in.Density, h)
	o.stripes(in.Order, h)
	o.marksOfFaults(in.Density, h)
	o.overviewNotes(h)
	o.frame(in, h)
	o.rect(box{0, 0, float32(in.W), max(o.dp(1), 1)}, in.Palette.Line)
}

// density draws a bar for every few pixels, as high as the share of rows in that time.
func (l *layouter) density(d *Density, h float32) {
	step := l.dp(3)
	most, sums := int32(1), []int32{}
	for x := l.left; x < float32(l.W); x += step {
		n := d.sum(l.at(x), l.at(x+step))
		most = max(most, n)
		sums = append(sums, n)
	}
	for i, n := range sums {
		if n == 0 {
			continue
		}
		x := l.left + float32(i)*step
		top := (h - l.dp(10)) * float32(math.Sqrt(float64(n)/float64(most)))
		l.rect(box{x, h - l.dp(4) - max(top, l.dp(2)), x + step - l.dp(1), h - l.dp(4)}, alpha(l.Palette.Dim, 90))
	}
}

func (l *layouter) at(x float32) int64 { return l.View.Time(float64(x-l.left) / l.Input.Scale) }

// sum counts the rows from one time to another, in whole buckets.
func (d *Density) sum(from, to int64) (n int32) {
	if d.width == 0 {
		return 0
	}
	a := min(max((from-d.start+d.width-1)/d.width, 0), buckets)
	b := min(max((to-d.start+d.width-1)/d.width, 0), buckets)
	for _, c := range d.counts[a:b] {
		n += c
	}
	return n
}

func (l *layouter) stripes(order []int32, h float32) {
	n := min(len(order), maxStripes)
	if n == 0 {
		return
	}
	room := h - l.dp(12)
	pitch := min(room/float32(n), l.dp(7))
	top := (h - pitch*float32(n)) / 2
	for k := range n {
		s := l.Tracker.SessionAt(order[k*len(order)/n])
		y := top + float32(k)*pitch
		for i, p := range s.History {
			end := l.phaseEnd(s, i)
			x0 := l.x(p.From)
			l.rect(box{x0, y, max(l.x(end), x0+1), y + max(pitch*0.7, 1)}, l.transport(p.Transport))
		}
	}
}

// marksOfFaults draws a red line wherever an upgrade failed or a request was refused, one for each pixel.
func (l *layouter) marksOfFaults(d *Density, h float32) {
	last := float32(-10)
	mark := func(t int64) {
		if x := l.x(t); t != 0 && abs(x-last) >= 1 {
			l.rect(box{x - l.dp(1), l.dp(3), x + l.dp(1), h - l.dp(3)}, l.Palette.Bad)
			last = x
		}
	}
	for _, s := range l.Tracker.Sessions {
		for i := range s.Probes {
			if d.Kept.Has(int32(s.Index)) && !d.Trial.Is(s.Probes[i].Exchange) {
				mark(s.Probes[i].Failed)
			}
		}
	}
	for _, e := range l.Tracker.Refused {
		if !d.Trial.Is(e) {
			mark(FaultAt(e))
		}
	}
	for i, bad := range d.faults {
		if bad {
			mark(d.start + int64(i)*d.width + d.width/2)
		}
	}
}

func (l *layouter) frame(in OverviewInput, h float32) {
	x0 := max(l.x(in.View.Start), l.left)
	x1 := min(l.x(in.View.Time(in.Width)), float32(l.W))
	x1 = max(x1, x0+l.dp(4))
	b := box{x0, l.dp(1), x1, h}
	l.rect(b, alpha(l.Palette.Frame, 40))
	l.rect(box{x0, b.y0, x0 + l.dp(2), h}, l.Palette.Frame)
	l.rect(box{x1 - l.dp(2), b.y0, x1, h}, l.Palette.Frame)
}
