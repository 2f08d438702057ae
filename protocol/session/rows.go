package session

// row appends a row for a connection, an exchange and a session (either may be nil), with data as its payload.
func (t *Tracker) row(r Row, c *Conn, e *Exchange, s *Session, data []byte) {
	if !t.Options.KeepRows {
		return
	}
	limit := t.Options.MaxRows
	if limit == 0 {
		limit = 20_000_000
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
