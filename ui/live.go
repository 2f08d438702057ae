package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
	"sioscope/ui/rows"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// rate is how many packets come in a second, over the last few.
type rate struct {
	at    time.Time
	count int64
	text  string
}

// rateSpan is how long packets are counted for a rate.
const rateSpan = 3 * time.Second

// add takes in what is counted now, where that is due, and gives the rate in words.
func (r *rate) add(w lang.Words, now time.Time, counted func() int64) string {
	d := now.Sub(r.at)
	if d < rateSpan {
		return r.text
	}
	count := counted()
	if !r.at.IsZero() {
		per := float64(count-r.count) / d.Seconds()
		switch {
		case per == 0:
			r.text = w.S(" · quiet")
		case per < 10:
			r.text = w.S(" · %.1f packets/s", per)
		default:
			r.text = w.S(" · %.0f packets/s", per)
		}
	}
	r.at, r.count = now, count
	return r.text
}

// showRate says beside the name of a live source how long it has been watched, and how much comes.
func (w *Window) showRate() {
	if w.compared != nil {
		w.tools.showRate("", false)
		return
	}
	text, short, live := "", "", w.Live()
	w.with(func(t *session.Tracker, st *store.State) {
		switch {
		case !st.Live:
		case t.First == 0 && !st.Done:
			text = w.S("● live")
		case t.First == 0:
		case st.Done:
			text = w.S("over after %s", plain.Span(st.Now()-t.First))
		case st.Held():
			text = w.S("paused at %s", clock(st.Now()-t.First))
		default:
			short = "● " + clock(st.Now()-t.First)
			text = w.S("● live") + " · " + clock(st.Now()-t.First) + w.rate.add(w.Words, time.Now(), func() int64 { return packets(t) })
		}
	})
	if short != "" && w.tools.narrow() {
		text = short
	}
	w.tools.showRate(text, live)
	w.tools.showPause(live && w.sniffer.runs(), w.sniffer.paused)
}

// askConnect opens the panel of a client of our own: what can be done with one that runs, and once it is open, the form.
func (w *Window) askConnect() {
	c := w.connector
	if w.side.now == c.panel {
		c.change()
		return
	}
	if !c.over() {
		c.show(true)
	}
	w.showSide(c.panel)
}

// askCheck opens the panel of a check: the experiments while they run, and once it is open, the form.
func (w *Window) askCheck() {
	c := w.checker
	if w.side.now == c.panel {
		c.change()
		return
	}
	if w.store != nil && w.store == c.store && w.Live() {
		c.show(true)
	}
	w.showSide(c.panel)
}

// packets counts those of Engine.IO.
func packets(t *session.Tracker) (n int64) {
	n = t.Freed.Packets
	for _, s := range t.Sessions {
		n += s.Packets[0] + s.Packets[1]
	}
	return n
}

// Live says whether what is open is watched as it happens.
func (w *Window) Live() (is bool) {
	w.with(func(_ *session.Tracker, st *store.State) { is = st.Live && !st.Done })
	return is
}

// Busy says whether what is open is still watched, or both sides that are compared are not read yet.
func (w *Window) Busy() bool {
	if w.compared != nil {
		return !w.compared.over
	}
	return w.Live()
}

// runs says whether what is open is still read or watched.
func (w *Window) runs() (is bool) {
	w.with(func(_ *session.Tracker, st *store.State) { is = !st.Done })
	return is
}

// toggleFollow keeps the end of a live source on screen, or leaves the view where it is.
func (w *Window) toggleFollow() {
	if !w.Live() {
		return
	}
	if w.chart.Follows() {
		w.chart.Follow(false)
		return
	}
	w.followEnd()
}

// followEnd keeps the end of a live source on screen, in the timeline and in the table: a selected packet, and a session
// that is over, are let go.
func (w *Window) followEnd() {
	over := false
	if i := w.table.rows.Filter.Session - 1; i >= 0 {
		w.with(func(t *session.Tracker, _ *store.State) { over = !timeline.Lives(t.SessionAt(i)) })
	}
	switch {
	case over || w.table.rows.Filter.Refused:
		w.table.restrict(func(f *rows.Filter) { f.Session, f.Conn, f.Refused = 0, 0, false })
		w.choose(nothing)
	case w.about.row >= 0 && w.table.rows.Filter.Session > 0:
		w.choose(subject{session: w.table.rows.Filter.Session - 1, exchange: -1, row: -1})
	case w.about.row >= 0:
		w.choose(nothing)
	}
	w.chart.Follow(true)
	w.table.pull()
}

// viewed is told of a new view.
func (w *Window) viewed() {
	w.overview.Pull()
	live := w.Live()
	if w.table.follow && !live {
		w.table.pull() // the last packets came with the end; there the table stays
	}
	w.table.follow = live && w.chart.Follows()
	if show := live && !w.chart.Follows(); show != w.following.Visible() {
		w.following.Hidden = !show
		w.following.Refresh()
	}
}

// corner is a layout that puts its child in the lower corner at the right.
type corner struct{}

// Layout is for Fyne.
func (corner) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		m := o.MinSize()
		o.Resize(m)
		o.Move(fyne.NewPos(size.Width-m.Width-14, size.Height-m.Height-8))
	}
}

// MinSize is none: it lies over something else.
func (corner) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
