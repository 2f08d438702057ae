package dial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
)

// noHandshake says why a handshake was not answered.
func (s *session) noHandshake(err error) error { return Unanswered(s.c.place.URL, s.c.timeout(), err) }

// Unanswered says why the request that should open a session at a URL was not answered, within the time-out it had.
func Unanswered(u *url.URL, timeout time.Duration, err error) error {
	var e *Error
	host := u.Host
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled):
		return err
	case timedOut(err):
		return failure(NoAnswer, err, lang.Say("%s accepted the connection and did not answer within %s; check the port and --path, or give it more time with --timeout", host, span(timeout)))
	case u.Scheme == "http" && (strings.Contains(err.Error(), `\x15\x03`) || strings.Contains(err.Error(), `\x16\x03`)):
		return failure(TLSPort, err, lang.Say("%s speaks TLS; use https:// (wss://) instead of http://", host))
	case strings.Contains(err.Error(), "malformed HTTP"):
		return failure(NotSocketIO, err, lang.Say("%s answers with something else than HTTP; check the port", host))
	case strings.Contains(err.Error(), "exceeded"):
		return failure(Garbled, err, lang.Say("%s answers with a head longer than %d KiB, which is not read", host, maxHead>>10))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return failure(Garbled, err, lang.Say("%s closed the connection in the middle of its answer; check the port and --path, and what is in between", host))
	case u.Scheme == "http":
		return failure(ClosedSilent, err, lang.Say("%s closed the connection without an answer; if it speaks TLS, use https://, and check the port and --path", host))
	}
	return failure(ClosedSilent, err, lang.Say("%s closed the connection without an answer; check the port and --path", host))
}

// refused says what an answer that is an error means.
func (s *session) refused(what lang.Sentence, a answer) error {
	e, ok := engineio.ParseError(a.status, []byte(a.contentType), a.body)
	if !ok {
		if s.sid != "" {
			return failure(SessionLost, nil, lang.Say("%s of the session was answered with %s", what, opening(a)))
		}
		return s.stranger(a)
	}
	said := fmt.Sprintf("%d %s", a.status, lang.Quoted(clean(e.Message, 120)))
	switch e.Code {
	case engineio.TransportUnknown:
		return failure(Refused, nil, lang.Say("the server does not allow the transport %s (%s); try --transports %s", s.transport(), said, s.alternative()))
	case engineio.SessionUnknown:
		return failure(SessionLost, nil, lang.Say("%s of the session was answered with %s: it reached another node than the handshake, or the session was dropped", what, said))
	case engineio.Forbidden:
		return turnedAway(said)
	case engineio.UnsupportedVersion:
		out := lang.Say("use --eio 3")
		if s.rev == 3 {
			out = lang.Say("use --eio 4, or enable allowEIO3 on the server")
		}
		return failure(WrongRevision, nil, lang.Say("the server refuses Engine.IO %d with %s; %s", s.rev, said, out))
	}
	return failure(Refused, nil, lang.Say("%s was refused with %s", what, said))
}

// turnedAway is the error of a server whose allowRequest refused.
func turnedAway(said string) *Error {
	return failure(Forbidden, nil, lang.Say("the server turned the client away with %s; it may want a header, a cookie, a query parameter or another --origin", said))
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
	return Stranger(s.c.place.URL, a.status, a.contentType, a.location, a.body)
}

// Stranger says that an answer to the request for a session at a URL is none of Socket.IO's.
func Stranger(u *url.URL, status int, contentType, location string, body []byte) error {
	a := answer{status: status, contentType: contentType, location: location, body: body}
	at := u.Host + u.Path
	switch {
	case a.status >= 300 && a.status < 400 && a.location != "":
		return failure(Redirected, nil, lang.Say("%s answered %d and points to %s, where this client does not go by itself; give it that URL if it is the one", at, a.status, clean(withoutQuery(a.location), 120)))
	case a.status == http.StatusBadRequest && u.Scheme == "http" && strings.Contains(strings.ToUpper(string(a.body)), "HTTPS"):
		return failure(TLSPort, nil, lang.Say("%s speaks TLS; use https:// (wss://) instead of http://", u.Host))
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
		return failure(Forbidden, nil, lang.Say("%s lets nobody in without permission: it answered %s; give it credentials with --header, its Authorization for example", at, opening(a)))
	case a.status == http.StatusProxyAuthRequired:
		return failure(Forbidden, nil, lang.Say("%s is answered by a proxy that lets nobody through without permission: %s; name that proxy and its user with --proxy", at, opening(a)))
	case a.status == http.StatusTooManyRequests:
		return failure(Refused, nil, lang.Say("%s answered %s: something in front of the service limits how often it may be asked; wait a while and try again", at, opening(a)))
	case a.status >= 500:
		return failure(Refused, nil, lang.Say("%s answered %s; the service behind it may be down", at, opening(a)))
	}
	return failure(NotSocketIO, nil, lang.Say("%s is no Socket.IO server: it answered %s; check the URL, and --path where the server listens elsewhere than %s", at, opening(a), DefaultPath))
}

func withoutQuery(location string) string {
	location, _, _ = strings.Cut(location, "?")
	return location
}

// opening is how an answer begins: status, content type and first words.
func opening(a answer) any {
	text := strconv.Itoa(a.status)
	if a.contentType != "" {
		kind, _, _ := strings.Cut(a.contentType, ";")
		text += " " + clean(kind, 60)
	}
	words := strings.Join(strings.Fields(clean(string(a.body[:min(len(a.body), 400)]), 400)), " ")
	if words == "" {
		return lang.Say("%s without a body", text)
	}
	return text + " " + lang.Quoted(clean(words, 60))
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
