package har

import (
	"encoding/base64"
	"io"
	"os"
	"unicode/utf8"

	"sioscope/capture/temp"
	"sioscope/protocol/fact"
)

// An outSocket is a WebSocket that is still open.
type outSocket struct {
	asked    *asked // nil where its request was not seen
	response []byte
	answered int64
	partial  bool
	first    int64 // time of the first message
	last     int64
	messages spilled
	any      bool
}

// message adds a message to its WebSocket.
func (h *Writer) message(f *fact.Message) {
	c := h.conn(f.Conn)
	s := h.socketOf(c, f.Start)
	data := h.payload(f)
	way := "send"
	if f.Dir == fact.In {
		way = "receive"
	}
	b := h.element(s, way, f.End, int(f.Opcode))
	if f.Opcode == fact.Text && utf8.Valid(data) {
		b = appendString(b, string(data))
	} else {
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, data)
		b = append(b, '"')
	}
	h.spill.add(&s.messages, append(b, '}'))
	s.last = max(s.last, f.End)
}

// malformed adds what could not be read, as Chrome does with what it could not.
func (h *Writer) malformed(f *fact.Malformed) {
	c := h.conn(f.Conn)
	if c.socket == nil {
		return
	}
	b := h.element(c.socket, "error", f.Time, -1)
	b = appendString(b, f.What)
	h.spill.add(&c.socket.messages, append(b, '}'))
}

// element begins an element of _webSocketMessages.
func (h *Writer) element(s *outSocket, way string, at int64, opcode int) []byte {
	var b []byte
	if s.any {
		b = append(b, ',')
	}
	s.any = true
	b = append(b, "\n{\"type\":\""+way+"\",\"time\":"...)
	b = appendDecimal(b, at, 9)
	b = append(b, `,"opcode":`...)
	b = appendInt(b, opcode)
	return append(b, `,"data":`...)
}

// socketOf is the WebSocket of a connection. One whose request was not seen has none in the file either.
func (h *Writer) socketOf(c *outConn, at int64) *outSocket {
	if c.socket == nil {
		c.socket = &outSocket{first: at}
	}
	if c.socket.first == 0 {
		c.socket.first = at
	}
	return c.socket
}

// socket writes the entry of a WebSocket.
func (h *Writer) socket(c *outConn, f *fact.Closed) {
	s := c.socket
	c.socket = nil
	a, joined := s.asked, s.asked == nil
	if joined {
		a = &asked{start: s.first, sent: s.first, url: c.url("", "/", true), method: "GET", proto: "HTTP/1.1", socket: true}
		a.json = h.requestJSON(&fact.Request{Method: "GET", Proto: a.proto}, a.url)
		s.response, s.answered = h.responseJSON(&fact.Response{Status: 101}, a.proto, ""), s.first
	}
	start := a.start
	if start == 0 {
		start = s.answered
	}
	end := max(s.last, s.answered, start)
	if f != nil {
		end = max(end, f.Time)
	}
	a.socket = true
	h.begin(start, end-start, a)
	h.buf = append(h.buf, s.response...)
	sent := max(start, a.sent)
	h.timings(sent-start, max(0, s.answered-sent), 0)
	h.place(c)
	h.own(c, a.partial, s.partial, "joined", joined)
	h.buf = append(h.buf, `,"_webSocketMessages":[`...)
	h.flush()
	if err := h.spill.copy(h.out, &s.messages); h.err == nil {
		h.err = err
	}
	h.buf = append(h.buf, ']')
	h.end()
}

// A spill keeps what grows without being finished: in memory, and what is over the limit in a temporary file.
type spill struct {
	most int
	held int
	file *os.File
	size int64
	err  error
	all  []*spilled
}

// A spilled is one growing text: pieces in the file, then what is in memory.
type spilled struct {
	pieces []piece
	tail   []byte
	known  bool
}

type piece struct{ at, n int64 }

func (s *spill) add(t *spilled, b []byte) {
	if !t.known {
		t.known = true
		s.all = append(s.all, t)
	}
	t.tail = append(t.tail, b...)
	s.held += len(b)
	if s.held > s.most {
		s.out()
	}
}

// out writes all that is in memory to the file.
func (s *spill) out() {
	if s.file == nil && s.err == nil {
		s.file, s.err = temp.Create("har")
	}
	for _, t := range s.all {
		if s.err != nil || len(t.tail) == 0 {
			continue
		}
		_, s.err = s.file.WriteAt(t.tail, s.size)
		t.pieces = append(t.pieces, piece{s.size, int64(len(t.tail))})
		s.size += int64(len(t.tail))
		s.held -= len(t.tail)
		t.tail = nil
	}
}

// copy writes a text and forgets it.
func (s *spill) copy(w io.Writer, t *spilled) error {
	for _, p := range t.pieces {
		if _, err := io.Copy(w, io.NewSectionReader(s.file, p.at, p.n)); err != nil {
			return err
		}
	}
	_, err := w.Write(t.tail)
	s.held -= len(t.tail)
	t.pieces, t.tail = nil, nil
	for i, o := range s.all {
		if o == t {
			s.all[i] = s.all[len(s.all)-1]
			s.all = s.all[:len(s.all)-1]
			break
		}
	}
	if s.err != nil {
		return s.err
	}
	return err
}

func (s *spill) close() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
	}
}
