package bench

import (
	"strings"

	"sioscope/protocol/wsframe"
)

// small sends one event a packet.
type small struct{}

const smallPacket = 155 // bytes of a packet, from the Ethernet header on

func (small) open(s *session) { s.handshake(); s.toWebSocket() }

func (small) step(s *session) {
	from, header := server, 2
	if s.rnd.IntN(5) < 2 {
		from, header = client, 6
	}
	s.text(from, s.event(smallPacket-headersSize-header))
}

func (small) close(s *session) { s.leave() }

// mtu sends full segments only, until the end.
type mtu struct{}

func (mtu) open(s *session) { s.handshake(); s.toWebSocket() }

// step puts an event behind those that wait, one in thirty a large one.
func (mtu) step(s *session) {
	from := server
	if s.rnd.IntN(5) == 0 {
		from = client
	}
	n := 60 + s.rnd.IntN(240)
	if s.rnd.IntN(30) == 0 {
		n = 2000 + s.rnd.IntN(30_000)
	}
	p := s.frame(s.pending[from], from, wsframe.Text, s.event(n))
	full := len(p) / maxSegment * maxSegment
	s.send(s.ws, from, p[:full])
	s.pending[from] = p[:copy(p, p[full:])]
}

func (mtu) close(s *session) {
	for from, p := range s.pending {
		s.send(s.ws, from, p)
	}
	s.leave()
}

// polling never upgrades. GETs and POSTs have a connection each.
type polling struct{}

func (polling) open(s *session) {
	s.handshake()
	s.posting = s.c.dial()
}

// step is a poll that brings a few events, and sometimes a post meanwhile.
func (polling) step(s *session) {
	s.send(s.polling, client, s.get())
	if s.rnd.IntN(2) == 0 {
		s.exchange(s.posting, s.post(s.packets(2)), "text/html", "ok")
	}
	s.answer(s.polling, textPlain, s.packets(6))
}

// packets is a body of up to n events.
func (s *session) packets(n int) string {
	var all []string
	for range 1 + s.rnd.IntN(n) {
		all = append(all, s.event(60+s.rnd.IntN(100)))
	}
	return strings.Join(all, "\x1e")
}

// close is a post of "1" while a poll waits, which is answered with a noop.
func (polling) close(s *session) {
	s.send(s.polling, client, s.get())
	s.exchange(s.posting, s.post("41\x1e1"), "text/html", "ok")
	s.answer(s.polling, textPlain, "6")
	s.posting.close(client)
	s.polling.close(client)
}
