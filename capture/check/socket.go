package check

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	"sioscope/capture/dial"
	"sioscope/protocol/wsframe"
)

// A socket is a line that became a WebSocket.
type socket struct {
	l       *line
	decoder wsframe.Decoder
	inbox   []message
	heard   bool // any frame came
	partial int  // bytes since the last message
	closed  bool // a Close frame came, or the end
	bye     bool // a Close frame did
	code    int  // of it, 0 where it had none
}

type message struct {
	opcode uint8
	text   string
}

// maxMessage is as much of a message as is kept, in bytes.
const maxMessage = 1 << 20

// upgradeFields make a GET ask for a WebSocket (RFC 6455 §4.1).
func upgradeFields(h http.Header) {
	var key [16]byte
	rand.Read(key[:])
	h.Set("Connection", "Upgrade")
	h.Set("Upgrade", "websocket")
	h.Set("Sec-WebSocket-Version", "13")
	h.Set("Sec-WebSocket-Key", base64.StdEncoding.EncodeToString(key[:]))
}

// open asks for a WebSocket. The socket is nil where the answer is another, or a 101 that no client may take.
func (l *line) open(q request) (answer, *socket) {
	a := l.do(q)
	if a.err != nil || a.status != http.StatusSwitchingProtocols {
		return a, nil
	}
	if a.breach = dial.Breach(q.header, a.header); a.breach != wsframe.Proper {
		l.close()
		return a, nil
	}
	s := &socket{l: l}
	s.decoder = wsframe.Decoder{Deflate: wsframe.ParseExtensions([]byte(a.header.Get("Sec-WebSocket-Extensions"))), MaxPayload: maxMessage}
	return a, s
}

// frame sends one frame.
func (s *socket) frame(opcode uint8, payload string) error {
	var key [4]byte
	rand.Read(key[:])
	stop := s.l.deadline(0)
	defer stop()
	_, err := s.l.conn.Write(wsframe.AppendFrame(nil, true, opcode, &key, false, []byte(payload)))
	return err
}

func (s *socket) send(text string) error { return s.frame(wsframe.Text, text) }

var (
	errSilent = errors.New("nothing came in time")
	errEnded  = errors.New("the WebSocket ended")
)

// next is the next message of the kind wanted, of those that come within wait. Pings are answered.
func (s *socket) next(opcode uint8, wait time.Duration) (string, error) {
	return s.nextOf(wait, opcode)
}

// nextOf is the same of several kinds.
func (s *socket) nextOf(wait time.Duration, opcodes ...uint8) (string, error) {
	until := time.Now().Add(wait)
	for {
		for len(s.inbox) > 0 {
			m := s.inbox[0]
			s.inbox = s.inbox[1:]
			if slices.Contains(opcodes, m.opcode) {
				return m.text, nil
			}
			switch m.opcode {
			case wsframe.Ping:
				s.frame(wsframe.Pong, m.text)
			case wsframe.CloseFrame:
				s.closed, s.bye = true, true
				if len(m.text) >= 2 {
					s.code = int(m.text[0])<<8 | int(m.text[1])
				}
			}
		}
		if s.closed {
			return "", errEnded
		}
		left := time.Until(until)
		if left <= 0 {
			return "", errSilent
		}
		if err := s.read(left); err != nil {
			return "", err
		}
	}
}

// read reads what has come.
func (s *socket) read(wait time.Duration) error {
	stop := s.l.deadline(wait)
	defer stop()
	buf := make([]byte, 32<<10)
	n, err := s.l.in.Read(buf)
	s.partial += n
	bad := s.decoder.Write(0, buf[:n], func(m *wsframe.Message) {
		s.heard, s.partial = true, 0
		s.inbox = append(s.inbox, message{m.Opcode, string(m.Payload)})
	})
	switch {
	case s.l.r.ctx.Err() != nil:
		return s.l.r.ctx.Err()
	case bad != nil, s.partial > 2*maxMessage:
		s.closed = true // no frames: another answer behind the 101; or a message without end
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errSilent
	case errors.Is(err, io.EOF), err != nil:
		s.closed = true
	}
	return nil
}

// farewell is how long is waited for the server's half of a WebSocket's end.
const farewell = 300 * time.Millisecond

// end closes the WebSocket as a client does (RFC 6455 §7.1.1).
func (s *socket) end() {
	if !s.closed {
		s.frame(wsframe.CloseFrame, "")
		if s.heard {
			s.next(0, farewell)
		}
	}
	s.l.close()
}
