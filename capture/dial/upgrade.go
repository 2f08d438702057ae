package dial

//lint:file-ignore SA1019 the WebSocket library lives on under another path, see README.md

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"

	"nhooyr.io/websocket"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
)

// upgrade tries WebSocket beside polling, as socket.io-client does right after the handshake (Engine.IO v4, "Upgrade").
func (s *session) upgrade() {
	if !s.c.wants(WebSocket) || !offers(s.open, WebSocket) {
		s.decided = true
		if s.c.wants(WebSocket) {
			s.stuck(lang.Say("the server offers no WebSocket"))
		}
		return
	}
	ctx, done := s.goesAhead()
	ctx, cancel := answeredWithin(ctx, s.c.timeout())
	s.probe = cancel
	s.do(func() {
		defer cancel()
		defer done()
		k, err := s.tried(ctx)
		err = late(ctx, err)
		s.bring(func() { s.probed(k, err) })
		if err == nil && s.ctx.Err() != nil {
			k.drop()
		}
	})
}

func offers(h engineio.Handshake, transport string) bool {
	for _, u := range h.Upgrades {
		if u == transport {
			return true
		}
	}
	return false
}

// tried opens a WebSocket for the session and probes it.
func (s *session) tried(ctx context.Context) (*socket, error) {
	k, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	ping := engineio.Packet{Type: engineio.Ping, HasData: true, Data: []byte("probe")}
	if err = k.write(ctx, s.rev, []engineio.Packet{ping}, s.c.timeout()); err == nil {
		var p engineio.Packet
		var data []byte
		var binary bool
		if binary, data, err = k.read(ctx); err == nil {
			p, err = engineio.DecodeMessage(s.rev, binary, data)
		}
		if err == nil && (p.Type != engineio.Pong || string(p.Data) != "probe") {
			err = lang.Say("the probe was answered with %s", lang.Quoted(clean(string(data[:min(len(data), 100)]), 40)))
		}
	}
	if err != nil {
		k.drop()
		return nil, err
	}
	return k, nil
}

// probed takes the outcome of a probe: polling is drained before the session moves.
func (s *session) probed(k *socket, err error) {
	s.probe = nil
	switch {
	case err == nil && (s.closing || s.over):
		k.drop()
	case err == nil:
		s.probing = k
	case !s.closing:
		s.stuck(err)
		s.decided = true
		s.settle()
	}
}

// stuck tells that the session stays on polling.
func (s *session) stuck(err error) {
	s.c.tell(Stuck, lang.Say("the session stays on polling: %s", s.noUpgrade(err)))
}

// noUpgrade says why WebSocket did not come about, in a text or a sentence. The library's errors have the whole URL in them: they are not shown.
func (s *session) noUpgrade(err error) any {
	var said lang.Sentence
	var not *notSwitched
	var e *Error
	switch {
	case errors.As(err, &said):
		return said
	case errors.As(err, &not) && not.status == http.StatusSwitchingProtocols:
		return lang.Say("the WebSocket request was answered 101, in breach of the protocol (%s): a proxy may have changed the answer", not.why())
	case errors.As(err, &not):
		return lang.Say("the WebSocket request was answered with %s", opening(not.answer))
	case errors.As(err, &e):
		return e.Said
	case timedOut(err):
		return lang.Say("the probe on the WebSocket was not answered within %s", span(s.c.timeout()))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), websocket.CloseStatus(err) != -1:
		return lang.Say("the WebSocket was closed before it was in use")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return lang.Say("the connection of the WebSocket was cut before it was in use")
	case strings.Contains(err.Error(), "malformed HTTP"):
		return lang.Say("the WebSocket request was answered with something else than HTTP")
	case strings.Contains(err.Error(), "exceeded"):
		return lang.Say("the WebSocket request was answered with a head longer than %d KiB, which is not read", maxHead>>10)
	}
	return innermost(err)
}

// move puts the session on its WebSocket.
func (s *session) move() {
	s.socket, s.probing = s.probing, nil
	s.queue = append([]engineio.Packet{{Type: engineio.Upgrade}}, s.queue...)
	s.decided = true
	if s.joined {
		s.c.setState(OnWebSocket)
	}
	s.c.tell(Upgraded, lang.Say("the session is on WebSocket now"))
	s.listen()
	s.flush()
	s.settle()
}
