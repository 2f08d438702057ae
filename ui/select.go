package ui

import (
	"sioscope/protocol/session"
	"sioscope/ui/chart"
	"sioscope/ui/rows"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
	"sioscope/ui/words"
)

// hit selects what was clicked in the timeline.
func (w *Window) hit(h timeline.Hit) {
	switch {
	case h.Kind == timeline.HitRow:
		w.restrictTo(h.Session)
		w.selectRow(h.Row)
	case h.Kind == timeline.HitNote && h.Count > 1:
		w.showMoments()
	case h.Kind == timeline.HitNote:
		w.editNote(h.Index)
	case h.Kind == timeline.HitRefused:
		w.selectRefused()
	case h.Exchange >= 0:
		w.selectExchange(h.Exchange)
	case h.Kind == timeline.HitConn:
		w.selectConn(h.Session, h.Conn)
	case h.Session >= 0:
		w.SelectSession(h.Session)
	}
}

// SelectSession shows a session and its packets.
func (w *Window) SelectSession(i int32) {
	w.restrictTo(i)
	w.choose(subject{session: i, exchange: -1, row: -1})
}

// restrictTo shows the packets of one session.
func (w *Window) restrictTo(i int32) {
	w.table.restrict(func(f *rows.Filter) { f.Session, f.Conn, f.Refused = i+1, 0, false })
}

func (w *Window) selectConn(sess, conn int32) {
	w.table.restrict(func(f *rows.Filter) { f.Session, f.Conn, f.Refused = sess+1, conn+1, false })
	w.choose(subject{session: sess, exchange: -1, row: -1})
}

func (w *Window) selectRefused() {
	w.table.restrict(func(f *rows.Filter) { f.Session, f.Conn, f.Refused = 0, 0, true })
	w.choose(subject{session: -1, exchange: -1, row: -1, refused: true})
}

// selectRow shows a row of the table, and where it is in the timeline.
func (w *Window) selectRow(row int32) {
	s := subject{session: -1, exchange: -1, row: row}
	w.store.Read(func(t *session.Tracker, _ *store.State) {
		s.session, s.exchange = t.RowAt(row).Session, t.RowAt(row).Exchange
	})
	w.choose(s)
}

// selectExchange shows a request: in the table by the row that says most of it, or by the first packet it carried.
func (w *Window) selectExchange(e int32) {
	s := subject{session: -1, exchange: e, row: -1}
	w.store.Read(func(t *session.Tracker, _ *store.State) {
		x := t.ExchangeAt(e)
		if x.Session != nil && x.Session.Index >= 0 {
			s.session = int32(x.Session.Index)
		}
	})
	f := w.table.rows.Filter
	if s.session >= 0 && f.Session != s.session+1 || s.session < 0 && f.Session != 0 || f.Conn != 0 {
		w.restrictTo(s.session)
	}
	f = w.table.rows.Filter
	w.store.Read(func(t *session.Tracker, _ *store.State) {
		s.row = rowOf(t, t.ExchangeAt(e), f)
		s.request = s.row >= 0 && t.RowAt(s.row).Kind == session.PacketRow
	})
	w.choose(s)
}

// jump shows where a piece of evidence was seen: the request that it is about, or else the packet.
func (w *Window) jump(p words.Place) {
	w.qa.leave()
	w.takeKeys()
	row, exchange := int32(-1), int32(p.Exchange-1)
	w.with(func(t *session.Tracker, _ *store.State) {
		if exchange >= 0 && gone(t, subject{session: -1, exchange: exchange, row: -1}) {
			exchange = -1
		}
		if exchange < 0 {
			row = rowAt(t, int32(p.Conn-1), p.Time)
		}
	})
	switch {
	case exchange >= 0:
		w.selectExchange(exchange)
	case row >= 0:
		w.table.restrict(func(f *rows.Filter) { f.Session, f.Conn, f.Refused = 0, int32(p.Conn), false })
		w.selectRow(row)
	}
}

// rowAt is the first row of a connection from a time on, or its last one; -1 where it has none.
func rowAt(t *session.Tracker, conn int32, at int64) int32 {
	found := int32(-1)
	for i := range t.Rows {
		if t.Rows[i].Conn != conn {
			continue
		}
		found = t.FirstRow + int32(i)
		if t.Rows[i].Time >= at {
			break
		}
	}
	return found
}

// rowOf is the row that tells most about a request: its refusal, the switch, the request itself, or the first packet
// it carried, one that the filter shows before one that it hides; -1 if it has none.
func rowOf(t *session.Tracker, e *session.Exchange, f rows.Filter) int32 {
	best, weight := int32(-1), 0
	look := func(i int32) {
		r := t.RowAt(i)
		if r.Exchange != int32(e.Index) {
			return
		}
		n := 2
		switch r.Kind {
		case session.RefusalRow:
			n = 5
		case session.SwitchRow:
			n = 4
		case session.RequestRow:
			n = 3
		default:
			if f.HidePings && rows.Heartbeat(t, r) {
				n = 1
			}
		}
		if n > weight {
			best, weight = i, n
		}
	}
	if e.Session != nil && e.Session.Index >= 0 {
		for _, i := range e.Session.Rows {
			look(i)
		}
		return best
	}
	for i := range t.Rows {
		look(t.FirstRow + int32(i))
	}
	return best
}

// choose makes s the one selection of all parts.
func (w *Window) choose(s subject) {
	w.about = s
	c := chart.Chosen{Session: s.session, Exchange: s.exchange}
	w.with(func(t *session.Tracker, _ *store.State) {
		if s.exchange >= 0 {
			e := t.ExchangeAt(s.exchange)
			c.Conn, c.Begin = int32(e.Conn.ID-1), timeline.Begin(e)
			if c.Time = c.Begin; timeline.Bad(e) {
				c.Time = timeline.FaultAt(e)
			}
		}
		if s.row >= 0 {
			c.Time = t.RowAt(s.row).Time
		}
	})
	w.chart.Choose(c)
	w.table.choose(s.row)
	w.detail.set(s)
	w.qa.pull()
}

// step moves the selection: through rows where one is selected, and else through sessions.
func (w *Window) step(n int) {
	if w.store == nil {
		return
	}
	if w.about.row < 0 {
		if next := w.chart.Next(sign(n)); next >= 0 {
			w.SelectSession(next)
		}
		return
	}
	if row := w.table.step(n); row >= 0 {
		w.selectRow(row)
	}
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

// stepSession selects the next session, whatever is selected now.
func (w *Window) stepSession(n int) {
	if w.qa.on {
		w.qa.step(n)
		return
	}
	if next := w.chart.Next(n); w.store != nil && next >= 0 {
		w.SelectSession(next)
	}
}

// enter opens the selected session, or goes from its line to its first row.
func (w *Window) enter() {
	if w.store != nil && w.about.session >= 0 {
		w.chart.Toggle(w.about.session)
		w.chart.Reveal(w.about.session) // no mouse points at its line, which may move
	}
}

// firstRow goes from a session to its packets.
func (w *Window) firstRow() {
	if w.store == nil || w.about.row >= 0 {
		return
	}
	if row := w.table.step(0); row >= 0 {
		w.selectRow(row)
	}
}

// escape takes back step by step what was chosen: the search, row, session, and then the side panel.
func (w *Window) escape() {
	w.takeKeys()
	f := w.table.rows.Filter
	switch {
	case w.remark.object.Visible():
		w.remark.clear()
	case w.store == nil:
		w.showSide(nil)
	case w.qa.on:
		w.qa.leave()
	case w.chart.Unmeasure():
	case f.Text != "":
		w.clearSearch()
	case w.about == nothing && f.Session == 0 && f.Conn == 0 && !f.Refused:
		w.showSide(nil)
	case w.about.row >= 0 && w.about.session >= 0:
		w.choose(subject{session: w.about.session, exchange: -1, row: -1})
	default:
		w.SelectAll()
	}
}

// SelectAll selects nothing, and shows the packets of all sessions.
func (w *Window) SelectAll() {
	w.table.restrict(func(f *rows.Filter) { f.Session, f.Conn, f.Refused = 0, 0, false })
	w.choose(nothing)
}
