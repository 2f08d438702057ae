// Package extract takes chosen sessions out of what was read: it says which requests, answers and WebSockets of which
// connections are theirs, for whoever passes on packets (capture.Files.Save) or facts (Choice.Facts) of them alone.
package extract

import (
	"net/netip"
	"slices"
	"strings"

	"sioscope/capture/scrub"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// What names sessions: by sid, and by the id of a finding that touches them; or gives them, and handshakes that were
// refused. None of it: all there are.
type What struct {
	Sessions []string
	Findings []string
	Of       []*session.Session
	Refused  []*session.Exchange
}

// Empty says that nothing is named.
func (w What) Empty() bool { return len(w.Sessions)+len(w.Findings)+len(w.Of)+len(w.Refused) == 0 }

// A Choice is what is chosen of one reading of the captures. Another reading of the same files has the same.
type Choice struct {
	What     What
	SIDs     map[string]bool
	Sessions []*session.Session
	Refused  int      // handshakes without a session
	Touching []string // the findings that touch what is chosen
	Keys     []string // client randoms of the TLS connections
	Opened   int      // connections of TLS that could be read
	// Undivided counts connections of TLS or HTTP/2: in their packets nothing can be masked or left out.
	Undivided int
	Shared    int // connections of TLS or HTTP/2 that carry requests of others too, which cannot be told apart in packets

	chosen map[*session.Session]bool
	conns  map[int]*part // by fact.Conn.ID
}

// A part is what is chosen of a connection.
type part struct {
	conn      *session.Conn
	exchanges map[int]bool // by their number on the connection
	packets   *scrub.Choice
}

// Choose finds what is named. Its error is one sentence, for what is not there.
func Choose(t *session.Tracker, d *diagnose.Diagnosis, w What) (*Choice, error) {
	c := &Choice{What: w, SIDs: map[string]bool{}, chosen: map[*session.Session]bool{}, conns: map[int]*part{}}
	for _, sid := range w.Sessions {
		s, err := named(t, sid)
		if err != nil {
			return nil, err
		}
		c.session(s)
	}
	for _, id := range w.Findings {
		if err := c.finding(t, d, id); err != nil {
			return nil, err
		}
	}
	for _, s := range w.Of {
		c.session(s)
	}
	for _, e := range w.Refused {
		c.Refused++
		c.exchange(e)
	}
	if w.Empty() {
		c.all(t)
	}
	for _, e := range t.Exchanges {
		if e.SID != "" && c.SIDs[e.SID] || e.SID == "" && e.Session != nil && c.SIDs[e.Session.SID] {
			c.exchange(e)
		}
	}
	for _, s := range c.Sessions {
		for _, list := range [][]*session.Exchange{s.Exchanges, s.Hops, s.Reused} {
			for _, e := range list {
				c.exchange(e)
			}
		}
	}
	for _, conn := range t.Conns {
		if c.chosen[conn.Session] {
			c.part(conn).packets.Socket = true
		}
	}
	c.preflights(t)
	c.vain(t)
	c.undivided(t)
	c.touching(d)
	if len(c.conns) == 0 {
		return nil, lang.Say("there is no Socket.IO session in it, so nothing to pass on")
	}
	return c, nil
}

// named finds a session by its sid, or by what the sid begins with where that is clear.
func named(t *session.Tracker, sid string) (*session.Session, error) {
	var found []*session.Session
	for _, s := range t.Sessions {
		if s.SID == sid {
			return s, nil
		}
		if len(sid) >= 4 && strings.HasPrefix(s.SID, sid) {
			found = append(found, s)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var there []string
	for _, s := range t.Sessions {
		if s.SID != "" {
			there = append(there, s.SID)
		}
	}
	return nil, lang.Say("there is no session %s; %s", sid, listed(there))
}

// listed names the first few.
func listed(names []string) lang.Sentence {
	const few = 5
	switch n := len(names); {
	case n == 0:
		return lang.Say("there is none at all")
	case n > few:
		return lang.Say("there are %s and %d more", strings.Join(names[:few], ", "), n-few)
	}
	return lang.Say("there are %s", strings.Join(names, ", "))
}

func (c *Choice) session(s *session.Session) {
	if c.chosen[s] {
		return
	}
	c.chosen[s] = true
	c.Sessions = append(c.Sessions, s)
	if s.SID != "" {
		c.SIDs[s.SID] = true
	}
}

// finding takes the sessions and refused handshakes that a finding touches, and the requests that prove it.
func (c *Choice) finding(t *session.Tracker, d *diagnose.Diagnosis, id string) error {
	var there []string
	found := false
	for i := range d.Findings {
		f := &d.Findings[i]
		there = append(there, f.ID)
		if f.ID != id {
			continue
		}
		found = true
		for _, s := range f.Sessions {
			c.session(s)
		}
		for _, e := range f.Refused {
			c.Refused++
			c.exchange(e)
		}
		for i := range f.Evidence {
			c.evidence(t, &f.Evidence[i])
		}
	}
	if !found {
		return lang.Say("there is no finding %s; %s", id, listed(there))
	}
	return nil
}

// evidence takes what a finding says was seen: a request, or what came over a connection of no session.
func (c *Choice) evidence(t *session.Tracker, e *diagnose.Evidence) {
	switch {
	case e.Exchange != nil:
		c.exchange(e.Exchange)
		c.stray(e.Exchange)
	case e.Conn != nil && e.Conn.Session == nil:
		p := c.part(e.Conn)
		p.packets.Socket = true
		p.packets.Requests[e.Time] = true
		p.packets.Answers[e.Time] = true
	}
	for _, l := range t.Legacy {
		if l.Conn == e.Conn && l.SID != "" {
			c.SIDs[l.SID] = true
		}
	}
}

// all takes whatever is Engine.IO's.
func (c *Choice) all(t *session.Tracker) {
	for _, s := range t.Sessions {
		c.session(s)
	}
	c.Refused = len(t.Refused)
	for _, e := range t.Exchanges {
		c.exchange(e)
		c.stray(e)
	}
	for _, l := range t.Legacy {
		p := c.part(l.Conn)
		p.packets.Requests[l.Time] = true
		c.SIDs[l.SID] = l.SID != ""
	}
}

// stray takes the sid of a request whose session is not in the capture: of others it would be taken for.
func (c *Choice) stray(e *session.Exchange) {
	if e.SID != "" && (e.Session == nil || e.Session.Index < 0) {
		c.SIDs[e.SID] = true
	}
}

// preflights takes the questions of browsers that go before what is chosen, on the connections that are.
func (c *Choice) preflights(t *session.Tracker) {
	for _, e := range t.Exchanges {
		if p := c.conns[e.Conn.ID]; e.Kind == session.Preflight && e.SID == "" && p != nil {
			c.exchange(e)
		}
	}
}

// vain takes the connections of the clients that were refused at once by the servers of what is chosen, after it began: they
// tell that a server is gone. Nothing was said on them.
func (c *Choice) vain(t *session.Tracker) {
	type pair struct {
		client netip.Addr
		server netip.AddrPort
	}
	since := map[pair]int64{}
	for _, s := range c.Sessions {
		at := pair{s.Client.Addr(), s.Server}
		if began, had := since[at]; !had || s.FirstSeen < began {
			since[at] = s.FirstSeen
		}
	}
	for _, conn := range t.Conns {
		if began, of := since[pair{conn.Client.Addr(), conn.Server}]; of && conn.Opened >= began && conn.RefusedAtOnce() {
			c.part(conn)
		}
	}
}

// exchange takes a request and its answer, on every hop.
func (c *Choice) exchange(e *session.Exchange) {
	p := c.part(e.Conn)
	if p.exchanges[e.Serial] {
		return
	}
	p.exchanges[e.Serial] = true
	if e.Start != 0 {
		p.packets.Requests[e.Start] = true
	}
	if e.Answered != 0 {
		p.packets.Answers[e.Answered] = true
	}
	for _, next := range []*session.Exchange{e.Inner, e.Outer} {
		if next != nil {
			c.exchange(next)
		}
	}
}

func (c *Choice) part(conn *session.Conn) *part {
	p := c.conns[conn.ID]
	if p == nil {
		p = &part{conn: conn, exchanges: map[int]bool{}}
		p.packets = &scrub.Choice{SIDs: c.SIDs, Requests: map[int64]bool{}, Answers: map[int64]bool{}}
		c.conns[conn.ID] = p
	}
	return p
}

// undivided lists the keys that TLS connections need, and counts connections that can be passed on as a whole only.
func (c *Choice) undivided(t *session.Tracker) {
	others := map[int]int{} // requests of others, by TCP connection
	for _, p := range c.conns {
		tls, tcp := p.conn.TLS, p.conn.TCP()
		if tls == nil && p.conn.Protocol != "h2" && p.conn.Over == nil {
			continue
		}
		if _, seen := others[tcp.ID]; !seen && tls != nil && tls.Reason == "" {
			c.Opened++
		}
		others[tcp.ID] = 0
		if tls != nil && tls.Random != "" {
			c.Keys = append(c.Keys, tls.Random)
		}
	}
	slices.Sort(c.Keys)
	c.Keys = slices.Compact(c.Keys)
	for _, conn := range t.Conns {
		if n, whole := others[conn.TCP().ID]; whole {
			if p := c.conns[conn.ID]; p != nil {
				n -= len(p.exchanges)
			}
			others[conn.TCP().ID] = n + conn.Requests
		}
	}
	c.Undivided = len(others)
	for _, n := range others {
		if n > 0 {
			c.Shared++
		}
	}
}

// touching lists the findings of what is chosen.
func (c *Choice) touching(d *diagnose.Diagnosis) {
	for i := range d.Findings {
		f := &d.Findings[i]
		touches := slices.ContainsFunc(f.Sessions, func(s *session.Session) bool { return c.chosen[s] }) ||
			slices.ContainsFunc(f.Refused, func(e *session.Exchange) bool {
				p := c.conns[e.Conn.ID]
				return p != nil && p.exchanges[e.Serial]
			})
		if touches && !slices.Contains(c.Touching, f.ID) {
			c.Touching = append(c.Touching, f.ID)
		}
	}
}

// Sid says whether a value is the sid of a chosen session, which is told by reports too.
func (c *Choice) Sid(value string) bool { return c.SIDs[value] }
