package socketio

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// maxDepth is how deep msgpack may nest.
const maxDepth = 1000

// looksLikeMsgPack says whether a binary message can be a packet of socket.io-msgpack-parser: a map with the keys
// "type" or "nsp".
func looksLikeMsgPack(p []byte) bool {
	r := reader{p: p}
	m, ok := r.marker()
	if !ok || m.kind != kindMap {
		return false
	}
	for range m.n {
		key, ok := r.marker()
		if !ok || key.kind != kindString {
			return false
		}
		if s := string(key.body); s == "type" || s == "nsp" {
			return true
		}
		if !r.skip() {
			return false
		}
	}
	return false
}

// msgpackHeader reads a packet's fields without looking into its data. It does not allocate.
func msgpackHeader(p []byte) (h Header, err error) {
	h = Header{ID: -1}
	r := reader{p: p}
	m, _ := r.marker()
	hasType, hasID := false, false
	for range m.n {
		key, ok := r.marker()
		if !ok {
			return h, ErrMsgPack
		}
		start := r.pos
		if !r.skip() {
			return h, ErrMsgPack
		}
		value := r.p[start:r.pos]
		switch string(key.body) {
		case "type":
			var n int64
			n, hasType = integer(value)
			if hasType = hasType && n >= 0 && n <= int64(ConnectError); hasType {
				h.Type = Type(n)
			}
		case "nsp":
			if v, _ := (&reader{p: value}).marker(); v.kind == kindString {
				h.Namespace = v.body[:len(v.body):len(v.body)]
			}
		case "id":
			h.ID, hasID = integer(value)
			if undefined(value) {
				h.ID = -1
			} else if !hasID || h.ID < 0 {
				return h, ErrMsgPackID
			}
		case "data":
			h.Data = value
			if undefined(value) {
				h.Data = nil
			}
		}
	}
	switch {
	case r.pos < len(p):
		return h, ErrMsgPack
	case !hasType:
		return h, ErrMsgPackType
	case h.Namespace == nil:
		return h, ErrMsgPackNSP
	case !h.msgpackPayload():
		return h, ErrPayload
	}
	return h, nil
}

// msgpackPayload holds the kind of the data against the type.
func (h *Header) msgpackPayload() bool {
	if h.Data == nil {
		return h.Type == Connect || h.Type == Disconnect
	}
	m, _ := (&reader{p: h.Data}).marker()
	switch h.Type {
	case Connect:
		return m.kind == kindMap
	case Disconnect:
		return false
	case ConnectError:
		return m.kind == kindMap || m.kind == kindString
	}
	return m.kind == kindArray
}

// integer reads a whole number, which may be written as a float.
func integer(value []byte) (n int64, ok bool) {
	m, ok := (&reader{p: value}).marker()
	switch {
	case !ok:
		return 0, false
	case m.kind == kindInt || m.kind == kindUint && m.n <= math.MaxInt64:
		return int64(m.n), true
	case m.kind == kindFloat:
		f := math.Float64frombits(m.n)
		return int64(f), f == math.Trunc(f) && math.Abs(f) < 1<<63
	}
	return 0, false
}

// undefined is notepack's fixext of type 0.
func undefined(value []byte) bool {
	return len(value) == 3 && value[0] == 0xD4 && value[1] == 0
}

// msgpackPacket reads a whole packet. Binary data becomes attachments.
func msgpackPacket(p []byte) (Packet, error) {
	h, err := msgpackHeader(p)
	if err != nil {
		return Packet{}, err
	}
	packet := Packet{Type: h.Type, Namespace: validString(h.Namespace), ID: h.ID, MsgPack: true}
	if h.Data == nil {
		return packet, nil
	}
	w := jsonWriter{reader: reader{p: h.Data}}
	if err := w.value(0); err != nil {
		return Packet{}, err
	}
	packet.Data, packet.Attachments = w.out, w.attachments
	return packet, nil
}

// jsonWriter writes msgpack as the JSON that JavaScript would make of it.
type jsonWriter struct {
	reader
	out         []byte
	attachments [][]byte
}

func (w *jsonWriter) value(depth int) error {
	if depth > maxDepth {
		return ErrMsgPackDepth
	}
	m, ok := w.marker()
	if !ok {
		return ErrMsgPack
	}
	switch m.kind {
	case kindArray:
		return w.array(m.n, depth)
	case kindMap:
		return w.object(m.n, depth)
	case kindNil:
		w.out = append(w.out, "null"...)
	case kindBool:
		w.out = strconv.AppendBool(w.out, m.n == 1)
	case kindInt:
		w.out = strconv.AppendInt(w.out, int64(m.n), 10)
	case kindUint:
		w.out = strconv.AppendUint(w.out, m.n, 10)
	case kindFloat:
		w.out = appendFloat(w.out, math.Float64frombits(m.n))
	case kindString:
		w.out = appendString(w.out, m.body)
	case kindBin:
		w.attach(m.body)
	case kindExt:
		w.ext(m)
	}
	return nil
}

func (w *jsonWriter) array(n uint64, depth int) error {
	w.out = append(w.out, '[')
	for i := range n {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		if err := w.value(depth + 1); err != nil {
			return err
		}
	}
	w.out = append(w.out, ']')
	return nil
}

func (w *jsonWriter) object(n uint64, depth int) error {
	w.out = append(w.out, '{')
	first := true
	for range n {
		key, ok := w.marker()
		if !ok {
			return ErrMsgPack
		}
		if undefined(w.p[w.pos:min(w.pos+3, len(w.p))]) { // JSON.stringify leaves such members out
			w.pos += 3
			continue
		}
		if !first {
			w.out = append(w.out, ',')
		}
		first = false
		w.key(key)
		w.out = append(w.out, ':')
		if err := w.value(depth + 1); err != nil {
			return err
		}
	}
	w.out = append(w.out, '}')
	return nil
}

// key writes a map's key as a string; of keys that are neither strings nor numbers only their kind is told.
func (w *jsonWriter) key(m marker) {
	switch m.kind {
	case kindString:
		w.out = appendString(w.out, m.body)
	case kindInt:
		w.out = fmt.Appendf(w.out, `"%d"`, int64(m.n))
	case kindUint:
		w.out = fmt.Appendf(w.out, `"%d"`, m.n)
	case kindFloat:
		w.out = append(appendFloat(append(w.out, '"'), math.Float64frombits(m.n)), '"')
	case kindBool:
		w.out = fmt.Appendf(w.out, `"%v"`, m.n == 1)
	case kindNil:
		w.out = append(w.out, `"null"`...)
	default:
		w.out = append(w.out, `"[object Object]"`...)
	}
}

// ext writes an extension as notepack.io 2 reads it: type 0 is undefined (1 byte), a date (8 bytes) or an ArrayBuffer,
// any other is [type, bytes].
func (w *jsonWriter) ext(m marker) {
	switch {
	case m.ext != 0:
		w.out = fmt.Appendf(w.out, "[%d,", m.ext)
		w.attach(m.body)
		w.out = append(w.out, ']')
	case len(m.body) == 1:
		w.out = append(w.out, "null"...)
	case len(m.body) == 8:
		ms, _ := (&reader{p: m.body}).uint(8)
		w.out = appendDate(w.out, int64(ms))
	default:
		w.attach(m.body)
	}
}

func (w *jsonWriter) attach(p []byte) {
	w.out = appendPlaceholder(w.out, len(w.attachments))
	w.attachments = append(w.attachments, append([]byte{}, p...))
}

// appendDate writes a time in milliseconds as JavaScript's Date.toJSON does.
func appendDate(dst []byte, ms int64) []byte {
	const limit = 8.64e15
	if ms > limit || ms < -limit {
		return append(dst, "null"...)
	}
	t := time.UnixMilli(ms).UTC()
	year := fmt.Sprintf("%04d", t.Year())
	if t.Year() < 0 || t.Year() > 9999 {
		year = fmt.Sprintf("%+07d", t.Year())
	}
	return fmt.Appendf(dst, `"%s%sZ"`, year, t.Format("-01-02T15:04:05.000"))
}

// appendFloat writes a number as JSON.stringify does.
func appendFloat(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	b, _ := json.Marshal(f)
	return append(dst, b...)
}

// appendString writes a JSON string; what is no UTF-8 becomes U+FFFD.
func appendString(dst, s []byte) []byte {
	dst = append(dst, '"')
	for len(s) > 0 {
		r, size := utf8.DecodeRune(s)
		s = s[size:]
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r < 0x20:
			dst = fmt.Appendf(dst, `\u%04x`, r)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}
