package words

import (
	"slices"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
	"sioscope/ui/timeline"
)

// Session explains a session as a whole.
func (w *Writer) Session(i int32) Text {
	s := w.Tracker.SessionAt(i)
	t := Text{Title: w.S("Session %s", w.name(s))}
	t.Bad = s.Upgrade == session.UpgradeFailed && !s.Trial()
	if s.Trial() {
		t.add(Para, w.S("An experiment of a check (sio check) opened it, and no client of yours: verdict and numbers leave it out."))
	}
	t.add(Para, w.transport(s))
	w.life(&t, s)
	w.about(&t, nil, s)
	return t
}

// Released is what there is to say of what is not kept any more.
func Released(w lang.Words) Text {
	t := Text{Title: w.S("No longer kept")}
	t.add(Para, w.S("This made room for what came since. It is in the verdict and in all counts; File, Memory for live sources lets more be kept."))
	return t
}

// transport says in a sentence how the session got to the transport it is on.
func (w *Writer) transport(s *session.Session) string {
	switch s.Upgrade {
	case session.UpgradeDirect:
		return w.S("On WebSocket from the start: one request, one node, no upgrade.")
	case session.UpgradeDone:
		if took, ok := s.UpgradeTime(); ok && took > 0 {
			return w.S("It began on polling and moved to WebSocket after %s, as it should.", timeline.Span(took))
		}
		return w.S("It began on polling and moved to WebSocket, as it should.")
	case session.UpgradeFailed:
		if s.Close.Reason == session.RefusedSince || s.GivenUp() {
			return w.S("It tried to move to WebSocket, failed, and broke: its requests on polling are refused, too. A client that is told of it begins a new session.")
		}
		return w.S("It tried to move to WebSocket, failed, and stayed on polling. Nothing tells the user or the application: it works, only slower and with far more requests. The client does not try again.")
	case session.UpgradeNotTried:
		return w.S("It stayed on polling: no request to move to WebSocket was seen.")
	case session.UpgradePending:
		return w.S("It was still moving to WebSocket when the capture ended.")
	}
	switch s.Transport() {
	case session.Polling:
		if s.Dark > 0 && s.Opened != 0 {
			return w.S("It began on polling. Connections between its client and the same server could not be read, so whether it moved to WebSocket is not known.")
		}
		if s.OneWay() {
			return w.S("Only one direction of it is in the capture, so whether it moved to WebSocket is not known.")
		}
		if s.Unsaid() {
			return w.S("It was granted a WebSocket whose messages are not in the HAR, so whether it moved there is not known.")
		}
		if s.OffPolling && s.Logged() {
			return w.S("Its polls end early, and a HAR has neither those that are under way nor every WebSocket, so whether it moved to WebSocket is not known.")
		}
		if s.OffPolling {
			return w.S("Its polls end without another one, and without a close, so it left polling, most likely for a WebSocket that was not recorded. Whether it did is not known.")
		}
		return w.S("It is on polling. It began before the capture, so whether it ever tried to move to WebSocket is not known.")
	case session.WebSocket:
		return w.S("It is on WebSocket. It began before the capture, so how it got there is not known.")
	}
	return w.S("What transport it is on was not seen.")
}

func (w *Writer) life(t *Text, s *session.Session) {
	if w.Live && timeline.Lives(s) {
		t.add(Item, w.S("from %s, and still open", w.at(s.FirstSeen)))
	} else {
		t.add(Item, w.S("from %s, for %s", w.at(s.FirstSeen), timeline.Span(s.Lasted())))
	}
	t.add(Item, w.ends(s))
	if places := w.places(s); len(places) > 1 {
		t.add(Item, w.S("seen in %s, behind that in %s", places[0], w.List(places[1:])))
	}
	if s.RealClient != "" {
		t.add(Item, w.S("the real client, as a proxy names it: %s", s.RealClient))
	}
	if n := w.node(s.Node); n != "" {
		t.add(Item, w.S("%s, %s", n, plain.Known(w.Words, &w.Tracker.Nodes[s.Node])))
	}
	if slices.Contains(s.Open.Upgrades, "webtransport") {
		t.add(Item, w.S("WebTransport was offered: it goes over QUIC (HTTP/3), which is not decoded"))
	}
	if s.Thinned > 0 {
		t.add(Dim, w.S("%d of its requests, which all went well or were refused alike, were let go of to make room", lang.Amount(s.Thinned)))
	}
	t.add(Item, w.S("packets %d in and %d out, events %d in and %d out, %s", lang.Amount(s.Packets[1]), lang.Amount(s.Packets[0]), lang.Amount(s.Events[1]), lang.Amount(s.Events[0]), w.Count(len(s.Conns), "connection")))
	if out, in := s.Unacknowledged(fact.Out), s.Unacknowledged(fact.In); out+in > 0 {
		t.add(Item, w.S("%s of the client and %d of the server asked to be acknowledged, and no acknowledgement was seen", w.Count(out, "event"), lang.Amount(in)))
	}
	if len(s.Namespaces) > 0 {
		t.add(Item, w.S("namespaces %s", strings.Join(s.Namespaces[:min(len(s.Namespaces), 20)], " ")))
	}
	if s.Close.By != "" {
		t.add(Item, w.closed(s))
	}
	if s.Undecodable > 0 {
		t.add(Bad, w.S("%d packets could not be read: %s", lang.Amount(s.Undecodable), w.quote(w.oddities(s))))
	}
}

// node names a node, "" where it is unknown.
func (w *Writer) node(i int) string { return timeline.NodeTitle(w.Words, w.Tracker, i) }

// places are the captures that a session was seen in, from the client's side to the nodes'.
func (w *Writer) places(s *session.Session) (list []string) {
	add := func(c *session.Conn) {
		if place := timeline.Place(w.Tracker, c); place != "" && !slices.Contains(list, place) {
			list = append(list, place)
		}
	}
	for _, c := range s.Conns {
		add(c)
	}
	for _, e := range s.Hops {
		add(e.Conn)
	}
	return list
}

// ends says between whom a session is, and on which path where that is not the usual one.
func (w *Writer) ends(s *session.Session) string {
	client := w.S("unknown") // a HAR may not tell
	if s.Client.IsValid() {
		client = s.Client.String()
	}
	if s.Path == "" || s.Path == "/socket.io/" {
		return w.S("client %s, server %s", client, s.Server)
	}
	return w.S("client %s, server %s, path %s", client, s.Server, s.Path)
}

// oddities are what of a session could not be read.
func (w *Writer) oddities(s *session.Session) string {
	var parts []string
	for _, what := range s.Oddities {
		parts = append(parts, session.Flaw(w.Words, what))
	}
	return w.Clauses(parts)
}

func (w *Writer) closed(s *session.Session) string {
	text := w.S("closed by the %s", session.Side(w.Words, s.Close.By))
	if s.Close.By == "unknown" {
		text = w.S("closed, by whom is not known")
	}
	if s.Close.Reason != "" {
		text = w.S("%s (%s)", text, s.Close.Why(w.Words))
	}
	return text
}
