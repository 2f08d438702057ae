// Package rawclient is what the lab's tests ask its servers with: single HTTP requests, and WebSockets whose messages
// are sent and read as they are. It knows nothing of sessions; tests build them packet by packet.
package rawclient

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sioscope/protocol/wsframe"
)

// patience is how long an answer may take before a test fails: far longer than any that is expected.
const patience = 20 * time.Second

// An Answer is an HTTP answer, whole.
type Answer struct {
	Status int
	Header http.Header
	Body   string
	Err    error // the connection ended without one
}

// A Client sends requests to one server.
type Client struct {
	t    testing.TB
	base string // http://host:port/path/
	http *http.Client
}

// New is a client of the server whose URL, with the path, is base. It keeps no connections open.
func New(t testing.TB, base string) *Client {
	return &Client{t: t, base: base, http: &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}}
}

// Do sends a request with a query and a body, header fields as "Name: value".
func (c *Client) Do(method, query, body string, fields ...string) Answer {
	r, err := http.NewRequest(method, c.base+"?"+query, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		r.Header.Set(name, value)
	}
	a, err := c.http.Do(r)
	if err != nil {
		return Answer{Err: err}
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	return Answer{Status: a.StatusCode, Header: a.Header, Body: string(text), Err: err}
}

// Get polls.
func (c *Client) Get(query string) Answer { return c.Do("GET", query, "") }

// Post sends packets.
func (c *Client) Post(query, body string) Answer {
	return c.Do("POST", query, body, "Content-Type: text/plain;charset=UTF-8")
}

// Begin sends a poll and gives the channel its answer comes on.
func (c *Client) Begin(query string) <-chan Answer {
	answer := make(chan Answer, 1)
	go func() { answer <- c.Get(query) }()
	return answer
}

// Abort sends a poll and drops its connection once the server has it; there says when.
func (c *Client) Abort(query string, there func() bool) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", c.base+"?"+query, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if a, err := c.http.Do(r); err == nil {
			a.Body.Close()
		}
	}()
	Until(c.t, there)
	cancel()
	<-done
}

// Until waits for something to become true, and fails the test where it does not.
func Until(t testing.TB, true func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !true(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come about")
		}
	}
}

// A Socket is a WebSocket.
type Socket struct {
	t      testing.TB
	conn   net.Conn
	status int
	in     *bufio.Reader
	d      wsframe.Decoder
	got    []Message
}

// A Message is one that came.
type Message struct {
	Binary bool
	Data   string
}

// request asks for a WebSocket.
func (c *Client) request(query string) *Socket {
	u, err := url.Parse(c.base)
	if err != nil {
		c.t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	fmt.Fprintf(conn, "GET %s?%s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", u.Path, query, u.Host)
	return &Socket{t: c.t, conn: conn, in: bufio.NewReader(conn)}
}

// Dial opens a WebSocket. Where it is refused the Socket has the status and is closed.
func (c *Client) Dial(query string) *Socket {
	s := c.request(query)
	a, err := http.ReadResponse(s.in, nil)
	if err != nil {
		return s
	}
	s.status = a.StatusCode
	if s.status != http.StatusSwitchingProtocols {
		s.conn.Close()
	}
	return s
}

// Upgrade sends a request for a WebSocket and then bytes, and gives the head of the answer and what follows it, up to n
// bytes: the open packet of a session that begins is left out.
func (c *Client) Upgrade(query, sent string, n int) (head, tail string) {
	s := c.request(query)
	for !strings.HasSuffix(head, "\r\n\r\n") {
		line, err := s.in.ReadString('\n')
		head += line
		if err != nil {
			c.t.Fatalf("the answer's head ends early: %q, %v", head, err)
		}
	}
	if !strings.Contains(query, "sid=") {
		if start, _ := s.in.Peek(4); len(start) == 4 && start[0] == 0x81 && string(start[2:]) == "0{" {
			_, _ = s.in.Discard(2 + int(start[1]))
		}
	}
	_, _ = io.WriteString(s.conn, sent)
	if !strings.HasPrefix(head, "HTTP/1.1 101 ") { // a refusal ends the connection
		rest, _ := io.ReadAll(s.in)
		return head, string(rest)
	}
	rest := make([]byte, n)
	n, _ = io.ReadFull(s.in, rest)
	return head, string(rest[:n])
}

// Status is that of the answer to the handshake, 0 where there was none.
func (s *Socket) Status() int { return s.status }

// Send sends a text message.
func (s *Socket) Send(text string) { s.send(wsframe.Text, text) }

// SendBinary sends a binary message.
func (s *Socket) SendBinary(data string) { s.send(wsframe.Binary, data) }

func (s *Socket) send(opcode uint8, data string) { _, _ = io.WriteString(s.conn, Frame(opcode, data)) }

// Frame is a frame as a client sends it.
func Frame(opcode uint8, data string) string {
	return string(wsframe.AppendFrame(nil, true, opcode, &[4]byte{1, 2, 3, 4}, false, []byte(data)))
}

// Close drops the connection.
func (s *Socket) Close() { s.conn.Close() }

var errClosed = errors.New("closed")

// Next is the next message. An error says that the WebSocket is closed.
func (s *Socket) Next() (Message, error) {
	buffer := make([]byte, 4096)
	for len(s.got) == 0 {
		n, err := s.in.Read(buffer)
		closed := false
		if s.d.Write(1, buffer[:n], func(m *wsframe.Message) {
			switch m.Opcode {
			case wsframe.Text, wsframe.Binary:
				s.got = append(s.got, Message{m.Opcode == wsframe.Binary, string(bytes.Clone(m.Payload))})
			case wsframe.CloseFrame:
				closed = true
			}
		}) != nil {
			return Message{}, errClosed
		}
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			s.t.Fatal("no message came, and the WebSocket was not closed")
		}
		if closed || err != nil {
			if len(s.got) > 0 {
				break
			}
			return Message{}, errClosed
		}
	}
	m := s.got[0]
	s.got = s.got[1:]
	return m, nil
}

// Want fails the test unless the next message is this text.
func (s *Socket) Want(text string) {
	s.t.Helper()
	if m, err := s.Next(); err != nil || m.Binary || m.Data != text {
		s.t.Fatalf("got %+v, %v; want text %q", m, err, text)
	}
}

// WantBinary fails the test unless the next message is this one, binary.
func (s *Socket) WantBinary(data string) {
	s.t.Helper()
	if m, err := s.Next(); err != nil || !m.Binary || m.Data != data {
		s.t.Fatalf("got %+v, %v; want binary %q", m, err, data)
	}
}

// Text is the next message, which must be text.
func (s *Socket) Text() string {
	s.t.Helper()
	m, err := s.Next()
	if err != nil || m.Binary {
		s.t.Fatalf("got %+v, %v; want text", m, err)
	}
	return m.Data
}

// WantClosed fails the test unless the WebSocket closes, whatever comes before.
func (s *Socket) WantClosed() {
	s.t.Helper()
	for {
		if _, err := s.Next(); err != nil {
			return
		}
	}
}
