// Package diagnose tells why sessions are not on WebSocket, from what protocol/session made of the traffic.
// Every cause has a file. It reads no bytes and keeps no state: the same picture gives the same findings.
package diagnose

import (
	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
	"slices"
)

// Severity orders findings; the zero value is the worst.
type Severity uint8

const (
	Error   Severity = iota // a session is worse off for it
	Warning                 // it may be meant so, or it will hurt later
	Info                    // worth knowing, nothing is wrong
)

// String is the word used in reports.
func (s Severity) String() string { return [...]string{"error", "warning", "info"}[s] }

// A Finding is one cause, the sessions it touches and what proves it.
type Finding struct {
	ID          string // of the catalogue: "no-affinity-per-connection"
	Severity    Severity
	Confidence  string // "certain", "likely", "possible"
	Title       string // one line
	Explanation string // what it is and why it matters, in a few sentences
	Sessions    []*session.Session
	Refused     []*session.Exchange // handshakes without a session that it explains
	Evidence    []Evidence
	RuledOut    []string
	Fixes       []Fix
	Tried       []Trial // what experiments showed of the fixes; none in a capture
	// Earlier and EarlierRefused count what it touched and is no longer kept: see Past.
	Earlier, EarlierRefused int
	WouldTell               string // where the capture cannot decide: the experiment or vantage point that would; else ""

	stayed, broke int  // of Earlier: those that went on with polling, and that ended with it
	passing       bool // it holds until something is answered, also of sessions that are gone
	hashed        bool // of no-affinity-per-request: see hashedSID
	unanswered    bool // of namespace-refused: the server said nothing
	others        bool // of no-affinity-per-connection: not only WebSocket requests reached another node, earlier
}

// Evidence is something seen on the wire.
type Evidence struct {
	Time     int64 // ns since the Unix epoch
	Conn     *session.Conn
	Exchange *session.Exchange // may be nil
	Text     string            // request line and what the bytes said, secrets masked
	Unmasked string            // the same with secrets, for a reader who asked for them; "" where Text has none masked
}

// A Fix says what to change, and where.
type Fix struct {
	For     string // "nginx", "HAProxy", "client", …
	Text    string
	Snippet string // lines of configuration or code to paste, complete but for names; "" where Text says it all
}

// A Trial says whether a fix would work, as an experiment showed.
type Trial struct {
	For   string // as Fix.For
	Works string // "yes", "no", "some", "unknown"
	Text  string // `transports: ["websocket"] works here: 8 of 8 sessions`
}

// State is the verdict in a word.
type State string

const (
	StateWebSocket State = "websocket" // every session is on WebSocket
	StatePolling   State = "polling"   // none is
	StateMixed     State = "mixed"     // some are
	StateFailing   State = "failing"   // sessions cannot be opened, or break
	StateNone      State = "none"      // no session was seen; encrypted connections may hide some
	StateUnknown   State = "unknown"   // some were, and there may be more, or they may have gone on, where nothing could be read
)

// A Verdict is the answer in one line, and the cause in another.
type Verdict struct {
	State   State
	Summary string // "polling: 9 of 9 sessions never upgraded: the WebSocket request reached another node (400 Session ID unknown)"
	Title   string // for a manager: "On polling, not WebSocket: 9 of 9 sessions never upgraded"
	Cause   string // in one sentence, or that the capture does not tell it; "" where nothing is wrong
	Lead    string // id of the finding that is the cause, "" where none is
	Healthy bool   // no finding of severity error, some session was let into a namespace, not StatePolling for reasons that are not known, nor some on polling since before the capture for such, and not StateNone beside connections that are encrypted or cut short

	allWell        bool   // Title says that all are on WebSocket, and no more
	shared, reason string // a Cause that says of how many sessions it is true, and the same without that
}

// Reason is the Cause, without of how many sessions it is true.
func (v *Verdict) Reason() string {
	if v.shared != "" && v.Cause == v.shared {
		return v.reason
	}
	return v.Cause
}

// A Census counts sessions by what became of them, those that are no longer kept, too. WebSocket, Polling, Broke, Refused, Unused and TurnedAway are all
// sessions.
type Census struct {
	Sessions               int
	WebSocket, Polling     int // on the transport at the end of what was seen
	Broke, Refused, Unused int // they worked for a while; only the handshake was honoured; never used
	TurnedAway             int // not on WebSocket, and let into no namespace
	Refusals               int // handshakes that got no sid
	Checks                 int // sessions that health checks opened, among Polling
}

// Causes are the ids of the findings that touch a session, whenever that was.
func (d *Diagnosis) Causes(s *session.Session) []string {
	ids := d.BySession[s]
	for i := range d.Former {
		if slices.Contains(d.Former[i].Sessions, s) {
			ids = append(ids[:len(ids):len(ids)], d.Former[i].ID)
		}
	}
	return ids
}

// A Diagnosis is the verdict and the findings, worst first.
type Diagnosis struct {
	Verdict   Verdict
	Census    Census
	Findings  []Finding
	BySession map[*session.Session][]string // ids of the findings that touch a session
	Path      []Hop                         // who was recognised between client and node, from the client on
	Server    engineio.Dialect              // the server that opened most sessions, as far as its answers tell
	Earlier   Census                        // what Census has of sessions that are no longer kept
	Former    []Finding                     // what touched sessions from before that which it is about, where it is about less than all

	picture *picture // for Past.Forget
}

// Unanswered says of namespace-refused that the server did not even refuse: it never answered.
func (f *Finding) Unanswered() bool { return f.unanswered }
