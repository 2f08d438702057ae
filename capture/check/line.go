package check

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"sioscope/capture/dial"
	"sioscope/capture/tap"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/engineio"
	"sioscope/protocol/wsframe"
)

// Limits of what a server may send as an answer, in bytes.
const (
	maxHead = 256 << 10 // of the head, with those of interim answers before it
	maxBody = 4 << 20   // of the body
)

// errLongHead is put into a sentence by dial.Unanswered.
var errLongHead = errors.New("the head of the answer exceeded what is read")

// A line is a place for one connection, on which requests are sent one after another. It connects with the first, and
// again where the server has closed.
type line struct {
	r       *run
	conn    *tap.Conn
	in      *bufio.Reader
	limit   *io.LimitedReader // of what in takes from conn
	sent    int               // requests on conn
	dials   int
	address netip.Addr // of the name's to connect to; zero: any
	over    bool       // the server closes conn, or nobody knows where in it the next answer would begin
}

func (r *run) line() *line {
	l := &line{r: r}
	r.mu.Lock()
	r.lines = append(r.lines, l)
	r.mu.Unlock()
	return l
}

// A request is what is sent on a line.
type request struct {
	method string
	url    *url.URL
	header http.Header
	body   string
	wait   time.Duration // for the answer; 0 means the time-out of the client
}

// An answer is what came back, or err. conn and exchange say where in the facts it is.
type answer struct {
	err            error
	status         int
	header         http.Header
	body           []byte
	conn, exchange int
	took           time.Duration // from connecting on, where that was needed
	fresh          bool          // it opened a connection
	said           engineio.Error
	isError        bool           // of Engine.IO's own
	breach         wsframe.Breach // of a 101
}

// do sends a request and reads its answer.
func (l *line) do(q request) answer {
	began := time.Now()
	a, req := l.send(q)
	if a.err != nil {
		return a
	}
	stop := l.deadline(q.wait)
	defer stop()
	res, err := l.head(req)
	if err == nil {
		a.status, a.header = res.StatusCode, res.Header
		if res.StatusCode != http.StatusSwitchingProtocols {
			a.body, err = io.ReadAll(io.LimitReader(res.Body, maxBody+1))
			l.over = l.over || res.Close || len(a.body) > maxBody
		}
	}
	a.took = time.Since(began)
	if err != nil {
		a.took = min(a.took, l.r.within(q.wait)) // which it was given up after
		a.err = l.failed(err, q.wait)
		l.close()
		return a
	}
	a.said, a.isError = engineio.ParseError(a.status, []byte(a.header.Get("Content-Type")), a.body)
	l.r.c.sawAnswer(q, a)
	return a
}

// sawAnswer takes note of who answered, and whether that was a limit: nginx answers 503 for one. It may do so for all
// WebSocket requests, too.
func (c *Check) sawAnswer(q request, a answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	own := diagnose.ByNginx(a.status, string(a.body))
	switch {
	case a.status == http.StatusTooManyRequests, own && c.found.served && q.header.Get("Upgrade") == "":
		c.found.limited = a.status
	case a.fate() == honoured || a.isError:
		c.found.served = true
	}
}

// head reads the head of an answer. It passes over interim ones (RFC 9110 §15.2).
func (l *line) head(req *http.Request) (*http.Response, error) {
	l.limit.N = maxHead
	for {
		res, err := http.ReadResponse(l.in, req)
		switch {
		case err != nil && l.limit.N <= 0:
			return nil, errLongHead
		case errors.Is(err, io.ErrUnexpectedEOF) && l.limit.N == maxHead:
			return nil, io.EOF // nothing came at all
		case err != nil || res.StatusCode >= 200 || res.StatusCode == http.StatusSwitchingProtocols:
			l.limit.N = math.MaxInt64
			return res, err
		}
	}
}

// send writes a request, on a new connection where there is none.
func (l *line) send(q request) (answer, *http.Request) {
	var a answer
	if l.over {
		l.close()
	}
	if a.err = l.r.ctx.Err(); a.err == nil {
		a.err = l.r.spend()
	}
	if a.err != nil {
		return a, nil
	}
	if l.conn == nil {
		if a.err = l.connect(); a.err != nil {
			return a, nil
		}
		a.fresh = true
	}
	l.sent++
	a.conn, a.exchange = l.conn.Fact().ID, l.sent
	req := &http.Request{Method: q.method, URL: q.url, Host: cmp.Or(q.header.Get("Host"), q.url.Host), Header: q.header, ContentLength: int64(len(q.body))}
	if q.body != "" {
		req.Body = io.NopCloser(strings.NewReader(q.body))
	}
	var text bytes.Buffer
	if a.err = req.Write(&text); a.err != nil {
		return a, nil
	}
	stop := l.deadline(q.wait)
	defer stop()
	if _, err := l.conn.Write(text.Bytes()); err != nil && !answeredAlready(err) {
		a.err = l.failed(err, q.wait)
		l.close()
	}
	return a, req
}

// answeredAlready says whether writing failed because the server closed: its answer may be there to be read.
func answeredAlready(err error) bool {
	return !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, net.ErrClosed)
}

func (l *line) connect() error {
	conn, err := l.r.c.networkAt(l.address).Dial(l.r.ctx, l.r.c.url)
	if err != nil {
		return err
	}
	l.limit = &io.LimitedReader{R: conn}
	l.conn, l.in, l.sent, l.over = conn, bufio.NewReader(l.limit), 0, false
	l.dials++
	l.r.c.mu.Lock()
	l.r.c.of[conn.Fact().ID] = l.r.id
	l.r.c.mu.Unlock()
	return nil
}

// deadline bounds what is read and written until the function it returns is called.
func (l *line) deadline(wait time.Duration) (stop func()) {
	conn := l.conn
	conn.SetDeadline(time.Now().Add(l.r.within(wait)))
	unhook := context.AfterFunc(l.r.ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	return func() { unhook() }
}

func (r *run) within(wait time.Duration) time.Duration {
	if wait > 0 {
		return wait
	}
	return r.c.o.Client.Timeout
}

// failed is a failure of reading or writing in a sentence.
func (l *line) failed(err error, wait time.Duration) error {
	if l.r.ctx.Err() != nil {
		return l.r.ctx.Err()
	}
	return dial.Unanswered(l.r.c.place.URL, l.r.within(wait), err)
}

// close closes the connection; the next request opens another.
func (l *line) close() {
	if l.conn != nil {
		l.conn.Close()
		l.conn = nil
	}
	l.over = false
}

func span(d time.Duration) string {
	if d >= time.Second {
		return fmt.Sprintf("%.3g s", d.Seconds())
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}
