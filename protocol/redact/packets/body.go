package packets

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
)

// A form is a way to write packets into a body.
type form struct {
	rev            int
	binary, double bool
}

var forms = [...]form{{rev: 4}, {rev: 3}, {rev: 3, double: true}, {rev: 3, binary: true}}

// Body masks the secrets of a polling body, or of any other text. known is false where it is neither, so that what it
// holds was not looked for; it is then as it was, and binary is what it is.
func Body(r redact.Redactor, body, contentType []byte, dir fact.Dir) (masked []byte, known bool) {
	if r.Off || len(body) == 0 {
		return body, true
	}
	if packets, f, ok := read(body, contentType); ok {
		return framed(r, body, packets, f, dir)
	}
	if bytes.HasPrefix(body, []byte("d=")) && dir == fact.Out {
		return form1(r, body), true
	}
	if !utf8.Valid(body) {
		return body, false
	}
	if masked, ok := jsonp(r, body, dir); ok {
		return masked, true
	}
	return []byte(r.Text(string(body))), true
}

// IsPolling says whether a body has packets of Engine.IO.
func IsPolling(body, contentType []byte) bool {
	_, _, ok := read(body, contentType)
	return ok || bytes.HasPrefix(body, []byte("d=")) || bytes.HasPrefix(body, []byte("___eio["))
}

// read finds the packets of a body, and how they are written.
func read(body, contentType []byte) ([]engineio.Packet, form, bool) {
	octets := bytes.HasPrefix(contentType, []byte("application/octet-stream"))
	counted := bytes.HasPrefix(bytes.TrimLeft(body, "0123456789"), []byte(":")) // as revision 3 has its packets
	for _, exact := range [...]bool{true, false} {                              // first as what would be written just so
		for _, f := range forms {
			if f.binary != octets || !octets && (f.rev == 3) != counted {
				continue
			}
			if packets, ok := f.read(body); ok && (!exact || bytes.Equal(f.write(packets), body)) {
				return packets, f, true
			}
		}
	}
	return nil, form{}, false
}

func (f form) read(body []byte) (packets []engineio.Packet, ok bool) {
	take := func(p engineio.Packet) {
		p.Data = bytes.Clone(p.Data)
		packets = append(packets, p)
	}
	d := engineio.Decoder{Rev: f.rev, DoubleUTF8: f.double}
	var err error
	if f.binary {
		err = d.PollingBinary(body, take)
	} else {
		err = d.Polling(body, take)
	}
	return packets, err == nil && len(packets) > 0
}

func (f form) write(packets []engineio.Packet) []byte {
	e := engineio.Encoder{Rev: f.rev, DoubleUTF8: f.double}
	if f.binary {
		return e.AppendPollingBinary(nil, packets...)
	}
	return e.AppendPolling(nil, packets...)
}

func framed(r redact.Redactor, body []byte, packets []engineio.Packet, f form, dir fact.Dir) (masked []byte, known bool) {
	changed, known := false, true
	for i := range packets {
		c, k := packet(r, &packets[i], dir)
		changed, known = c || changed, k && known
	}
	if !changed {
		return body, known
	}
	return f.write(packets), known
}

// packet masks the secrets of a packet, and says whether there were any.
func packet(r redact.Redactor, p *engineio.Packet, dir fact.Dir) (changed, known bool) {
	if p.Binary {
		data, known := binary(r, p.Data, dir)
		changed = !bytes.Equal(data, p.Data)
		p.Data = data
		return changed, known
	}
	text := string(p.Data)
	masked := text
	if i := strings.IndexByte(text, '{'); i > 0 && p.Type == engineio.Message && text[0] == '0' && dir == fact.Out {
		masked = r.Text(text[:i]) + r.AuthPayload(text[i:])
	} else if p.Type == engineio.Message {
		masked = message(r, text, dir)
	} else {
		masked = r.Text(text)
	}
	p.Data = []byte(masked)
	return masked != text, true
}

// form1 masks the secrets of a POST of JSONP polling, a form with one field. What is masked is written as it was
// written: a character, or three for its number.
func form1(r redact.Redactor, body []byte) []byte {
	if r.Fill == nil {
		r.Fill = asterisks
	}
	var plain []byte
	var at []int // where each byte of plain stands
	for i := 0; i < len(body); i++ {
		at = append(at, i)
		if c, ok := hexByte(body[i:]); ok {
			plain = append(plain, c)
			i += 2
		} else if body[i] == '+' {
			plain = append(plain, ' ')
		} else {
			plain = append(plain, body[i])
		}
	}
	var masked string
	for i, part := range strings.Split(string(plain), "\x1e") {
		if i > 0 {
			masked += "\x1e"
		}
		if head, auth, found := strings.Cut(part, "{"); found && strings.HasPrefix(strings.TrimPrefix(head, "d="), "40") {
			masked += head + r.AuthPayload("{"+auth)
		} else {
			masked += formPart(r, part)
		}
	}
	out := bytes.Clone(body)
	for i, pos := range at {
		switch c := masked[i]; {
		case c == plain[i]:
		case body[pos] == '%':
			const digits = "0123456789ABCDEF"
			out[pos+1], out[pos+2] = digits[c>>4], digits[c&15]
		default:
			out[pos] = c
		}
	}
	return out
}

// formPart masks the secrets of a packet in a form, which revision 3 begins with its length.
func formPart(r redact.Redactor, part string) string {
	rest := strings.TrimPrefix(part, "d=")
	if counted := strings.TrimLeft(rest, "0123456789"); strings.HasPrefix(counted, ":") {
		rest = counted[1:]
	}
	if !strings.HasPrefix(rest, "4") {
		return r.Text(part)
	}
	_, called, _ := headOf(rest[1:])
	masked := message(r, rest[1:], fact.Out)
	if called == "" || masked == r.Text(rest[1:]) {
		return r.Text(part)
	}
	return part[:len(part)-len(rest)+1] + masked
}

// asterisks are as long as the secret.
func asterisks(secret string) string { return strings.Repeat("*", len(secret)) }

// hexByte reads "%2F".
func hexByte(p []byte) (c byte, ok bool) {
	if len(p) < 3 || p[0] != '%' {
		return 0, false
	}
	for _, d := range p[1:3] {
		switch {
		case '0' <= d && d <= '9':
			c = c<<4 | (d - '0')
		case 'a' <= d|0x20 && d|0x20 <= 'f':
			c = c<<4 | (d | 0x20 - 'a' + 10)
		default:
			return 0, false
		}
	}
	return c, true
}
