package diagnose

import (
	"slices"
	"strconv"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
)

// keepaliveRace finds requests that met a connection which the server was just closing for its silence: Node closes idle
// connections after 5 s (keepAliveTimeout), and a balancer that keeps them longer sends its next request into the end.
func keepaliveRace(p *picture) {
	var list []*session.Exchange // where it is seen
	sure := false
	for _, e := range p.t.Exchanges {
		switch {
		case e.Outer != nil:
		case met(e) && !p.explained[e]:
			list = append(list, e)
		case e.Status == 502 && e.Inner != nil && met(e.Inner):
			list, sure = append(list, e), true
		}
	}
	if len(list) == 0 {
		p.sporadic502()
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	ev := p.shown(list[:min(len(list), maxEvidence-1)])
	e := list[0]
	if e.Inner != nil && met(e.Inner) {
		e = e.Inner
	}
	ev = append(ev, Evidence{Time: e.Conn.Closed, Conn: e.Conn, Exchange: e, Text: p.S("its connection had been silent for %s, and the server closed it as the request came", p.span(e.Start-before(e).End))})
	p.add(Finding{
		ID: "keepalive-race", Confidence: confidence(sure || len(list) > 1), Title: p.S("Requests are lost on connections that the server is just closing"),
		Explanation: p.S("The server closes connections on which nothing was asked for some seconds (Node: keepAliveTimeout, 5 s), and what is in front of it keeps them longer. A request that is sent at that moment gets no answer; a balancer answers 502 in its place, a session on polling breaks with it, and the server's log has nothing."),
		Sessions:    sessions, Refused: refused, Evidence: ev,
		RuledOut: []string{p.S("node restarted or down: it answered on other connections meanwhile"), p.S("poll cut short: the request had not waited")},
		Fixes:    p.fixesFor(keptAlive, ""),
	})
}

const (
	justClosed = 100e6 // ns between a request and the end of its connection
	nodeIdle   = 5     // s, the default of Node's keepAliveTimeout
)

// met says whether a request came on a connection that was idle for as long as its server keeps one, and was closed
// without an answer.
func met(e *session.Exchange) bool {
	at, by := e.Cut()
	if e.Status != 0 || by != "server" || e.Reset != 0 || e.Conn.Gaps > 0 {
		return false
	}
	if d := at - e.Start; d < -justClosed || d > justClosed {
		return false
	}
	prev := before(e)
	if prev == nil || prev.End == 0 {
		return false
	}
	idle := e.Start - prev.End
	keep := int64(keepAlive(prev)) * 1e9
	return idle > keep-500e6 && idle < keep+1500e6
}

// before is the request before e on its connection, nil where there was none.
func before(e *session.Exchange) *session.Exchange {
	var prev *session.Exchange
	for _, o := range e.Conn.Exchanges {
		if o == e {
			return prev
		}
		prev = o
	}
	return nil
}

// keepAlive is for how many seconds a server says that it keeps an idle connection.
func keepAlive(e *session.Exchange) int {
	if e.Response.ResponseFields != nil {
		if _, after, ok := strings.Cut(e.Response.KeepAlive, "timeout="); ok {
			after, _, _ = strings.Cut(after, ",")
			if n, err := strconv.Atoi(strings.TrimSpace(after)); err == nil && n > 0 {
				return n
			}
		}
	}
	return nodeIdle
}

// sporadic502 finds single requests of living sessions that a proxy answered 502 at once, while the same server was
// answering others.
func (p *picture) sporadic502() {
	var all []*session.Exchange
	answers := int(p.t.Freed.Requests)
	for _, e := range p.t.Exchanges {
		if e.Outer == nil && e.Status != 0 && !p.explained[e] {
			answers++
		}
	}
	for e := range p.outer {
		if e.Status == 502 && !e.HasError && e.Session != nil && (e.Kind == session.Post || e.Kind == session.Poll && waited(e) < 1e9) {
			all = append(all, e)
		}
	}
	if len(all) == 1 {
		p.lone502(all[0])
	}
	if len(all) < 2 || 5*len(all) > answers {
		return
	}
	var list []*session.Exchange
	for i, e := range all {
		lone := (i == 0 || e.End-all[i-1].End > down) && (i+1 == len(all) || all[i+1].End-e.End > down)
		if p.past.found(e.Session, "keepalive-race") || lone && p.answersAround(e) {
			list = append(list, e)
		}
	}
	if len(list) < 2 || len(list) < len(all) {
		return // some came together: something was down
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	p.add(Finding{
		ID: "keepalive-race", Confidence: "possible", Title: p.S("Single requests are answered 502 while all others are answered well"),
		Explanation: p.S("A proxy answered these requests 502 at once, one here and one there, and the nodes answered others just before and after. That is what it looks like where the proxy keeps connections to the nodes longer than they do (Node closes idle ones after 5 s): a request sent at that moment is lost. A session on polling breaks with it."),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut:  []string{p.S("node restarted or down: others were answered just before and after")},
		Fixes:     p.fixesFor(keptAlive, ""),
		WouldTell: p.S("A capture between proxy and nodes: whether the node closes the connection that such a request comes on. Or the balancer's log: no target status beside its 502."),
	})
}

const around = 30e9 // ns: a node that answers before and after a request, that close, was there meanwhile

// lone502 tells of one request that a proxy answered 502 at once, of a session that broke with it, where the node that
// the session was on is known to have lived on: the sids that it gives go on with the old count.
func (p *picture) lone502(e *session.Exchange) {
	s := e.Session
	n, counts := engineio.Counter(s.SID)
	if !counts || s.Node < 0 || slices.ContainsFunc(s.Exchanges, func(o *session.Exchange) bool { return o.Start > e.End && honoured(o) && !closeOnly(o) }) {
		return
	}
	var later *session.Session
	for _, o := range p.t.Sessions {
		if m, ok := engineio.Counter(o.SID); ok && o.Node == s.Node && o.Opened > e.End && o.Opened-e.End < around && m > n && (later == nil || o.Opened < later.Opened) {
			later = o
		}
	}
	if later == nil || e.Start-lastBefore(s, e) > around {
		return
	}
	p.claim([]*session.Exchange{e})
	for o := range p.outer {
		if o.Session == s && o.UnknownSID() && o.Start >= e.End {
			p.explained[o] = true
		}
	}
	p.add(Finding{
		ID: "keepalive-race", Severity: Warning, Confidence: "possible", Title: p.S("A request is answered 502, and its session breaks with it"),
		Explanation: p.S("A proxy answered this request 502 at once, the session broke with it, and the node went on: the sids of later handshakes go on with the old count. That is what it looks like where the proxy keeps connections to the nodes longer than they do (Node closes idle ones after 5 s): a request sent at that moment is lost. Something else between proxy and node may have ended the connection as well."),
		Sessions:    []*session.Session{s}, Evidence: []Evidence{p.told(e, ""), {Time: later.Opened, Conn: lastConn(later), Text: p.S("new session %s: its sid's counter goes on", later.SID)}},
		RuledOut:  []string{p.S("node restarted: its counter of handshakes would begin anew"), p.S("poll cut short: it is no poll, or had not waited")},
		Fixes:     p.fixesFor(keptAlive, ""),
		WouldTell: p.S("A capture between proxy and nodes: whether the node closes the connection that such a request comes on. Or the balancer's log: no target status beside its 502."),
	})
}

const down = 2e9 // ns around an answer of 502 in which others come where a node is down

// answersAround says whether requests were answered well within a second before and after another.
func (p *picture) answersAround(e *session.Exchange) bool {
	earlier, later := false, false
	at := len(p.t.Exchanges) - len(p.t.ExchangesFrom(e.Index))
	for _, o := range p.t.Exchanges[max(0, at-comparable):min(len(p.t.Exchanges), at+comparable)] {
		if o.Outer != nil || o.Status != 200 || o.Session == e.Session {
			continue
		}
		switch d := o.End - e.End; {
		case d <= 0 && d > -down:
			earlier = true
		case d > 0 && d < down:
			later = true
		}
	}
	return earlier && later
}
