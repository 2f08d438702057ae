package engineio

import (
	"fmt"
	"unicode/utf8"
)

// A Decoder reads one unit: an HTTP body after content decoding, or one WebSocket message. The zero value reads
// revision 4. It keeps no state and none of the caller's memory.
type Decoder struct {
	Rev        int  // the EIO parameter of the URL: 3 (also for 1 and 2) or 4; 0 means 4
	DoubleUTF8 bool // text is UTF-8 encoded twice: polling of Socket.IO 1.0 to 1.7, WebSocket of 1.0 alone; revision 3
}

// A DecodeError says which packet of a unit could not be read, and where.
type DecodeError struct {
	Packet int    // its place among the packets of the unit, from 0
	Offset int    // the byte of the unit at which it begins; in JSONP, of the payload inside
	What   string // one clause
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("packet %d (byte %d): %s", e.Packet+1, e.Offset, e.What)
}

// DecodeMessage reads one WebSocket message of the given revision. It allocates only for base64 and invalid UTF-8.
func DecodeMessage(rev int, binary bool, p []byte) (Packet, error) {
	return Decoder{Rev: rev}.Message(binary, p)
}

// DecodePolling reads a text polling body; the packets before an error are emitted.
func DecodePolling(rev int, body []byte, emit func(Packet)) error {
	return Decoder{Rev: rev}.Polling(body, emit)
}

// DecodePollingBinary reads an application/octet-stream polling body, which exists in revision 3 alone.
func DecodePollingBinary(body []byte, emit func(Packet)) error {
	return Decoder{Rev: 3}.PollingBinary(body, emit)
}

// DecodeJSONP reads a JSONP answer, or the body of a JSONP POST where clientToServer.
func DecodeJSONP(rev int, body []byte, clientToServer bool, emit func(Packet)) error {
	return Decoder{Rev: rev}.JSONP(body, clientToServer, emit)
}

// Message reads one WebSocket message. The error is a *DecodeError.
func (d Decoder) Message(binary bool, p []byte) (Packet, error) {
	var packet Packet
	var problem string
	switch {
	case !binary:
		packet, problem = d.text(p)
	case d.rev3():
		packet = typed(p)
	default:
		packet = Packet{Type: Message, Binary: true, HasData: true, Data: p}
	}
	if problem != "" {
		return Packet{}, &DecodeError{What: problem}
	}
	return packet, nil
}

func (d Decoder) rev3() bool { return d.Rev != 0 && d.Rev < 4 }

// text reads the text form of a packet, "<digit><data>" or base64; problem says what is wrong with it, or is empty.
func (d Decoder) text(p []byte) (packet Packet, problem string) {
	switch {
	case len(p) == 0:
		return Packet{}, "empty packet"
	case p[0] == 'b' && d.rev3():
		return base64Typed(p[1:]), ""
	case p[0] == 'b':
		data, odd := decodeBase64(p[1:])
		return Packet{Type: Message, Binary: true, HasData: true, Data: data, Odd: odd}, ""
	case p[0] < '0' || p[0] > '6':
		return Packet{}, "unknown packet type " + quoteFirst(p)
	}
	packet = Packet{Type: Type(p[0] - '0'), HasData: len(p) > 1}
	if packet.HasData {
		packet.Data, packet.Odd, problem = d.string(p[1:])
	}
	return packet, problem
}

// string makes valid text of the bytes of a text packet.
func (d Decoder) string(p []byte) (text []byte, odd Odd, problem string) {
	switch {
	case isASCII(p):
		return p, 0, ""
	case !d.rev3():
		text, odd = toValid(p)
		return text, odd, ""
	case d.DoubleUTF8:
		text, ok := UndoDoubleUTF8(p)
		if !ok {
			return nil, 0, "text is not UTF-8 encoded twice"
		}
		return text, 0, ""
	}
	text, odd = toValid(p)
	if LooksDoubleUTF8(text) {
		odd |= OddDouble
	}
	return text, odd, ""
}

// typed reads the binary form of revision 3: a byte with the type's number, then the data.
func typed(p []byte) Packet {
	packet := Packet{Type: Unknown, Binary: true, HasData: true, Odd: OddType}
	if len(p) == 0 {
		return packet
	}
	if p[0] < byte(Unknown) {
		packet.Type, packet.Odd = Type(p[0]), 0
	}
	packet.Data = p[1:]
	return packet
}

// base64Typed reads what follows the "b" in revision 3: the type's digit, then base64.
func base64Typed(p []byte) Packet {
	packet := Packet{Type: Unknown, Binary: true, HasData: true, Odd: OddType}
	if len(p) == 0 {
		return packet
	}
	if '0' <= p[0] && p[0] <= '6' {
		packet.Type, packet.Odd = Type(p[0]-'0'), 0
	}
	data, odd := decodeBase64(p[1:])
	packet.Data, packet.Odd = data, packet.Odd|odd
	return packet
}

func quoteFirst(p []byte) string {
	r, size := utf8.DecodeRune(p)
	if r == utf8.RuneError && size < 2 {
		return fmt.Sprintf("0x%02x", p[0])
	}
	return fmt.Sprintf("%q", r)
}
