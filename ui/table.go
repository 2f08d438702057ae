package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/rows"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// bigSearch is the number of rows from which a new filter is computed off the main goroutine.
const bigSearch = 100_000

// A table shows packets: a header, a list, and what restricts it.
type table struct {
	onSelect func(row int32)
	onPress  func() // a row was clicked, also one that is selected already
	onTick   func() // heartbeats or problems were ticked or unticked

	do     func(func())
	fonts  *timeline.Fonts
	h      *hears
	store  *store.Store
	rows   *rows.List
	times  rows.Times
	cols   []column
	work   int // counts filters, so that the result of an old one is dropped
	chosen int32
	follow bool // what is newest is kept on screen
	quiet  bool // a selection made by the program

	list     *list
	header   *tableRow
	chip     *button
	pings    *tick
	problems *tick
	count    *line
	empty    *line
	bar      *fyne.Container
	object   fyne.CanvasObject

	chars        int // of the times
	lastWidth    float32
	lastX, lastW []float32
}

func newTable(fonts *timeline.Fonts, h *hears, do func(func())) *table {
	t := &table{fonts: fonts, h: h, do: do, rows: rows.NewList(rows.Filter{}), cols: columns(8), chosen: -1, lastWidth: -1}
	t.list = newList(h, func() int { return len(t.rows.Index) },
		func() fyne.CanvasObject { return newTableRow(t, false) }, t.update)
	t.list.OnSelected = t.selected
	t.header = newTableRow(t, true)
	t.chip = newButton(h, "All sessions", theme.CancelIcon(), func() { t.restrict(func(f *rows.Filter) { f.Session, f.Conn, f.Refused = 0, 0, false }) })
	t.chip.Importance = widget.LowImportance
	t.pings = newTick(h, "Heartbeats", func(on bool) { t.tick(func(f *rows.Filter) { f.HidePings = !on }) })
	t.problems = newTick(h, "Problems only", func(on bool) { t.tick(func(f *rows.Filter) { f.Problems = on }) })
	t.pings.Checked = true
	t.count = newLine(nil, 11.5, look.Dim, fyne.TextStyle{})
	t.empty = newLine(nil, 12.5, look.Dim, fyne.TextStyle{})
	count := container.NewCenter(t.count)
	t.bar = container.NewBorder(nil, nil, container.NewHBox(t.chip), container.NewHBox(count, gap(6), t.pings, t.problems))
	fitting := container.New(narrow{t.bar, []yielding{{count, 470}, {t.problems, 395}}}, t.bar)
	t.object = container.NewBorder(container.NewVBox(panel(fitting, 0, 0, 6, 6), container.NewStack(newFill(look.Panel, fyne.Size{}), t.header), rule()),
		nil, nil, nil, container.NewStack(newFill(look.Panel, fyne.Size{}), t.list, container.NewCenter(t.empty)))
	t.describe()
	return t
}

// places are the columns' positions, computed once for a width.
func (t *table) places(width float32) (x, w []float32) {
	if width != t.lastWidth {
		t.lastWidth = width
		t.lastX, t.lastW = places(t.cols, width)
	}
	return t.lastX, t.lastW
}

// setStore shows another capture, restricted by what is ticked alone.
func (t *table) setStore(s *store.Store) {
	t.store, t.chosen = s, -1
	t.list.UnselectAll()
	t.setFilter(rows.Filter{HidePings: !t.pings.Checked, Problems: t.problems.Checked})
	t.list.ScrollToTop()
}

// pull takes in new rows.
func (t *table) pull() {
	if t.store == nil {
		return
	}
	t.store.Read(func(tr *session.Tracker, _ *store.State) {
		t.rows.Add(tr)
	})
	t.setTimes()
	t.refresh()
	if t.follow && t.chosen < 0 {
		t.list.ScrollToBottom()
	}
}

// setTimes writes times as finely as what is shown needs, and makes their column as wide.
func (t *table) setTimes() {
	chars := 0
	t.store.Read(func(tr *session.Tracker, _ *store.State) {
		t.times.Origin, t.times.Fine = tr.First, fine(tr, t.rows.Filter)
		chars = len(t.times.String(max(tr.Last, 1)))
	})
	if chars != t.chars {
		t.chars, t.cols, t.lastWidth = chars, columns(chars), -1
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

func (t *table) tick(change func(*rows.Filter)) {
	t.restrict(change)
	if t.onTick != nil {
		t.onTick()
	}
}

func (t *table) setFilter(f rows.Filter) {
	next := rows.NewList(f)
	t.work++
	if t.store == nil {
		t.adopt(next)
		return
	}
	var size int
	t.store.Read(func(tr *session.Tracker, _ *store.State) { size = len(tr.Rows) })
	if t.do == nil || size < bigSearch {
		t.store.Read(func(tr *session.Tracker, _ *store.State) { next.Add(tr) })
		t.adopt(next)
		return
	}
	t.rows.Filter = f
	work, st := t.work, t.store
	go func() {
		st.Read(func(tr *session.Tracker, _ *store.State) { next.Add(tr) })
		t.do(func() {
			if t.work == work {
				t.adopt(next)
			}
		})
	}()
}

// adopt shows a filter's result.
func (t *table) adopt(l *rows.List) {
	t.rows = l
	if t.store != nil {
		t.setTimes()
	}
	t.refresh()
	t.mark()
}

func (t *table) refresh() {
	t.describe()
	t.header.Refresh()
	t.list.Refresh()
}

// describe says what is shown, and how much of it.
func (t *table) describe() {
	f, total := t.rows.Filter, 0
	name, done, live := "", false, false
	var err error
	if t.store != nil {
		t.store.Read(func(tr *session.Tracker, st *store.State) {
			name, total, done, live, err = scope(tr, f), len(tr.Rows), st.Done, st.Live, st.Err
		})
	}
	t.chip.SetText(name)
	if name == "" {
		t.chip.Hide()
	} else {
		t.chip.Show()
	}
	t.count.Set(fmt.Sprintf("%s of %s", number(int64(len(t.rows.Index))), plural(int64(total), "row", "rows")))
	t.bar.Refresh()
	t.empty.Set("")
	switch {
	case total > 0 && len(t.rows.Index) == 0:
		t.empty.Set("Nothing matches.")
	case total == 0 && done && live:
		t.empty.Set("No packet of Engine.IO came.")
	case total == 0 && err != nil:
		t.empty.Set("Nothing could be read.")
	case total == 0 && done:
		t.empty.Set("No packet of Engine.IO is in this capture.")
	}
}

// scope names what the table is restricted to; "" where it is not.
func scope(tr *session.Tracker, f rows.Filter) string {
	switch {
	case f.Refused:
		return "Refused handshakes"
	case f.Conn > 0:
		return fmt.Sprintf("Connection %d", f.Conn)
	case f.Session > 0:
		return chipName(tr.SessionAt(f.Session - 1))
	}
	return ""
}

func chipName(s *session.Session) string {
	if s.SID == "" {
		return fmt.Sprintf("Session %d", s.Index+1)
	}
	return "Session " + rows.Short(s.SID)
}

func (t *table) update(i int, o fyne.CanvasObject) {
	if t.store == nil || i >= len(t.rows.Index) {
		return
	}
	var c rows.Cells
	t.store.Read(func(tr *session.Tracker, _ *store.State) {
		c = rows.Of(t.h.Words, tr, tr.RowAt(t.rows.Index[i]), t.times)
	})
	r := o.(*tableRow)
	r.at = i
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

// mark puts the list's selection where the chosen row is now.
func (t *table) mark() {
	t.quiet = true
	defer func() { t.quiet = false }()
	if t.chosen < 0 || t.store == nil || len(t.rows.Index) == 0 {
		t.list.UnselectAll()
		return
	}
	var at int
	var exact bool
	t.store.Read(func(tr *session.Tracker, _ *store.State) { at, exact = t.rows.Find(tr, t.chosen) })
	if exact {
		t.list.Select(at)
		return
	}
	t.list.UnselectAll()
	t.list.ScrollTo(max(at, 0))
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
