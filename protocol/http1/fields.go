package http1

import (
	"bytes"

	"sioscope/protocol/fact"
)

// fields is what a message's field lines say about its framing. The slices point into its head.
type fields struct {
	length     int64 // Content-Length; -1: none
	coded      bool  // there is a Transfer-Encoding
	chunked    bool  // and chunked is its last
	badLength  bool  // Content-Length is no number, or there are several that differ
	upgrade    bool  // Connection: upgrade
	protocol   []byte
	host       []byte
	encoding   []byte // Content-Encoding, where it is one line
	encodings  bool   // there are more such lines
	extensions bool   // there is a Sec-WebSocket-Extensions
}

// readFields reads the field lines, as many as are complete.
func (m *message) readFields() {
	if m.folded {
		unfold(m.head[m.first:m.line])
	}
	m.fields = parseFields(m.header())
}

func parseFields(h fact.Header) fields {
	f := fields{length: -1}
	h.Each(func(name, value []byte) bool {
		f.add(name, value)
		return true
	})
	return f
}

func (f *fields) add(name, value []byte) {
	switch len(name) {
	case len("host"):
		if is(name, "host") && f.host == nil {
			f.host = value
		}
	case len("upgrade"):
		if is(name, "upgrade") && f.protocol == nil {
			f.protocol = value
		}
	case len("connection"):
		if is(name, "connection") {
			f.upgrade = f.upgrade || has(value, "upgrade")
		}
	case len("content-length"):
		if is(name, "content-length") {
			f.addLength(value)
		}
	case len("content-encoding"):
		if is(name, "content-encoding") {
			f.encodings = f.encoding != nil
			f.encoding = value
		}
	case len("transfer-encoding"):
		if is(name, "transfer-encoding") {
			f.coded = true
			last := value[bytes.LastIndexByte(value, ',')+1:]
			f.chunked = is(bytes.TrimSpace(last), "chunked")
		}
	case len("sec-websocket-extensions"):
		f.extensions = f.extensions || is(name, "sec-websocket-extensions")
	}
}

// addLength reads a Content-Length, which may be a list of equal numbers (RFC 9110 §8.6).
func (f *fields) addLength(value []byte) {
	for len(value) > 0 {
		item := value
		if i := bytes.IndexByte(value, ','); i >= 0 {
			item, value = value[:i], value[i+1:]
		} else {
			value = nil
		}
		n, ok := parseLength(bytes.TrimSpace(item))
		if !ok || f.length >= 0 && f.length != n {
			f.badLength = true
			return
		}
		f.length = n
	}
}

func parseLength(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// unfold overwrites the line ends of folded lines (obs-fold, RFC 9112 §5.2) with blanks.
func unfold(h []byte) {
	for i := 1; i < len(h); i++ {
		if h[i-1] != '\n' || h[i] != ' ' && h[i] != '\t' {
			continue
		}
		h[i-1] = ' '
		if i > 1 && h[i-2] == '\r' {
			h[i-2] = ' '
		}
	}
}

// List is the values of all lines of the field with the given lower-case name, as one list.
func List(h fact.Header, lower string) []byte {
	var list []byte
	h.Each(func(name, value []byte) bool {
		if is(name, lower) {
			if list != nil {
				list = append(list, ", "...)
			}
			list = append(list, value...)
		}
		return true
	})
	return list
}

// has reports whether a comma-separated list has the given item.
func has(list []byte, lower string) bool {
	for item := range bytes.SplitSeq(list, []byte(",")) {
		if is(bytes.TrimSpace(item), lower) {
			return true
		}
	}
	return false
}

// is reports whether b is the given lower-case string, without regard to ASCII case.
func is(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
