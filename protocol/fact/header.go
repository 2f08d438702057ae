package fact

import "bytes"

// A Header is the field lines of a message as they stood on the wire, "Name: value\r\n" each, the start line and
// the closing empty line left out. Sources that have no such bytes (HTTP/2, HAR) write them. Line ends may be "\n".
type Header []byte

// Get returns the first value of the named field without surrounding blanks, and whether the field is there.
// name is matched without regard to ASCII case.
func (h Header) Get(name string) (value []byte, ok bool) {
	h.Each(func(n, v []byte) bool {
		if equalFold(n, name) {
			value, ok = v, true
		}
		return !ok
	})
	return value, ok
}

// Each calls f for every field line until f returns false. Both slices point into h.
func (h Header) Each(f func(name, value []byte) bool) {
	for rest := []byte(h); len(rest) > 0; {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line, rest = rest[:i], rest[i+1:]
		} else {
			rest = nil
		}
		colon := bytes.IndexByte(line, ':')
		if colon <= 0 {
			continue
		}
		if !f(line[:colon], trimmed(line[colon+1:])) {
			return
		}
	}
}

// trimmed is bytes.Trim(b, " \t\r") without its table.
func trimmed(b []byte) []byte {
	for len(b) > 0 && isBlank(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isBlank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

func equalFold(b []byte, s string) bool {
	if len(b) != len(s) {
		return false
	}
	for i := range b {
		if lower(b[i]) != lower(s[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
