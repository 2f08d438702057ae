package engineio

import (
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"strconv"
	"unicode/utf8"
)

// An Encoder writes packets as the published encoders do. The zero value writes revision 4. All its methods append to
// dst. Text data must be valid UTF-8, and a revision 4 binary packet is always a message.
type Encoder struct {
	Rev        int  // 3 or 4; 0 means 4
	DoubleUTF8 bool // as in Decoder
	Base64     bool // WebSocket: binary packets as text, for peers that asked with b64=1
}

func (e Encoder) rev3() bool { return Decoder{Rev: e.Rev}.rev3() }

// AppendMessage writes one packet as a WebSocket message, and says whether that is a binary one.
func (e Encoder) AppendMessage(dst []byte, p Packet) (message []byte, binary bool) {
	switch {
	case !p.Binary || e.Base64:
		return e.appendText(dst, p), false
	case e.rev3():
		dst = append(dst, byte(p.Type))
	}
	return append(dst, p.Data...), true
}

// appendText writes "<digit><data>", or base64.
func (e Encoder) appendText(dst []byte, p Packet) []byte {
	if p.Binary {
		dst = append(dst, 'b')
		if e.rev3() {
			dst = append(dst, '0'+byte(p.Type))
		}
		return base64.StdEncoding.AppendEncode(dst, p.Data)
	}
	dst = append(dst, '0'+byte(p.Type))
	if !e.DoubleUTF8 {
		return append(dst, p.Data...)
	}
	for _, c := range p.Data {
		dst = utf8.AppendRune(dst, rune(c))
	}
	return dst
}

// AppendPolling writes a text polling body. No packets are "0:" in revision 3, and nothing, which no peer can read, in
// revision 4.
func (e Encoder) AppendPolling(dst []byte, packets ...Packet) []byte {
	if !e.rev3() {
		for i, p := range packets {
			if i > 0 {
				dst = append(dst, separator)
			}
			dst = e.appendText(dst, p)
		}
		return dst
	}
	if len(packets) == 0 {
		return append(dst, "0:"...)
	}
	var text []byte
	for _, p := range packets {
		text = e.appendText(text[:0], p)
		dst = strconv.AppendInt(dst, int64(unitsLen(text)), 10)
		dst = append(dst, ':')
		dst = append(dst, text...)
	}
	return dst
}

// AppendPollingBinary writes an application/octet-stream body, which exists in revision 3 alone.
func (e Encoder) AppendPollingBinary(dst []byte, packets ...Packet) []byte {
	for _, p := range packets {
		lead, first := byte(0), '0'+byte(p.Type)
		if p.Binary {
			lead, first = 1, byte(p.Type)
		}
		dst = append(dst, lead)
		for _, c := range strconv.Itoa(len(p.Data) + 1) {
			dst = append(dst, byte(c-'0'))
		}
		dst = append(dst, 0xFF, first)
		dst = append(dst, p.Data...)
	}
	return dst
}

// AppendJSONP writes a JSONP answer; index is the j parameter of the handshake, digits alone.
func (e Encoder) AppendJSONP(dst []byte, index string, packets ...Packet) []byte {
	dst = append(dst, "___eio["...)
	dst = append(dst, index...)
	dst = append(dst, `]("`...)
	for _, r := range string(e.AppendPolling(nil, packets...)) {
		dst = appendEscaped(dst, r)
	}
	return append(dst, `");`...)
}

// appendEscaped writes r as JSON.stringify does, and the two line separators as JavaScript needs them.
func appendEscaped(dst []byte, r rune) []byte {
	const short = "\b\f\n\r\t\"\\"
	for i := range len(short) {
		if r == rune(short[i]) {
			return append(dst, '\\', `bfnrt"\`[i])
		}
	}
	if r < 0x20 || r == 0x2028 || r == 0x2029 {
		const hex = "0123456789abcdef"
		return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	}
	return utf8.AppendRune(dst, r)
}

// AppendForm writes the body of a JSONP POST: d=<payload>, line feeds escaped as the clients do.
func (e Encoder) AppendForm(dst []byte, packets ...Packet) []byte {
	var escaped []byte
	payload := e.AppendPolling(nil, packets...)
	for i, c := range payload {
		switch {
		case c == '\n':
			escaped = append(escaped, `\n`...)
		case c == '\\' && i+1 < len(payload) && payload[i+1] == 'n':
			escaped = append(escaped, `\\`...)
		default:
			escaped = append(escaped, c)
		}
	}
	dst = append(dst, "d="...)
	return append(dst, url.QueryEscape(string(escaped))...)
}

// AppendWebTransport writes one packet for a WebTransport stream.
func (e Encoder) AppendWebTransport(dst []byte, p Packet) []byte {
	var lead byte
	size := len(p.Data)
	if p.Binary {
		lead = 0x80
	} else {
		size++
	}
	switch {
	case size < 126:
		dst = append(dst, lead|byte(size))
	case size < 1<<16:
		dst = append(dst, lead|126)
		dst = binary.BigEndian.AppendUint16(dst, uint16(size))
	default:
		dst = append(dst, lead|127)
		dst = binary.BigEndian.AppendUint64(dst, uint64(size))
	}
	if !p.Binary {
		dst = append(dst, '0'+byte(p.Type))
	}
	return append(dst, p.Data...)
}
