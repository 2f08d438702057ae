package check

import "time"

// findings are what the experiments saw, for Diagnose.
type findings struct {
	eio        int           // the revision the server speaks, where it was seen to speak another than was asked
	unheard    int           // WebSocket requests that were not answered in time
	unoffered  bool          // no open packet offers WebSocket
	swallowed  bool          // a WebSocket was accepted and carried nothing
	roundTrip  time.Duration // of the first request
	maxPayload int64

	visits             []*visit
	directs            []*direct
	kept, loose, other tally // on one connection; on a connection each, and the same with, or without, cookies
	set                []cookie
	census             headcount
	arrival            arrival
	policy             policy
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

// nobody says whether the handshake was answered by a proxy without a server, or by nobody.
func (v *visit) nobody() bool {
	return v.shake.err != nil || !v.shake.isError && v.shake.status >= 500
}
