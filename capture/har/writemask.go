package har

import (
	"unicode/utf8"

	"sioscope/protocol/fact"
	"sioscope/protocol/redact/packets"
)

// A body that has no packets is no business of whoever gets the file: where secrets are masked, only a short one is kept,
// which may be an error that says why.
const (
	maxForeign = 16 << 10
	leftOut    = "(left out: the body is not Engine.IO's, and secrets are masked)"
)

// body masks the secrets of a body.
func (h *Writer) body(body, contentType []byte, dir fact.Dir) []byte {
	if !h.o.Redact.Off && len(body) > maxForeign && !packets.IsPolling(body, contentType) {
		return []byte(leftOut)
	}
	masked, known := packets.Body(h.o.Redact, body, contentType, dir)
	if !known {
		h.blind++
	}
	return masked
}

// payload masks the secrets of a WebSocket message.
func (h *Writer) payload(f *fact.Message) []byte {
	masked, known := packets.Message(h.o.Redact, f.Opcode, f.Payload, f.Dir)
	if !known && (f.Opcode == fact.Binary || !utf8.Valid(f.Payload)) {
		h.blind++
	}
	return masked
}
