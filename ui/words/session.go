package words

import (
	"fmt"
	"slices"
	"strings"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
	"sioscope/ui/timeline"
)

// Session explains a session as a whole.
func (w *Writer) Session(i int32) Text {
	s := w.Tracker.SessionAt(i)
	t := Text{Title: "Session " + w.name(s)}
	t.Bad = s.Upgrade == session.UpgradeFailed
	t.add(Para, "%s", transport(s))
	w.life(&t, s)
	w.about(&t, nil, s)
	return t
}

// Released is what there is to say of what is not kept any more.
func Released(w lang.Words) Text {
	t := Text{Title: "No longer kept"}
	t.add(Para, "This made room for what came since. It is in the verdict and in all counts; File, Memory for live sources lets more be kept.")
	return t
}

// transport says in a sentence how the session got to the transport it is on.
func transport(s *session.Session) string {
	switch s.Upgrade {
	case session.UpgradeDirect:
		return "On WebSocket from the start: one request, one node, no upgrade."
	case session.UpgradeDone:
		text := "It began on polling and moved to WebSocket"
		if s.Opened != 0 && s.UpgradedAt > s.Opened {
			text += " after " + timeline.Span(s.UpgradedAt-s.Opened)
		}
		return text + ", as it should."
	case session.UpgradeFailed:
		return "It tried to move to WebSocket, failed, and stayed on polling. Nothing tells the user or the application: it works, only slower and with far more requests. The client does not try again."
	case session.UpgradeNotTried:
		return "It stayed on polling: no request to move to WebSocket was seen."
	case session.UpgradePending:
		return "It was still moving to WebSocket when the capture ended."
	}
	switch s.Transport() {
	case session.Polling:
		if s.Dark > 0 && s.Opened != 0 {
			return "It began on polling. Connections between its client and the same server could not be read, so whether it moved to WebSocket is not known."
		}
		return "It is on polling. It began before the capture, so whether it ever tried to move to WebSocket is not known."
	case session.WebSocket:
		return "It is on WebSocket. It began before the capture, so how it got there is not known."
	}
	return "What transport it is on was not seen."
}

func (w *Writer) life(t *Text, s *session.Session) {
	if w.Live && timeline.Lives(s) {
		t.add(Item, "from %s, and still open", w.at(s.FirstSeen))
	} else {
		t.add(Item, "from %s, for %s", w.at(s.FirstSeen), timeline.Span(s.LastSeen-s.FirstSeen))
	}
	t.add(Item, "client %s, server %s%s", s.Client, s.Server, path(s))
	if places := w.places(s); len(places) > 1 {
		t.add(Item, "seen in %s, behind that in %s", places[0], strings.Join(places[1:], ", "))
	}
	if s.RealClient != "" {
		t.add(Item, "the real client, as a proxy names it: %s", s.RealClient)
	}
	if n := timeline.NodeName(w.Words, w.Tracker, s.Node); n != "" {
		t.add(Item, "node %s, %s", strings.TrimPrefix(n, "node "), plain.Known(w.Words, &w.Tracker.Nodes[s.Node]))
	}
	if slices.Contains(s.Open.Upgrades, "webtransport") {
		t.add(Item, "WebTransport was offered: it goes over QUIC (HTTP/3), which is not decoded")
	}
	if s.Thinned > 0 {
		t.add(Dim, "%d of its requests, which all went well or were refused alike, were let go of to make room", s.Thinned)
	}
	noun := "connections"
	if len(s.Conns) == 1 {
		noun = "connection"
	}
	t.add(Item, "packets %d in and %d out, events %d in and %d out, %d %s", s.Packets[1], s.Packets[0], s.Events[1], s.Events[0], len(s.Conns), noun)
	if len(s.Namespaces) > 0 {
		t.add(Item, "namespaces %s", strings.Join(s.Namespaces[:min(len(s.Namespaces), 20)], " "))
	}
	if s.Close.By != "" {
		t.add(Item, "%s", closed(s))
	}
	if s.Undecodable > 0 {
		t.add(Bad, "%d packets could not be read: %s", s.Undecodable, w.quote(strings.Join(s.Oddities, "; ")))
	}
}

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

func path(s *session.Session) string {
	if s.Path == "" || s.Path == "/socket.io/" {
		return ""
	}
	return ", path " + s.Path
}

func closed(s *session.Session) string {
	text := "closed by the " + s.Close.By
	if s.Close.By == "unknown" {
		text = "closed, by whom is not known"
	}
	if s.Close.Reason != "" {
		text += fmt.Sprintf(" (%s)", s.Close.Reason)
	}
	return text
}
