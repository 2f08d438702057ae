package diagnose

import (
	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
)

// answeredAsPoll finds WebSocket requests that were answered 200 with packets, as polls are.
func answeredAsPoll(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		if e.Kind == session.UpgradeRequest && e.Status == 200 && !e.HasError && e.BodyText == "" && !e.EmptyBody && !e.Incomplete {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	p.add(Finding{
		ID: "upgrade-failed", Confidence: "likely", Title: p.S("The WebSocket request is answered like a poll: 200"),
		Explanation: p.S("The server took the WebSocket request for a poll and answered it 200 with packets. The client expects 101, so it throws the answer away, and the packets in it are lost; the session stays on polling. python-engineio does so where the Upgrade header did not reach it, or where it runs without a WebSocket library."),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{p.S("wrong node: the answer knew the sid"), p.S("refused by a proxy: the body is Engine.IO's own")},
		Fixes: p.order(
			Fix{For: "nginx", Text: p.S("proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";")},
			Fix{For: "Python", Text: p.S("install simple-websocket, gevent-websocket or eventlet, or uvicorn[standard], and run the server that goes with it")},
		),
		WouldTell: p.S("A capture on the node's side: whether the request still has its Upgrade header there."),
	})
}

// uuidUnknown finds requests for the sids of netty-socketio that were answered as it answers a sid it does not know:
// 500 without a body. Other things are answered so too.
func uuidUnknown(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		polls := (e.Kind == session.Poll || e.Kind == session.Post || e.Kind == session.UpgradeRequest) && e.Session != nil
		if polls && e.Status == 500 && e.EmptyBody && !e.Incomplete && e.Response.Server == "" && e.Response.Via == "" &&
			engineio.KindOf(e.SID) == engineio.UUID && !p.overlapped(e) {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	p.add(Finding{
		ID: "sid-unknown-netty", Confidence: "possible", Title: p.S("The sid may be unknown where the request arrived: 500 without a body"),
		Explanation: p.S("The sids are UUIDs, as netty-socketio gives them, and it answers a sid that it does not know with 500, without a body, and closes the connection. So these requests may have reached another node than the one that issued the sid. An error inside the server is answered 500 too."),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		Fixes: []Fix{
			{For: "balancer", Text: p.S("affinity: a client's connections go to one node, by its address or by a cookie")},
			p.websocketOnly(),
		},
		WouldTell: p.S("A capture on the nodes' side, or a response header that names the node: whether requests that are answered 500 reach another node. With one node alone the answers must go away. An error inside the server is in its log."),
	})
}
