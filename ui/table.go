package ui

import (
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/rows"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// A table shows packets: a header, a list, and what restricts it.
type table struct {
	onSelect func(row int32)
	onPress  func()                            // a row was clicked, also one that is selected already
	onMenu   func(row int32, at fyne.Position) // the same with the other button; the position is absolute
	onTick   func()                            // it is restricted, or sorted, otherwise
	onHint   func(string)                      // what a click does under the mouse; "" for nothing
	onWidths func()                            // columns were made wider or narrower
	onFound  func()                            // what is searched for was found in more rows, or nothing is searched for

	h      *hears
	do     func(func())
	fonts  *timeline.Fonts
	store  *store.Store
	rows   *rows.List
	order  rows.Order
	kept   *timeline.Kept // sessions whose rows are to be shown; nil: all
	trial  timeline.Trial // of a check: what it sends to see it refused is no problem
	words  []string       // that are searched for, in lower case
	times  rows.Times
	mask   redact.Redactor // hides secrets, unless the user wants to see them
	cols   []column
	widths map[rows.Column]float32 // that the user gave columns
	chosen int32
	follow bool // what is newest is kept on screen
	quiet  bool // a selection made by the program

	work     atomic.Int64 // counts lists, so that whoever fills an old one stops
	busy     bool         // a list is filled aside
	again    bool         // and is to be looked at once more
	searched int          // percent of the rows that were looked at
	danced   time.Time    // when rows were shown last
	came     int          // how many there were then, of all sessions
	late     bool         // more came since
	at       int          // the place of what is chosen, -1 none

	list            *list
	header          *tableHead
	bar             *tableBar
	pings, problems *tick // of the bar
	empty           *line
	object          fyne.CanvasObject

	chars        int // of the times
	lastWidth    float32
	lastX, lastW []float32
}

func newTable(fonts *timeline.Fonts, h *hears, do func(func())) *table {
	t := &table{h: h, fonts: fonts, do: do, rows: rows.NewList(rows.Filter{}), widths: map[rows.Column]float32{}, chosen: -1, at: -1, lastWidth: -1}
	t.cols = columns(h.Words, fonts, 8)
	t.list = newList(h, func() int { return len(t.rows.Index) },
		func() fyne.CanvasObject { return newTableRow(t) }, t.update)
	t.list.OnSelected = t.selected
	t.header = newTableHead(t)
	t.bar = newTableBar(t)
	t.pings, t.problems = t.bar.pings, t.bar.problems
	t.empty = newLine(nil, 12.5, look.Dim, fyne.TextStyle{})
	t.object = container.NewBorder(container.New(stacked{}, t.bar.object, t.header, rule()),
		nil, nil, nil, container.NewStack(t.list, container.NewCenter(t.empty)))
	t.describe()
	return t
}

// places are the columns' positions, computed once for a width.
func (t *table) places(width float32) (x, w []float32) {
	if width != t.lastWidth {
		t.lastWidth = width
		t.lastX, t.lastW = places(t.cols, t.widths, width)
	}
	return t.lastX, t.lastW
}

// setStore shows another capture, restricted by what is ticked alone.
func (t *table) setStore(s *store.Store) {
	f := t.rows.Filter
	t.store, t.chosen, t.kept = s, -1, nil
	t.list.UnselectAll()
	t.setFilter(rows.Filter{HidePings: f.HidePings, Problems: f.Problems, Only: f.Only, Way: f.Way})
	t.list.ScrollToTop()
}

// setTimes writes times as finely as what is shown needs, and makes their column as wide.
func (t *table) setTimes() {
	chars := 0
	t.store.Read(func(tr *session.Tracker, _ *store.State) {
		t.times.Origin, t.times.Fine = tr.First, fine(tr, t.rows.Filter)
		chars = len(t.times.String(max(tr.Last, 1)))
	})
	if chars != t.chars {
		t.chars, t.cols, t.lastWidth = chars, columns(t.h.Words, t.fonts, chars), -1
	}
}

// fine says whether times need microseconds to be told apart: in a short stretch of time, and where packets follow
// each other by less than some milliseconds.
func fine(tr *session.Tracker, f rows.Filter) bool {
	span, n := tr.Last-tr.First, len(tr.Rows)
	if f.Session > 0 {
		s := tr.SessionAt(f.Session - 1)
		span, n = s.LastSeen-s.FirstSeen, len(s.Rows)
	}
	return span < 2e8 || span < 600e9 && span/int64(n+1) < 5e6
}

// restrict changes the filter.
func (t *table) restrict(change func(*rows.Filter)) {
	f := t.rows.Filter
	change(&f)
	if f != t.rows.Filter {
		t.setFilter(f)
	}
}

// tick changes the filter as one of the bar's parts says.
func (t *table) tick(change func(*rows.Filter)) {
	t.restrict(change)
	if t.onTick != nil {
		t.onTick()
	}
}

func (t *table) setFilter(f rows.Filter) {
	q := rows.NewQuery(f.Text)
	t.words = q.Words()
	t.begin(t.newRows(f, t.order))
}

// keepNow shows the packets of some sessions alone, nil: of all.
func (t *table) keepNow(k *timeline.Kept) {
	t.kept = k
	t.restrict(func(f *rows.Filter) { f.Kept = k })
}

// keep does so where the same restriction is met by other sessions than before. Those that only become more are added to what
// is listed. While rows are still looked for, that is not begun anew: it is done once they are there.
func (t *table) keep(k *timeline.Kept) {
	t.kept = k
	if k == t.rows.Filter.Kept || t.store == nil || t.busy {
		return
	}
	grown := false
	t.store.Read(func(tr *session.Tracker, _ *store.State) { grown = t.rows.Grow(tr, k) })
	if grown {
		t.show(t.rows)
		return
	}
	t.keepNow(k)
}

// newRows is an empty list.
func (t *table) newRows(f rows.Filter, o rows.Order) *rows.List {
	l := rows.NewSorted(t.h.Words, f, o)
	l.Trial = t.trial
	return l
}

// setOrder sorts the rows otherwise.
func (t *table) setOrder(o rows.Order) {
	if o == t.order {
		return
	}
	t.order = o
	t.begin(t.newRows(t.rows.Filter, o))
	if t.onTick != nil {
		t.onTick()
	}
}

func (t *table) refresh() {
	t.describe()
	t.header.Refresh()
	t.list.Refresh()
}

// describe says what is shown, and how much of it.
func (t *table) describe() {
	total, done, live, hidden := 0, false, false, false
	var err error
	if t.store != nil {
		t.store.Read(func(tr *session.Tracker, st *store.State) {
			t.bar.read(tr)
			total, done, live, err = len(tr.Rows), st.Done, st.Live, st.Err
			hidden = dark(tr, st)
		})
	}
	t.bar.show(total)
	t.empty.Set("")
	switch {
	case total > 0 && len(t.rows.Index) == 0 && t.busy:
		t.empty.Set(t.h.S("Searching…"))
	case total > 0 && len(t.rows.Index) == 0:
		t.empty.Set(t.h.S("Nothing matches."))
	case total == 0 && done && live:
		t.empty.Set(t.h.S("No packet of Engine.IO came."))
	case total == 0 && (err != nil || done && hidden):
		t.empty.Set(t.h.S("Nothing could be read."))
	case total == 0 && done:
		t.empty.Set(t.h.S("No packet of Engine.IO is in this capture."))
	}
}

func (t *table) update(i int, o fyne.CanvasObject) {
	if t.store == nil || i >= len(t.rows.Index) {
		return
	}
	r := o.(*tableRow)
	r.at = i
	var c rows.Cells
	r.found = rows.Found{}
	t.store.Read(func(tr *session.Tracker, _ *store.State) {
		row := tr.RowAt(t.rows.Index[i])
		c = rows.Masked(t.h.Words, tr, row, t.times, t.mask)
		if rows.Tried(tr, row, t.trial) {
			c.Bad, c.WrongNode = false, false
		}
		if len(t.words) > 0 {
			r.found = t.rows.Query().Find(tr, row, t.mask, r.showing(&c)...)
		}
	})
	r.Set(c)
}

func (t *table) selected(i int) {
	if t.quiet || i >= len(t.rows.Index) {
		return
	}
	t.chosen = t.rows.Index[i]
	if t.onSelect != nil {
		t.onSelect(t.chosen)
	}
}

// press is a click on the i-th row.
func (t *table) press(i int) {
	if t.onPress != nil {
		t.onPress()
	}
	t.list.Select(i)
}

// choose selects a row, -1 for none, without telling anybody.
func (t *table) choose(row int32) {
	t.chosen = row
	t.mark()
}

// mark puts the list's selection where the chosen row is now, and brings it on screen.
func (t *table) mark() {
	t.quiet = true
	defer func() { t.quiet = false }()
	at, exact := t.place()
	t.at = -1
	switch {
	case exact:
		t.at = at
		t.list.Select(at)
	default:
		t.list.UnselectAll()
		if at >= 0 {
			t.list.ScrollTo(at)
		}
	}
	t.bar.counted()
}

// place is where the chosen row is in the list, or where it would be; -1 where nothing is chosen.
func (t *table) place() (at int, exact bool) {
	if t.chosen < 0 || t.store == nil || len(t.rows.Index) == 0 {
		return -1, false
	}
	t.store.Read(func(tr *session.Tracker, _ *store.State) { at, exact = t.rows.Find(tr, t.chosen) })
	return at, exact
}

// keepMark does so where rows came, and leaves what is on screen.
func (t *table) keepMark() {
	at, exact := t.place()
	if !exact || at == t.at {
		return
	}
	t.quiet = true
	defer func() { t.quiet = false }()
	offset := t.list.GetScrollOffset()
	t.at = at
	t.list.Select(at)
	t.list.ScrollToOffset(offset)
}

// step moves the selection by n rows and says which it is then, -1 where there are none.
func (t *table) step(n int) int32 {
	if t.store == nil || len(t.rows.Index) == 0 {
		return -1
	}
	at, exact := 0, false
	if t.chosen >= 0 {
		t.store.Read(func(tr *session.Tracker, _ *store.State) { at, exact = t.rows.Find(tr, t.chosen) })
		if exact || n < 0 {
			at += n
		}
	}
	return t.rows.Index[min(max(at, 0), len(t.rows.Index)-1)]
}

func (t *table) setWall(wall bool) {
	t.times.Wall = wall
	if t.store != nil {
		t.setTimes()
	}
	t.refresh()
}
