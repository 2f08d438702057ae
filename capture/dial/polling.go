package dial

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
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
func (s *session) exchange(ctx context.Context, method string, body []byte, within time.Duration) (answer, error) {
	ctx, cancel := answeredWithin(ctx, within)
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
		return answer{}, late(ctx, err)
	}
	a, err := read(answered)
	return a, late(ctx, err)
}

// answeredWithin is a context that is done so long after a request has got its connection; connecting has a time-out of
// its own. late tells that this is why a request failed.
func answeredWithin(ctx context.Context, within time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	var started atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		if !started.Swap(true) {
			timer := time.AfterFunc(within, func() { cancel(context.DeadlineExceeded) })
			context.AfterFunc(ctx, func() { timer.Stop() })
		}
	}})
	return ctx, func() { cancel(nil) }
}

func late(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return context.DeadlineExceeded
	}
	return err
}

// read reads an answer to its end.
func read(r *http.Response) (answer, error) {
	defer r.Body.Close()
	a := answer{status: r.StatusCode, contentType: r.Header.Get("Content-Type"), location: r.Header.Get("Location"), server: r.Header.Get("Server")}
	body, err := decoded(r)
	if err != nil {
		return a, err
	}
	a.body, err = io.ReadAll(io.LimitReader(body, maxBody+1))
	if len(a.body) > maxBody {
		return a, failure(Garbled, errTooLong, lang.Say("%s sends an answer longer than %d MiB, which is not read to its end; check the URL and --path", r.Request.URL.Host, maxBody>>20))
	}
	return a, err
}

// decoded is a body without its content coding, which a server may choose where the user's headers ask for one.
func decoded(r *http.Response) (io.Reader, error) {
	switch r.Header.Get("Content-Encoding") {
	case "gzip":
		return gzip.NewReader(r.Body)
	case "deflate":
		return zlib.NewReader(r.Body)
	}
	return r.Body, nil
}

// stamp is the t parameter, which keeps caches from answering: eight characters, as socket.io-client's.
func stamp() string {
	now := strconv.FormatInt(time.Now().UnixMilli(), 36)
	return now[len(now)-5:] + fmt.Sprintf("%03s", strconv.FormatInt(rand.Int64N(36*36*36), 36))
}

// handshake reads the packets of the answer that opens a session, and the revision they are written in.
func (s *session) handshake(a answer) ([]engineio.Packet, int, error) {
	if a.status != http.StatusOK {
		return nil, 0, s.refused(lang.Say("the handshake"), a)
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
		return nil, 0, otherRevision(other)
	}
	return nil, 0, s.stranger(a)
}

// otherRevision is the error of a server that does not speak the revision it was asked for.
func otherRevision(rev int) *Error {
	return failure(WrongRevision, nil, lang.Say("the server speaks Engine.IO %d whatever it is asked for; use --eio %d", rev, rev))
}

func opens(packets []engineio.Packet) bool {
	return len(packets) > 0 && packets[0].Type == engineio.Open
}

// maxPackets are the packets of an answer that are read.
const maxPackets = 100_000

var errCrowded = errors.New("too many packets")

// packetsOf decodes a body. The packets before an error are given too.
func packetsOf(rev int, a answer) (packets []engineio.Packet, err error) {
	crowded := false
	take := func(p engineio.Packet) {
		if crowded = len(packets) == maxPackets; !crowded {
			packets = append(packets, p)
		}
	}
	if rev == 3 && strings.HasPrefix(a.contentType, "application/octet-stream") {
		err = engineio.DecodePollingBinary(a.body, take)
	} else {
		err = engineio.DecodePolling(rev, a.body, take)
	}
	if crowded {
		err = errCrowded
	}
	return packets, err
}

// restAfter is how long the client waits after a poll that brought nothing, lest a server keep it busy with nothing.
const restAfter = 20 * time.Millisecond

// aheadWithin is how long a poll waits for what goes ahead of it.
const aheadWithin = 250 * time.Millisecond

// goesAhead is a context for a request that gets its connection before the next poll does: socket.io-client's CONNECT
// takes the handshake's connection, then the WebSocket opens one, then the first poll. Where connections are dealt out to
// nodes in turn, that order decides who reaches which. done must be called when the request is over.
func (s *session) goesAhead() (ctx context.Context, done func()) {
	begun := make(chan struct{})
	done = sync.OnceFunc(func() { close(begun) })
	s.ahead = append(s.ahead, begun)
	return httptrace.WithClientTrace(s.ctx, &httptrace.ClientTrace{
		GotConn:     func(httptrace.GotConnInfo) { done() },
		ConnectDone: func(string, string, error) { done() },
	}), done
}

// poll asks for packets. The server holds the answer until it has some.
func (s *session) poll() {
	s.polling = true
	within := s.patience() + s.c.timeout()
	ahead := s.ahead
	s.ahead = nil
	s.do(func() {
		patience, enough := context.WithTimeout(s.ctx, aheadWithin)
		for _, begun := range ahead {
			select {
			case <-begun:
			case <-patience.Done():
			}
		}
		enough()
		a, err := s.exchange(s.ctx, "GET", nil, within)
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
		s.lose(s.requestLost(lang.Say("a poll"), err))
		return
	case a.status != http.StatusOK:
		s.lose(s.refused(lang.Say("a poll"), a))
		return
	}
	packets, err := packetsOf(s.rev, a)
	if err == errCrowded {
		s.lose(failure(Garbled, err, lang.Say("a poll was answered with more than %d packets, which are not read", maxPackets)))
		return
	}
	nothing := true
	for _, p := range packets {
		nothing = nothing && p.Type == engineio.Noop
		s.packet(p)
	}
	if err != nil {
		s.lose(failure(Garbled, err, lang.Say("a poll was answered with something else than packets (%s): a client closes here", opening(a))))
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
