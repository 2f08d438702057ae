package rows

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// Column is what rows are sorted by.
type Column uint8

const (
	ByTime Column = iota
	ByDir
	ByConn
	ByNode
	ByOver
	ByPacket
	BySocketIO
	ByWhat
	ByBytes
)

// An Order is how rows are sorted; rows that are alike in it are by time. The zero value is by time.
type Order struct {
	By   Column
	Down bool // the highest first
}

// A key is what a row is sorted by: a number, or the beginning of a text.
type key struct{ high, low uint64 }

// keyed is a row with its key.
type keyed struct {
	key
	row int32
}

// key is a row's place in a column.
func (c Column) key(w lang.Words, t *session.Tracker, r *session.Row) key {
	switch c {
	case ByTime:
		return key{high: uint64(r.Time)}
	case ByDir:
		return key{high: uint64(r.Dir)}
	case ByConn:
		return key{high: uint64(r.Conn + 1)}
	case ByNode:
		n := nodeOf(t, r)
		if n < 0 {
			return key{high: 1 << 40} // unknown comes last
		}
		return key{high: uint64(n)}
	case ByOver:
		return textKey(r.Over.String())
	case ByPacket:
		return textKey(packet(w, r, exchangeOrNil(t, r)))
	case BySocketIO:
		return textKey(socketIO(w, r))
	case ByBytes:
		return key{high: uint64(r.Size)}
	}
	return textKey(lead(w, t, r))
}

// textKey is the beginning of a text, upper case as lower.
func textKey(s string) key {
	var b [16]byte
	copy(b[:], strings.ToLower(s[:min(len(s), 2*len(b))]))
	return key{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// socketIO is what Socket.IO calls a row.
func socketIO(w lang.Words, r *session.Row) string {
	switch {
	case r.Attachment:
		return w.S("attachment")
	case r.HasSIO && r.ID >= 0:
		return fmt.Sprintf("%s · ack %d", r.SIO, r.ID)
	case r.HasSIO:
		return r.SIO.String()
	}
	return ""
}

// lead is what a row says, as far as it is needed to sort it.
func lead(w lang.Words, t *session.Tracker, r *session.Row) string {
	const enough = 32
	data := t.Payload(r.Data)
	if r.Kind == session.PacketRow && r.HasSIO && !r.MsgPack && !r.Binary {
		_, data = divide(r, data[:min(len(data), 4*enough)])
		return string(data[:min(len(data), enough)])
	}
	text, _ := what(w, t, r, exchangeOrNil(t, r))
	return text
}

// Settle sorts what was found. It needs no tracker, and takes longest.
func (l *List) Settle() {
	if l.order == (Order{}) || len(l.keyed) == l.sorted && len(l.Index) == l.sorted {
		return
	}
	fresh := l.keyed[l.sorted:]
	slices.SortFunc(fresh, l.order.compare)
	if l.sorted > 0 && len(fresh) > 0 {
		l.keyed = merge(l.keyed[:l.sorted], fresh, l.order.compare)
	}
	l.sorted = len(l.keyed)
	l.Index, l.shared = make([]int32, len(l.keyed)), 0
	for i, k := range l.keyed {
		l.Index[i] = k.row
	}
}

// compare orders rows; of those that are alike the earlier one comes first, as rows are numbered.
func (o Order) compare(a, b keyed) int {
	c := cmp.Or(cmp.Compare(a.high, b.high), cmp.Compare(a.low, b.low))
	if o.Down {
		c = -c
	}
	return cmp.Or(c, cmp.Compare(a.row, b.row))
}

func merge(a, b []keyed, compare func(a, b keyed) int) []keyed {
	all := make([]keyed, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(a[0], b[0]) <= 0 {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// Found is how many rows were found, sorted or not.
func (l *List) Found() int { return max(len(l.Index), len(l.keyed)) }

// Unsorted is how many rows Settle has to do with; 0 where there is nothing to do.
func (l *List) Unsorted() int {
	if l.order == (Order{}) || len(l.keyed) == l.sorted {
		return 0
	}
	return len(l.keyed)
}
