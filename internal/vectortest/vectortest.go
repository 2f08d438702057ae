// Package vectortest holds byte strings and what the published Engine.IO and Socket.IO parsers make of them, for the
// tests of every package that decodes. Nothing but tests imports it.
package vectortest

import (
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"testing"
)

//go:embed vectors.json
var vectors []byte

// Count is how many vectors there are: a test that runs them all says so.
const Count = 302

// A Vector is one byte string, or a sequence of messages of one direction.
type Vector struct {
	ID        string
	Layer     string // "eio" or "sio"
	EIO       int
	SIO       int // 0: not Socket.IO
	Transport string
	Bytes     Hex     `json:"bytes_hex"`
	Frames    []Frame // the whole sequence where there is more than one message; Bytes is then the first
	Direction string  // "client-to-server": the body of a JSONP POST
	Opts      struct{ MaxPayload, Chunk int }

	Expect     []EIOPacket // delivered
	Error      string      `json:"expect_error"`
	ErrorIndex int         `json:"error_index"` // the error's place among what was delivered
	ExpectSIO  []SIOPacket `json:"expect_sio"`
	SIOError   string      `json:"expect_sio_error"`

	DoubleUTF8 bool `json:"utf8_double"`
	Lenient    bool // a strict decoder may flag or refuse it
	Canonical  bool // the published encoder writes exactly these bytes
}

// A Frame is one message of a sequence.
type Frame struct {
	Transport string
	Bytes     Hex `json:"bytes_hex"`
}

// An EIOPacket has no data where both Text and Hex are nil.
type EIOPacket struct {
	Type *string // nil: JavaScript's undefined
	Text *string `json:"data_text"`
	Hex  *Hex    `json:"data_hex"`
}

// A SIOPacket has no payload where Data is nil.
type SIOPacket struct {
	Type        string
	WireType    string  `json:"wire_type"` // where the digit on the wire is another
	NSP         *string // nil: undefined, in packets the parser makes up
	ID          *int64
	Data        *string `json:"data_json"`
	Attachments []Hex   `json:"attachments_hex"`
}

// Hex is bytes, written as hex digits.
type Hex []byte

// UnmarshalText reads hex digits.
func (h *Hex) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*h = b
	return err
}

// Messages is the sequence a vector consists of.
func (v Vector) Messages() []Frame {
	if len(v.Frames) > 0 {
		return v.Frames
	}
	return []Frame{{Transport: v.Transport, Bytes: v.Bytes}}
}

// Load returns all vectors.
func Load(t testing.TB) []Vector {
	t.Helper()
	var all []Vector
	if err := json.Unmarshal(vectors, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != Count {
		t.Fatalf("%d vectors, want %d", len(all), Count)
	}
	return all
}
