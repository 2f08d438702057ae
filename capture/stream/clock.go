package stream

import (
	"math"
	"time"
)

// A clock is packet time. One packet with a wrong time does not move it: a leap is believed when the next packet
// that is off as well is off to the same place.
type clock struct {
	now     int64
	suspect int64
}

const leap = int64(time.Minute)

// tick takes a packet's time. It is true where time went back.
func (k *clock) tick(t int64) (back bool) {
	if d := t - k.now; d >= 0 && d <= leap {
		k.now = t
		return false
	}
	return k.off(t)
}

func (k *clock) off(t int64) bool {
	if d := k.now - t; d > 0 && d <= leap {
		return false // swapped packets
	}
	d := t - k.suspect
	k.suspect = t
	if k.now != 0 && (d < -leap || d > leap) {
		return false
	}
	back := t < k.now
	k.now = t
	return back
}

// dueAt makes sure that expire is called at that packet time.
func (a *Assembler) dueAt(at int64) { a.due = min(a.due, at) }

// silence is after how many nanoseconds without a segment a connection is given up.
func (a *Assembler) silence(p phase) int64 {
	if p == open {
		return int64(a.IdleTime)
	}
	return int64(shortTime)
}

// expire resolves what has waited long enough, and gives up who has been silent too long.
func (a *Assembler) expire() {
	a.due = math.MaxInt64
	for e := a.waits.first(); e != nil; e = a.waits.first() {
		w := e.conn.hold.waitOf(e)
		late := a.clock.now - w.since
		if late >= 0 && late < int64(a.ReorderTime) {
			a.dueAt(w.since + int64(a.ReorderTime))
			break
		}
		a.giveUp(e.conn, w)
	}
	for p := range phases {
		a.expirePhase(p)
	}
}

func (a *Assembler) expirePhase(p phase) {
	for n := 0; ; n++ {
		e := a.ages[p].first()
		if e == nil {
			return
		}
		c := e.conn
		switch {
		case n == 256: // the rest with the next segment, so that none takes long
			a.dueAt(a.clock.now)
			return
		case c.check > a.clock.now || c.seen > a.clock.now: // time went back
			c.seen = a.clock.now
			a.enter(c, p)
		case a.clock.now < c.check+a.silence(p):
			a.dueAt(c.check + a.silence(p))
			return
		case c.seen > c.check:
			a.enter(c, p)
		default:
			a.abandon(c)
		}
	}
}

// evict gives up one connection. One that was heard of since it was last looked at gets a second chance.
func (a *Assembler) evict() {
	for p := range phases {
		for e := a.ages[p].first(); e != nil; e = a.ages[p].first() {
			c := e.conn
			if c.seen > c.check {
				a.enter(c, p)
				continue
			}
			a.abandon(c)
			return
		}
	}
}

// abandon gives up a connection, whatever its phase, and forgets it.
func (a *Assembler) abandon(c *Conn) {
	a.finish(c)
	a.forget(c)
}
