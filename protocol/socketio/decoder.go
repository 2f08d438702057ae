package socketio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"sioscope/protocol/engineio"
)

// What a Decoder whose limits are 0 accepts.
const (
	DefaultMaxAttachments = 1000
	DefaultMaxBytes       = 64 << 20
)

// A Decoder turns one direction of a session's Engine.IO packets into Socket.IO packets, as the published parsers do:
// socket.io-parser 2.1 (revision 3), 3.4 (4), 4.2 (5), and socket.io-msgpack-parser. The zero value reads revision 5.
type Decoder struct {
	Rev            int // 3, 4 or 5; 0 means 5
	MaxAttachments int // of one packet; 0 means DefaultMaxAttachments
	MaxBytes       int // of one packet with its attachments; 0 means DefaultMaxBytes

	waiting bool   // for attachments of packet
	packet  Packet // Data still has the numbers of the wire
	want    int
	have    [][]byte
	bytes   int
}

// Add reads one Engine.IO packet and calls emit for the Socket.IO packet that it completes. Packets that are not
// messages are nothing to Socket.IO.
//
// An error says what is wrong with the message; its text begins with a Problem, which errors.Is finds. After it the
// decoder waits for nothing. In the case of ErrInterrupted the message itself was not read: it may be added again.
func (d *Decoder) Add(p engineio.Packet, emit func(Packet)) error {
	switch {
	case p.Type != engineio.Message:
		return nil
	case d.waiting && p.Binary:
		return d.attachment(p.Data, emit)
	case d.waiting:
		return d.interrupted()
	case p.Binary:
		return d.msgpack(p.Data, emit)
	}
	return d.text(p.Data, emit)
}

// Waiting says how many attachments of the packet under way have arrived, and how many it has; 0, 0 where there is no
// such packet.
func (d *Decoder) Waiting() (have, want int) {
	if !d.waiting {
		return 0, 0
	}
	return len(d.have), d.want
}

func (d *Decoder) reset() {
	d.waiting, d.packet, d.want, d.have, d.bytes = false, Packet{}, 0, nil, 0
}

func (d *Decoder) interrupted() error {
	have, want := d.Waiting()
	d.reset()
	if want == 0 {
		return fmt.Errorf("%w, for the packet before announced 0 of them", ErrInterrupted)
	}
	return fmt.Errorf("%w, %d of %d", ErrInterrupted, want-have, want)
}

func (d *Decoder) text(text []byte, emit func(Packet)) error {
	h, err := ParseHeader(d.Rev, text)
	if made, ok := d.made(text, err); ok {
		emit(made)
		return nil
	}
	if err != nil {
		return explain(err, h, text)
	}
	if len(text) > d.maxBytes() {
		return fmt.Errorf("%w: the packet has %d bytes", ErrTooLong, len(text))
	}
	if err := d.payload(h); err != nil {
		if d.Rev == 3 {
			emit(parserError(""))
			return nil
		}
		return err
	}
	packet := Packet{Type: h.Type, Namespace: validString(h.Namespace), ID: h.ID, Odd: h.Odd}
	if len(h.Data) > 0 {
		packet.Data = bytes.Clone(h.Data)
	}
	if h.Attachments > d.maxAttachments() {
		return fmt.Errorf("%w: %d", ErrTooMany, h.Attachments)
	}
	if h.Attachments > 0 {
		d.waiting, d.packet, d.want, d.bytes = true, packet, h.Attachments, len(text)
		return nil
	}
	// socket.io-parser from 3.3.4 on delivers such a packet, and then waits for an attachment all the same.
	d.waiting = h.Type >= BinaryEvent && d.Rev == 4
	emit(packet)
	return nil
}

// made returns the ERROR packet that receivers before revision 5 make of an unknown type.
func (d *Decoder) made(text []byte, err error) (Packet, bool) {
	if err != ErrType || d.Rev == 0 || d.Rev > 4 || text[0] < '0' || text[0] > '9' {
		return Packet{}, false
	}
	if d.Rev == 3 {
		return parserError(""), true
	}
	return parserError(": unknown packet type " + string(text[0])), true
}

func parserError(what string) Packet {
	return Packet{Type: ConnectError, ID: -1, Data: json.RawMessage(`"parser error` + what + `"`), Odd: OddMade}
}

// explain adds to a header's problem what can be told of it.
func explain(err error, h Header, text []byte) error {
	switch {
	case err == ErrType:
		r := []rune(string(text[:min(len(text), 4)]))[0]
		return fmt.Errorf("%w %s", err, strings.Trim(fmt.Sprintf("%q", r), "'"))
	case err == ErrPayload && h.Type == Ack && h.Data[0] == '-':
		return fmt.Errorf("%w: an ACK with a number of attachments, as in revision 3", err)
	case err == ErrPayload:
		return fmt.Errorf("%w: %s", err, needs(h.Type))
	}
	return err
}

// needs says what payload a type has.
func needs(t Type) string {
	switch t.Plain() {
	case Connect:
		return "CONNECT needs an object or none"
	case Disconnect:
		return "DISCONNECT has none"
	case Event:
		return t.String() + " needs an array with the event's name in front"
	case Ack:
		return t.String() + " needs an array"
	}
	return "an error needs a string or an object"
}

func (d *Decoder) attachment(p []byte, emit func(Packet)) error {
	if d.want == 0 {
		d.reset()
		return fmt.Errorf("%w: the packet before announced 0 attachments", ErrUnexpected)
	}
	if d.bytes += len(p); d.bytes > d.maxBytes() {
		n := d.bytes
		d.reset()
		return fmt.Errorf("%w: %d bytes so far", ErrTooLong, n)
	}
	d.have = append(d.have, append([]byte{}, p...))
	if len(d.have) < d.want {
		return nil
	}
	packet, have := d.packet, d.have
	d.reset()
	if err := packet.attach(have, d.maxBytes()); err != nil {
		return err
	}
	emit(packet)
	return nil
}

func (d *Decoder) msgpack(p []byte, emit func(Packet)) error {
	if !looksLikeMsgPack(p) {
		return ErrUnexpected
	}
	if len(p) > d.maxBytes() {
		return fmt.Errorf("%w: the packet has %d bytes", ErrTooLong, len(p))
	}
	packet, err := msgpackPacket(p)
	if err != nil {
		return err
	}
	emit(packet)
	return nil
}

func (d *Decoder) maxAttachments() int {
	if d.MaxAttachments > 0 {
		return d.MaxAttachments
	}
	return DefaultMaxAttachments
}

func (d *Decoder) maxBytes() int {
	if d.MaxBytes > 0 {
		return d.MaxBytes
	}
	return DefaultMaxBytes
}

func validString(p []byte) string { return strings.ToValidUTF8(string(p), "\uFFFD") }
