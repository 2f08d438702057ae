package engine

import (
	"time"

	"sioscope/protocol/engineio"
)

// checkEvery is how often a poll that waits during a probe is released, so that the client can pause polling.
const checkEvery = 100 * time.Millisecond

// tryUpgrade takes a WebSocket that wants to become the transport of a session on polling (Engine.IO v4, "Upgrade"):
// "2probe" is answered with "3probe", "5" makes it the transport, anything else closes it and leaves the session as it
// is. A second one is closed at once.
func (s *Session) tryUpgrade(c *socket) {
	s.mu.Lock()
	if s.probe != nil || s.socket != nil || s.state != opened {
		s.mu.Unlock()
		c.close(politely)
		return
	}
	s.probe = c
	s.mu.Unlock()

	late := time.AfterFunc(s.server.options.UpgradeTimeout, func() { c.close(politely) })
	defer late.Stop()
	release := &releaser{session: s}
	defer release.stop()
	upgraded := false
	c.read(s.server.options.MaxPayload, func(p engineio.Packet, err error) bool {
		switch {
		case upgraded && err != nil:
			s.end("parse error", politely)
			return false
		case upgraded:
			return s.receive(p)
		case err == nil && p.Type == engineio.Ping && string(p.Data) == "probe" && !p.Binary:
			c.send(engineio.Packet{Type: engineio.Pong, HasData: true, Data: []byte("probe")})
			release.start()
			return true
		case err == nil && p.Type == engineio.Upgrade && s.become(c):
			late.Stop()
			release.stop()
			upgraded = true
			return true
		}
		c.close(politely)
		return false
	})
	s.mu.Lock()
	if s.probe == c {
		s.probe = nil
	}
	s.mu.Unlock()
	if upgraded {
		s.end("transport close", released)
	}
}

// become makes the WebSocket the transport. A poll that still waits gets a close packet, which clients ignore.
func (s *Session) become(c *socket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == ended || s.probe != c {
		return false
	}
	s.probe, s.socket = nil, c
	s.polling.leave(politely)
	s.flush()
	if s.state == closing {
		s.over("forced close", politely)
	}
	return true
}

// A releaser answers the poll that waits with a noop, again and again. The session's lock guards it.
type releaser struct {
	session *Session
	timer   *time.Timer
	over    bool
}

func (r *releaser) start() {
	r.session.mu.Lock()
	defer r.session.mu.Unlock()
	if r.timer == nil && !r.over {
		r.timer = time.AfterFunc(checkEvery, r.check)
	}
}

func (r *releaser) check() {
	s := r.session
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.over || s.state == ended || s.socket != nil {
		return
	}
	if s.polling.waiting != nil {
		s.polling.answer(engineio.Packet{Type: engineio.Noop})
	}
	r.timer.Reset(checkEvery)
}

func (r *releaser) stop() {
	r.session.mu.Lock()
	defer r.session.mu.Unlock()
	r.over = true
	if r.timer != nil {
		r.timer.Stop()
	}
}
