package dial

import (
	"context"
	"errors"
	"time"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
)

// leave ends the session in the proper way, within a moment.
func (s *session) leave() {
	if s.closing || s.over {
		return
	}
	s.closing = true
	if s.sid == "" || s.c.options.TakeTurns && s.polling {
		s.over = true // the one connection is the waiting poll's: it is closed, as a page that is left closes it
		return
	}
	if s.probe != nil {
		s.probe()
	}
	if s.probing != nil {
		s.probing.drop()
		s.probing = nil
	}
	if s.joined {
		s.queue = append(s.queue, s.disconnectPacket())
	}
	s.once(leaveWithin, func() { s.over = true })
}

// leaveWithin is how long leaving may take.
const leaveWithin = time.Second

// farewell closes the transport: a close packet on polling, a Close frame on WebSocket.
func (s *session) farewell() {
	if s.said {
		return
	}
	s.said = true
	if socket := s.socket; socket != nil {
		s.do(func() {
			socket.close(leaveWithin)
			s.bring(func() { s.over = true })
		})
		return
	}
	s.queue = append(s.queue, engineio.Packet{Type: engineio.Close})
	s.flush()
}

// lost is why a session that had begun is over.
func (s *session) lost(said lang.Sentence) error {
	return failure(SessionLost, nil, said)
}

func (s *session) requestLost(what lang.Sentence, err error) error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled):
		return err
	case timedOut(err):
		return failure(NoAnswer, err, lang.Say("%s of the session was not answered in time; something in between holds it back", what))
	}
	return failure(SessionLost, err, lang.Say("the connection was closed under %s of the session, without an answer", what))
}

// lingerFor is how long a session that failed waits for the answers that are under way.
const lingerFor = 300 * time.Millisecond

// linger waits a moment for what is under way: whether a poll on the handshake's connection, or the WebSocket, was
// refused too tells why a session failed. socket.io-client drops them.
func (s *session) linger() {
	timer := time.NewTimer(lingerFor)
	defer timer.Stop()
	for s.polling || s.sending || s.probe != nil {
		select {
		case f := <-s.found:
			f()
		case <-s.c.quit:
			return
		case <-timer.C:
			return
		}
	}
}
