package check

import (
	"fmt"
	"strings"

	"sioscope/protocol/wsframe"
)

// spoken says which revisions of Engine.IO a server takes.
type spoken struct {
	run    bool
	takes  map[int]bool
	answer map[int]answer
}

// versions opens a session of each revision.
func versions(r *run) {
	s := spoken{run: true, takes: map[int]bool{}, answer: map[int]answer{}}
	for _, eio := range [...]int{3, 4} {
		cl, l := r.client(r.c.o.Client.Cookies), r.line()
		cl.eio = eio
		a, h, rev := cl.handshake(l)
		switch {
		case rev == eio:
			s.takes[eio] = true
			cl.leave(l, h.SID)
		case rev != 0:
			cl.leave(l, h.SID)
		case a.isError && a.said.Code == 0 || a.fate() == refused && !r.c.polls():
			s.takes[eio] = cl.takesDirectly(r.line())
		}
		s.answer[eio] = a
		l.close()
		word := r.S("accepted")
		if !s.takes[eio] {
			word = r.S("not accepted: %s", a.outcome(r.Words))
			if rev != 0 {
				word = r.S("answered in revision %d", rev)
			}
		}
		r.figure(fmt.Sprintf("Engine.IO %d", eio), "%s", word)
	}
	r.c.mu.Lock()
	r.c.found.spoken = s
	r.c.mu.Unlock()
	switch {
	case s.takes[3] && s.takes[4]:
		r.tell(Yes, r.S("Both are accepted: clients of Socket.IO 1 to 4 can connect."))
	case s.takes[4]:
		r.tell(Some, r.S("Engine.IO 4 is accepted, 3 is not: clients of Socket.IO 3 and 4 can connect, those of 2 and older cannot."))
	case s.takes[3]:
		r.tell(Some, r.S("Engine.IO 3 is accepted, 4 is not: clients of Socket.IO 1 and 2 can connect, those of 3 and 4 cannot."))
	default:
		a := s.answer[4]
		r.tell(Unknown, r.S("Neither opens a session: the handshake is answered %s.", a.outcome(r.Words)))
	}
}

// polls says whether any default client opened a session by polling.
func (c *Check) polls() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, v := range c.found.visits {
		if v.sid != "" {
			return true
		}
	}
	return false
}

// takesDirectly says whether a WebSocket of the client's revision gets an open packet.
func (cl *client) takesDirectly(l *line) bool {
	_, s := cl.directly(l)
	if s == nil {
		return false
	}
	defer s.end()
	text, err := s.next(wsframe.Text, cl.r.c.socketPatience())
	return err == nil && strings.HasPrefix(text, "0{")
}
