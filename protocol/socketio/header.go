package socketio

import (
	"bytes"
	"math"

	"sioscope/protocol/internal/jsnum"
)

// A Header is what stands before the payload of a packet.
type Header struct {
	Type        Type
	Attachments int    // announced; in Scanner's KindAttachment: of the packet they belong to
	Namespace   []byte // "/" where the text has none. It points into the text, or at a constant: do not write to it
	ID          int64  // for an acknowledgement; -1: none
	Data        []byte // the rest: the JSON text, or of a msgpack packet the bytes of its data; empty where there is none
	Odd         Odd
}

// root is the namespace of packets that name none.
var root = []byte{'/'}

// manyAttachments is what socket.io-parser 4.2.5 and later accept by default.
const manyAttachments = 10

// ParseHeader reads <type>[<attachments>-][<namespace>,][<id>]<JSON> (Socket.IO v5, "Packet encoding"). It looks at
// the first byte of the JSON only, and does not allocate; the error is a Problem.
func ParseHeader(rev int, text []byte) (Header, error) {
	h := Header{Namespace: root, ID: -1}
	if len(text) == 0 {
		return h, ErrNoData
	}
	switch c := text[0]; {
	case c >= '0' && c <= '6' && (c != '6' || rev != 3):
		h.Type = Type(c - '0')
	case blank(c):
		h.Odd |= OddType
	default:
		return h, ErrType
	}
	rest := text[1:]
	if h.counts(rev) {
		var err error
		if rest, err = h.count(rev, rest); err != nil {
			return h, err
		}
	}
	if len(rest) > 0 && rest[0] == '/' {
		h.Namespace = rest
		if i := bytes.IndexByte(rest, ','); i >= 0 {
			h.Namespace, rest = rest[:i], rest[i+1:]
		} else {
			rest = nil
		}
		if bytes.IndexByte(h.Namespace, '"') >= 0 || bytes.IndexByte(h.Namespace, '[') >= 0 {
			h.Odd |= OddNamespace
		}
	}
	rest, ok := h.id(rest)
	if !ok {
		return h, ErrID
	}
	h.Data = rest
	return h, h.check(rev)
}

// counts says whether a number of attachments follows the type. Revision 3 has one on every ACK, and no BINARY_ACK.
func (h *Header) counts(rev int) bool {
	return h.Type >= BinaryEvent || h.Type == Ack && rev == 3
}

func (h *Header) count(rev int, p []byte) (rest []byte, err error) {
	n, i := 0, 0
	for i < len(p) && i < 6 && '0' <= p[i] && p[i] <= '9' {
		n = n*10 + int(p[i]-'0')
		i++
	}
	if i == 0 || i == len(p) || p[i] != '-' || p[0] == '0' && i > 1 {
		h.Odd |= OddCount
		if i = bytes.IndexByte(p, '-'); i < 0 {
			return nil, ErrCount
		}
		f, ok := jsnum.Parse(p[:i])
		if !ok || f != math.Trunc(f) || f < 0 {
			return nil, ErrCount
		}
		n = int(min(f, 1e6))
	}
	switch {
	case n >= 1e6:
		return nil, ErrTooMany
	case n > manyAttachments:
		h.Odd |= OddMany
	case n == 0 && h.Type >= BinaryEvent:
		if rev == 0 || rev >= 5 {
			return nil, ErrCountZero
		}
		h.Odd |= OddCount
	}
	h.Attachments = n
	return p[i+1:], nil
}

// id reads the acknowledgement id. JavaScript takes blanks for digits here.
func (h *Header) id(p []byte) (rest []byte, ok bool) {
	n, i := int64(0), 0
	for i < len(p) && i < 16 && '0' <= p[i] && p[i] <= '9' {
		n = n*10 + int64(p[i]-'0')
		i++
	}
	if i < len(p) && (blank(p[i]) || '0' <= p[i] && p[i] <= '9') {
		return h.oddID(p)
	}
	if i > 0 {
		h.ID = n
		if n > 1<<53 || p[0] == '0' && i > 1 {
			h.Odd |= OddID
		}
	}
	return p[i:], true
}

func (h *Header) oddID(p []byte) (rest []byte, ok bool) {
	end := 0
	for end < len(p) && (blank(p[end]) || '0' <= p[end] && p[end] <= '9') {
		end++
	}
	h.Odd |= OddID
	h.ID = 0
	for _, c := range bytes.TrimFunc(p[:end], jsnum.Space) {
		if c < '0' || c > '9' {
			return nil, false
		}
		if digit := int64(c - '0'); h.ID > (math.MaxInt64-digit)/10 {
			h.ID = math.MaxInt64
		} else {
			h.ID = h.ID*10 + digit
		}
	}
	return p[end:], true
}

// check holds the payload's first byte against the type: enough to tell Socket.IO from other messages. The published
// parsers of revision 3 accept any payload.
func (h *Header) check(rev int) error {
	if len(h.Data) == 0 {
		switch {
		case h.Type.Plain() == Event, h.Type.Plain() == Ack:
			h.Odd |= OddNoPayload
		}
		if h.Type.Plain() == Ack && h.ID < 0 {
			h.Odd |= OddNoID
		}
		return nil
	}
	c := h.Data[0]
	var ok bool
	switch h.Type {
	case Event, BinaryEvent:
		ok = c == '['
	case Ack, BinaryAck:
		ok = c == '['
		if h.ID < 0 {
			h.Odd |= OddNoID
		}
	case Connect:
		ok = c == '{' || rev == 4 && (c == '[' || c == 'n')
	case ConnectError:
		ok = c == '{' || c == '"' || rev == 4 && (c == '[' || c == 'n')
	}
	if !ok && rev != 3 {
		return ErrPayload
	}
	return nil
}

// blank is white space in ASCII, as JavaScript has it.
func blank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
