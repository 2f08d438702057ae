package wsframe

import "encoding/binary"

// AppendFrame appends one frame to dst and returns it. The payload is masked where maskKey is not nil, as a client
// must (RFC 6455 §5.3), and is not changed. rsv1 marks the first frame of a compressed message (RFC 7692 §6).
func AppendFrame(dst []byte, fin bool, opcode uint8, maskKey *[4]byte, rsv1 bool, payload []byte) []byte {
	first, mask := opcode&15, byte(0)
	if fin {
		first |= bitFIN
	}
	if rsv1 {
		first |= bitRSV1
	}
	if maskKey != nil {
		mask = bitMASK
	}
	switch n := len(payload); {
	case n <= 125:
		dst = append(dst, first, mask|byte(n))
	case n < 1<<16:
		dst = append(dst, first, mask|126, byte(n>>8), byte(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, first, mask|127), uint64(n))
	}
	if maskKey == nil {
		return append(dst, payload...)
	}
	dst = append(dst, maskKey[:]...)
	at := len(dst)
	dst = append(dst, payload...)
	unmask(dst[at:], payload, binary.LittleEndian.Uint32(maskKey[:]))
	return dst
}
