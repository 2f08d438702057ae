package diagnose

import (
	"strings"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/protocol/wsframe"
)

// spoiledAnswers tells of WebSockets that clients turned down because the 101 breaks RFC 6455.
func (p *picture) spoiledAnswers(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	sessions, refused := sessionsOf(list)
	breach := list[0].Breach
	why := p.S("The WebSocket request was answered 101, but %s. A client must not take such an answer (RFC 6455): it ended the connection without a frame.", breach.Said().In(p.Words))
	switch breach {
	case wsframe.WrongAccept:
		why = p.S("%s That field is computed from the key of the request: something in the path removes or replaces Sec-WebSocket-Key, or changes the answer.", why)
	case wsframe.NotAskedFor, wsframe.NeverOffered:
		why = p.S("%s Something in the path removes that field from the request, or adds it to the answer; or the server names what nobody asked for.", why)
	default:
		why = p.S("%s Something in the path takes that field from the answer.", why)
	}
	p.spoiled(list, Finding{
		Title:       p.S("The answer to the WebSocket request breaks the protocol: %s", breach.Said().In(p.Words)),
		Explanation: p.stay(why, sessions, refused),
		RuledOut: []string{
			p.S("refused: the answer was %s", p.accepted(list[0])),
			p.S("frames are held on the way: the client sent none"),
		},
		WouldTell: p.S("A capture on the node's side: whether the request and its 101 are the same there."),
	})
}

const inHandshake = "Error during WebSocket handshake: "

// improper says whether Chromium's reason is that a 101 breaks the protocol. Another status it names so, too, and what became
// of the connection (net::ERR_…).
func improper(failure string) bool {
	why, ok := strings.CutPrefix(failure, inHandshake)
	return ok && strings.Contains(why, "'") && !strings.Contains(why, "net::") && !strings.Contains(why, "response code")
}

// spoiledInLog tells the same in a browser's words.
func (p *picture) spoiledInLog(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	sessions, refused := sessionsOf(list)
	quoted := lang.Quoted(firstLine(strings.TrimPrefix(list[0].Failure, inHandshake)))
	p.spoiled(list, Finding{
		Title:       p.S("The answer to the WebSocket request breaks the protocol: %s", quoted),
		Explanation: p.stay(p.S("The browser says %s of the answer to its WebSocket request, and turned the WebSocket down: the answer was 101, and something in the path changes fields of the request or of the answer. Sec-WebSocket-Accept is computed from the request's Sec-WebSocket-Key.", quoted), sessions, refused),
		RuledOut:    []string{p.S("refused, or never answered: the browser read the fields of a 101")},
		WouldTell:   p.S("sio check with the same URL: it asks for the same and reads the answer. Or a capture of packets on the client's side."),
	})
}

// spoiled adds what both have in common.
func (p *picture) spoiled(list []*session.Exchange, f Finding) {
	p.claim(list)
	f.ID, f.Evidence = "query-or-headers-removed", p.shown(list)
	f.Sessions, f.Refused = sessionsOf(list)
	f.Fixes = append([]Fix{{For: "proxy", Text: p.S("pass Connection, Upgrade and the Sec-WebSocket- fields of the request and of the answer on unchanged")}}, p.fixesFor(queryForwarded, list[0].Path)...)
	p.add(f)
}
