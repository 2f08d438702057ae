package rows

import (
	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
	"sioscope/protocol/socketio"
)

// A Decoded is a Socket.IO packet that the bytes of its row alone do not show: it came as msgpack, or its attachments
// are rows of their own.
type Decoded struct {
	Packet socketio.Packet
}

// maxSteps is how many rows are looked at for the other parts of a packet. Attachments follow their packet at once, but
// the other direction may come in between.
const maxSteps = 4096

// Decode joins what row i is a part of. It is nil for a row that is no such packet, and where a part is missing or
// cannot be read.
func Decode(t *session.Tracker, i int32) *Decoded {
	r := t.RowAt(i)
	switch {
	case r.Session < 0 || r.Kind != session.PacketRow || r.Type != engineio.Message || t.Gone(r.Data):
		return nil
	case r.HasSIO && r.MsgPack:
		return msgpack(t, r)
	case !r.Attachment && r.Attachments == 0:
		return nil
	}
	own := t.SessionAt(r.Session).Rows
	at := place(t, own, i)
	if r.Attachment {
		at = head(t, own, at)
	}
	if at < 0 {
		return nil
	}
	return join(t, own, at)
}

func msgpack(t *session.Tracker, r *session.Row) (found *Decoded) {
	var d socketio.Decoder
	p := engineio.Packet{Type: engineio.Message, Binary: true, HasData: true, Data: t.Payload(r.Data)}
	_ = d.Add(p, func(p socketio.Packet) { found = &Decoded{p} }) // an error leaves it nil: the bytes are shown
	return found
}

// place is where row i stands among a session's rows, or -1. They are by time but for what a proxy's other side adds.
func place(t *session.Tracker, own []int32, i int32) int {
	near := searchTime(t, own, t.RowAt(i).Time)
	for d := 0; d < maxSteps; d++ {
		if k := near + d; k < len(own) && own[k] == i {
			return k
		}
		if k := near - d; k >= 0 && k < len(own) && own[k] == i {
			return k
		}
	}
	return -1
}

func searchTime(t *session.Tracker, own []int32, at int64) int {
	lo, hi := 0, len(own)
	for lo < hi {
		if mid := (lo + hi) / 2; t.RowAt(own[mid]).Time < at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// head is the place of the packet that the attachment at the given place belongs to, or -1.
func head(t *session.Tracker, own []int32, at int) int {
	if at < 0 {
		return -1
	}
	dir := t.RowAt(own[at]).Dir
	for n := 0; at >= 0 && n < maxSteps; at, n = at-1, n+1 {
		if r := t.RowAt(own[at]); r.Dir == dir && r.HasSIO && r.Attachments > 0 {
			return at
		}
	}
	return -1
}

// join reads the packet that begins at a place, with the messages of its direction that follow.
func join(t *session.Tracker, own []int32, at int) (found *Decoded) {
	first := t.RowAt(own[at])
	d := socketio.Decoder{}
	if t.SessionAt(first.Session).EIO == 3 {
		d.Rev = 4
	}
	for n := 0; at < len(own) && n < maxSteps && found == nil; at, n = at+1, n+1 {
		r := t.RowAt(own[at])
		if r.Dir != first.Dir || r.Kind != session.PacketRow || r.Type != engineio.Message {
			continue
		}
		p := engineio.Packet{Type: engineio.Message, Binary: r.Binary, HasData: true, Data: t.Payload(r.Data)}
		err := d.Add(p, func(p socketio.Packet) { found = &Decoded{p} })
		if _, want := d.Waiting(); err != nil || found == nil && want == 0 || r.Truncated {
			return nil
		}
	}
	return found
}

// Head names type, namespace and ack id in a line.
func (d *Decoded) Head() string {
	text := leading(d.Packet.Type.String(), d.Packet.Namespace, d.Packet.ID)
	if d.Packet.MsgPack {
		text += ", msgpack"
	}
	return text
}

// short is the packet in a table cell, as a text one would stand there.
func (d *Decoded) short() string {
	text := ""
	if d.Packet.Namespace != "/" {
		text = d.Packet.Namespace + ","
	}
	if text += string(d.Packet.Data); text == "" {
		return "/"
	}
	return Clean([]byte(text), maxWhat)
}
