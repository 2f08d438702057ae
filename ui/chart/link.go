package chart

import (
	"slices"

	"sioscope/ui/timeline"
)

// A Link has two charts show the same stretch of time, each counted from a moment of its own.
type Link struct {
	charts [2]*Chart
	onView func()
	busy   bool
}

// NewLink links two charts from now on. moved is called when what they show changed; nil: nobody.
func NewLink(a, b *Chart, moved func()) *Link {
	l := &Link{charts: [2]*Chart{a, b}, onView: moved}
	for _, c := range l.charts {
		c.link = l
		c.OnView = func() { l.follow(c) }
	}
	return l
}

// Align lays a moment of each chart beside that of the other; 0 is of a chart that shows nothing.
func (l *Link) Align(zero [2]int64) {
	for i, c := range l.charts {
		c.zero = zero[i]
	}
	for range 2 { // what one shows depends on how much there is of the other
		for _, c := range l.charts {
			c.Pull()
		}
	}
}

// follow brings the other chart to where c is.
func (l *Link) follow(c *Chart) {
	if l.busy {
		return
	}
	l.busy = true
	defer func() { l.busy = false }()
	for _, o := range l.charts {
		if o == c || c.zero == 0 || o.zero == 0 { // one of them shows nothing yet
			continue
		}
		o.view = timeline.View{Start: c.view.Start - c.zero + o.zero, PerDp: c.view.PerDp}
		o.fitted, o.tail.on = c.fitted, false
		o.changed()
	}
	if l.onView != nil {
		l.onView()
	}
}

// span is the time of both charts, by that of one of them; of one that is not aligned, its own.
func (l *Link) span(c *Chart) (first, last int64) {
	if c.zero == 0 {
		return c.own[0], c.own[1]
	}
	some := false
	for _, o := range l.charts {
		if o.zero == 0 || o.own[0] == 0 {
			continue
		}
		from, to := o.own[0]-o.zero+c.zero, o.own[1]-o.zero+c.zero
		if !some {
			first, last, some = from, to, true
			continue
		}
		first, last = min(first, from), max(last, to)
	}
	return first, last
}

// Show shows a stretch of time that is counted from where the charts are aligned.
func (l *Link) Show(from, to int64) {
	for _, c := range l.charts {
		if c.zero != 0 {
			c.FitSpan(c.zero+from, c.zero+to)
			return
		}
	}
}

// Whole is how much there is before and after where the charts are aligned, ns.
func (l *Link) Whole() (before, after int64) {
	c := l.charts[0]
	first, last := l.span(c)
	return c.zero - first, last - c.zero
}

// SetGuides draws a dashed line at each of some times.
func (c *Chart) SetGuides(times []int64) {
	c.guides = times
	c.changed()
}

// origin is the moment that times are counted from.
func (c *Chart) origin() int64 {
	if c.zero != 0 {
		return c.zero
	}
	return c.first
}

// View is the stretch of time that is shown, counted from where the charts are aligned.
func (l *Link) View() (shown [2]int64) {
	for _, c := range l.charts {
		if c.zero != 0 {
			margin := timeline.Fit(0, 1e9, c.width())
			edge := int64(margin.X(0) * c.view.PerDp)
			return [2]int64{c.view.Start - c.zero + edge, c.view.Time(c.width()) - c.zero - edge}
		}
	}
	return shown
}

// Reveal shows from to to, counted from where the charts are aligned, where not all of that is on screen: as large as it
// is shown already, or smaller where that is too large.
func (l *Link) Reveal(from, to int64) {
	for _, c := range l.charts {
		if c.zero == 0 || c.view.PerDp == 0 {
			continue
		}
		x0, x1 := c.view.X(c.zero+from), c.view.X(c.zero+to)
		switch {
		case x0 >= 0 && x1 <= c.width():
		case x1-x0 < c.width()*0.9:
			c.SetView(c.view.Pan((x0+x1)/2 - c.width()/2))
		default:
			room := (to - from) / 10
			c.FitSpan(c.zero+from-room, c.zero+to+room)
		}
		return
	}
}

// Height is that of a session's line, with its connections where they are shown, dp; 0 where it is not among the lines.
func (c *Chart) Height(sess int32) float64 {
	from, to := c.block(sess)
	if from < 0 {
		return 0
	}
	return c.lines[to-1].Y + c.lines[to-1].H - c.lines[from].Y
}

// block is a session's line and those that follow of it: lines[from:to]; from is -1 where it has none.
func (c *Chart) block(sess int32) (from, to int) {
	from = timeline.Find(c.lines, sess)
	for to = from + 1; from >= 0 && to < len(c.lines) && c.lines[to].Kind != timeline.SessionLine; to++ {
	}
	return from, to
}

// lead has the connection of the selected request right below its session where there is no room for all of them: of two
// timelines each has less, and what became of the session stays in sight beside the request.
func (c *Chart) lead() {
	from, to := c.block(c.chosen.Session)
	if c.link == nil || from < 0 || c.chosen.Exchange < 0 || c.Height(c.chosen.Session) <= c.room() {
		return
	}
	lanes := c.lines[from+1 : to]
	at := slices.IndexFunc(lanes, func(l timeline.Line) bool { return l.Kind == timeline.ConnLine && l.Conn == c.chosen.Conn })
	if at <= 0 {
		return
	}
	led := append([]timeline.Line{lanes[at]}, slices.Delete(slices.Clone(lanes), at, at+1)...)
	y := lanes[0].Y
	for i := range led {
		led[i].Y, led[i].Last = y, i == len(led)-1
		y += led[i].H
	}
	copy(lanes, led)
}
