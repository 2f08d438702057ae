package bench

import (
	"container/heap"
	"context"
	"net/netip"

	"sioscope/protocol/fact"
)

// A Crowd is many sessions side by side, as facts and not as a capture: what a window has to show, without the time
// that reading takes. Most sessions upgrade, a quarter stays on polling, some are refused the upgrade, some are no
// session at all. The same facts come every time.
type Crowd struct {
	Sessions int
	Packets  int   // of all sessions together, about
	Span     int64 // ns from the first fact to the last, about; 0: an hour
}

// crowdBegin is when a Crowd begins.
const crowdBegin = int64(1_760_000_000_000_000_000)

// Run emits the facts in the order of their time.
func (c Crowd) Run(ctx context.Context, emit fact.Emit) error {
	if c.Span == 0 {
		c.Span = 3600e9
	}
	r := &crowdRun{emit: emit, steps: max(c.Packets/max(c.Sessions, 1), 4)}
	r.pace = c.Span / 2 / int64(r.steps)
	apart := c.Span / 2 / int64(max(c.Sessions, 1))
	for i := 0; i < c.Sessions || len(r.here) > 0; {
		at := crowdBegin + int64(i)*apart
		if i < c.Sessions && (len(r.here) == 0 || at <= r.here[0].at) {
			heap.Push(&r.here, &member{at: at, n: i})
			i++
		}
		if r.step(r.here[0]) {
			heap.Fix(&r.here, 0)
			continue
		}
		heap.Pop(&r.here)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// A crowdRun is a Crowd under way.
type crowdRun struct {
	emit  fact.Emit
	steps int   // that a session takes
	pace  int64 // ns between them
	here  crowdQueue
	conns int
}

// crowdQueue is who is there, by their next step.
type crowdQueue []*member

func (q crowdQueue) Len() int { return len(q) }
func (q crowdQueue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].n < q[j].n
}
func (q crowdQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *crowdQueue) Push(x any)   { *q = append(*q, x.(*member)) }
func (q *crowdQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// dial opens a connection to one of three nodes.
func (r *crowdRun) dial(m *member, node int) *line {
	r.conns++
	c := &fact.Conn{ID: r.conns,
		Client: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 1, byte(m.n % 5000 >> 8), byte(m.n % 5000)}), uint16(1024+r.conns%60000)),
		Server: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(1 + node%3)}), 3000)}
	r.emit(&fact.Opened{Conn: c, Time: m.at, SYN: true})
	return &line{conn: c}
}
