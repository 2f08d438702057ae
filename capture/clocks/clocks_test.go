package clocks

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"sioscope/protocol/fact"
)

const second = int64(time.Second)

// A world has requests that a balancer passes on to nodes, and the clocks that saw them.
type world struct {
	random *rand.Rand
	at     int64 // true time
	serial int
}

func newWorld(seed uint64) *world {
	return &world{random: rand.New(rand.NewPCG(seed, 7)), at: 1_780_000_000 * second}
}

// A watch is a clock with what it saw.
type watch struct {
	Sketch
	tell func(at int64) int64 // what it shows at a true time
	conn *fact.Conn
}

func newWatch(id int, tell func(int64) int64) *watch {
	at := netip.AddrFrom4([4]byte{10, 0, 0, byte(id)})
	return &watch{tell: tell, conn: &fact.Conn{ID: id, Client: netip.AddrPortFrom(at, 1000), Server: netip.AddrPortFrom(at, 80)}}
}

func (w *watch) sees(target string, serial int, asked, answered int64) {
	const us = 1000
	w.Add(&fact.Request{Conn: w.conn, Exchange: serial, Start: w.tell(asked) / us * us, Method: "GET", Target: target})
	w.Add(&fact.Response{Conn: w.conn, Exchange: serial, Start: w.tell(answered) / us * us, Status: 200})
}

// request is one that outer passes on to inner.
func (w *world) request(outer, inner *watch, held time.Duration) {
	w.serial++
	target := fmt.Sprintf("/socket.io/?EIO=4&transport=polling&t=s%d&sid=session-%06d", w.serial, w.serial)
	some := func() int64 { return int64(w.random.ExpFloat64()*150e3) + 20e3 }
	asked := w.at
	reached := asked + some()
	told := reached + some() + int64(held)
	outer.sees(target, w.serial, asked, told+some())
	inner.sees(target, w.serial, reached, told)
}

func (w *world) pass(d time.Duration) { w.at += int64(d) }

func skewed(by time.Duration, ppm float64) func(int64) int64 {
	const from = 1_780_000_000 * second
	return func(at int64) int64 { return at + int64(by) + int64(float64(at-from)*ppm*1e-6) }
}

func TestBetween(t *testing.T) {
	t.Parallel()
	right := skewed(0, 0)
	for _, skew := range []time.Duration{0, -time.Hour, time.Hour, 800 * time.Millisecond, -11 * time.Millisecond, 300 * time.Microsecond, -26 * time.Hour} {
		for _, ppm := range []float64{0, 50, -50, 180} {
			for _, long := range []bool{false, true} {
				t.Run(fmt.Sprintf("%v %g ppm long=%v", skew, ppm, long), func(t *testing.T) {
					t.Parallel()
					w := newWorld(1)
					lb, node := newWatch(1, right), newWatch(2, skewed(skew, ppm))
					for i := range 200 {
						held := time.Duration(0)
						if i%3 == 0 {
							held = 25 * time.Second
						}
						w.request(lb, node, held)
						w.pass(20 * time.Millisecond)
						if long {
							w.pass(20 * time.Second)
						}
					}
					check(t, w, lb, node)
					check(t, w, node, lb)
				})
			}
		}
	}
}

// check holds the estimated difference against the true one, all the time.
func check(t *testing.T, w *world, a, b *watch) {
	t.Helper()
	d, ok := Between(&a.Sketch, &b.Sketch)
	if !ok || d.Pairs < 190 {
		t.Fatalf("estimated: %v, from %d pairs, %d left", ok, d.Pairs, d.Left)
	}
	if d.Uncertainty > 5e6 || d.Uncertainty <= 0 {
		t.Errorf("the uncertainty is %v", time.Duration(d.Uncertainty))
	}
	const from = 1_780_000_000 * second
	for i := range int64(11) {
		at := from + (w.at-from)/10*i
		told := b.tell(at) + d.Shift(b.tell(at))
		if wrong := told - a.tell(at); wrong > d.Uncertainty || wrong < -d.Uncertainty {
			t.Errorf("%d/10 of the time: %v wrong, uncertainty %v, %d lines", i, time.Duration(wrong), time.Duration(d.Uncertainty), len(d.lines))
		}
	}
	if d.Settings() != 0 {
		t.Errorf("%d settings of a clock that was not set", d.Settings())
	}
}

func TestOneClock(t *testing.T) {
	t.Parallel()
	w := newWorld(2)
	lb, node := newWatch(1, skewed(0, 0)), newWatch(2, skewed(0, 0))
	for range 20 {
		w.request(lb, node, time.Millisecond)
		w.pass(time.Second)
	}
	d, ok := Between(&lb.Sketch, &node.Sketch)
	if !ok || d.Shift(w.at) != 0 || d.Drift() != 0 || d.Uncertainty > 1e6 {
		t.Errorf("estimated: %v, to be added %d ns, drift %g, uncertainty %d ns", ok, d.Shift(w.at), d.Drift(), d.Uncertainty)
	}
}

func TestDrift(t *testing.T) {
	t.Parallel()
	w := newWorld(3)
	lb, node := newWatch(1, skewed(0, 0)), newWatch(2, skewed(time.Second, 50))
	for range 200 {
		w.request(lb, node, 0)
		w.pass(30 * time.Second)
	}
	d, _ := Between(&lb.Sketch, &node.Sketch)
	if got := d.Drift() * 1e6; got < 49.5 || got > 50.5 {
		t.Errorf("drift %g ppm, want 50", got)
	}
}

// TestStrangers: a few requests that look like those of the other capture and are not change nothing.
func TestStrangers(t *testing.T) {
	t.Parallel()
	w := newWorld(4)
	lb, node := newWatch(1, skewed(0, 0)), newWatch(2, skewed(5*time.Second, 20))
	for i := range 100 {
		if i%5 == 2 {
			target := fmt.Sprintf("/socket.io/?transport=polling&t=x&sid=stranger-%06d", i)
			at := w.at + int64(w.random.IntN(20e9))
			lb.sees(target, 1000+i, w.at, w.at+1e6)
			node.sees(target, 1000+i, at, at+1e6)
		}
		w.request(lb, node, 0)
		w.pass(10 * time.Second)
	}
	d, ok := Between(&lb.Sketch, &node.Sketch)
	if !ok || d.Pairs != 100 || d.Left != 20 {
		t.Fatalf("estimated: %v, %d pairs, %d left out; want 100 and 20", ok, d.Pairs, d.Left)
	}
	const from = 1_780_000_000 * second
	for i := range int64(11) {
		at := from + (w.at-from)/10*i
		if wrong := node.tell(at) + d.Shift(node.tell(at)) - at; max(wrong, -wrong) > d.Uncertainty {
			t.Errorf("%v wrong, uncertainty %v", time.Duration(wrong), time.Duration(d.Uncertainty))
		}
	}
}

// TestSet: a clock that is put right during the capture has two differences.
func TestSet(t *testing.T) {
	t.Parallel()
	w := newWorld(5)
	set := w.at + 500*second
	tell := func(at int64) int64 {
		if at < set {
			return at - 40*second
		}
		return at
	}
	lb, node := newWatch(1, skewed(0, 0)), newWatch(2, tell)
	for range 100 {
		w.request(lb, node, 0)
		w.pass(10 * time.Second)
	}
	d, ok := Between(&lb.Sketch, &node.Sketch)
	if !ok || d.Settings() != 1 {
		t.Fatalf("estimated: %v, set %d times", ok, d.Settings())
	}
	for _, at := range []int64{set - 400*second, set - 20*second, set + 20*second, set + 400*second} {
		if wrong := tell(at) + d.Shift(tell(at)) - at; max(wrong, -wrong) > 1e6 {
			t.Errorf("%v of the setting: %v wrong", time.Duration(at-set), time.Duration(wrong))
		}
	}
}

// TestSetBack: a clock that was set back shows some times twice. What it was is told right, or not at all.
func TestSetBack(t *testing.T) {
	t.Parallel()
	for _, back := range []int64{30 * second, 300 * second} {
		w := newWorld(9)
		set := w.at + 500*second
		tell := func(at int64) int64 {
			if at < set {
				return at + back
			}
			return at
		}
		lb, node := newWatch(1, skewed(0, 0)), newWatch(2, tell)
		for range 400 {
			w.request(lb, node, 0)
			w.pass(2500 * time.Millisecond)
		}
		d, ok := Between(&lb.Sketch, &node.Sketch)
		if !ok {
			if d.Left < 390 {
				t.Errorf("%d pairs contradict each other, there are 400", d.Left)
			}
			continue
		}
		for _, at := range []int64{set - 450*second, set + 450*second} {
			if wrong := tell(at) + d.Shift(tell(at)) - at; max(wrong, -wrong) > 1e6 {
				t.Errorf("set back by %v, %v of that: %v wrong, %d lines", time.Duration(back), time.Duration(at-set), time.Duration(wrong), len(d.lines))
			}
		}
	}
}

// TestFew: one pair is enough, and two that contradict each other are none.
func TestFew(t *testing.T) {
	t.Parallel()
	w := newWorld(6)
	lb, node := newWatch(1, skewed(0, 0)), newWatch(2, skewed(-7*time.Second, 0))
	if _, ok := Between(&lb.Sketch, &node.Sketch); ok {
		t.Error("estimated from nothing")
	}
	w.request(lb, node, 0)
	d, ok := Between(&lb.Sketch, &node.Sketch)
	if wrong := d.Shift(w.at) - 7*second; !ok || d.Pairs != 1 || max(wrong, -wrong) > d.Uncertainty {
		t.Errorf("estimated: %v from %d, %v wrong, uncertainty %v", ok, d.Pairs, time.Duration(wrong), time.Duration(d.Uncertainty))
	}
	target := "/socket.io/?transport=polling&t=x&sid=stranger-000001"
	lb.sees(target, 1000, w.at, w.at+1e6)
	node.sees(target, 1000, w.at+4*second, w.at+4*second+1e6)
	if d, ok := Between(&lb.Sketch, &node.Sketch); ok || d.Left != 2 {
		t.Errorf("estimated from two pairs that contradict each other (%d left)", d.Left)
	}
}

// TestMany: of very many requests the same ones are kept everywhere.
func TestMany(t *testing.T) {
	t.Parallel()
	w := newWorld(7)
	lb, a, b := newWatch(1, skewed(0, 0)), newWatch(2, skewed(3*time.Second, 10)), newWatch(3, skewed(-time.Minute, -10))
	for i := range 100_000 {
		node := a
		if i%3 == 0 {
			node = b
		}
		w.request(lb, node, 0)
		w.pass(time.Millisecond)
	}
	if n := len(lb.marks); n > 2*maxKeys {
		t.Errorf("%d marks kept", n)
	}
	for _, node := range []*watch{a, b} {
		d, ok := Between(&lb.Sketch, &node.Sketch)
		if !ok || d.Pairs < 3000 || d.Left != 0 {
			t.Fatalf("estimated: %v from %d, %d left", ok, d.Pairs, d.Left)
		}
		if wrong := node.tell(w.at) + d.Shift(node.tell(w.at)) - w.at; max(wrong, -wrong) > d.Uncertainty {
			t.Errorf("%v wrong, uncertainty %v", time.Duration(wrong), time.Duration(d.Uncertainty))
		}
	}
}

// TestAlign: captures at nodes are compared by way of the balancer's, whichever is named first; a stranger is left alone.
func TestAlign(t *testing.T) {
	t.Parallel()
	w := newWorld(8)
	lb, a, b, c := newWatch(1, skewed(time.Second, 0)), newWatch(2, skewed(0, 0)), newWatch(3, skewed(time.Hour, 0)), newWatch(4, skewed(0, 0))
	for i := range 50 {
		w.request(lb, [...]*watch{a, b}[i%2], 0)
		w.pass(time.Second)
	}
	w.request(c, c, 0)
	got := Align([]*Sketch{&a.Sketch, &b.Sketch, &c.Sketch, &lb.Sketch})
	for i, want := range []int{0, 0, 2, 0} {
		if got[i].Reference != want {
			t.Errorf("clock %d is compared with %d, want %d", i, got[i].Reference, want)
		}
	}
	if wrong := got[1].Shift(b.tell(w.at)) + int64(time.Hour); max(wrong, -wrong) > got[1].Uncertainty || got[1].Uncertainty > 1e6 {
		t.Errorf("%v wrong, uncertainty %v", time.Duration(wrong), time.Duration(got[1].Uncertainty))
	}
	if !got[2].Same() || got[2].Pairs != 0 || !got[0].Same() {
		t.Error("what cannot be compared, or is the reference, is shifted")
	}
}
