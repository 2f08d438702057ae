package wsframe

import (
	"encoding/binary"
	"fmt"
)

// maxHeader is the longest frame header: 2 bytes, 8 of length, 4 of masking key.
const maxHeader = 14

const (
	bitFIN  = 0x80
	bitRSV1 = 0x40
	bitRSV2 = 0x20
	bitRSV3 = 0x10
	bitMASK = 0x80
)

// A header is a frame's header, RFC 6455 §5.2.
type header struct {
	first   byte // FIN, RSV1–3, opcode
	masked  bool
	minimal bool   // the length is in its shortest form
	size    int    // bytes of the header itself
	key     uint32 // masking key, first byte lowest; 0 where not masked
	length  int64  // payload bytes
}

func (h *header) fin() bool     { return h.first&bitFIN != 0 }
func (h *header) rsv1() bool    { return h.first&bitRSV1 != 0 }
func (h *header) opcode() uint8 { return h.first & 15 }
func (h *header) control() bool { return h.first&8 != 0 }

// parse reads the header that p begins with. size stays 0 where p ends too early.
// An error is found from the same bytes however they arrive, so never from less than two.
func (h *header) parse(p []byte) *FormatError {
	h.size = 0
	if len(p) < 2 {
		return nil
	}
	if what := wrong(p[0], p[1]); what != "" {
		return &FormatError{what, append([]byte(nil), p[:2]...)}
	}
	h.first, h.masked, h.minimal = p[0], p[1]&bitMASK != 0, true
	n := 2
	switch l := p[1] &^ bitMASK; l {
	default:
		h.length = int64(l)
	case 126:
		if n += 2; len(p) < n {
			return nil
		}
		h.length = int64(binary.BigEndian.Uint16(p[2:]))
		h.minimal = h.length >= 126
	case 127:
		if n += 8; len(p) < n {
			return nil
		}
		h.length = int64(binary.BigEndian.Uint64(p[2:]))
		if h.length < 0 {
			return &FormatError{"64-bit length with its highest bit set", append([]byte(nil), p[:n]...)}
		}
		h.minimal = h.length >= 1<<16
	}
	h.key = 0
	if h.masked {
		if n += 4; len(p) < n {
			return nil
		}
		h.key = binary.LittleEndian.Uint32(p[n-4:])
	}
	h.size = n
	return nil
}

// wrong says what makes the first two bytes of a header impossible, RFC 6455 §5.2 and §5.5, or "".
func wrong(first, second byte) string {
	if first&(bitRSV2|bitRSV3) == 0 {
		switch op := first & 15; {
		case op <= Binary:
			return ""
		case op >= CloseFrame && op <= Pong && first&(bitFIN|bitRSV1) == bitFIN && second&^bitMASK <= 125:
			return ""
		}
	}
	return explain(first, second)
}

func explain(first, second byte) string {
	op, l := first&15, second&^bitMASK
	switch {
	case first&(bitRSV2|bitRSV3) != 0:
		return fmt.Sprintf("reserved bits are set (first byte %#02x)", first)
	case op > Binary && op < CloseFrame || op > Pong:
		return fmt.Sprintf("reserved opcode %d", op)
	case first&bitFIN == 0:
		return fmt.Sprintf("fragmented control frame (opcode %d)", op)
	case l > 125:
		return fmt.Sprintf("control frame longer than 125 bytes (opcode %d)", op)
	}
	return fmt.Sprintf("RSV1 is set on a control frame (opcode %d)", op)
}
