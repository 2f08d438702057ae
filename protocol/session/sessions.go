package session

import (
	"slices"

	"sioscope/protocol/fact"
)

// sessionOf returns the session that a request's sid names, made now where its handshake was not seen. Whether it
// ever was one shows when an answer honours the sid.
func (t *Tracker) sessionOf(e *Exchange) *Session {
	if s := t.bySID[e.SID]; s != nil {
		return s
	}
	s := t.newSession(e.SID, e)
	s.EIO = min(max(e.EIO, 0), 4)
	if s.EIO == 1 || s.EIO == 2 {
		s.EIO = 3
	}
	if len(t.unnamed) > 0 {
		t.nameBy(s, e)
	}
	return s
}

func (t *Tracker) newSession(sid string, e *Exchange) *Session {
	s := &Session{Index: -1, SID: sid, Node: -1}
	if e != nil {
		s.adopt(e)
		s.FirstSeen = e.Start
	}
	if sid != "" {
		if t.bySID == nil {
			t.bySID = map[string]*Session{}
		}
		t.bySID[sid] = s
		t.unproven = append(t.unproven, s)
	}
	return s
}

// honour notes that an answer took the sid for good.
func (t *Tracker) honour(s *Session, e *Exchange) {
	s.honoured = max(s.honoured, e.Start, 1)
	t.prove(s)
}

// prove lists a session: there was one. A sid that only ever was refused may be anybody's invention.
func (t *Tracker) prove(s *Session) {
	if s.Index >= 0 {
		return
	}
	s.Index = t.sessions
	t.sessions++
	t.Sessions = append(t.Sessions, s)
	for _, r := range s.Rows {
		t.RowAt(r).Session = int32(s.Index)
	}
}

// adopt takes client, server and path from an exchange.
func (s *Session) adopt(e *Exchange) {
	s.Client, s.Server, s.Path, s.Host = e.Conn.Client, e.Conn.Server, e.Path, e.Request.Host
	switch {
	case e.Conn.Via.IsValid():
		s.RealClient = e.Conn.Via.String()
	case e.Request.ForwardedFor != "":
		s.RealClient = e.Request.ForwardedFor
	}
}

// attach files an exchange of the hop nearest to the client under its session.
func (t *Tracker) attach(e *Exchange) {
	s := e.Session
	if s == nil || e.attached {
		return
	}
	e.attached = true
	s.Exchanges = append(s.Exchanges, e)
	s.use(e.Conn)
	s.saw(e.Start)
	if s.EIO == 0 && e.EIO >= 3 {
		s.EIO = e.EIO
	}
	if e.Kind == UpgradeRequest {
		s.Probes = append(s.Probes, Probe{Exchange: e, Request: e.Start})
	}
}

func (s *Session) use(c *Conn) {
	if !slices.Contains(s.Conns[max(0, len(s.Conns)-64):], c) {
		s.Conns = append(s.Conns, c)
	}
}

func (s *Session) saw(at int64) {
	if s.FirstSeen == 0 || at < s.FirstSeen {
		s.FirstSeen = at
	}
	s.LastSeen = max(s.LastSeen, at)
}

// enter begins a phase on a transport, unless the session is on it already.
func (s *Session) enter(tr Transport, at int64) {
	if s.supposed {
		s.History, s.supposed = nil, false
	}
	if s.assumed {
		s.History, s.assumed = s.History[:len(s.History)-1], false
	}
	if n := len(s.History); n > 0 {
		if s.History[n-1].Transport == tr {
			return
		}
		at = max(at, s.History[n-1].From) // clocks may run backwards
		s.History[n-1].To = at
	}
	s.History = append(s.History, Phase{Transport: tr, From: at})
}

// end notes the session's end; the first word counts.
func (s *Session) end(at int64, by, reason string) {
	s.reopen()
	if s.Closed == 0 {
		s.Closed, s.Close, s.HeardAtEnd, s.BeatAtEnd = at, Close{by, reason}, s.LastPacket, s.LastBeat
		s.saw(at)
	}
}

// reopen takes back what Resolve concluded of a session from what it had seen until then.
func (s *Session) reopen() {
	if s.concluded {
		s.Closed, s.Close, s.cutAt, s.concluded = 0, Close{}, 0, false
		s.HeardAtEnd, s.BeatAtEnd = [2]int64{}, [2]int64{}
	}
	if s.supposed {
		s.History, s.supposed = nil, false
	}
	if s.assumed {
		s.History, s.assumed = s.History[:len(s.History)-1], false
	}
}

// untouched says whether nothing was carried for the session yet.
func (s *Session) untouched() bool { return len(s.History) == 0 || s.supposed }

// probe returns the attempt that an upgrade request began, or nil.
func (s *Session) probe(e *Exchange) *Probe {
	for i := len(s.Probes) - 1; i >= 0; i-- {
		if s.Probes[i].Exchange == e {
			return &s.Probes[i]
		}
	}
	return nil
}

func (s *Session) probeFailed(e *Exchange, at int64) {
	if p := s.probe(e); p != nil && p.Failed == 0 && p.Upgrade == 0 {
		p.Failed = at
		if p.Answered == 0 {
			p.Answered = e.Answered
		}
	}
}

// heartbeat measures the time between heartbeat packets of a direction.
func (s *Session) heartbeat(dir fact.Dir, at int64) {
	if last := s.LastBeat[dir]; last != 0 && at-last > s.PingGaps[dir] {
		s.PingGaps[dir], s.GapEnds[dir] = at-last, at
	}
	s.LastBeat[dir] = at
}
