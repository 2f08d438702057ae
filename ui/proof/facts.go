package proof

import (
	"slices"
	"strings"
	"time"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
	"sioscope/ui/timeline"
	"sioscope/ui/words"
)

// since tells since when a session is on its transport, and for how long.
func (in *Input) since(s *session.Session, p *Proof) string {
	was := in.transport(s.Transport())
	from, lasted := in.Clock(p.From), ""
	if p.To != 0 {
		lasted = plain.Span(p.To - p.From)
	} else {
		lasted = whole(max(in.Now-p.From, 0)) // the clock of who captures may be ahead
	}
	switch {
	case p.State == Closed && was == "":
		return in.S("Ended at %s", in.Clock(p.To))
	case p.State == Closed:
		return in.S("It was on %s from %s to %s, for %s", was, from, in.Clock(p.To), lasted)
	case p.State == Moving:
		return in.S("From polling to WebSocket, since %s", in.Clock(moving(s)))
	case s.Upgrade == session.UpgradePending:
		return in.S("It was moving from polling to WebSocket at the end")
	case p.State == Unknown && was == "":
		return in.S("No transport was seen")
	case p.State == Unknown:
		return in.S("Last seen on %s at %s", was, in.Clock(s.LastSeen))
	case p.To == 0 && in.joined(s):
		return in.S("At least since %s, for %s: it began before", from, lasted)
	case p.To == 0:
		return in.S("Since %s, for %s", from, lasted)
	case p.To == p.From:
		return in.S("At %s, which is the last that was seen of it", from)
	case in.joined(s):
		return in.S("From %s or earlier to %s, for %s", from, in.Clock(p.To), lasted)
	case s.Closed == 0:
		return in.S("From %s to at least %s, for %s", from, in.Clock(p.To), lasted)
	}
	return in.S("From %s to %s, for %s", from, in.Clock(p.To), lasted)
}

// joined says whether a session was on its transport when the source began.
func (in *Input) joined(s *session.Session) bool { return s.Opened == 0 && len(s.History) < 2 }

// moving is when the request was sent by which a session is moving.
func moving(s *session.Session) int64 {
	if n := len(s.Probes); n > 0 && s.Probes[n-1].Request != 0 {
		return s.Probes[n-1].Request
	}
	return s.LastSeen
}

func (in *Input) transport(t session.Transport) string {
	switch t {
	case session.Polling:
		return in.S("polling")
	case session.WebSocket:
		return "WebSocket"
	case session.WebTransport:
		return "WebTransport"
	}
	return ""
}

// whole is a length of time in whole seconds, from one second on: it is watched as it runs.
func whole(d int64) string {
	if d < 1e9 {
		return plain.Span(d)
	}
	return strings.Replace(plain.Span(d/1e9*1e9), ".0 s", " s", 1)
}

// Clock is a time of day, to the millisecond.
func (in *Input) Clock(at int64) string {
	if at == 0 {
		return "–"
	}
	return in.time(at).Format("15:04:05.000")
}

// Date is a time with its day and its zone, which is named as in the timeline.
func (in *Input) Date(at int64) string {
	t := in.time(at)
	return t.Format("2006-01-02 15:04:05.000 ") + timeline.ZoneOf(t)
}

func (in *Input) time(at int64) time.Time {
	zone := in.Zone
	if zone == nil {
		zone = time.Local
	}
	return time.Unix(0, at).In(zone)
}

// facts are what is told beside the word.
func (in *Input) facts(s *session.Session, p *Proof) (list []Fact) {
	switch {
	case p.From != 0 && in.joined(s):
		list = in.add(list, in.S("Since"), in.S("%s or earlier", in.Date(p.From)))
	case p.From != 0:
		list = in.add(list, in.S("Since"), in.Date(p.From))
	}
	if s.Closed != 0 {
		list = in.add(list, in.S("Ended"), in.ended(s))
	}
	list = in.add(list, in.S("Node"), in.node(s))
	list = in.add(list, in.S("Target"), p.Target)
	list = in.add(list, in.S("Protocol"), in.protocol(s))
	list = in.add(list, in.S("Upgrade"), in.upgrade(s))
	list = in.add(list, in.S("Session"), in.session(s))
	return in.add(list, in.S("On WebSocket"), in.counted(p.Count))
}

func (in *Input) ended(s *session.Session) string {
	by := in.S("by whom is not known")
	switch s.Close.By {
	case "client":
		by = in.S("by the client")
	case "server":
		by = in.S("by the server")
	case "network":
		by = in.S("by the network")
	}
	if s.Close.Reason == "" {
		return in.S("%s, %s", in.Date(s.Closed), by)
	}
	return in.S("%s, %s (%s)", in.Date(s.Closed), by, in.mask(in.Said(s.Close.Reason)))
}

func (in *Input) node(s *session.Session) string {
	name := timeline.NodeTitle(in.Words, in.Tracker, s.Node)
	if name == "" {
		return in.S("not known: nothing that was seen names it")
	}
	n := &in.Tracker.Nodes[s.Node]
	switch {
	case n.Basis != "sid counter" || n.Decoded != "" || len(n.Counts) > 1:
		return in.S("%s: %s", name, plain.Known(in.Words, n))
	case n.Confidence == session.Certain || n.Confidence == "":
		return in.S("%s: the server does not tell its name, it is known by how its session ids are numbered", name)
	}
	return in.S("%s, a guess: the server does not tell its name, its session ids are numbered in one series", name)
}

// target is where the session is, as its client asked for it, and the address that answered.
func (in *Input) target(s *session.Session) string {
	address := ""
	if s.Server.IsValid() {
		address = s.Server.String()
	}
	url := in.Target
	if url == "" {
		host := s.Host
		if host == "" {
			host = address
		}
		if host == "" {
			return ""
		}
		url = scheme(s) + "://" + host + redact.Redactor{}.Target(s.Path)
	}
	if address == "" || strings.Contains(url, address) {
		return url
	}
	return in.S("%s at %s", url, address)
}

func scheme(s *session.Session) string {
	for _, c := range s.Conns {
		if c.TLS != nil || c.Over != nil && c.Protocol == "h2" {
			return "https"
		}
	}
	return "http"
}

func (in *Input) protocol(s *session.Session) string {
	switch s.EIO {
	case 3:
		return in.S("Engine.IO 3 (Socket.IO 1 or 2)")
	case 4:
		return in.S("Engine.IO 4 (Socket.IO 3 or 4)")
	case 0:
		return ""
	}
	return in.S("Engine.IO %d", s.EIO)
}

// upgrade tells how the session came to its transport.
func (in *Input) upgrade(s *session.Session) string {
	switch s.Upgrade {
	case session.UpgradeDirect:
		return in.S("not needed: it began on WebSocket")
	case session.UpgradeDone:
		if took, ok := s.UpgradeTime(); ok && took > 0 {
			return in.S("from polling to WebSocket in %s", plain.Span(took))
		}
		return in.S("from polling to WebSocket")
	case session.UpgradeFailed:
		return in.S("tried, and failed")
	case session.UpgradeNotTried:
		return in.S("not tried")
	case session.UpgradePending:
		return in.S("under way")
	}
	return in.S("not known")
}

func (in *Input) session(s *session.Session) string {
	name := s.SID
	if name == "" {
		name = in.S("its sid was not seen")
	}
	switch {
	case s.RealClient != "":
		return in.S("%s, of the client %s", name, s.RealClient)
	case s.Client.IsValid():
		return in.S("%s, of the client %s", name, s.Client)
	}
	return name
}

// counted is "5 of 5 sessions", with how many go on.
func (in *Input) counted(c Count) string {
	text := in.S("%d of %s", lang.Amount(c.WebSocket), in.Count(c.All, "session"))
	if c.Untold > 0 {
		text = in.S("%s, of %d it cannot be told", text, lang.Amount(c.Untold))
	}
	if c.Open > 0 && c.Open < c.All {
		text = in.S("%s; %d go on, %d of those on WebSocket", text, lang.Amount(c.Open), lang.Amount(c.OpenWebSocket))
	}
	return text
}

// why says in a sentence why a session is not on WebSocket, or is not known to be, and which finding says so.
func (in *Input) why(s *session.Session, now State) (text, id string) {
	if f := in.finding(s); f != nil && (now != WebSocket || f.Severity != diagnose.Info) {
		if now == WebSocket {
			return in.besides(f), f.ID
		}
		return in.because(f), f.ID
	}
	switch {
	case in.silent(s):
		return in.S("Nothing was heard of it for %s, which is longer than its heartbeats allow.", whole(in.Now-s.LastSeen)), ""
	case now == Unknown && s.Dark > 0:
		return in.S("Connections between its client and the same server could not be read, so whether it moved to WebSocket is not known."), ""
	case now == Unknown && s.Unsaid():
		return in.S("It was granted a WebSocket whose messages are not in the HAR, so whether it moved there is not known."), ""
	case now == Unknown && s.OffPolling && s.Logged():
		return in.S("Its polls end early, and a HAR has neither those that are under way nor every WebSocket, so whether it moved to WebSocket is not known."), ""
	case now == Unknown && s.OffPolling:
		return in.S("Its polls end without another one, and without a close, so it left polling, most likely for a WebSocket that was not recorded. Whether it did is not known."), ""
	case now == Unknown && s.OneWay():
		return in.S("Only one direction of it is in the capture, so whether it moved to WebSocket is not known."), ""
	case now == Unknown && s.Upgrade == session.UpgradePending:
		return in.S("Whether it got there is not known: nothing more was seen."), ""
	case now != Polling:
		return "", ""
	case s.Upgrade == session.UpgradeFailed:
		return in.S("It tried to move to WebSocket, and that failed. Nothing that was seen says why."), ""
	case s.Upgrade == session.UpgradeUnknown:
		return in.S("It began before this was watched, so whether it ever tried to move to WebSocket is not known."), ""
	}
	return in.S("No request to move to WebSocket was seen."), ""
}

// because is the cause of what is told, and says so where it is not certain.
func (in *Input) because(f *diagnose.Finding) string {
	switch f.Confidence {
	case "likely":
		return in.S("Why, most likely: %s", in.mask(f.Title))
	case "possible":
		return in.S("Why, possibly: %s", in.mask(f.Title))
	}
	return in.S("Why: %s", in.mask(f.Title))
}

// besides is what was found of a session that is on WebSocket, and says so where it is not certain.
func (in *Input) besides(f *diagnose.Finding) string {
	switch f.Confidence {
	case "likely":
		return in.S("Found all the same, most likely: %s", in.mask(f.Title))
	case "possible":
		return in.S("Found all the same, possibly: %s", in.mask(f.Title))
	}
	return in.S("Found all the same: %s", in.mask(f.Title))
}

// finding is the worst one that touches a session, nil where none does.
func (in *Input) finding(s *session.Session) *diagnose.Finding {
	for _, list := range [...][]diagnose.Finding{in.Diagnosis.Findings, in.Diagnosis.Former} {
		for i := range list {
			if slices.Contains(list[i].Sessions, s) {
				return &list[i]
			}
		}
	}
	return nil
}

// caution tells what whoever looks at the transport alone would overlook.
func (in *Input) caution(s *session.Session) string {
	if len(s.ConnectErrors) == 0 || len(s.Entered) > 0 {
		return in.awaited(s)
	}
	e := s.ConnectErrors[0]
	if e.Message == "" {
		return in.S("The server let it into no namespace: %s refused it.", redact.Redactor{}.Target(e.Namespace))
	}
	return in.S("The server let it into no namespace: %s refused it, “%s”.", redact.Redactor{}.Target(e.Namespace), in.mask(e.Message))
}

// awaited is what its server owes while that is not yet a silence that tells.
func (in *Input) awaited(s *session.Session) string {
	if !in.goesOn(s) || in.silent(s) {
		return ""
	}
	return words.AwaitedIn(in.Words, s, in.Now)
}
