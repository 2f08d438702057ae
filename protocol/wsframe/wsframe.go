// Package wsframe reads and writes WebSocket frames (RFC 6455) and inflates permessage-deflate messages (RFC 7692).
//
// A Decoder takes one direction of a connection, as TCP delivered it, and gives whole messages: fragments joined,
// unmasked, inflated. It watches: it lives with missing bytes, with streams whose beginning nobody saw and with peers
// that break the rules, and says so on the message it concerns. It does not do the opening handshake, does not check
// UTF-8 and does not answer anything.
package wsframe

import (
	"errors"

	"sioscope/protocol/lang"
)

// Opcodes, RFC 6455 §11.8.
const (
	Continuation uint8 = 0
	Text         uint8 = 1
	Binary       uint8 = 2
	CloseFrame   uint8 = 8
	Ping         uint8 = 9
	Pong         uint8 = 10
)

// DefaultMaxPayload is the longest payload kept of a message, in bytes, where Decoder.MaxPayload is 0.
const DefaultMaxPayload = 16 << 20

// ErrHTTP says that the server's first byte is the 'H' of an HTTP response, which no frame can begin with. Nothing was
// consumed: all bytes given to that Write are HTTP's. Servers of Engine.IO that refuse after the 101 do this.
var ErrHTTP = errors.New("websocket: an HTTP response instead of frames")

// ErrClosed says that a Decoder was used after its Close.
var ErrClosed = errors.New("websocket: write after close")

// A FormatError says that bytes are no WebSocket frame.
type FormatError struct {
	What   string // one clause: "reserved opcode 3"
	Header []byte // the frame header's bytes up to the one that is wrong, 2 to 10
}

func (e *FormatError) Error() string { return "websocket: " + e.What }

// A Message is one data message or one control frame. It and its Payload are the decoder's and valid during emit only.
type Message struct {
	Start, End int64  // when its first and its last byte were seen, nanoseconds since the Unix epoch
	Opcode     uint8  // 0: a message of which only continuation frames were seen
	Payload    []byte // unmasked and inflated; what stands before the first byte that is missing or past the limit
	Size       int64  // payload bytes on the wire, as the frame headers count them, missing ones included
	Compressed bool   // RSV1 was set, RFC 7692 §6
	Truncated  bool   // longer than MaxPayload: Payload is a prefix

	// Incomplete says that bytes are missing: of this message, or (where Compressed) of earlier text that it refers to,
	// because that was not seen or was past the limit; or that its compressed bytes are damaged. Payload ends before
	// the first unknown byte.
	Incomplete bool

	Flaw Flaw // what breaks the rules here without hiding where frames end; the first such thing
}

func (m *Message) note(f Flaw) {
	if m.Flaw == 0 {
		m.Flaw = f
	}
}

// A Flaw is a breach of RFC 6455 or 7692 in a message that can be read nevertheless. 0 is none.
type Flaw uint8

const (
	FlawUnmasked    Flaw = iota + 1 // RFC 6455 §5.1
	FlawMasked                      // RFC 6455 §5.1
	FlawLength                      // RFC 6455 §5.2
	FlawRSV1                        // RFC 6455 §5.2
	FlawRSV1Later                   // RFC 7692 §6.1
	FlawOrphan                      // RFC 6455 §5.4
	FlawInterrupted                 // RFC 6455 §5.4
	FlawInflate                     // RFC 7692 §7.2.2
)

// String is one clause, "" for 0.
func (f Flaw) String() string {
	switch f {
	case FlawUnmasked:
		return lang.Mark("client frame is not masked")
	case FlawMasked:
		return lang.Mark("server frame is masked")
	case FlawLength:
		return lang.Mark("frame length is not in its shortest form")
	case FlawRSV1:
		return lang.Mark("RSV1 is set and permessage-deflate was not agreed on")
	case FlawRSV1Later:
		return lang.Mark("RSV1 is set on a continuation frame")
	case FlawOrphan:
		return lang.Mark("continuation frame without a message to continue")
	case FlawInterrupted:
		return lang.Mark("a new message begins before the last one is finished")
	case FlawInflate:
		return lang.Mark("compressed bytes are damaged")
	}
	return ""
}
