package diagnose

import (
	"strings"

	"sioscope/protocol/session"
	"sioscope/protocol/wsframe"
)

// deflateBroken finds WebSockets that broke over compression: frames are marked as compressed where it was not agreed
// on, or do not inflate, and the receiver ended the connection for it.
func deflateBroken(p *picture) {
	var sessions []*session.Session
	var ev []Evidence
	agreed, sure := false, false
	for _, c := range p.t.Conns {
		what := p.deflateFlaw(c)
		e := c.WebSocket
		if what == "" || e == nil || e.Outer != nil || c.Inner || c.Gaps > 0 {
			continue
		}
		s := e.Session
		if s == nil || s.Index < 0 {
			continue
		}
		code := s.CloseCode
		if code != 1002 && code != 1007 && c.Closed == 0 {
			continue // it goes on, so the receiver took it
		}
		if code == 0 && c.Closed-c.LastByte > session.Farewell {
			continue // it ended later, for another reason
		}
		sure = sure || code == 1002 || code == 1007
		agreed = agreed || strings.Contains(e.Response.Extensions, "permessage-deflate")
		sessions = append(sessions, s)
		p.ended[s], p.explained[e] = true, true
		if len(ev) < maxEvidence {
			ev = append(ev, Evidence{Time: c.LastByte, Conn: c, Exchange: e, Text: p.S("%s; permessage-deflate was agreed on: %s; the connection ended then, Close code %d", what, p.yesNo(strings.Contains(e.Response.Extensions, "permessage-deflate")), code)})
		}
		if in := e.Inner; in != nil && in.Response.Extensions != e.Response.Extensions && len(ev) < maxEvidence {
			ev = append(ev, Evidence{Time: in.End, Conn: in.Conn, Exchange: in, Text: p.S("behind the balancer the same WebSocket agreed on %q, before it on %q", in.Response.Extensions, e.Response.Extensions)})
		}
	}
	if len(sessions) == 0 {
		return
	}
	why := p.S("Frames are marked as compressed on a WebSocket whose two ends did not agree on compression. A proxy in the path changed Sec-WebSocket-Extensions, or passed frames of the other side on as they were.")
	if agreed {
		why = p.S("Compression was agreed on, and a message does not inflate. A proxy in the path changed frames or lost some, or one end compresses with a window that the other does not keep.")
	}
	p.add(Finding{
		ID: "deflate-broken", Confidence: confidence(sure), Title: p.S("The WebSocket breaks over compression (permessage-deflate)"),
		Explanation: why, Sessions: sessions, Evidence: ev,
		RuledOut: []string{p.S("idle time-out, restart: the connection ended right after the frame that cannot be read")},
		Fixes: []Fix{
			{For: "server", Text: p.S("perMessageDeflate: false, the default since Socket.IO 3")},
			{For: "proxy", Text: p.S("pass Sec-WebSocket-Extensions on unchanged, or remove it from request and answer alike")},
		},
		WouldTell: p.S("Captures before and behind the proxy: whether Sec-WebSocket-Extensions is the same in both."),
	})
}

// deflateFlaw is what a connection carried that compression breaks over, "" where nothing.
func (p *picture) deflateFlaw(c *session.Conn) string {
	for _, what := range c.Malformed {
		for _, f := range [...]wsframe.Flaw{wsframe.FlawRSV1, wsframe.FlawRSV1Later, wsframe.FlawInflate} {
			if where, ok := strings.CutSuffix(what, f.String()); ok {
				return where + p.Said(f.String())
			}
		}
	}
	return ""
}

func (p *picture) yesNo(b bool) string {
	if b {
		return p.S("yes")
	}
	return p.S("no")
}
