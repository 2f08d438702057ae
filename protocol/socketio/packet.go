// Package socketio reads and writes Socket.IO packets, protocol revisions 3, 4 and 5, out of Engine.IO messages: the
// default parser's text with binary attachments, and socket.io-msgpack-parser's maps.
//
// Scanner is the fast way through a direction of traffic: it finds out what each message is, and reads no JSON.
// Decoder is the thorough one: it joins attachments and checks payloads as the published parsers do. Both know one
// direction of one Engine.IO session. What a namespace or an acknowledgement means to the session is
// protocol/session's business; other custom parsers are not read.
package socketio

import (
	"encoding/json"
	"strings"
)

// Type is a packet type, Socket.IO v5, "Packet types". Its value is the digit on the wire.
type Type uint8

const (
	Connect Type = iota
	Disconnect
	Event
	Ack
	ConnectError // ERROR before revision 5
	BinaryEvent
	BinaryAck // not in revision 3
)

// Name is the type's name in the given revision of the protocol: "CONNECT", "ERROR" or "CONNECT_ERROR", ….
func (t Type) Name(rev int) string {
	if t == ConnectError && rev != 0 && rev < 5 {
		return "ERROR"
	}
	return t.String()
}

// String is the type's name in revision 5.
func (t Type) String() string {
	names := [...]string{"CONNECT", "DISCONNECT", "EVENT", "ACK", "CONNECT_ERROR", "BINARY_EVENT", "BINARY_ACK"}
	if int(t) < len(names) {
		return names[t]
	}
	return "UNKNOWN"
}

// Plain is Event for BinaryEvent and Ack for BinaryAck: what applications see.
func (t Type) Plain() Type {
	switch t {
	case BinaryEvent:
		return Event
	case BinaryAck:
		return Ack
	}
	return t
}

// A Packet is one Socket.IO packet with its attachments. It is the receiver's to keep.
type Packet struct {
	Type      Type   // as on the wire: BinaryEvent, where a receiver reports an event
	Namespace string // "/" where the wire has none
	ID        int64  // for an acknowledgement; -1: none

	// Data is the payload as JSON, nil where there is none. Where attachments stood it has
	// {"_placeholder":true,"num":N}, N counting from 0 in the order of appearance, and Attachments has that order too.
	Data        json.RawMessage
	Attachments [][]byte

	MsgPack bool // read from a msgpack map
	Odd     Odd
}

// Odd tells in what a packet differs from what a conforming peer sends. The published parsers accept all of it.
type Odd uint16

const (
	OddType      Odd = 1 << iota // a blank for the type, which JavaScript takes for 0
	OddCount                     // a number of attachments that is not plain decimal digits, or 0
	OddMany                      // more than 10 attachments: socket.io-parser from 4.2.5 on refuses them by default
	OddID                        // an acknowledgement id with blanks or leading zeros, or above 2^53, which JavaScript rounds
	OddNoPayload                 // EVENT or ACK without a payload
	OddNoID                      // ACK without an id, which peers ignore
	OddNamespace                 // a namespace with a quote or a bracket: the comma behind it is missing
	OddUnused                    // attachments that no placeholder names
	OddMade                      // not on the wire: the ERROR packet that a receiver makes of what it cannot read
)

// String names what is odd, in words for people, separated by "; ". It is empty where nothing is.
func (o Odd) String() string {
	words := [...]string{
		"blank for the packet type",
		"irregular number of attachments",
		"more than 10 attachments",
		"irregular acknowledgement id",
		"no payload",
		"acknowledgement without an id",
		"no comma after the namespace",
		"attachment without a placeholder",
		"not on the wire: what a receiver makes of a packet it cannot read",
	}
	var s []string
	for i, w := range words {
		if o&(1<<i) != 0 {
			s = append(s, w)
		}
	}
	return strings.Join(s, "; ")
}

// A Problem is what is wrong with a message, in one clause. Socket.IO servers close the connection over most of them.
type Problem string

func (p Problem) Error() string { return string(p) }

// The words before a colon are those of the published parsers.
const (
	ErrNoData       Problem = "message without data"
	ErrType         Problem = "unknown packet type"
	ErrCount        Problem = "illegal attachments: no number of attachments before the first dash"
	ErrCountZero    Problem = "illegal attachments: a binary packet announces none"
	ErrPlaceholder  Problem = "illegal attachments: a placeholder that names none"
	ErrTooMany      Problem = "too many attachments"
	ErrID           Problem = "invalid acknowledgement id"
	ErrPayload      Problem = "invalid payload"
	ErrInterrupted  Problem = "got plaintext data when reconstructing a packet: attachments are missing"
	ErrUnexpected   Problem = "got binary data when not reconstructing a packet"
	ErrTooLong      Problem = "attachments are longer than allowed"
	ErrMsgPack      Problem = "msgpack map is cut short or damaged"
	ErrMsgPackType  Problem = "invalid packet type"
	ErrMsgPackNSP   Problem = "invalid namespace"
	ErrMsgPackID    Problem = "invalid packet id"
	ErrMsgPackDepth Problem = "msgpack nested too deep"
)
