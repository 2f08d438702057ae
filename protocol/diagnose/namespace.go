package diagnose

import (
	"cmp"
	"slices"

	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// connectErrors tells of namespaces that refused a connection: the transport is well, the application said no. It
// matters where it said so of every namespace that a session asked for.
func connectErrors(p *picture) {
	var away, besides []*session.Session
	for _, s := range p.t.Sessions {
		switch {
		case turnedAway(s):
			away = append(away, s)
		case len(s.ConnectErrors) > 0:
			besides = append(besides, s)
		}
	}
	if len(away) > 0 {
		f := p.namespaceRefused(away)
		f.Severity = Warning
		f.Explanation = p.S("%s These sessions were let into no namespace that they asked for, so their clients can do nothing with them, whatever the transport; socket.io-client leaves at once.", f.Explanation)
		f.Fixes = []Fix{
			{For: "client", Text: p.S("the auth option with what the server asks for, a token that is still valid, say; and a namespace that exists, io(\"/name\")")},
			{For: "server", Text: p.S("look at what the namespace's middleware (io.use) checks")},
		}
		p.add(f)
	}
	if len(besides) > 0 {
		f := p.namespaceRefused(besides)
		f.Severity = Info
		p.add(f)
	}
}

func (p *picture) namespaceRefused(list []*session.Session) Finding {
	kinds := refusals(list)
	f := Finding{
		ID: "namespace-refused", Title: p.refusedTitle(kinds),
		Explanation: p.S("The server answered a Socket.IO CONNECT with CONNECT_ERROR: the namespace does not exist, or its middleware said no. It is no matter of transport, balancer or proxy."),
		Sessions:    list, RuledOut: []string{p.S("refused by a proxy or at the handshake: the session was opened, and Socket.IO itself answered")},
	}
	for _, c := range kinds[:min(len(kinds), maxEvidence)] {
		text := p.S("CONNECT_ERROR in namespace %s", c.Namespace)
		f.Evidence = append(f.Evidence, Evidence{Time: c.Time, Conn: c.Conn, Text: p.quoted(text, c.Message, redact.Redactor{}), Unmasked: p.quoted(text, c.Message, redact.Redactor{Off: true})})
	}
	return f
}

// refusals are the refusals of sessions: those that differ in namespace or reason first, in order, each once a session.
func refusals(list []*session.Session) []session.ConnectError {
	type kind struct{ namespace, message string }
	var first, again []session.ConnectError
	seen := map[kind]bool{}
	for _, s := range list {
		own := map[kind]bool{}
		for _, c := range s.ConnectErrors {
			k := kind{c.Namespace, c.Message}
			switch {
			case own[k]:
			case seen[k]:
				again = append(again, c)
			default:
				first = append(first, c)
			}
			own[k], seen[k] = true, true
		}
	}
	return append(first, again...)
}

const maxNamespaces = 3 // named in a title

// refusedTitle names the namespaces that refused, each with its first reason.
func (p *picture) refusedTitle(kinds []session.ConnectError) string {
	var names []string
	seen := map[string]bool{}
	for _, c := range kinds {
		if !seen[c.Namespace] {
			names = append(names, p.quoted(c.Namespace, c.Message, redact.Redactor{}))
		}
		seen[c.Namespace] = true
	}
	if len(names) == 1 {
		return p.quoted(p.S("The namespace %s refused the client", kinds[0].Namespace), kinds[0].Message, redact.Redactor{})
	}
	n := len(names)
	if n > maxNamespaces {
		names = append(names[:maxNamespaces], "…")
	}
	return p.S("%d namespaces refused the client: %s", n, p.Clauses(names))
}

// quoted is a text with what a server said, behind a colon, where it said anything.
func (p *picture) quoted(text, message string, r redact.Redactor) string {
	if message == "" {
		return text
	}
	return p.S("%s: %q", text, r.Text(firstLine(message)))
}

// A namespace may look something up before it lets a client in: an answer is missed after lookedUp, and hardly comes at all
// after hung, ns.
const lookedUp, hung = 2e9, 10e9

// waitsForNamespace says whether the server took a session's CONNECT and never answered it, though it went on otherwise: on
// polling that shows in what it sent later.
func (p *picture) waitsForNamespace(s *session.Session) bool {
	heard := s.Transport() != session.Polling || s.LastPacket[fact.In] > s.Asked
	return heard && s.Unadmitted(p.t.Last) > lookedUp && s.Close.Reason != session.RefusedSince && !s.GivenUp() &&
		!slices.ContainsFunc(s.Exchanges, func(e *session.Exchange) bool {
			return (e.Kind == session.Poll || e.Kind == session.Post) && (e.Status >= 400 || e.Kind == session.Post && e.Status == 0)
		})
}

// leftOut says whether no namespace let a session in.
func (p *picture) leftOut(s *session.Session) bool { return turnedAway(s) || p.unanswered[s] }

// connectUnanswered tells of sessions whose CONNECT the server took and left unanswered.
func connectUnanswered(p *picture) {
	var list []*session.Session
	failed := p.failed()
	for _, s := range p.t.Sessions {
		if p.waitsForNamespace(s) && !failed[s] && !p.movedAway(s) {
			list = append(list, s)
		}
	}
	p.unanswered = amongst(list)
	p.namespaceIgnored(failed)
	if len(list) == 0 {
		return
	}
	waited := func(s *session.Session) int64 { return s.Unadmitted(p.t.Last) }
	longest := slices.MaxFunc(list, func(a, b *session.Session) int { return cmp.Compare(waited(a), waited(b)) })
	f := Finding{
		ID: "namespace-refused", Severity: Warning, Confidence: "possible", unanswered: true,
		Title:       p.unansweredTitle(list),
		Explanation: p.S("The clients asked for a namespace (Socket.IO CONNECT), the server took it, and neither let them in nor refused them, for up to %s. So far they can do nothing with their sessions, whatever the transport, and neither connect nor connect_error fires. A middleware (io.use) that never calls next() does so, and a connect handler that throws or hangs. By default a server ends such a session after 45 s (connectTimeout).", p.span(waited(longest))),
		Sessions:    list,
		RuledOut:    []string{p.S("refused by the namespace: there is no CONNECT_ERROR"), p.S("the answer was not captured: no bytes of these sessions are missing")},
		Fixes:       unansweredFixes(p),
		WouldTell:   p.S("The server's log at the time of the CONNECT; or a longer capture."),
	}
	if waited(longest) > hung {
		f.Confidence = "likely"
	}
	for _, s := range list[:min(len(list), maxEvidence)] {
		f.Evidence = append(f.Evidence, Evidence{Time: s.Asked, Conn: s.Conns[0], Text: p.S("CONNECT to namespace %s, without an answer for %s", s.AskedFor, p.span(waited(s)))})
	}
	p.add(f)
}

// namespaceIgnored tells of sessions that were let in, and of whose further CONNECTs one was left unanswered.
func (p *picture) namespaceIgnored(failed map[*session.Session]bool) {
	var list []*session.Session
	var evidence []Evidence
	var names []string
	for _, s := range p.t.Sessions {
		if len(s.Asks) == 0 || failed[s] || p.leftOut(s) || s.Close.Reason == session.RefusedSince || p.movedAway(s) {
			continue
		}
		asks := s.Ignored(p.t.Last, hung)
		if asks == nil {
			continue
		}
		list = append(list, s)
		for _, a := range asks {
			names = append(names, a.Namespace)
			if len(evidence) < maxEvidence {
				end := p.t.Last
				if s.Closed != 0 {
					end = min(end, s.Closed)
				}
				evidence = append(evidence, Evidence{Time: a.Time, Conn: s.Conns[0], Text: p.S("CONNECT to namespace %s, without an answer for %s", a.Namespace, p.span(end-a.Time))})
			}
		}
	}
	if len(list) == 0 {
		return
	}
	p.add(Finding{
		ID: "namespace-refused", Severity: Warning, Confidence: "likely",
		Title:       p.neverAnswer(names),
		Explanation: p.S("The clients asked for this namespace besides others (Socket.IO CONNECT), and the server neither let them in nor refused them, while the session went on. In this namespace they can do nothing, and neither connect nor connect_error fires. A middleware (io.use) that never calls next() does so, and a connect handler that throws or hangs."),
		Sessions:    list, Evidence: evidence,
		RuledOut: []string{p.S("transport, balancer or proxy: other packets of these sessions came after the CONNECT"), p.S("refused by the namespace: there is no CONNECT_ERROR"), p.S("the answer was not captured: no bytes of these sessions are missing")},
		Fixes:    unansweredFixes(p),
	})
}

// failed are the sessions of which something worse was found, or that their server said nothing at all.
func (p *picture) failed() map[*session.Session]bool {
	some := map[*session.Session]bool{}
	for i := range p.findings {
		if f := &p.findings[i]; f.Severity == Error || f.ID == "server-stalled" {
			for _, s := range f.Sessions {
				some[s] = true
			}
		}
	}
	return some
}

func (p *picture) unansweredTitle(list []*session.Session) string {
	var names []string
	for _, s := range list {
		names = append(names, s.AskedFor)
	}
	return p.neverAnswer(names)
}

func unansweredFixes(p *picture) []Fix {
	return []Fix{{For: "server", Text: p.S("every middleware (io.use) calls next() or next(error) once, also where what it waits for fails; and a connect handler catches its errors")}}
}

// neverAnswer names the namespaces that answer no CONNECT.
func (p *picture) neverAnswer(names []string) string {
	seen := map[string]bool{}
	names = slices.DeleteFunc(names, func(name string) bool {
		was := seen[name]
		seen[name] = true
		return was
	})
	n := len(names)
	if n == 1 {
		return p.S("The namespace %s never answers the client's CONNECT", names[0])
	}
	if n > maxNamespaces {
		names = append(names[:maxNamespaces], "…")
	}
	return p.S("%d namespaces never answer the client's CONNECT: %s", n, p.Clauses(names))
}

// turnedAway says whether a session was refused by a namespace and let into none. Before revision 5 a server lets every
// client into "/" unasked: that counts where the client did something there.
func turnedAway(s *session.Session) bool {
	return len(s.ConnectErrors) > 0 && !slices.ContainsFunc(s.Entered, func(nsp string) bool {
		return nsp != "/" || s.EIO != 3 || s.Events[fact.Out] > 0
	})
}
