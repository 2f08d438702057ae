package engineio

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strings"
)

// IDKind is the way a session id was made, as far as its form tells. A server may use any other form of its own.
type IDKind uint8

const (
	OtherID    IDKind = iota
	Counter24         // 20 characters, base64 of 12 random bytes and a 24-bit counter per process: Node, Python
	Counter64         // 24 characters, base64 of 10 random bytes and a 64-bit counter per process: zishang520/socket.io
	UUID              // netty-socketio
	Random16          // 16 characters without a counter: socketioxide
	Sequential        // a short number in base 36, the same on every node: googollee/go-socket.io
)

// KindOf tells the kind of a session id by its form.
func KindOf(sid string) IDKind {
	switch {
	case len(sid) == 20 && only(sid, base64URL):
		return Counter24
	case len(sid) == 24 && only(sid, base64URL+"+/"):
		return Counter64
	case len(sid) == 36 && sid[8] == '-' && sid[13] == '-' && sid[18] == '-' && sid[23] == '-' && only(sid, "0123456789abcdefABCDEF-"):
		return UUID
	case len(sid) == 16 && only(sid, base64URL):
		return Random16
	case 0 < len(sid) && len(sid) < 8 && only(sid, "0123456789abcdefghijklmnopqrstuvwxyz"):
		return Sequential
	}
	return OtherID
}

const base64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func only(s, chars string) bool { return strings.Trim(s, chars) == "" }

// Counter returns the handshake counter of the process that issued the session id: in one process it rises by one for
// each, and falls to zero with a restart. ok is false where the id's form has none, or the counter exceeds 32 bits and
// so is hardly one. An id of that form that was made at random gives a random number.
func Counter(sid string) (n uint32, ok bool) {
	switch KindOf(sid) {
	case Counter24:
		b, err := base64.RawURLEncoding.DecodeString(sid[16:])
		if err != nil {
			return 0, false
		}
		return uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2]), true
	case Counter64:
		b, err := base64.RawURLEncoding.DecodeString(strings.NewReplacer("+", "-", "/", "_").Replace(sid))
		if err != nil {
			return 0, false
		}
		c := binary.BigEndian.Uint64(b[10:])
		return uint32(c), c <= math.MaxUint32
	}
	return 0, false
}
