package engine

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"sioscope/protocol/engineio"
	"sioscope/protocol/wsframe"
)

const (
	writeTimeout  = 10 * time.Second // for a client that does not read
	maxUnsent     = 256              // messages waiting for one
	maxUnsentSize = 8 << 20          // and bytes; one message of more passes where nothing waits
)

// A socket is one WebSocket, accepted. Its writer goroutine alone writes to the connection.
type socket struct {
	conn   net.Conn
	reader *bufio.Reader
	codec  engineio.Encoder

	mu     sync.Mutex
	out    chan []byte // frames; closed when nothing more is to be sent
	unsent int         // bytes in out, and under way
	closed bool
	last   bool // the connection ends with what is sent: nothing more is expected of the client
}

// accept switches the connection to WebSocket and starts to write; the caller reads.
func (s *Server) accept(conn net.Conn, reader *bufio.Reader, r *http.Request, codec engineio.Encoder) *socket {
	c := &socket{conn: conn, reader: reader, codec: codec, out: make(chan []byte, maxUnsent)}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		conn.Close()
		return nil
	}
	s.sockets[c] = true
	s.running.Add(1) // until drop
	s.mu.Unlock()
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n", acceptKey(r.Header.Get("Sec-WebSocket-Key")))
	h := s.options.Header.Clone()
	if h == nil {
		h = http.Header{}
	}
	s.cors(h, r)
	h.Write(&head)
	head.WriteString("\r\n")
	c.put(head.Bytes())
	s.running.Go(c.write)
	return c
}

// acceptKey is RFC 6455 §4.2.2, item 5.4.
func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func (c *socket) write() {
	for frame := range c.out {
		c.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
		_, err := c.conn.Write(frame)
		c.mu.Lock()
		c.unsent -= len(frame)
		c.mu.Unlock()
		if err != nil {
			c.close(vanish)
			return
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if half, ok := c.conn.(interface{ CloseWrite() error }); ok && c.last {
		_ = half.CloseWrite() // the reader ends with the client's side
	}
}

// put hands bytes to the writer. Where too many wait the connection is closed.
func (c *socket) put(frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	if c.unsent > 0 && c.unsent+len(frame) > maxUnsentSize {
		c.conn.Close()
		return
	}
	select {
	case c.out <- frame:
		c.unsent += len(frame)
	default:
		c.conn.Close()
	}
}

// send writes each packet as a message of its own.
func (c *socket) send(packets ...engineio.Packet) {
	for _, p := range packets {
		message, binary := c.codec.AppendMessage(nil, p)
		opcode := wsframe.Text
		if binary {
			opcode = wsframe.Binary
		}
		c.put(wsframe.AppendFrame(nil, true, opcode, nil, false, message))
	}
}

// close ends the WebSocket: with a Close frame that has no code, as engine.io does, or without.
func (c *socket) close(how parting) {
	if how == vanish {
		c.conn.Close()
	} else {
		c.put(wsframe.AppendFrame(nil, true, wsframe.CloseFrame, nil, false, nil))
	}
	c.shut()
}

// fail closes with a code of RFC 6455 §7.4.1.
func (c *socket) fail(code uint16) {
	c.finish(wsframe.AppendFrame(nil, true, wsframe.CloseFrame, nil, false, []byte{byte(code >> 8), byte(code)}))
}

// finish sends the last bytes, and ends the connection with them.
func (c *socket) finish(p []byte) {
	c.put(p)
	c.mu.Lock()
	c.last = true
	c.mu.Unlock()
	c.shut()
}

func (c *socket) shut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
		close(c.out)
		c.conn.SetReadDeadline(time.Now().Add(lastWords))
	}
}

// nobodys takes a request with Upgrade that is not below the path: it is closed after a second without a byte.
func (s *Server) nobodys(w http.ResponseWriter, r *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(time.Second))
	io.Copy(io.Discard, io.LimitReader(conn, 1<<20))
}

// upgrade answers a request that carried Upgrade: it begins a session, or a probe for one.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, q url.Values) {
	session, refused := s.verify(r, q, true)
	if refused == nil {
		refused = badWebSocket(r)
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	conn.SetDeadline(time.Time{})
	if refused != nil {
		refused.writeTo(conn)
		return
	}
	codec := engineio.Encoder{Rev: revision(q), Base64: q.Get("b64") != ""}
	c := s.accept(conn, buffered.Reader, r, codec)
	if c == nil {
		return
	}
	defer s.drop(c)
	switch {
	case q.Get("transport") != "websocket":
		c.close(politely)
	case session != nil:
		session.tryUpgrade(c)
	case revision(q) == 3 && !s.options.AllowEIO3:
		c.finish(refuse(engineio.UnsupportedVersion).text())
	default:
		s.direct(c, r, q)
	}
	c.drain()
}

// drop forgets a WebSocket that is over.
func (s *Server) drop(c *socket) {
	s.mu.Lock()
	delete(s.sockets, c)
	s.mu.Unlock()
	c.shut()
	c.conn.Close()
	s.running.Done()
}

// badWebSocket makes the checks of the ws library, in its words.
func badWebSocket(r *http.Request) *refusal {
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key"))
	switch version := r.Header.Get("Sec-WebSocket-Version"); {
	case r.Method != http.MethodGet:
		return &refusal{message: "Invalid HTTP method"}
	case !strings.EqualFold(r.Header.Get("Upgrade"), "websocket"):
		return &refusal{message: "Invalid Upgrade header"}
	case err != nil || len(key) != 16:
		return &refusal{message: "Missing or invalid Sec-WebSocket-Key header"}
	case version != "13" && version != "8":
		return &refusal{message: "Missing or invalid Sec-WebSocket-Version header", field: "Sec-WebSocket-Version: 13, 8\r\n"}
	}
	return nil
}

// direct is a session that begins on WebSocket.
func (s *Server) direct(c *socket, r *http.Request, q url.Values) {
	session := s.open(r, q, revision(q))
	if session == nil {
		c.close(vanish)
		return
	}
	session.socket = c
	session.begin([]string{})
	session.run(c)
}

// run reads the session's WebSocket to its end.
func (s *Session) run(c *socket) {
	c.read(s.server.options.MaxPayload, func(p engineio.Packet, err error) bool {
		if err != nil {
			s.end("parse error", politely)
			return false
		}
		return s.receive(p)
	})
	s.end("transport close", released)
}

// read calls packet for every message until it says no or the connection ends.
func (c *socket) read(limit int, packet func(engineio.Packet, error) bool) {
	d := wsframe.Decoder{FromClient: true, MaxPayload: limit}
	on, since := true, 0
	emit := func(m *wsframe.Message) {
		since = 0
		switch {
		case !on:
		case m.Flaw != 0 || m.Incomplete && !m.Truncated:
			on = false
			c.fail(1002)
		case m.Truncated:
			on = false
			c.fail(1009)
		case m.Opcode == wsframe.CloseFrame:
			on = false
			c.finish(wsframe.AppendFrame(nil, true, wsframe.CloseFrame, nil, false, m.Payload))
		case m.Opcode == wsframe.Ping:
			c.put(wsframe.AppendFrame(nil, true, wsframe.Pong, nil, false, m.Payload))
		case m.Opcode == wsframe.Pong:
		case m.Opcode == wsframe.Text && !utf8.Valid(m.Payload):
			on = false
			c.fail(1007)
		default:
			on = packet(engineio.DecodeMessage(c.codec.Rev, m.Opcode == wsframe.Binary, m.Payload))
		}
	}
	buffer := make([]byte, 4096)
	for on {
		n, err := c.reader.Read(buffer)
		if since += n; since > limit+len(buffer)+16 { // a message that will be too long need not come to its end
			c.fail(1009)
			return
		}
		if d.Write(1, buffer[:n], emit) != nil && on {
			c.fail(1002)
			return
		}
		if err != nil {
			return
		}
	}
}

// drain reads a WebSocket on which all was said until the client closes it, a moment at most.
func (c *socket) drain() {
	c.shut()
	io.Copy(io.Discard, c.reader)
}

const lastWords = time.Second
