package socketio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// payload checks the JSON of a packet as the revision's parsers do; the header's own check has seen its first byte.
func (d *Decoder) payload(h Header) error {
	if len(h.Data) == 0 {
		return nil
	}
	if !json.Valid(h.Data) {
		return fmt.Errorf("%w: not JSON", ErrPayload)
	}
	if h.Type.Plain() != Event || d.Rev == 3 {
		return nil
	}
	name, ok := EventName(h.Data)
	if !ok {
		return fmt.Errorf("%w: %s", ErrPayload, needs(h.Type))
	}
	isString := bytes.TrimLeft(h.Data[1:], " \t\r\n")[0] == '"'
	if d.Rev != 4 && isString && reserved(name) {
		return fmt.Errorf("%w: the event name %q is reserved", ErrPayload, name)
	}
	return nil
}

// reserved are the names that socket.io-parser from 4.2.4 on refuses.
func reserved(name []byte) bool {
	switch string(name) {
	case "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener":
		return true
	}
	return false
}

// attach puts the attachments into the order in which the payload names them, and renumbers the placeholders.
// maxBytes bounds them, since a payload may name the same one again and again.
func (p *Packet) attach(have [][]byte, maxBytes int) error {
	r := rewriter{src: p.Data, have: have, used: make([]bool, len(have)), left: maxBytes}
	if len(r.src) > 0 {
		r.value()
	}
	if r.err != nil {
		return r.err
	}
	for _, used := range r.used {
		if !used {
			p.Odd |= OddUnused
		}
	}
	p.Data, p.Attachments = r.out, r.attachments
	return nil
}

// A rewriter walks valid JSON and writes it again without blanks, each placeholder resolved.
type rewriter struct {
	src  []byte
	pos  int
	have [][]byte

	out         []byte
	attachments [][]byte
	used        []bool
	left        int // bytes of attachments that may still be named
	err         error
}

func (r *rewriter) value() {
	switch r.peek() {
	case '{':
		r.object()
	case '[':
		r.array()
	default:
		r.out = append(r.out, r.token()...)
	}
}

// peek skips blanks and returns the byte behind them.
func (r *rewriter) peek() byte {
	for r.pos < len(r.src) && blank(r.src[r.pos]) {
		r.pos++
	}
	if r.pos == len(r.src) {
		return 0
	}
	return r.src[r.pos]
}

// token reads a string, number or word.
func (r *rewriter) token() []byte {
	start := r.pos
	if r.src[start] == '"' {
		r.pos = stringEnd(r.src, start)
		return r.src[start:r.pos]
	}
	for r.pos < len(r.src) && bytes.IndexByte([]byte(",]} \t\r\n"), r.src[r.pos]) < 0 {
		r.pos++
	}
	return r.src[start:r.pos]
}

func (r *rewriter) punctuation() {
	r.out = append(r.out, r.peek())
	r.pos++
}

func (r *rewriter) array() {
	r.punctuation()
	for r.peek() != ']' {
		r.value()
		if r.peek() == ',' {
			r.punctuation()
		}
	}
	r.punctuation()
}

// object writes an object, and takes back what it wrote and named where the object turns out to be a placeholder:
// {"_placeholder":true,"num":N}, whatever else is in it.
func (r *rewriter) object() {
	start, before := len(r.out), *r
	placeholder, num := false, []byte(nil)
	r.punctuation()
	for r.peek() != '}' {
		key := r.token()
		r.out = append(r.out, key...)
		r.peek()
		r.punctuation() // the colon
		r.peek()
		from := r.pos
		r.value()
		switch keyOf(key) {
		case "_placeholder":
			placeholder = string(r.src[from:r.pos]) == "true"
		case "num":
			num = r.src[from:r.pos]
		}
		if r.peek() == ',' {
			r.punctuation()
		}
	}
	r.punctuation()
	if placeholder {
		r.out, r.err, r.left = r.out[:start], before.err, before.left
		r.attachments = r.attachments[:len(before.attachments)]
		r.place(num)
	}
}

// keyOf is the text of an object's key, as far as it matters here.
func keyOf(quoted []byte) string {
	if bytes.IndexByte(quoted, '\\') < 0 {
		switch s := quoted[1 : len(quoted)-1]; string(s) {
		case "_placeholder":
			return "_placeholder"
		case "num":
			return "num"
		}
		return ""
	}
	var s string
	_ = json.Unmarshal(quoted, &s)
	return s
}

// place writes the placeholder for attachment num of the wire.
func (r *rewriter) place(num []byte) {
	f, err := strconv.ParseFloat(string(num), 64)
	if err != nil || f < 0 || f >= float64(len(r.have)) || f != math.Trunc(f) {
		if r.err == nil {
			r.err = fmt.Errorf("%w: number %.40s, and there are %d", ErrPlaceholder, num, len(r.have))
		}
		return
	}
	attachment := r.have[int(f)]
	if r.left -= len(attachment); r.left < 0 && r.err == nil {
		r.err = fmt.Errorf("%w: the payload names them again and again", ErrTooLong)
		return
	}
	r.used[int(f)] = true
	r.out = appendPlaceholder(r.out, len(r.attachments))
	r.attachments = append(r.attachments, attachment)
}

func appendPlaceholder(dst []byte, n int) []byte {
	dst = append(dst, `{"_placeholder":true,"num":`...)
	return append(strconv.AppendInt(dst, int64(n), 10), '}')
}
