// Package engineio reads and writes Engine.IO packets, revisions 3 and 4, as every transport carries them: a polling
// body (text, binary, JSONP), a WebSocket message, a WebTransport stream. Revisions 1 and 2 have the text forms of
// revision 3 and are read by it. It also knows what servers answer instead of packets, and what a session id tells.
//
// It reads one unit at a time and remembers nothing between units but an unfinished WebTransport packet. Sessions,
// transports and upgrades are protocol/session's business; Socket.IO is protocol/socketio's.
//
// Where the published parsers accept more than the protocol allows, so does this package, and says so in Packet.Odd:
// sioscope shows what a real peer would have made of the bytes.
package engineio

import "strings"

// Type is a packet type, Engine.IO v4, "Protocol", "Packet types". Its value is the digit on the wire.
type Type uint8

const (
	Open Type = iota
	Close
	Ping
	Pong
	Message
	Upgrade
	Noop
	Unknown // a type byte that does not exist, where the JavaScript parsers go on with the type undefined
)

// String is the type's name in the protocol: "open", "close", …; "unknown" for Unknown.
func (t Type) String() string {
	names := [...]string{"open", "close", "ping", "pong", "message", "upgrade", "noop"}
	if int(t) < len(names) {
		return names[t]
	}
	return "unknown"
}

// A Packet is one Engine.IO packet.
type Packet struct {
	Type    Type
	Binary  bool   // Data is bytes, not text
	HasData bool   // there is data; text without a character is no data, binary without a byte is
	Data    []byte // text: valid UTF-8, or the raw bytes. It is the decoder's, and valid until emit returns
	Odd     Odd
}

// Odd tells in what a packet differs from what a conforming peer sends. The published parsers accept all of it.
type Odd uint16

const (
	OddBase64     Odd = 1 << iota // base64 without padding, of the URL alphabet, or with characters that were skipped
	OddLength                     // revision 3: a length that is not plain decimal digits ("0x3", "003", a byte order mark)
	OddUTF8                       // bytes that are not UTF-8 were replaced by U+FFFD
	OddDouble                     // the text looks UTF-8 encoded twice, as Socket.IO 1.x does: see Decoder.DoubleUTF8
	OddType                       // the type does not exist: Type is Unknown
	OddLead                       // binary polling: the byte before the length is neither 0 nor 1
	OddShort                      // binary polling: the body ends before the packet does, Data is what there is of it
	OddMark                       // WebTransport: a byte order mark before the packet was skipped
	OddLongHeader                 // WebTransport: the length would have fitted a shorter header
)

// String names what is odd, in words for people, separated by "; ". It is empty where nothing is.
func (o Odd) String() string {
	words := [...]string{
		"irregular base64",
		"length not in plain decimal digits",
		"invalid UTF-8, replaced by U+FFFD",
		"text looks UTF-8 encoded twice (Socket.IO 1.x)",
		"unknown packet type",
		"lead byte neither 0 nor 1",
		"body ends before the packet does",
		"byte order mark before the packet",
		"length in a longer header than needed",
	}
	var s []string
	for i, w := range words {
		if o&(1<<i) != 0 {
			s = append(s, w)
		}
	}
	return strings.Join(s, "; ")
}
