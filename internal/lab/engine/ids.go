package engine

import (
	"crypto/rand"
	"encoding/base64"
	"sync/atomic"
)

// IDs makes session ids as Node's base64id does: twelve random bytes, then a 24-bit counter of the process.
type IDs struct{ n atomic.Uint32 }

// Next is a new id. The first ends with AAAA, the second with AAAB.
func (i *IDs) Next() string {
	var b [15]byte
	rand.Read(b[:12])
	n := i.n.Add(1) - 1
	b[12], b[13], b[14] = byte(n>>16), byte(n>>8), byte(n)
	return base64.URLEncoding.EncodeToString(b[:])
}
