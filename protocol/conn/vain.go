package conn

import (
	"encoding/binary"

	"sioscope/protocol/tlshello"
)

// leastRequest is less than any request for Engine.IO takes, its head alone, in bytes. A client's Finished of TLS 1.3 (at
// most 52) and its last alert (2) come to less.
const leastRequest = 64

// An asking adds up what the client of a TLS connection sent that may be a request: the record layer says that much
// without a key. The zero value is ready.
type asking struct {
	some bool // a request may be among it
	sent int  // bytes under protection
	n    int  // of the record's header
	head [tlshello.HeaderSize]byte
	left int // bytes of the record still to come
}

// write takes the client's next bytes; in TLS 1.3 each protected record has a type and a tag of its own.
func (a *asking) write(p []byte, tls13 bool) {
	const overhead = 1 + 16
	for len(p) > 0 && !a.some {
		if a.left > 0 {
			k := min(a.left, len(p))
			a.left, p = a.left-k, p[k:]
			continue
		}
		k := copy(a.head[a.n:], p)
		a.n, p = a.n+k, p[k:]
		if a.n < len(a.head) {
			return
		}
		a.n, a.left = 0, int(binary.BigEndian.Uint16(a.head[3:]))
		switch kind := a.head[0]; {
		case a.head[1] != 3 || kind < tlshello.ChangeCipherSpec || kind > tlshello.ApplicationData:
			a.some = true
		case kind == tlshello.ApplicationData && tls13:
			a.sent += max(0, a.left-overhead)
		case kind == tlshello.ApplicationData:
			a.sent += a.left
		}
		a.some = a.some || a.sent >= leastRequest
	}
}
