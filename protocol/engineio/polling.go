package engineio

import (
	"bytes"
	"fmt"
	"math"

	"sioscope/protocol/internal/jsnum"
)

// separator stands between the packets of a revision 4 body (Engine.IO v4, "HTTP long-polling").
const separator = 0x1E

// Polling reads a text polling body and calls emit for its packets in order. The error is a *DecodeError; the packets
// before it have been emitted, and nothing after it is read, as the published parsers do.
func (d Decoder) Polling(body []byte, emit func(Packet)) error {
	if d.rev3() {
		return d.polling3(body, emit)
	}
	return d.polling4(body, emit)
}

// polling4 reads "<packet>␞<packet>…".
func (d Decoder) polling4(body []byte, emit func(Packet)) error {
	offset := 0
	for n := 0; ; n++ {
		part := body[offset:]
		i := bytes.IndexByte(part, separator)
		if i >= 0 {
			part = part[:i]
		}
		packet, problem := d.text(part)
		if problem != "" {
			return &DecodeError{Packet: n, Offset: offset, What: hint4(problem, part, n == 0)}
		}
		emit(packet)
		if i < 0 {
			return nil
		}
		offset += i + 1
	}
}

// hint4 adds to a problem what the first packet of a body looks like, where it is not of revision 4.
func hint4(problem string, part []byte, first bool) string {
	if !first {
		return problem
	}
	switch digits := leadingDigits(part); {
	case digits > 0 && digits < len(part) && part[digits] == ':':
		return problem + " (this looks like Engine.IO 3)"
	case bytes.HasPrefix(part, []byte("\xEF\xBB\xBF")):
		return problem + " (a byte order mark)"
	}
	return problem
}

// polling3 reads "<length>:<packet><length>:<packet>…", lengths in UTF-16 code units (Engine.IO v3, "Payload").
func (d Decoder) polling3(body []byte, emit func(Packet)) error {
	if len(body) == 0 {
		return &DecodeError{What: "empty body"}
	}
	n := 0
	for offset := 0; offset < len(body); {
		part := body[offset:]
		start, length, odd, problem := length3(part)
		if problem != "" {
			return &DecodeError{Packet: n, Offset: offset, What: problem}
		}
		end, units, split := unitsEnd(part[start:], length)
		switch {
		case split:
			problem = fmt.Sprintf("length %d ends inside a surrogate pair", length)
		case units < length:
			problem = tooLong(part[start:], length, units)
		case length > 0:
			var packet Packet
			if packet, problem = d.text(part[start : start+end]); problem == "" {
				packet.Odd |= odd
				emit(packet)
				n++
			}
		}
		if problem != "" {
			return &DecodeError{Packet: n, Offset: offset, What: problem}
		}
		offset += start + end
	}
	return nil
}

// length3 reads "<length>:"; start is the offset of what follows it.
func length3(p []byte) (start, length int, odd Odd, problem string) {
	digits := leadingDigits(p)
	if 0 < digits && digits < 10 && digits < len(p) && p[digits] == ':' {
		for _, c := range p[:digits] {
			length = length*10 + int(c-'0')
		}
		if p[0] == '0' && digits > 1 {
			odd = OddLength
		}
		return digits + 1, length, odd, ""
	}
	colon := bytes.IndexByte(p, ':')
	if colon < 0 {
		return 0, 0, 0, "no length before the packet" + hint3(p)
	}
	if colon == 0 {
		return 0, 0, 0, "empty length before the packet"
	}
	f, ok := jsnum.Parse(p[:colon])
	if !ok || f != math.Trunc(f) || f < 0 || f > math.MaxInt32 {
		return 0, 0, 0, fmt.Sprintf("bad length %.20q before the packet", p[:colon])
	}
	return colon + 1, int(f), OddLength, ""
}

func hint3(p []byte) string {
	if '0' <= p[0] && p[0] <= '6' || bytes.IndexByte(p, separator) >= 0 {
		return " (this looks like Engine.IO 4)"
	}
	return ""
}

func tooLong(p []byte, length, units int) string {
	if length == len(p) {
		return fmt.Sprintf("length %d counts bytes, not the %d UTF-16 code units there are", length, units)
	}
	return fmt.Sprintf("length %d, and the body ends after %d", length, units)
}

func leadingDigits(p []byte) int {
	n := 0
	for n < len(p) && '0' <= p[n] && p[n] <= '9' {
		n++
	}
	return n
}
