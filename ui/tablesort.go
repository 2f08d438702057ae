package ui

import (
	"fyne.io/fyne/v2"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/store"
)

// sortBy sorts by a column, and the other way round where it is sorted by that one. What has most bytes comes first.
func (t *table) sortBy(c rows.Column) {
	if t.order.By == c {
		t.setOrder(rows.Order{By: c, Down: !t.order.Down})
		return
	}
	t.setOrder(rows.Order{By: c, Down: c == rows.ByBytes})
}

// sortNext sorts by the column after the one that it is sorted by.
func (t *table) sortNext() {
	t.sortBy((t.order.By + 1) % rows.Column(len(t.cols)))
}

// turn sorts the other way round.
func (t *table) turn() { t.setOrder(rows.Order{By: t.order.By, Down: !t.order.Down}) }

// widen gives a column more width, or less.
func (t *table) widen(i int, by float32) {
	_, w := t.places(t.header.Size().Width)
	by = min(max(by, leastColumn-w[i]), max(w[whatColumn]-leastWhat, 0))
	t.widths[rows.Column(i)] = w[i] + by
	t.lastWidth = -1
	t.header.Refresh()
	t.list.Refresh()
}

// setWidths takes the widths of columns, of which 0 is the one they have by themselves.
func (t *table) setWidths(widths []float64) {
	clear(t.widths)
	for i, w := range widths {
		if i < len(t.cols) && w >= leastColumn {
			t.widths[rows.Column(i)] = float32(w)
		}
	}
	t.lastWidth = -1
	t.header.Refresh()
	t.list.Refresh()
}

// given are the widths that were given to columns, 0 for the others.
func (t *table) given() []float64 {
	list := make([]float64, len(t.cols))
	for c, w := range t.widths {
		list[c] = float64(w)
	}
	return list
}

// expose shows secrets, or masks them.
func (t *table) expose(on bool) {
	if t.mask.Off != on {
		t.mask.Off = on
		t.list.Refresh()
	}
}

func (t *table) hint(text string) {
	if t.onHint != nil {
		t.onHint(text)
	}
}

// offer is a click with the other button on the i-th row.
func (t *table) offer(i int, at fyne.Position) {
	if i >= len(t.rows.Index) || t.onMenu == nil {
		return
	}
	t.press(i)
	t.onMenu(t.rows.Index[i], at)
}

// connOnly shows the connection of the chosen row alone, or all of them again.
func (t *table) connOnly() {
	conn := int32(0)
	if t.rows.Filter.Conn == 0 && t.chosen >= 0 && t.store != nil {
		t.store.Read(func(tr *session.Tracker, _ *store.State) { conn = tr.RowAt(t.chosen).Conn + 1 })
	}
	t.tick(func(f *rows.Filter) { f.Conn = conn })
}

// wayOnly shows the direction of the chosen row alone, then the other one, then both again.
func (t *table) wayOnly() {
	own, other := rows.OnlyOut, rows.OnlyIn
	if t.chosen >= 0 && t.store != nil {
		t.store.Read(func(tr *session.Tracker, _ *store.State) {
			if tr.RowAt(t.chosen).Dir == fact.In {
				own, other = other, own
			}
		})
	}
	t.tick(func(f *rows.Filter) {
		switch f.Way {
		case rows.BothWays:
			f.Way = own
		case own:
			f.Way = other
		default:
			f.Way = rows.BothWays
		}
	})
}

// kindOnly shows events, then requests, then all kinds again.
func (t *table) kindOnly() {
	t.tick(func(f *rows.Filter) { f.Only = (f.Only + 1) % (rows.OnlyRequests + 1) })
}

// where says in words in which part of a packet or its request a hit is.
func (t *table) where(f rows.Found) string {
	text, h := "", t.h
	switch f.Part {
	case rows.InPayload:
		text = h.S("payload: %s", f.Text)
	case rows.InTarget:
		text = h.S("target: %s", f.Text)
	case rows.InRequest:
		text = h.S("request header: %s", f.Text)
	case rows.InAnswer:
		text = h.S("answer header: %s", f.Text)
	case rows.InStatus:
		text = h.S("answer: %s", f.Text)
	case rows.InNode:
		text = h.S("node: %s", f.Text)
	case rows.InSID:
		text = h.S("sid: %s", f.Text)
	}
	if f.Masked {
		return h.S("within what is masked: %s", text)
	}
	return text
}
