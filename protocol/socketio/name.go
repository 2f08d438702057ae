package socketio

import (
	"encoding/json"
	"strconv"
)

// EventName returns the first element of a payload, JSON or msgpack: the name of the event, or the digits of a number
// that stands for one. It reads no further than that, and allocates only for names with escapes and msgpack numbers.
// The name points into data where it can.
func EventName(data []byte) (name []byte, ok bool) {
	if len(data) == 0 {
		return nil, false
	}
	if data[0] != '[' {
		return msgpackName(data)
	}
	p := data[1:]
	for len(p) > 0 && blank(p[0]) {
		p = p[1:]
	}
	if len(p) == 0 {
		return nil, false
	}
	if p[0] != '"' {
		n := 0
		for n < len(p) && (p[n] >= '0' && p[n] <= '9' || p[n] == '-' || p[n] == '.' || p[n]|0x20 == 'e' || p[n] == '+') {
			n++
		}
		return p[:n], n > 0 && (p[0] == '-' || p[0] >= '0' && p[0] <= '9')
	}
	for i := 1; i < len(p); i++ {
		switch p[i] {
		case '"':
			return p[1:i], true
		case '\\':
			return escapedName(p)
		}
	}
	return nil, false
}

// escapedName reads the JSON string that p starts with.
func escapedName(p []byte) (name []byte, ok bool) {
	end := stringEnd(p, 0)
	if end < 0 {
		return nil, false
	}
	var s string
	if json.Unmarshal(p[:end], &s) != nil {
		return nil, false
	}
	return []byte(s), true
}

// stringEnd returns the offset behind the JSON string that starts at p[start], or -1.
func stringEnd(p []byte, start int) int {
	for i := start + 1; i < len(p); i++ {
		switch p[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// msgpackName is EventName for an array in msgpack.
func msgpackName(data []byte) (name []byte, ok bool) {
	r := reader{p: data}
	m, ok := r.marker()
	if !ok || m.kind != kindArray || m.n == 0 {
		return nil, false
	}
	m, ok = r.marker()
	switch {
	case !ok:
		return nil, false
	case m.kind == kindString:
		return m.body, true
	case m.kind == kindInt:
		return strconv.AppendInt(nil, int64(m.n), 10), true
	case m.kind == kindUint:
		return strconv.AppendUint(nil, m.n, 10), true
	}
	return nil, false
}
