package check

import "time"

// findings are what the experiments saw, for Diagnose.
type findings struct {
	stop       string // why the rest is not tried
	eio        int    // the revision the server speaks, where it was seen to speak another than was asked
	forbidden  bool
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
