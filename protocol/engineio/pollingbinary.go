package engineio

import (
	"fmt"
	"unicode/utf8"
)

// lengthDigits is how many digits of a length are read; JavaScript's largest number has 310.
const lengthDigits = 310

// PollingBinary reads an application/octet-stream body: "<0 text | 1 binary><length, a byte for each decimal
// digit>FF<packet>" repeated (Engine.IO v3, "Payload", XHR2). A packet that cannot be read does not end the body when
// its length is known: the error is the first one, and later packets are emitted. Text inside is never encoded twice.
func (d Decoder) PollingBinary(body []byte, emit func(Packet)) error {
	var first error
	n := 0
	for offset := 0; offset < len(body); n++ {
		start, length, problem := binaryHeader(body[offset:])
		if problem != "" {
			if first == nil {
				first = &DecodeError{Packet: n, Offset: offset, What: problem}
			}
			return first
		}
		entry := body[offset+start:]
		entry = entry[:min(length, len(entry))]
		packet, problem := binaryEntry(body[offset], entry)
		switch {
		case problem == "":
			if len(entry) < length {
				packet.Odd |= OddShort
			}
			emit(packet)
		case first == nil:
			first = &DecodeError{Packet: n, Offset: offset, What: problem}
		}
		offset += start + len(entry)
	}
	return first
}

// binaryHeader reads what precedes a packet; start is the packet's offset.
func binaryHeader(p []byte) (start, length int, problem string) {
	for i, c := range p[1:] {
		switch {
		case c == 0xFF && i == 0:
			return 0, 0, "empty length before the packet"
		case c == 0xFF:
			return i + 2, length, ""
		case c > 9:
			return 0, 0, fmt.Sprintf("byte 0x%02x in the length is not a digit", c)
		case i >= lengthDigits:
			return 0, 0, "length without end"
		}
		if length < 1<<31 {
			length = length*10 + int(c)
		}
	}
	return 0, 0, "no 0xFF after the length"
}

func binaryEntry(lead byte, p []byte) (packet Packet, problem string) {
	if lead != 0 {
		packet = typed(p)
		if lead != 1 {
			packet.Odd |= OddLead
		}
		return packet, ""
	}
	text, odd, ok := withoutSurrogates(p)
	if !ok {
		return Packet{}, "invalid UTF-8"
	}
	packet, problem = Decoder{Rev: 3}.text(text)
	packet.Odd = packet.Odd&^OddDouble | odd
	return packet, problem
}

// withoutSurrogates replaces encoded surrogates by U+FFFD, the one flaw in UTF-8 that the binary framing's decoder
// (utf8.js, not strict) tolerates.
func withoutSurrogates(p []byte) (text []byte, odd Odd, ok bool) {
	if utf8.Valid(p) {
		return p, 0, true
	}
	for len(p) > 0 {
		r, size := utf8.DecodeRune(p)
		if r == utf8.RuneError && size == 1 {
			if len(p) < 3 || p[0] != 0xED || p[1]&0xE0 != 0xA0 || p[2]&0xC0 != 0x80 {
				return nil, 0, false
			}
			size = 3
		}
		text = utf8.AppendRune(text, r)
		p = p[size:]
	}
	return text, OddUTF8, true
}
