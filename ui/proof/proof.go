// Package proof tells of one session what must be known by whoever has to confirm that WebSocket is in use: the transport
// in a word, since when, at which node, and how that is known. It draws that, too, to be read from three metres. It
// decides nothing about causes, and knows no window. Secrets are masked.
package proof

import (
	"cmp"
	"slices"
	"time"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// A State is what is told of a session in a word. Its value is what machines read.
type State string

const (
	WebSocket    State = "websocket"
	WebTransport State = "webtransport"
	Polling      State = "polling"
	Moving       State = "moving"       // from polling to WebSocket, at this moment
	Closed       State = "closed"       // of what is watched as it happens: it is over
	NotConnected State = "notConnected" // a client of our own has no session
	NoSession    State = "noSession"    // none was seen
	Unknown      State = "unknown"      // what was seen does not tell
)

// An Input is what is known of a source, and which of its sessions is asked for.
type Input struct {
	lang.Words // the language; the zero value is English

	Tracker   *session.Tracker
	Diagnosis *diagnose.Diagnosis
	About     *session.Tracker // the part that the verdict is about, whose sessions are counted; nil: all
	Session   int32            // its number; -1: the newest of those, of a record the newest on polling where there is one
	Record    bool             // it tells of what was (a capture, a check), and not of what is
	Over      bool             // nothing more comes
	Own       bool             // it is of one client of our own
	Now       int64            // until when it was watched, ns since the epoch; 0: it is a capture
	Failed    string           // why nothing came of it, a sentence; or ""
	Target    string           // the URL that was asked for, masked; "": it is told by the traffic
	Zone      *time.Location   // that times are told in; nil: the computer's
}

// A Proof is what is told. All texts are in the language of the Input, with secrets masked.
type Proof struct {
	State   State
	Word    string // "WEBSOCKET"
	Since   string // beneath the word: since when, and for how long
	Caution string // what must not be overlooked, a sentence; or ""
	Why     string // why it is not on WebSocket, a sentence; or ""
	Facts   []Fact

	Session   int32  // its number, -1 where there is none
	SID       string // "" where it is not known
	Transport string // at the end of what was seen, "" where there is no session
	Target    string
	From, To  int64 // on that transport; To is 0 while that goes on. 0 where it is not known
	Finding   string
	Count     Count
	Findings  bool // there is something to read in Why and fix
}

// A Fact is a name and what is to be told of it.
type Fact struct{ Name, Text string }

// A Count says how many sessions are, or were at their ends, on WebSocket, and how many go on, there and in all.
type Count struct{ WebSocket, All, Untold, Open, OpenWebSocket int }

// Of is the proof of a session. It keeps nothing of the tracker.
func Of(in Input) Proof {
	t := cmp.Or(in.About, in.Tracker)
	s := in.chosen(t)
	p := Proof{Session: -1, Count: in.count(t), Findings: len(in.Diagnosis.Findings) > 0}
	if s == nil {
		in.none(&p)
		return p
	}
	p.Session, p.SID, p.Transport = int32(s.Index), s.SID, s.Transport().String()
	p.Target = in.target(s)
	p.State = in.state(s)
	p.Word = in.word(p.State)
	p.From, p.To = in.span(s)
	p.Since = in.since(s, &p)
	p.Why, p.Finding = in.why(s, p.State)
	p.Caution = in.caution(s)
	p.Facts = in.facts(s, &p)
	return p
}

// chosen is the session that is asked for, nil where there is none. One that a health check opened is chosen where there is
// no other.
func (in *Input) chosen(t *session.Tracker) *session.Session {
	if in.Session >= 0 && in.Tracker.HasSession(in.Session) {
		return in.Tracker.SessionAt(in.Session)
	}
	if in.Record { // one that is on WebSocket must not speak for those that are not
		for _, s := range slices.Backward(t.Sessions) {
			if in.state(s) == Polling && !s.HealthCheck() {
				return s
			}
		}
	}
	for _, s := range slices.Backward(t.Sessions) {
		if !s.HealthCheck() {
			return s
		}
	}
	if n := len(t.Sessions); n > 0 {
		return t.Sessions[n-1]
	}
	return nil
}

// state says what a session is, or was where it is a matter of record.
func (in *Input) state(s *session.Session) State {
	switch {
	case !in.Record && s.Closed != 0:
		return Closed
	case s.Upgrade == session.UpgradePending && in.goesOn(s):
		return Moving
	case s.Upgrade == session.UpgradePending || in.silent(s):
		return Unknown
	case s.Transport() == session.WebSocket:
		return WebSocket
	case s.Transport() == session.WebTransport:
		return WebTransport
	case s.Transport() == session.Polling && !in.veiled(s):
		return Polling
	}
	return Unknown
}

// goesOn says whether more is to come of a session.
func (in *Input) goesOn(s *session.Session) bool { return !in.Record && !in.Over && s.Closed == 0 }

// silent says whether nothing was heard of a session that should go on for longer than its heartbeats allow.
func (in *Input) silent(s *session.Session) bool {
	return in.goesOn(s) && in.Now-s.LastSeen > s.Silence()
}

// veiled says whether a session was seen on polling only, and may have gone on where nothing could be read.
func (in *Input) veiled(s *session.Session) bool {
	return s.Untold() && len(in.Diagnosis.Causes(s)) == 0
}

func (in *Input) word(s State) string {
	switch s {
	case WebSocket:
		return in.S("WEBSOCKET")
	case WebTransport:
		return in.S("WEBTRANSPORT")
	case Polling:
		return in.S("POLLING")
	case Moving:
		return in.S("MOVING…")
	case Closed:
		return in.S("CLOSED")
	case NotConnected:
		return in.S("NOT CONNECTED")
	case NoSession:
		return in.S("NO SESSION")
	}
	return in.S("UNKNOWN")
}

// span is since when, and until when, a session is on the transport it was on last.
func (in *Input) span(s *session.Session) (from, to int64) {
	from, to = s.FirstSeen, s.LastSeen
	if n := len(s.History); n > 0 {
		from = s.History[n-1].From
	}
	switch {
	case s.Closed != 0:
		to = s.Closed
	case in.goesOn(s) && !in.silent(s):
		to = 0
	case in.Over && !in.Record && in.Now != 0:
		to = in.Now
	}
	return from, to
}

// none tells that there is no session, and why as far as that is known.
func (in *Input) none(p *Proof) {
	p.State = NoSession
	if in.Own {
		p.State = NotConnected
	}
	t := in.Tracker
	p.Target = in.Target
	switch refused := len(t.Refused); {
	case in.Failed != "":
		p.Why = in.Failed
	case refused > 0 && len(in.Diagnosis.Findings) > 0:
		p.Why = in.because(&in.Diagnosis.Findings[0])
		p.Finding = in.Diagnosis.Findings[0].ID
	case t.Stats.Encrypted > 0 && (in.Record || in.Over):
		p.State = Unknown
		p.Why = in.S("%s encrypted: whether sessions are in them cannot be read.", in.Plural(int(t.Stats.Encrypted), "connection is", "connections are"))
	case !in.Over && !in.Record:
		p.Since = in.S("No session yet")
	case in.Record && !in.Over:
		p.Since = in.S("Nothing was found so far: it is still being read")
	default:
		p.Why = in.S("No session was seen.")
	}
	if n := len(t.Refused); n > 0 {
		p.Since = in.Plural(n, "handshake was refused or not answered", "handshakes were refused or not answered")
	}
	p.Word = in.word(p.State)
	p.Facts = in.add(p.Facts, in.S("Target"), p.Target)
}

// count counts sessions by where they were last, those that are no longer kept, too.
func (in *Input) count(t *session.Tracker) (c Count) {
	c.All = len(t.Sessions)
	for _, s := range t.Sessions {
		switch {
		case s.Transport() == session.WebSocket:
			c.WebSocket++
		case in.veiled(s) || s.Transport() == session.NoTransport:
			c.Untold++
		}
		if in.goesOn(s) && !in.silent(s) {
			c.Open++
			if s.Transport() == session.WebSocket {
				c.OpenWebSocket++
			}
		}
	}
	if e := in.Diagnosis.Earlier; e.Sessions > 0 {
		c.All, c.WebSocket = c.All+e.Sessions, c.WebSocket+e.WebSocket
	}
	return c
}

// maxText is the longest text of the traffic that is shown, in bytes.
const maxText = 300

func (in *Input) mask(s string) string {
	if len(s) > maxText {
		s = s[:maxText] + "…"
	}
	return redact.Redactor{}.Text(s)
}

func (in *Input) add(list []Fact, name, text string) []Fact {
	if text == "" {
		return list
	}
	return append(list, Fact{name, text})
}
