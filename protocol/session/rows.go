package session

import (
	"math"
	"slices"
)

// row appends a row for a connection, an exchange and a session (either may be nil), with data as its payload.
func (t *Tracker) row(r Row, c *Conn, e *Exchange, s *Session, data []byte) {
	if !t.Options.KeepRows {
		return
	}
	limit := t.maxRows()
	if len(t.Rows) >= limit && t.Options.Memory > 0 {
		t.trimRows(limit)
	}
	if len(t.Rows) >= limit || t.nextRow() == math.MaxInt32 {
		t.DroppedRows++
		return
	}
	r.Conn, r.Exchange, r.Session = int32(c.ID-1), -1, -1
	if e != nil && e.Index <= math.MaxInt32 {
		r.Exchange = int32(e.Index)
	}
	if r.Kind != PacketRow || !r.HasSIO {
		r.ID = -1
	}
	if t.Options.KeepPayloads && len(data) > 0 {
		ref, whole := t.keepPacket(data)
		r.Data, r.Truncated = ref, r.Truncated || !whole
	}
	if s != nil {
		r.Session = int32(s.Index)
		s.Rows = append(s.Rows, t.nextRow())
	}
	t.Rows = append(t.Rows, r)
}

// maxRows is how many rows are kept at most.
func (t *Tracker) maxRows() int {
	limit := t.Options.MaxRows
	if limit == 0 {
		limit = 20_000_000
	}
	if m := t.Options.Memory; m > 0 {
		limit = min(limit, int(m/rowsShare/rowCost))
	}
	return limit
}

// nextRow is the number of the row that comes next.
func (t *Tracker) nextRow() int32 { return t.FirstRow + int32(len(t.Rows)) }

// trimRows lets go of the oldest eighth of as many rows as there may be.
func (t *Tracker) trimRows(limit int) {
	n := min((limit+7)/8, len(t.Rows))
	t.Rows = slices.Delete(t.Rows, 0, n)
	t.FirstRow += int32(n)
	t.Freed.Rows += int64(n)
	for _, s := range t.Sessions {
		s.trimRows(t.FirstRow)
	}
	for _, s := range t.unproven {
		if s.Index < 0 {
			s.trimRows(t.FirstRow)
		}
	}
}

// trimRows forgets the rows before the first that is still there.
func (s *Session) trimRows(first int32) {
	if k, _ := slices.BinarySearch(s.Rows, first); k > 0 { // numbers rise, whatever the times are
		s.Rows = slices.Clone(s.Rows[k:])
	}
}
