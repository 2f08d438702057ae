package dial

//lint:file-ignore SA1019 the WebSocket library lives on under another path, see README.md

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"nhooyr.io/websocket"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/wsframe"
)

// A socket is a WebSocket.
type socket struct {
	conn *websocket.Conn
	http *http.Transport
	seen *sniffed
}

// connect asks for a WebSocket, on a connection of its own. Where it is refused the error has the answer, read to its
// end; its facts have it too.
func (s *session) connect(ctx context.Context) (*socket, error) {
	k := &socket{http: s.c.network.tunnelled()}
	w := &whole{from: k.http}
	header := s.c.header()
	host := header.Get("Host")
	header.Del("Host")
	header.Del("Accept")
	mode := websocket.CompressionContextTakeover
	if s.c.options.NoDeflate {
		mode = websocket.CompressionDisabled
	}
	conn, _, err := websocket.Dial(ctx, s.target(WebSocket), &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: w, Jar: s.c.jar, CheckRedirect: stay}, HTTPHeader: header, Host: host, CompressionMode: mode,
	})
	if err != nil {
		k.http.CloseIdleConnections()
		if w.answer != nil {
			return nil, &notSwitched{*w.answer, w.breach, err}
		}
		return nil, err
	}
	conn.SetReadLimit(maxBody)
	k.conn, k.seen = conn, w.seen
	return k, nil
}

// notSwitched is an answer to a WebSocket request that is none of 101, or a 101 that is not proper.
type notSwitched struct {
	answer
	breach wsframe.Breach
	err    error
}

// why is what is wrong with a 101, a clause.
func (n *notSwitched) why() any {
	if n.breach == wsframe.Proper { // what the WebSocket library refuses besides
		return innermost(n.err)
	}
	return n.breach.Said()
}

func (n *notSwitched) Error() string { return n.err.Error() }
func (n *notSwitched) Unwrap() error { return n.err }

// whole reads refused answers to their end, which the WebSocket library does not, and looks at what follows a 101.
type whole struct {
	from   http.RoundTripper
	answer *answer
	breach wsframe.Breach
	seen   *sniffed
}

// Breach is what is wrong with the fields of a 101 that answers a WebSocket request.
func Breach(request, answer http.Header) wsframe.Breach {
	asked := listed(request)
	return wsframe.Asked{Key: asked("Sec-WebSocket-Key"), Protocols: asked("Sec-WebSocket-Protocol"), Extensions: asked("Sec-WebSocket-Extensions")}.Breach(listed(answer))
}

// listed gives what all lines of a field say, as one list.
func listed(h http.Header) func(field string) string {
	return func(field string) string { return strings.Join(h.Values(field), ", ") }
}

func (w *whole) RoundTrip(r *http.Request) (*http.Response, error) {
	answered, err := w.from.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if rwc, ok := answered.Body.(io.ReadWriteCloser); ok && answered.StatusCode == http.StatusSwitchingProtocols {
		w.seen = &sniffed{ReadWriteCloser: rwc}
		w.answer = &answer{status: answered.StatusCode}
		w.breach = Breach(r.Header, answered.Header)
		answered.Body = w.seen
		return answered, nil
	}
	a, err := read(answered)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	w.answer = &a
	answered.Body = io.NopCloser(bytes.NewReader(a.body))
	return answered, err
}

// sniffed keeps the first bytes that are read: some servers answer 101 and then, in plain HTTP, that they did not mean it.
//
// It also lets no second Close frame out: the WebSocket library answers the server's although that was an answer.
type sniffed struct {
	io.ReadWriteCloser
	head    []byte
	leaving atomic.Bool // a Close frame of ours is to follow
	left    atomic.Bool // and is out
}

const closeFrame = 0x88 // RFC 6455 §5.2: FIN and opcode 8

func (n *sniffed) Write(p []byte) (int, error) {
	if n.left.Load() {
		return len(p), nil
	}
	if n.leaving.Load() && len(p) > 0 && p[0] == closeFrame {
		n.left.Store(true)
	}
	return n.ReadWriteCloser.Write(p)
}

func (n *sniffed) Read(p []byte) (int, error) {
	got, err := n.ReadWriteCloser.Read(p)
	if room := 1024 - len(n.head); room > 0 {
		n.head = append(n.head, p[:min(got, room)]...)
	}
	return got, err
}

// second is the answer that stands where frames were expected.
func (n *sniffed) second() (answer, bool) {
	if !bytes.HasPrefix(n.head, []byte("HTTP/1.")) {
		return answer{}, false
	}
	head, body, _ := bytes.Cut(n.head, []byte("\r\n\r\n"))
	var a answer
	if _, err := fmt.Sscanf(string(head[len("HTTP/1.x"):]), "%d", &a.status); err != nil {
		return answer{}, false
	}
	a.contentType, a.body = "text/html", body
	return a, true
}

func (k *socket) read(ctx context.Context) (binary bool, data []byte, err error) {
	kind, data, err := k.conn.Read(ctx)
	return kind == websocket.MessageBinary, data, err
}

// write sends packets, one message each.
func (k *socket) write(ctx context.Context, rev int, packets []engineio.Packet, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for _, p := range packets {
		data, binary := engineio.Encoder{Rev: rev}.AppendMessage(nil, p)
		kind := websocket.MessageText
		if binary {
			kind = websocket.MessageBinary
		}
		if err := k.conn.Write(ctx, kind, data); err != nil {
			return err
		}
	}
	return nil
}

// close says goodbye, and waits for the other side to do so for as long as given.
func (k *socket) close(within time.Duration) {
	timer := time.AfterFunc(within, func() { k.conn.CloseNow() })
	defer timer.Stop()
	k.seen.leaving.Store(true)
	k.conn.Close(websocket.StatusNormalClosure, "")
	k.http.CloseIdleConnections()
}

// drop closes without a word, unless close has.
func (k *socket) drop() {
	k.conn.CloseNow()
	k.http.CloseIdleConnections()
}

// direct opens the session on WebSocket.
func (s *session) direct() (*socket, engineio.Packet, error) {
	var none engineio.Packet
	ctx, cancel := answeredWithin(s.ctx, s.c.timeout())
	defer cancel()
	k, err := s.connect(ctx)
	if err != nil {
		return nil, none, s.noSocket(late(ctx, err))
	}
	binary, data, err := k.read(ctx)
	if err = late(ctx, err); err != nil {
		k.drop()
		if a, ok := k.seen.second(); ok {
			return nil, none, s.refused(lang.Say("the handshake"), a)
		}
		if tooLong(err) {
			return nil, none, failure(Garbled, err, lang.Say("%s sends a WebSocket message longer than %d MiB, which is not read; check the URL and --path", s.c.place.URL.Host, maxBody>>20))
		}
		if timedOut(err) {
			if s.rev == 3 {
				return nil, none, failure(NoAnswer, err, lang.Say("%s accepted the WebSocket and sent nothing within %s; something in between may hold frames back, or the server does not speak Engine.IO 3: try --eio 4", s.c.place.URL.Host, span(s.c.timeout())))
			}
			return nil, none, failure(NoAnswer, err, lang.Say("%s accepted the WebSocket and sent nothing within %s; something in between may hold frames back", s.c.place.URL.Host, span(s.c.timeout())))
		}
		return nil, none, failure(ClosedSilent, err, lang.Say("%s accepted the WebSocket and closed it before a session began", s.c.place.URL.Host))
	}
	p, err := engineio.DecodeMessage(s.rev, binary, data)
	if err != nil || p.Type != engineio.Open {
		k.drop()
		return nil, none, failure(NotSocketIO, err, lang.Say("%s is a WebSocket server and none of Socket.IO's: its first message was %s; check --path", s.c.place.URL.Host, lang.Quoted(clean(string(data[:min(len(data), 200)]), 60))))
	}
	return k, p, nil
}

// noSocket says why there is no WebSocket to begin with.
func (s *session) noSocket(err error) error {
	var not *notSwitched
	if !errors.As(err, &not) {
		return s.noHandshake(err)
	}
	switch {
	case not.status == http.StatusSwitchingProtocols:
		return failure(NotSocketIO, err, lang.Say("%s answered 101 to the WebSocket request and broke the protocol in doing so (%s); a proxy may have changed it", s.c.place.URL.Host, not.why()))
	case not.status == http.StatusOK && s.lostUpgrade(not.answer):
		return failure(Refused, err, lang.Say("%s answered the WebSocket request as if it were a poll: the Upgrade header was lost on the way, in a proxy most likely; --transports polling does without it", s.c.place.URL.Host))
	}
	if inWords(not.answer) {
		return turnedAway(fmt.Sprintf("%d %s", not.status, lang.Quoted(clean(string(not.body), 120))))
	}
	return s.refused(lang.Say("the WebSocket request"), not.answer)
}

// inWords says whether a refusal is one of allowRequest's own: on WebSocket engine.io answers it as text/html without
// any markup, and a proxy's page has markup.
func inWords(a answer) bool {
	_, known := engineio.ParseError(a.status, []byte(a.contentType), a.body)
	return !known && a.status == http.StatusBadRequest && strings.HasPrefix(a.contentType, "text/html") &&
		len(a.body) > 0 && len(a.body) <= 200 && !bytes.ContainsRune(a.body, '<') && string(a.body) != "Bad Request"
}

// lostUpgrade says whether an answer is a handshake over polling.
func (s *session) lostUpgrade(a answer) bool {
	packets, _ := packetsOf(s.rev, a)
	return opens(packets)
}

// tooLong says whether a message exceeded what is read of one. The WebSocket library says so in words alone.
func tooLong(err error) bool { return strings.Contains(err.Error(), "read limited at") }

// socketLost is why a session on WebSocket is over.
func (s *session) socketLost(err error) error {
	switch code := websocket.CloseStatus(err); {
	case code == websocket.StatusNoStatusRcvd:
		return failure(ServerLeft, err, lang.Say("the server closed the WebSocket"))
	case code != -1:
		return failure(ServerLeft, err, lang.Say("the server closed the WebSocket with code %d", code))
	case errors.Is(err, context.Canceled):
		return err
	case tooLong(err):
		return failure(Garbled, err, lang.Say("the server sent a WebSocket message longer than %d MiB, which is not read: this client closed the session", maxBody>>20))
	case timedOut(err):
		return failure(SessionLost, err, lang.Say("the WebSocket took nothing any more for %s", span(s.c.timeout())))
	}
	return failure(SessionLost, err, lang.Say("the WebSocket's connection was closed without a Close frame"))
}
