package timeline

import (
	"sort"

	"sioscope/protocol/session"
)

// A Tally counts what passed between two times, both of them included: requests by when they began, and packets. It is
// made in steps, so that a big capture is not held for long. The fields up to Session are its input.
type Tally struct {
	From, To int64
	Session  int32 // -1: of all that was seen

	Requests, Packets int
	Bytes             int64 // of the packets, as sent

	request int   // the number of the next to look at
	row     int32 // likewise
}

// tallyStep is how much is looked at in one step.
const tallyStep = 1 << 16

// Step counts on, and says whether it is done.
func (a *Tally) Step(t *session.Tracker) bool {
	if a.Session >= 0 {
		a.session(t, t.SessionAt(a.Session))
		return true
	}
	return a.requests(t) && a.packets(t)
}

// requests goes on with the requests of all: those that a client sent, and not the same again behind its balancer.
func (a *Tally) requests(t *session.Tracker) bool {
	list := t.Exchanges
	list = list[sort.Search(len(list), func(i int) bool { return list[i].Index >= a.request }):]
	for _, e := range list[:min(len(list), tallyStep)] {
		if at := Begin(e); e.Outer == nil && a.From <= at && at <= a.To {
			a.Requests++
		}
		a.request = e.Index + 1
	}
	return len(list) <= tallyStep
}

// packets goes on with the packets of all.
func (a *Tally) packets(t *session.Tracker) bool {
	a.row = max(a.row, t.FirstRow)
	list := t.Rows[min(int(a.row-t.FirstRow), len(t.Rows)):]
	n := min(len(list), tallyStep)
	for i := range list[:n] {
		if at := list[i].Time; a.From <= at && at <= a.To {
			a.packet(&list[i])
		}
	}
	a.row += int32(n)
	return n == len(list)
}

func (a *Tally) packet(r *session.Row) {
	if r.Kind == session.PacketRow {
		a.Packets++
		a.Bytes += int64(r.Size)
	}
}

func (a *Tally) session(t *session.Tracker, s *session.Session) {
	i := sort.Search(len(s.Exchanges), func(i int) bool { return Begin(s.Exchanges[i]) >= a.From })
	for ; i < len(s.Exchanges) && Begin(s.Exchanges[i]) <= a.To; i++ {
		a.Requests++
	}
	i = sort.Search(len(s.Rows), func(i int) bool { return t.RowAt(s.Rows[i]).Time >= a.From })
	for ; i < len(s.Rows) && t.RowAt(s.Rows[i]).Time <= a.To; i++ {
		a.packet(t.RowAt(s.Rows[i]))
	}
}
