package check

import (
	"time"

	"sioscope/capture/dial"
)

// findings are what the experiments saw, for Diagnose.
type findings struct {
	eio        int           // the revision the server speaks, where it was seen to speak another than was asked
	limited    int           // the status with which a limit answered, 429 as a rule: no more is asked than must be; 0: none did
	served     bool          // a server answered something, and no proxy in its place
	stranded   *answer       // to a client of Engine.IO 4, where the default clients speak 3 for that
	unheard    int           // WebSocket requests that were not answered in time
	unoffered  bool          // no open packet offers WebSocket
	swallowed  bool          // a WebSocket was accepted and carried nothing
	thinks     bool          // the server lets a client in later than its first poll was waited for
	roundTrip  time.Duration // of the first request
	maxPayload int64

	visits             []*visit
	directs            []*direct
	kept, loose, other tally // on one connection; on a connection each, and the same with, or without, cookies
	set                []cookie
	census             headcount
	arrival            arrival
	policy             policy
	bridge             bridge
	spoken             spoken
	bulk               bulk
	deaf               []string // addresses that open no session
	silences           []silence
	asked              int // addresses that were asked
}

// pointless says whether an experiment can tell nothing, because neither polling nor WebSocket brought a session.
func (f *findings) pointless(id string) bool {
	for _, v := range f.visits {
		if v.sid != "" || v.rev != 0 {
			return false
		}
	}
	for _, d := range f.directs {
		if d.sid != "" {
			return false
		}
	}
	switch id {
	case Default, WebSocket, HTTP2:
		return false
	case UpgradeHeader, Versions, CORS:
		return len(f.visits) > 0 && f.visits[len(f.visits)-1].nobody() // a server that answers can be asked them
	}
	return len(f.visits) > 0 && (len(f.directs) > 0 || id != WebSocket)
}

// Unserved says in a sentence that no default client got an answer of a server, only a proxy's that reaches none: nil where
// one did. There is a report all the same.
func (c *Check) Unserved() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var a *answer
	for _, v := range c.found.visits {
		if a = &v.shake; a.err != nil || !v.nobody() {
			return nil
		}
	}
	if a == nil {
		return nil
	}
	for _, d := range c.found.directs {
		if d.sid != "" {
			return nil
		}
	}
	return dial.Stranger(c.place.URL, a.status, a.header.Get("Content-Type"), a.header.Get("Location"), a.body)
}

// nobody says whether the handshake was answered by a proxy without a server, or by nobody.
func (v *visit) nobody() bool {
	return v.shake.err != nil || !v.shake.isError && v.shake.status >= 500
}
