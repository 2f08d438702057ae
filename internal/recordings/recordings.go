// Package recordings holds sioscope against recordings of real Socket.IO servers (1.7 to 4.8, python-socketio),
// balancers (HAProxy, nginx, Apache) and clients (Node, Chromium). Beside every capture stands truth.json: what servers
// and clients themselves logged while it was made. No decoder had a hand in it.
//
// capture is what passed at the clients, both that and what passed at the nodes. Those whose truth says "done" were made
// by the incidents of package e2e.
package recordings

// A Truth is what a recording's servers and clients logged, and what a report must therefore say.
type Truth struct {
	Name   string
	About  string
	Causes *[]string // one of these must be found; empty: healthy, no error may be; null: nothing is expected
	Args   []string
	Expect struct {
		SIDs  string    `json:"sids"` // "count": only the number of sessions is known; "some": not all need be found
		Nodes string    // "exact": the nodes of the report divide the sessions as the servers did
		Lossy string    // "gaps", "cut", "file": what the recording lacks
		State []string  // one of these is the verdict
		Only  *[]string // no other error or warning may be found; null: others may
	}
	Sessions []struct {
		SID        string
		Node       string
		EIO        int `json:"eio"`
		Transports []string
	}
	Clients []struct {
		SID        *string
		Sent, Recv int64
		Acks       int64
		Errors     []string
		Connected  bool
		Disconnect string
	}
}
