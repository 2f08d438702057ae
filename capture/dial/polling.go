package dial

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"sioscope/protocol/engineio"
)

// An answer is one to a request, whole.
type answer struct {
	status      int
	contentType string
	location    string
	server      string
	body        []byte
}

// exchange sends a request of the polling transport, and reads its answer.
func (s *session) exchange(method string, body []byte, within time.Duration) (answer, error) {
	ctx, cancel := context.WithTimeout(s.ctx, within)
	defer cancel()
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, s.target(Polling), reader)
	if err != nil {
		return answer{}, err
	}
	r.Header = s.c.header()
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	if body != nil {
		r.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	}
	answered, err := s.c.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	return read(answered)
}

// read reads an answer to its end.
func read(r *http.Response) (answer, error) {
	defer r.Body.Close()
	a := answer{status: r.StatusCode, contentType: r.Header.Get("Content-Type"), location: r.Header.Get("Location"), server: r.Header.Get("Server")}
	var err error
	a.body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if len(a.body) > maxBody {
		return a, failure(Garbled, errTooLong, "an answer is longer than %d MiB, and was not read to its end", maxBody>>20)
	}
	return a, err
}

// stamp is the t parameter, which keeps caches from answering: eight characters, as socket.io-client's.
func stamp() string {
	now := strconv.FormatInt(time.Now().UnixMilli(), 36)
	return now[len(now)-5:] + fmt.Sprintf("%03s", strconv.FormatInt(rand.Int64N(36*36*36), 36))
}

// handshake reads the packets of the answer that opens a session, and the revision they are written in.
func (s *session) handshake(a answer) ([]engineio.Packet, int, error) {
	if a.status != http.StatusOK {
		return nil, 0, s.refused("the handshake", a)
	}
	packets, err := packetsOf(s.rev, a)
	if opens(packets) {
		return packets, s.rev, err
	}
	other := 7 - s.rev
	if packets, err := packetsOf(other, a); opens(packets) {
		if s.c.options.EIO == 0 {
			return packets, other, err
		}
		return nil, 0, failure(WrongRevision, err, "the server speaks Engine.IO %d whatever it is asked for; use --eio %d", other, other)
	}
	return nil, 0, s.stranger(a)
}

func opens(packets []engineio.Packet) bool {
	return len(packets) > 0 && packets[0].Type == engineio.Open
}

// packetsOf decodes a body. The packets before an error are given too.
func packetsOf(rev int, a answer) (packets []engineio.Packet, err error) {
	take := func(p engineio.Packet) { packets = append(packets, p) }
	if rev == 3 && strings.HasPrefix(a.contentType, "application/octet-stream") {
		err = engineio.DecodePollingBinary(a.body, take)
	} else {
		err = engineio.DecodePolling(rev, a.body, take)
	}
	return packets, err
}

// restAfter is how long the client waits after a poll that brought nothing, lest a server keep it busy with nothing.
const restAfter = 20 * time.Millisecond

// poll asks for packets. The server holds the answer until it has some.
func (s *session) poll() {
	s.polling = true
	within := s.patience() + s.c.timeout()
	s.do(func() {
		a, err := s.exchange("GET", nil, within)
		s.bring(func() {
			s.polling = false
			s.polled(a, err)
		})
	})
}

func (s *session) polled(a answer, err error) {
	switch {
	case s.said: // the close packet is on its way: what the poll says does not matter any more
		s.over = s.over || s.heard
		return
	case err != nil:
		s.lose(s.requestLost("a poll", err))
		return
	case a.status != http.StatusOK:
		s.lose(s.refused("a poll", a))
		return
	}
	packets, err := packetsOf(s.rev, a)
	nothing := true
	for _, p := range packets {
		nothing = nothing && p.Type == engineio.Noop
		s.packet(p)
	}
	if err != nil {
		s.lose(failure(Garbled, err, "a poll was answered with something else than packets (%s): a client closes here", opening(a)))
	}
	if nothing {
		s.rest = true
		s.after(restAfter, func() { s.rest = false })
	}
}

// batch takes the packets that fit one POST out of the queue, and writes them. The first always goes.
func (s *session) batch() []byte {
	limit, size, n := s.open.MaxPayload, int64(0), 0
	for ; n < len(s.queue); n++ {
		more := int64(len(s.queue[n].Data)) + 2
		if s.queue[n].Binary {
			more = more*4/3 + 3
		}
		if n > 0 && limit > 0 && size+more > limit {
			break
		}
		size += more
	}
	body := engineio.Encoder{Rev: s.rev}.AppendPolling(nil, s.queue[:n]...)
	s.queue = s.queue[n:]
	return body
}

// noHandshake says why a handshake was not answered.
func (s *session) noHandshake(err error) error {
	var e *Error
	host := s.c.place.URL.Host
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled):
		return err
	case timedOut(err):
		return failure(NoAnswer, err, "%s accepted the connection and did not answer within %s; check the port, or give it more time with --timeout", host, span(s.c.timeout()))
	case s.c.place.URL.Scheme == "http" && (strings.Contains(err.Error(), `\x15\x03`) || strings.Contains(err.Error(), `\x16\x03`)):
		return failure(TLSPort, err, "%s speaks TLS; use https:// (wss://) instead of http://", host)
	case strings.Contains(err.Error(), "malformed HTTP"):
		return failure(NotSocketIO, err, "%s answers with something else than HTTP; check the port", host)
	case strings.Contains(err.Error(), "exceeded"):
		return failure(Garbled, err, "%s answers with a head longer than %d KiB, which is not read", host, maxHead>>10)
	case s.c.place.URL.Scheme == "http":
		return failure(ClosedSilent, err, "%s closed the connection without an answer; if it speaks TLS, use https://, and check the port and --path", host)
	}
	return failure(ClosedSilent, err, "%s closed the connection without an answer; check the port and --path", host)
}

// refused says what an answer that is an error means.
func (s *session) refused(what string, a answer) error {
	e, ok := engineio.ParseError(a.status, []byte(a.contentType), a.body)
	if !ok {
		if s.sid != "" {
			return failure(SessionLost, nil, "%s of the session was answered with %s", what, opening(a))
		}
		return s.stranger(a)
	}
	said := fmt.Sprintf("%d %q", a.status, clean(e.Message, 120))
	switch e.Code {
	case engineio.TransportUnknown:
		return failure(Refused, nil, "the server does not allow the transport %s (%s); try --transports %s", s.transport(), said, s.alternative())
	case engineio.SessionUnknown:
		return failure(SessionLost, nil, "%s of the session was answered with %s: it reached another node than the handshake, or the session was dropped", what, said)
	case engineio.Forbidden:
		return failure(Forbidden, nil, "the server turned the client away with %s; it may want a header, a cookie, a query parameter or another --origin", said)
	case engineio.UnsupportedVersion:
		out := "use --eio 3"
		if s.rev == 3 {
			out = "use --eio 4, or enable allowEIO3 on the server"
		}
		return failure(WrongRevision, nil, "the server refuses Engine.IO %d with %s; %s", s.rev, said, out)
	}
	return failure(Refused, nil, "%s was refused with %s", what, said)
}

func (s *session) transport() string {
	if s.socket != nil || s.c.options.Transports[0] == WebSocket {
		return WebSocket
	}
	return Polling
}

func (s *session) alternative() string {
	if s.transport() == Polling {
		return WebSocket
	}
	return Polling
}

// stranger says what came from a server that is none of Socket.IO's.
func (s *session) stranger(a answer) error {
	u := s.c.place.URL
	at := u.Host + u.Path
	switch {
	case a.status >= 300 && a.status < 400 && a.location != "":
		return failure(Redirected, nil, "%s answered %d and points to %s, where this client does not go by itself; give it that URL if it is the one", at, a.status, clean(withoutQuery(a.location), 120))
	case a.status == http.StatusBadRequest && u.Scheme == "http" && strings.Contains(strings.ToUpper(string(a.body)), "HTTPS"):
		return failure(TLSPort, nil, "%s speaks TLS; use https:// (wss://) instead of http://", u.Host)
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden || a.status == http.StatusProxyAuthRequired:
		return failure(Forbidden, nil, "%s lets nobody in without permission: it answered %s; give it credentials, as in --header 'Authorization: Bearer …'", at, opening(a))
	case a.status >= 500:
		return failure(Refused, nil, "%s answered %s; the service behind it may be down", at, opening(a))
	}
	return failure(NotSocketIO, nil, "%s is no Socket.IO server: it answered %s; check the URL, and --path where the server listens elsewhere than %s", at, opening(a), DefaultPath)
}

func withoutQuery(location string) string {
	location, _, _ = strings.Cut(location, "?")
	return location
}

// opening is how an answer begins: status, content type and first words.
func opening(a answer) string {
	text := strconv.Itoa(a.status)
	if a.contentType != "" {
		kind, _, _ := strings.Cut(a.contentType, ";")
		text += " " + clean(kind, 60)
	}
	words := strings.Join(strings.Fields(clean(string(a.body[:min(len(a.body), 400)]), 400)), " ")
	if words == "" {
		return text + " without a body"
	}
	return text + " " + strconv.Quote(clean(words, 60))
}

// clean is one line of text that cannot speak to a terminal, at most so many characters long.
func clean(text string, limit int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n++; n > limit {
			b.WriteRune('…')
			break
		}
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteRune('·')
		}
	}
	return strings.TrimSpace(b.String())
}
