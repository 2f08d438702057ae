package engineio

import (
	"bytes"
	"encoding/base64"
)

// decodeBase64 reads base64 as Node's Buffer.from does: both alphabets, padding or none, anything else skipped, and
// nothing after the first "=". Every text is base64 of something, so there is no error, only Odd.
func decodeBase64(p []byte) ([]byte, Odd) {
	out := make([]byte, base64.StdEncoding.DecodedLen(len(p)))
	n, err := base64.StdEncoding.Strict().Decode(out, p)
	if err == nil && base64.StdEncoding.EncodedLen(n) == len(p) { // Decode skips line ends
		return out[:n], 0
	}
	if i := bytes.IndexByte(p, '='); i >= 0 {
		p = p[:i]
	}
	out = out[:0]
	bits, have := uint32(0), 0
	for _, c := range p {
		v, ok := sextet(c)
		if !ok {
			continue
		}
		bits, have = bits<<6|uint32(v), have+6
		if have >= 8 {
			have -= 8
			out = append(out, byte(bits>>have))
		}
	}
	return out, OddBase64
}

func sextet(c byte) (byte, bool) {
	switch {
	case 'A' <= c && c <= 'Z':
		return c - 'A', true
	case 'a' <= c && c <= 'z':
		return c - 'a' + 26, true
	case '0' <= c && c <= '9':
		return c - '0' + 52, true
	case c == '+' || c == '-':
		return 62, true
	case c == '/' || c == '_':
		return 63, true
	}
	return 0, false
}
