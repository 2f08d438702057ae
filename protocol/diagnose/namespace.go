package diagnose

import (
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
		f.Explanation = p.S("%s These sessions were let into no namespace at all, so their clients can do nothing with them, whatever the transport; socket.io-client leaves at once.", f.Explanation)
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

// turnedAway says whether a session was refused by a namespace and let into none. Before revision 5 a server lets every
// client into "/" unasked: that counts where the client did something there.
func turnedAway(s *session.Session) bool {
	return len(s.ConnectErrors) > 0 && !slices.ContainsFunc(s.Entered, func(nsp string) bool {
		return nsp != "/" || s.EIO != 3 || s.Events[fact.Out] > 0
	})
}
