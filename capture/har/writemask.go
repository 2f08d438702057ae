package har

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/socketio"
)

// Secrets in bodies and messages are masked within the packets, so that what is written is framed as well as before.

// A form is a way to write packets into a body.
type form struct {
	rev            int
	binary, double bool
}

var forms = [...]form{{rev: 4}, {rev: 3}, {rev: 3, double: true}, {rev: 3, binary: true}}

// maskBody masks the secrets of a polling body, or of any other text.
func (h *Writer) maskBody(body, contentType []byte, dir fact.Dir) []byte {
	if h.o.Redact.Off || len(body) == 0 {
		return body
	}
	octets := bytes.HasPrefix(contentType, []byte("application/octet-stream"))
	counted := bytes.HasPrefix(bytes.TrimLeft(body, "0123456789"), []byte(":")) // as revision 3 has its packets
	for _, exact := range [...]bool{true, false} {                              // first as what would be written just so
		for _, f := range forms {
			if f.binary != octets || !octets && (f.rev == 3) != counted {
				continue
			}
			if packets, ok := f.read(body); ok && (!exact || bytes.Equal(f.write(packets), body)) {
				return h.framed(body, packets, f, dir)
			}
		}
	}
	if len(body) > maxForeign {
		return []byte(leftOut)
	}
	if !utf8.Valid(body) {
		return body
	}
	return []byte(h.o.Redact.Text(string(body)))
}

// A body that has no packets is no business of whoever gets the file: where secrets are masked, only a short one is kept,
// which may be an error that says why.
const (
	maxForeign = 16 << 10
	leftOut    = "(left out: the body is not Engine.IO's, and secrets are masked)"
)

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

func (h *Writer) framed(body []byte, packets []engineio.Packet, f form, dir fact.Dir) []byte {
	changed := false
	for i := range packets {
		changed = h.maskPacket(&packets[i], dir) || changed
	}
	if !changed {
		return body
	}
	return f.write(packets)
}

// maskPacket masks the secrets of a packet, and says whether there were any.
func (h *Writer) maskPacket(p *engineio.Packet, dir fact.Dir) bool {
	if p.Binary {
		data, ok := maskedConnect(p.Data, dir)
		if ok {
			p.Data = data
		}
		return ok
	}
	text := string(p.Data)
	masked := text
	if i := strings.IndexByte(text, '{'); i > 0 && p.Type == engineio.Message && text[0] == '0' && dir == fact.Out {
		masked = h.o.Redact.Text(text[:i]) + h.o.Redact.AuthPayload(text[i:])
	} else {
		masked = h.o.Redact.Text(text)
	}
	p.Data = []byte(masked)
	return masked != text
}

// maskedConnect takes the auth payload out of a client's CONNECT in MessagePack.
func maskedConnect(data []byte, dir fact.Dir) ([]byte, bool) {
	if dir != fact.Out {
		return nil, false
	}
	var s socketio.Scanner
	head, kind, err := s.Scan(engineio.Packet{Type: engineio.Message, Binary: true, HasData: true, Data: data})
	if err != nil || kind != socketio.KindMsgPack || head.Type != socketio.Connect {
		return nil, false
	}
	nsp := string(head.Namespace)
	if nsp == "" || len(nsp) > 255 {
		nsp = "/"
	}
	bare := append([]byte{0x82, 0xA4}, "type\x00\xA3nsp\xD9"...) // {type: 0, nsp: …}
	bare = append(bare, byte(len(nsp)))
	return append(bare, nsp...), true
}

// maskMessage masks the secrets of a WebSocket message.
func (h *Writer) maskMessage(f *fact.Message) []byte {
	if h.o.Redact.Off || len(f.Payload) == 0 {
		return f.Payload
	}
	switch f.Opcode {
	case fact.Binary:
		if data, ok := maskedConnect(f.Payload, f.Dir); ok {
			return data
		}
		return f.Payload
	case fact.Text:
	default:
		return f.Payload
	}
	if !utf8.Valid(f.Payload) {
		return f.Payload
	}
	p := engineio.Packet{Type: engineio.Unknown, Data: f.Payload}
	if digit := f.Payload[0]; '0' <= digit && digit <= '6' {
		p.Type, p.Data = engineio.Type(digit-'0'), f.Payload[1:]
		if h.maskPacket(&p, f.Dir) {
			return append([]byte{digit}, p.Data...)
		}
		return f.Payload
	}
	h.maskPacket(&p, f.Dir)
	return p.Data
}
