package wsframe

import (
	"crypto/sha1"
	"encoding/base64"
	"strings"

	"sioscope/protocol/lang"
)

// A Breach is what is wrong with a 101 that answers a WebSocket request. Its client must not take such an answer, and
// ends the connection (RFC 6455 §4.1); browsers and ws do so.
type Breach uint8

const (
	Proper       Breach = iota // nothing is
	NoUpgrade                  // no Upgrade: websocket
	NoConnection               // no Connection: Upgrade
	NoAccept                   // no Sec-WebSocket-Accept
	WrongAccept                // one that does not belong to the request's key
	NotAskedFor                // a subprotocol that the request does not name
	NeverOffered               // an extension that it does not
)

// Said is the breach as a clause.
func (b Breach) Said() lang.Sentence {
	switch b {
	case NoUpgrade:
		return lang.Say("its Upgrade: websocket is missing")
	case NoConnection:
		return lang.Say("its Connection: Upgrade is missing")
	case NoAccept:
		return lang.Say("its Sec-WebSocket-Accept is missing")
	case WrongAccept:
		return lang.Say("its Sec-WebSocket-Accept does not belong to the request's Sec-WebSocket-Key")
	case NotAskedFor:
		return lang.Say("its Sec-WebSocket-Protocol names a subprotocol that was not asked for")
	case NeverOffered:
		return lang.Say("its Sec-WebSocket-Extensions names an extension that was not offered")
	}
	return lang.Sentence{}
}

// Asked are the fields of a WebSocket request that its answer must go with.
type Asked struct {
	Key        string // Sec-WebSocket-Key
	Protocols  string // Sec-WebSocket-Protocol
	Extensions string // Sec-WebSocket-Extensions
}

// Breach compares the request with the fields of its 101, whose lines of one name make one list.
func (a Asked) Breach(field func(name string) string) Breach {
	accept, protocol := field("Sec-WebSocket-Accept"), field("Sec-WebSocket-Protocol")
	switch {
	case !lists(field("Upgrade"), "websocket"):
		return NoUpgrade
	case !lists(field("Connection"), "upgrade"):
		return NoConnection
	case accept == "":
		return NoAccept
	case accept != Accept(a.Key):
		return WrongAccept
	case protocol != "" && !lists(a.Protocols, protocol):
		return NotAskedFor
	}
	for e := range strings.SplitSeq(field("Sec-WebSocket-Extensions"), ",") {
		if e = extension(e); e != "" && !offers(a.Extensions, e) {
			return NeverOffered
		}
	}
	return Proper
}

// Accept is the Sec-WebSocket-Accept that belongs to a Sec-WebSocket-Key (RFC 6455 §4.2.2).
func Accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func lists(list, item string) bool {
	for v := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(v), item) {
			return true
		}
	}
	return false
}

func offers(list, name string) bool {
	for e := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(extension(e), name) {
			return true
		}
	}
	return false
}

// extension is the name of an element of Sec-WebSocket-Extensions.
func extension(element string) string {
	name, _, _ := strings.Cut(element, ";")
	return strings.TrimSpace(name)
}
