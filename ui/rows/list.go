package rows

import (
	"maps"
	"slices"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// A List is the numbers of the rows that a filter lets through, in its Order. It takes in new rows only, and drops those
// that are gone. It is for one goroutine; others get a Snapshot.
type List struct {
	Filter Filter
	Index  []int32
	Trial  timeline.Trial // requests whose refusal is no problem; may be nil, and is set before the first row is looked at
	Hidden Hidden
	Faded  int             // rows that were searched without their payload, which is no longer kept
	Of     map[int32]int32 // how many rows were found of each session; nil while nothing is searched for

	says    lang.Words
	query   Query
	order   Order
	keyed   []keyed   // where the order is not by time: what was found; the first of them are sorted
	sorted  int       // how many are
	shared  int       // how many of Index a Snapshot has too: they are not written any more
	counted []counted // the rows behind Hidden, Faded and Of
	next    int32     // the number of the first row that was not looked at
	first   int32     // the number of the first row that was still there
	match   matcher
}

// NewList is an empty List for a filter, by time.
func NewList(f Filter) *List { return NewSorted(nil, f, Order{}) }

// NewSorted is an empty List in another order, of rows that are called in a language.
func NewSorted(w lang.Words, f Filter, o Order) *List {
	q := NewQuery(f.Text)
	l := &List{Filter: f, says: w, order: o, query: q, match: newMatcher(q, w)}
	if !q.Empty() {
		l.Of = map[int32]int32{}
	}
	return l
}

// Query is what is searched for.
func (l *List) Query() *Query { return &l.query }

// Order is how the rows are sorted.
func (l *List) Order() Order { return l.order }

// Snapshot is the list as it is now. It stays so whatever becomes of l, and must itself take in no more.
func (l *List) Snapshot() *List {
	l.shared = len(l.Index)
	c := *l
	c.Index = c.Index[:len(c.Index):len(c.Index)]
	c.Of, c.match, c.keyed, c.counted = maps.Clone(l.Of), matcher{}, nil, nil
	return &c
}

// own makes Index one that no Snapshot has.
func (l *List) own() {
	if l.shared > 0 {
		l.Index, l.shared = slices.Clone(l.Index), 0
	}
}

// Add looks at the rows of t that were not looked at yet, and says whether any was added.
func (l *List) Add(t *session.Tracker) bool {
	before := len(l.Index)
	if gone := t.FirstRow > l.first; gone {
		l.forget(t.FirstRow)
		before = len(l.Index)
	}
	l.Look(t, nil)
	l.Settle()
	return len(l.Index) > before
}

// lookAhead is how many rows are looked at before it is asked whether to go on.
const lookAhead = 256

// Look looks at rows of t that were not looked at yet until more says no, and says whether all were looked at. nil: until
// all were. Where the list is not sorted by time, what it found shows after Settle.
func (l *List) Look(t *session.Tracker, more func() bool) (done bool) {
	if t.FirstRow > l.first {
		l.forget(t.FirstRow)
	}
	end := t.FirstRow + int32(len(t.Rows))
	if s := l.Filter.Session; s > 0 {
		own := t.SessionAt(s - 1).Rows
		k, _ := slices.BinarySearch(own, l.next)
		for n, i := range own[k:] {
			if n%lookAhead == lookAhead-1 && more != nil && !more() {
				l.next = i
				return false
			}
			l.look(t, i)
		}
		l.next = end
		return true
	}
	for i := max(l.next, t.FirstRow); i < end; i++ {
		if i%lookAhead == lookAhead-1 && more != nil && i > l.next && !more() {
			l.next = i
			return false
		}
		l.look(t, i)
	}
	l.next = end
	return true
}

// Looked is how many of the rows were looked at.
func (l *List) Looked(t *session.Tracker) (looked, all int) {
	if s := l.Filter.Session; s > 0 {
		own := t.SessionAt(s - 1).Rows
		k, _ := slices.BinarySearch(own, l.next)
		return k, len(own)
	}
	return max(int(l.next-t.FirstRow), 0), len(t.Rows)
}

// forget drops the rows before the first that is still there.
func (l *List) forget(first int32) {
	l.first = first
	l.uncount(first)
	l.own()
	l.Index = slices.DeleteFunc(l.Index, func(i int32) bool { return i < first })
	gone := func(k keyed) bool { return k.row < first }
	fresh := slices.DeleteFunc(slices.Clone(l.keyed[l.sorted:]), gone)
	l.keyed = slices.DeleteFunc(l.keyed[:l.sorted], gone)
	l.sorted = len(l.keyed)
	l.keyed = append(l.keyed, fresh...)
}

// look takes in one row, if the filter lets it through.
func (l *List) look(t *session.Tracker, i int32) {
	r := t.RowAt(i)
	if !l.Filter.scope(r) {
		return
	}
	if why := l.reason(t, r); why != shown {
		l.note(counted{row: i, hidden: why})
		return
	}
	if l.Of != nil {
		c := counted{row: i, session: r.Session, hit: l.match.row(t, r), faded: t.Gone(r.Data)}
		if c.hit || c.faded {
			l.note(c)
		}
		if !c.hit {
			return
		}
	}
	if l.order.By != ByTime || l.order.Down {
		l.keyed = append(l.keyed, keyed{l.order.By.key(l.says, t, r), i})
		return
	}
	l.insert(t, i, r.Time)
}

// insert puts a row at its time. Rows come almost in order, so that the place is near the end.
func (l *List) insert(t *session.Tracker, i int32, time int64) {
	at := len(l.Index)
	for at > 0 && t.RowAt(l.Index[at-1]).Time > time {
		if len(l.Index)-at > 64 {
			at, _ = slices.BinarySearchFunc(l.Index[:at], time, func(k int32, time int64) int {
				if t.RowAt(k).Time <= time {
					return -1
				}
				return 1
			})
			break
		}
		at--
	}
	if at < l.shared {
		l.own()
	}
	l.Index = slices.Insert(l.Index, at, i)
}

// Find is the place of row i in l; where it is not there, and l is sorted by time, that of the first row at or after its
// time, and else 0; -1 where the list is empty.
func (l *List) Find(t *session.Tracker, i int32) (at int, exact bool) {
	if l.order != (Order{}) {
		if at = slices.Index(l.Index, i); at >= 0 {
			return at, true
		}
		return min(0, len(l.Index)-1), false
	}
	time := t.RowAt(i).Time
	at, _ = slices.BinarySearchFunc(l.Index, time, func(k int32, want int64) int {
		if t.RowAt(k).Time < want {
			return -1
		}
		return 1
	})
	for k := at; k < len(l.Index) && t.RowAt(l.Index[k]).Time == time; k++ {
		if l.Index[k] == i {
			return k, true
		}
	}
	return min(at, len(l.Index)-1), false
}
