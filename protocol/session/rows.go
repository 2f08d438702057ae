package session

import "slices"

// row appends a row for a connection, an exchange and a session (either may be nil), with data as its payload.
func (t *Tracker) row(r Row, c *Conn, e *Exchange, s *Session, data []byte) {
	if !t.Options.KeepRows {
		return
	}
	limit := t.Options.MaxRows
	if limit == 0 {
		limit = 20_000_000
	}
	if len(t.Rows) >= limit && t.Options.TrimRows {
		t.trimRows()
	}
	if len(t.Rows) >= limit {
		t.DroppedRows++
		return
	}
	r.Conn, r.Exchange, r.Session = int32(c.ID-1), -1, -1
	if e != nil {
		r.Exchange = int32(e.Index)
	}
	if r.Kind != PacketRow || !r.HasSIO {
		r.ID = -1
	}
	if t.Options.KeepPayloads && len(data) > 0 {
		ref, whole := t.kept.put(data, &t.Options)
		r.Data, r.Truncated = ref, r.Truncated || !whole
	}
	if s != nil {
		r.Session = int32(s.Index)
		s.Rows = append(s.Rows, int32(len(t.Rows)))
	}
	t.Rows = append(t.Rows, r)
}

// trimRows forgets the older half of the rows.
func (t *Tracker) trimRows() {
	n := (len(t.Rows) + 1) / 2
	t.Rows = slices.Delete(t.Rows, 0, n)
	t.DroppedRows += int64(n)
	for _, s := range t.Sessions {
		s.shiftRows(int32(n))
	}
	for _, s := range t.unproven {
		if s.Index < 0 {
			s.shiftRows(int32(n))
		}
	}
	for _, e := range t.Exchanges {
		e.row = max(e.row-n, 0)
	}
}

// shiftRows follows rows that moved to the front by n.
func (s *Session) shiftRows(n int32) {
	k, _ := slices.BinarySearch(s.Rows, n) // indices rise, whatever the times are
	s.Rows = slices.Clone(s.Rows[k:])
	for i := range s.Rows {
		s.Rows[i] -= n
	}
}
