package words

import (
	"slices"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
	"sioscope/ui/timeline"
)

// Exchange explains a request and its answer.
func (w *Writer) Exchange(i int32) Text {
	e := w.Tracker.ExchangeAt(i)
	t := Text{Badge: w.S("conn %d", e.Conn.ID)}
	kind := session.RequestRow
	switch {
	case e.Switched():
		kind = session.SwitchRow
	case e.HasError || e.Status >= 400 || e.WrongNode:
		kind = session.RefusalRow
	}
	w.exchange(&t, e, kind)
	return t
}

func (w *Writer) exchange(t *Text, e *session.Exchange, kind session.RowKind) {
	if e == nil {
		t.Title = w.S("request")
		return
	}
	t.Badge = w.S("conn %d", e.Conn.ID)
	switch kind {
	case session.RefusalRow:
		w.refusal(t, e)
	case session.SwitchRow:
		w.switched(t, e)
		if e.SID != "" && !e.TurnedDown() {
			t.add(Para, w.S("The session is still on polling: the client now sends a probe through the WebSocket."))
		}
	default:
		w.request(t, e)
	}
	w.facts(t, e)
}

// switched explains the answer that makes a WebSocket of a connection, or of a stream.
func (w *Writer) switched(t *Text, e *session.Exchange) {
	if e.Connect {
		t.Title = w.S("%d: the HTTP/2 stream is a WebSocket now", e.Status)
		t.add(Para, w.S("The server takes WebSockets over HTTP/2 (extended CONNECT, RFC 8441): this one shares its TCP connection with other requests."))
		return
	}
	if e.TurnedDown() {
		t.Title, t.Bad = w.S("101: an answer that the client turned down"), true
		t.add(Para, w.S("It breaks RFC 6455: %s. The client ended the connection without a frame.", e.Breach.Said().In(w.Words)))
		return
	}
	t.Title = w.S("101: the connection is a WebSocket now")
	t.add(Para, w.S("The Upgrade header got through to the server, and every proxy in between let it pass."))
}

func (w *Writer) request(t *Text, e *session.Exchange) {
	switch e.Kind {
	case session.Handshake:
		t.Title = w.S("handshake: a session is asked for")
		if e.TransportParam == "websocket" {
			t.add(Para, w.S("The client opens the session on WebSocket right away: one request, one node, no upgrade. Nothing can go to a wrong node."))
		} else {
			t.add(Para, w.S("The client opens a session on polling, as Socket.IO does unless it is told otherwise. The answer names the sid; the move to WebSocket comes after."))
		}
	case session.UpgradeRequest:
		t.Title = w.S("upgrade request: may this session use WebSocket?")
		if e.Connect {
			t.add(Para, w.S("A CONNECT on the HTTP/2 connection (RFC 8441), which must reach the very node that issued the sid. Proxies pass it on to the node as a request with an Upgrade header, and this is where they break it."))
		} else {
			t.add(Para, w.S("A new connection, and a request that must reach the very node that issued the sid, with its Upgrade header intact. This is where balancers and proxies break it."))
		}
	case session.Preflight:
		t.Title = w.S("preflight: a browser asks before it asks")
		t.add(Para, w.S("The page comes from another origin. The browser first asks with OPTIONS whether it may send the request. No cookie goes with it."))
	case session.Poll:
		t.Title = w.S("poll: a GET that waits")
		t.add(Para, w.S("The server holds the answer until it has packets, so a long bar is normal. Each poll is a request of its own, and each must reach the node that issued the sid."))
	case session.Post:
		t.Title = w.S("post: packets to the server")
		t.add(Para, w.S("On polling, what the client sends goes out in POST requests. Each must reach the node that issued the sid."))
	default:
		t.Title = w.S("request")
		t.add(Para, w.S("It does not belong to a session that was seen."))
	}
	switch {
	case timeline.Bad(e):
		t.add(Bad, w.refused(e))
		w.about(t, e, e.Session)
	case w.Live && !w.Over && timeline.Waits(e):
		t.add(Dim, w.S("It waits for its answer."))
	case e.Status == 0 && e.Failure != "":
		t.add(Bad, w.S("It got no answer. The browser says: %s", w.quote(e.Failure)))
	case e.Status == 0:
		t.add(Dim, w.S("No answer to it is in the capture."))
		w.proved(t, e)
	}
}

// refused says what a request got instead of what it asked for.
func (w *Writer) refused(e *session.Exchange) string {
	text := w.S("It was refused")
	switch {
	case e.Status >= 400:
		text = w.S("It was refused with %d", e.Status)
	case !e.HasError:
		return w.S("It reached another node than the one that issued the sid.")
	}
	if e.HasError && e.Error.Message != "" {
		return w.S("%s: %s", text, w.quote(e.Error.Message))
	}
	return text
}

// refusal says what was refused, and hands over to the diagnosis for why.
func (w *Writer) refusal(t *Text, e *session.Exchange) {
	t.Bad = !w.Trial.Is(e)
	if !t.Bad {
		t.add(Para, w.trials())
	}
	t.Title = w.S("%d on the %s", e.Status, e.Kind.Word(w.Words))
	if e.Status == 0 {
		t.Title = w.S("No answer to the %s", e.Kind.Word(w.Words))
	}
	if e.HasError && e.Error.Message != "" {
		t.add(Bad, w.quote(e.Error.Message))
	} else if e.BodyText != "" {
		t.add(Bad, w.quote(e.BodyText))
	}
	t.add(Para, w.codes(e))
	if e.WrongNode {
		t.add(Para, w.elsewhere(e))
	}
	if t.Bad {
		w.about(t, e, e.Session)
	}
}

// trials says what a trial is.
func (w *Writer) trials() string {
	return w.S("The check itself sends such requests, to see what becomes of them: a sid that no server issued, a page of another origin, an old revision of the protocol. No client of yours sends them, and that they are refused is no fault.")
}

// elsewhere says that a request missed its node, and which that was where it is known.
func (w *Writer) elsewhere(e *session.Exchange) string {
	if e.Session != nil {
		if name := timeline.NodeTitle(w.Words, w.Tracker, e.Session.Node); name != "" {
			return w.S("It reached another node than the one that issued the sid, %s.", name)
		}
	}
	return w.S("It reached another node than the one that issued the sid.")
}

// codes explains the error codes of Engine.IO servers.
func (w *Writer) codes(e *session.Exchange) string {
	if !e.HasError {
		return ""
	}
	switch e.Error.Code {
	case 0:
		return w.S("The server does not know, or does not allow, the transport that was asked for.")
	case 1:
		return w.S("The node that answered does not know this session. Another node issued the sid, or the session was over, or the process restarted.")
	case 2:
		return w.S("A session can be opened with GET only.")
	case 3:
		return w.S("The node knows the session, but the request was not what it expected. On an upgrade request that means that the Upgrade header was lost on the way.")
	case 4:
		return w.S("The server's allowRequest turned the client away.")
	case 5:
		return w.S("Client and server speak different revisions of the protocol: a 2.x client needs allowEIO3 on a newer server.")
	}
	return ""
}

// facts are what is known of the exchange: when, how long, where, who.
func (w *Writer) facts(t *Text, e *session.Exchange) {
	t.add(Section, w.S("The request"))
	t.add(Item, e.Method+" "+w.Redact.Target(cutTarget(e.Target)))
	switch {
	case e.Status != 0 && e.Start != 0 && e.Answered >= e.Start:
		t.add(Item, w.S("answered %d after %s", e.Status, timeline.Span(e.Answered-e.Start)))
	case e.Status != 0:
		t.add(Item, w.S("answered %d", e.Status))
	}
	if at := w.at(e.Start); at != "" {
		t.add(Item, w.S("at %s on %s, request %d of it", at, w.on(e), e.Serial))
	}
	w.hops(t, e)
	if name := timeline.NodeTitle(w.Words, w.Tracker, e.Node); name != "" {
		t.add(Item, w.S("answered by %s, %s", name, plain.Known(w.Words, &w.Tracker.Nodes[e.Node])))
	}
	if e.SecondAnswer != 0 {
		t.add(Item, w.S("after the WebSocket was accepted the server wrote an HTTP answer, %d, where frames were expected", e.SecondAnswer))
	}
}

// on names the connection of a request, and the capture that it was seen in, where there are several.
func (w *Writer) on(e *session.Exchange) string {
	if place := timeline.Place(w.Tracker, e.Conn); place != "" {
		return w.S("connection %d in %s", e.Conn.ID, place)
	}
	return w.S("connection %d", e.Conn.ID)
}

// hops tells where else the request was seen on its way to the node.
func (w *Writer) hops(t *Text, e *session.Exchange) {
	if o := e.Outer; o != nil {
		t.add(Item, w.S("before that on %s, nearer to the client", w.on(o)))
	}
	for in := e.Inner; in != nil; in = in.Inner {
		text := w.S("then on %s", w.on(in))
		if e.Start != 0 && in.Start > e.Start {
			text = w.S("%s, %s later", text, timeline.Span(in.Start-e.Start))
		}
		if in.Start != 0 && in.Answered >= in.Start {
			text = w.S("%s, answered there after %s", text, timeline.Span(in.Answered-in.Start))
		}
		t.add(Item, text)
	}
}

func cutTarget(s string) string {
	if len(s) > 2*maxText {
		return s[:2*maxText] + "…"
	}
	return s
}

// Refused explains the line of handshakes that got no session.
func (w *Writer) Refused() Text {
	list := w.Tracker.Refused
	if w.Trial.All(list) {
		t := Text{Title: w.S("The check's own trials were refused")}
		t.add(Para, w.trials())
		if len(list) > 0 && list[0].HasError {
			t.add(Dim, w.quote(list[0].Error.Message))
		}
		return t
	}
	list = slices.DeleteFunc(slices.Clone(list), w.Trial.Is)
	t := Text{Title: w.S("%d handshakes were refused", lang.Amount(len(list))), Bad: true}
	if len(list) == 1 {
		t.Title = w.S("A handshake was refused")
	}
	t.add(Para, w.S("These requests asked for a session and got none. The client usually tries again and again."))
	if len(list) > 0 {
		if first := list[0]; first.HasError {
			t.add(Bad, w.quote(first.Error.Message))
			t.add(Para, w.codes(first))
		}
		w.about(&t, list[0], nil)
	}
	return t
}
