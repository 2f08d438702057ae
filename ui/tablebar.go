package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/plain"
	"sioscope/ui/rows"
)

// A tableBar stands above the packets: what of them is shown, what is not, and how far a search has come.
type tableBar struct {
	t              *table
	session, conn  *button // what the table is restricted to; each takes its restriction back
	pings          *tick
	problems       *tick
	only, way      *choice
	count          *line
	hidden         *line // what is left out, in words
	hiding         *fyne.Container
	hits           *hitsBar
	row            *fyne.Container
	fitting        *fyne.Container // row, and what of it has room
	object         *fyne.Container
	scope, through string // the names of session and connection
	whole          string // that of the session with all of its sid; "" where scope has it
}

func onlyNames(h *hears) []string {
	return []string{h.S("All kinds"), h.S("Events only"), h.S("Requests only")}
}

func wayNames(h *hears) []string {
	return []string{h.S("Both directions"), h.S("Out only"), h.S("In only")}
}

func newTableBar(t *table) *tableBar {
	h := t.h
	b := &tableBar{t: t, hits: newHitsBar(h)}
	b.session = lowButton(h, theme.CancelIcon(), func() { t.tick(func(f *rows.Filter) { f.Session, f.Refused = 0, false }) })
	b.conn = lowButton(h, theme.CancelIcon(), func() { t.tick(func(f *rows.Filter) { f.Conn = 0 }) })
	b.pings = newTick(h, h.S("Heartbeats"), func(on bool) { t.tick(func(f *rows.Filter) { f.HidePings = !on }) })
	b.problems = newTick(h, h.S("Problems only"), func(on bool) { t.tick(func(f *rows.Filter) { f.Problems = on }) })
	b.pings.Checked = true
	b.only, b.way = newChoice(h, onlyNames(h)), newChoice(h, wayNames(h))
	b.only.SetSelectedIndex(0)
	b.way.SetSelectedIndex(0)
	b.only.OnChanged = func(string) { t.tick(func(f *rows.Filter) { f.Only = rows.Only(b.only.SelectedIndex()) }) }
	b.way.OnChanged = func(string) { t.tick(func(f *rows.Filter) { f.Way = rows.Way(b.way.SelectedIndex()) }) }
	b.count = newLine(nil, 11.5, look.Dim, fyne.TextStyle{})
	count := container.NewCenter(b.count)
	only, way := container.NewGridWrap(fyne.NewSize(132, 32), b.only), container.NewGridWrap(fyne.NewSize(146, 32), b.way)
	b.row = container.NewBorder(nil, nil, container.NewHBox(b.session, b.conn), container.NewHBox(count, gap(6), only, way, b.pings, b.problems))
	b.fitting = container.New(chips{narrow{b.row, []yielding{{way, 860}, {only, 720}, {count, 0}, {b.problems, 0}}}, b}, b.row)
	b.hidden = newLine(t.fonts, 11.5, look.Warn, fyne.TextStyle{})
	all := lowButton(h, theme.VisibilityIcon(), t.showAll)
	all.SetText(h.S("Show all"))
	b.hiding = container.New(padded(0, 0, 8, 0), container.NewBorder(nil, nil, nil, flatButton(all), container.New(middle{}, b.hidden)))
	b.hiding.Hide()
	b.object = container.New(stacked{}, container.New(padded(0, 0, 6, 6), b.fitting), container.New(padded(0, 0, 6, 6), container.New(stacked{}, b.hiding, b.hits.object)))
	return b
}

func lowButton(h *hears, icon fyne.Resource, tapped func()) *button {
	b := newButton(h, "", icon, tapped)
	b.Importance = widget.LowImportance
	return b
}

// flatButton gives a button the height of a line of text.
func flatButton(b *button) fyne.CanvasObject { return container.New(squat{}, b) }

// squat is a layout of one child that is lower than Fyne has it.
type squat struct{}

const squatHeight = 24

// Layout is for Fyne.
func (squat) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(fyne.NewSize(s.Width, squatHeight))
	}
}

// MinSize is the child's width, none where it is hidden.
func (squat) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if !objects[0].Visible() {
		return fyne.Size{}
	}
	return fyne.NewSize(objects[0].MinSize().Width, squatHeight)
}

// showAll takes back whatever leaves rows out, but for the session and the search.
func (t *table) showAll() {
	t.tick(func(f *rows.Filter) {
		*f = rows.Filter{Session: f.Session, Refused: f.Refused, Text: f.Text, Kept: f.Kept}
	})
}

// read names what the table is restricted to.
func (b *tableBar) read(tr *session.Tracker) {
	f := &b.t.rows.Filter
	b.scope, b.whole, b.through = "", "", ""
	switch {
	case f.Refused:
		b.scope = b.t.h.S("Refused handshakes")
	case f.Session > 0:
		s := tr.SessionAt(f.Session - 1)
		b.scope = b.chipName(s)
		if name := b.t.h.S("Session %s", plain.Text(s.SID)); s.SID != "" && name != b.scope {
			b.whole = name
		}
	}
	if f.Conn > 0 {
		b.through = b.t.h.S("Connection %d", f.Conn)
	}
}

func (b *tableBar) chipName(s *session.Session) string {
	if s.SID == "" {
		return b.t.h.S("Session %d", s.Index+1)
	}
	return b.t.h.S("Session %s", rows.Short(s.SID))
}

// show brings the bar up to date; total is the number of all rows.
func (b *tableBar) show(total int) {
	f, before := &b.t.rows.Filter, b.looks()
	b.pings.set(!f.HidePings)
	b.problems.set(f.Problems)
	b.only.set(int(f.Only))
	b.way.set(int(f.Way))
	if b.whole == "" || b.session.Text != b.whole {
		chip(b.session, b.scope)
	}
	chip(b.conn, b.through)
	b.count.Set(b.t.h.N(total, "%s of %s row", "%s of %s rows", number(int64(len(b.t.rows.Index))), number(int64(total))))
	b.hidden.Set(b.leftOut())
	b.hiding.Hidden = b.hidden.full == ""
	b.hits.show(b.t)
	if b.looks() == before { // refreshed, every part would draw its icon anew, many times a second
		b.fitting.Layout.Layout(b.fitting.Objects, b.fitting.Size())
		b.row.Layout.Layout(b.row.Objects, b.row.Size())
		return
	}
	b.row.Refresh()
	b.object.Refresh()
}

// chips is a layout of a tableBar's row, which names the session by all of its sid where there is room, and is as high as a
// name also where there is none, so that what is below it stays where it is.
type chips struct {
	narrow
	bar *tableBar
}

// Layout is for Fyne.
func (c chips) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	c.narrow.Layout(objects, s)
	b := c.bar
	if b.whole == "" || s.Width == 0 {
		return
	}
	name := b.scope
	if c.wanted()+wide(b.whole)-wide(b.session.Text) <= s.Width {
		name = b.whole
	}
	if name != b.session.Text {
		b.session.SetText(name)
		c.narrow.Layout(objects, s)
	}
}

// wide is how wide a name is on a button, dp.
func wide(name string) float32 {
	return fyne.MeasureText(name, theme.TextSize(), fyne.TextStyle{Bold: true}).Width
}

// MinSize is for Fyne.
func (c chips) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := c.narrow.MinSize(objects)
	return fyne.NewSize(least.Width, max(least.Height, c.bar.session.MinSize().Height))
}

// barLooks is what the places of a tableBar's parts hang upon, but for the width of its count.
type barLooks struct {
	session, conn                    string
	noSession, noConn, whole, noHits bool
}

func (b *tableBar) looks() barLooks {
	return barLooks{b.session.Text, b.conn.Text, b.session.Hidden, b.conn.Hidden, b.hiding.Hidden, b.hits.object.Hidden}
}

func chip(b *button, name string) {
	b.Hidden = name == ""
	if name != b.Text {
		b.SetText(name)
	}
}

// leftOut says what the filter leaves out, "" where it leaves out nothing.
func (b *tableBar) leftOut() string {
	f, n, h := &b.t.rows.Filter, b.t.rows.Hidden, b.t.h
	var parts []string
	if f.HidePings {
		parts = append(parts, h.S("Heartbeats hidden: %s", number(int64(n.Pings))))
	}
	if f.Problems {
		parts = append(parts, h.S("Without a problem, hidden: %s", number(int64(n.Problems))))
	}
	switch f.Only {
	case rows.OnlyEvents:
		parts = append(parts, h.S("Other than events, hidden: %s", number(int64(n.Kind))))
	case rows.OnlyRequests:
		parts = append(parts, h.S("Other than requests, hidden: %s", number(int64(n.Kind))))
	}
	switch f.Way {
	case rows.OnlyOut:
		parts = append(parts, h.S("Going in, hidden: %s", number(int64(n.Way))))
	case rows.OnlyIn:
		parts = append(parts, h.S("Going out, hidden: %s", number(int64(n.Way))))
	}
	text := ""
	for i, p := range parts {
		if i == 0 {
			text = p
			continue
		}
		text = h.S("%s · %s", text, p)
	}
	return text
}

// counted says which of the rows is chosen.
func (b *tableBar) counted() { b.hits.show(b.t) }

// set ticks without telling anybody.
func (c *tick) set(on bool) {
	if c.Checked != on {
		c.Checked = on
		c.Refresh()
	}
}

// set selects without telling anybody.
func (c *choice) set(i int) {
	if c.SelectedIndex() != i {
		changed := c.OnChanged
		c.OnChanged = nil
		c.SetSelectedIndex(i)
		c.OnChanged = changed
	}
}
