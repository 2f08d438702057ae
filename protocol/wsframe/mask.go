package wsframe

import (
	"encoding/binary"
	"math/bits"
)

// unmask writes src XOR the masking key to dst, which is at least as long, RFC 6455 §5.3. Neither may overlap the
// other unless they are the same.
func unmask(dst, src []byte, key uint32) {
	dst = dst[:len(src)]
	k := uint64(key)<<32 | uint64(key)
	for len(src) >= 32 && len(dst) >= 32 {
		a := binary.LittleEndian.Uint64(src) ^ k
		b := binary.LittleEndian.Uint64(src[8:]) ^ k
		c := binary.LittleEndian.Uint64(src[16:]) ^ k
		d := binary.LittleEndian.Uint64(src[24:]) ^ k
		binary.LittleEndian.PutUint64(dst, a)
		binary.LittleEndian.PutUint64(dst[8:], b)
		binary.LittleEndian.PutUint64(dst[16:], c)
		binary.LittleEndian.PutUint64(dst[24:], d)
		src, dst = src[32:], dst[32:]
	}
	for len(src) >= 8 && len(dst) >= 8 {
		binary.LittleEndian.PutUint64(dst, binary.LittleEndian.Uint64(src)^k)
		src, dst = src[8:], dst[8:]
	}
	for i, c := range src {
		dst[i] = c ^ byte(k)
		k = bits.RotateLeft64(k, -8)
	}
}

// advance is the key as it stands n payload bytes further on.
func advance(key uint32, n int64) uint32 { return bits.RotateLeft32(key, -8*int(n&3)) }
