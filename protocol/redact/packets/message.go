// Package packets masks the secrets in what Engine.IO carries: polling bodies, WebSocket messages, packets in MessagePack.
// Secrets are masked within the packets, so that what comes out is framed as well as before.
//
// With a Redactor that has a Fill of the same length, what comes out is as long as before, byte for byte.
package packets

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
)

// Message masks the secrets of a WebSocket message. known is false where it is binary and nothing that can be read, so
// that what it holds was not looked for.
func Message(r redact.Redactor, op fact.Opcode, payload []byte, dir fact.Dir) (masked []byte, known bool) {
	switch {
	case r.Off || len(payload) == 0:
		return payload, true
	case op == fact.Binary:
		return binaryMessage(r, payload, dir)
	case op == fact.Close && len(payload) > 2 && utf8.Valid(payload[2:]):
		return append(bytes.Clone(payload[:2]), r.Text(string(payload[2:]))...), true
	case op != fact.Text:
		return payload, true
	case !utf8.Valid(payload):
		return payload, false
	}
	p := engineio.Packet{Type: engineio.Unknown, Data: payload}
	digit := payload[0]
	if digit < '0' || digit > '6' {
		packet(r, &p, dir)
		return p.Data, true
	}
	p.Type, p.Data = engineio.Type(digit-'0'), payload[1:]
	if changed, _ := packet(r, &p, dir); !changed {
		return payload, true
	}
	return append([]byte{digit}, p.Data...), true
}

// binaryMessage masks a binary message. Revision 3 puts the packet's type before its data.
func binaryMessage(r redact.Redactor, payload []byte, dir fact.Dir) (masked []byte, known bool) {
	if masked, known = binary(r, payload, dir); known || payload[0] > 6 {
		return masked, known
	}
	rest, known := binary(r, payload[1:], dir)
	return append([]byte{payload[0]}, rest...), known
}

// binary masks what a binary packet has: MessagePack, or text.
func binary(r redact.Redactor, data []byte, dir fact.Dir) (masked []byte, known bool) {
	if out, ok := msgPack(r, data, dir); ok {
		return out, true
	}
	if printable(data) { // an attachment may be a secret itself, which only the names in JSON would tell
		return []byte(r.Text(string(data))), json.Valid(data)
	}
	return data, false
}

// printable says whether bytes are text.
func printable(data []byte) bool {
	for _, c := range data {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return utf8.Valid(data)
}
