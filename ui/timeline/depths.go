package timeline

import "sioscope/protocol/session"

// Depths remembers how many tracks the requests of each connection need, so that only those that are new are looked at.
// The zero value is ready; it is not for concurrent use.
type Depths struct {
	tracker *session.Tracker
	known   map[*session.Conn]*conduct
	used    int // of known, in the last round
}

// A conduct is what the requests of a connection came to so far: those that are over, from its first on.
type conduct struct {
	tracks
	most   int
	n      int
	latest *session.Exchange // the last of the n
}

// begin forgets what belongs to another tracker, and what most of is not asked for any more.
func (d *Depths) begin(t *session.Tracker) {
	if d.tracker != t || len(d.known) > 2*d.used+1000 {
		d.tracker, d.known = t, map[*session.Conn]*conduct{}
	}
	d.used = 0
}

// of is how many tracks a connection's requests need: 1 where each waits for the answer to the one before.
func (d *Depths) of(t *session.Tracker, c *session.Conn) int {
	d.used++
	k := d.known[c]
	if k == nil || k.n > len(c.Exchanges) || k.n > 0 && c.Exchanges[k.n-1] != k.latest { // some made room
		k = &conduct{tracks: newTracks(MaxTracks), most: 1}
		d.known[c] = k
	}
	for k.n < len(c.Exchanges) && c.Exchanges[k.n].End != 0 {
		k.latest = c.Exchanges[k.n]
		k.add(t, c, k.n)
		k.n++
	}
	rest := *k
	for i := k.n; i < len(c.Exchanges) && rest.most < MaxTracks; i++ {
		rest.add(t, c, i)
	}
	return rest.most
}

func (k *conduct) add(t *session.Tracker, c *session.Conn, i int) {
	if e := c.Exchanges[i]; !e.Switched() {
		k.most = max(k.most, k.take(Begin(e), finishAt(c.Exchanges, i, c, t.Last))+1)
	}
}
