package socketio

import (
	"strconv"

	"sioscope/protocol/engineio"
)

// AppendText writes the text of a packet as the published encoder of the revision does. An event or acknowledgement
// that has attachments is written as a binary one. Data must be as in Packet; msgpack is not written.
func AppendText(dst []byte, rev int, p Packet) []byte {
	dst = append(dst, '0'+byte(p.wireType(rev)))
	if h := (Header{Type: p.wireType(rev)}); h.counts(rev) {
		dst = strconv.AppendInt(dst, int64(len(p.Attachments)), 10)
		dst = append(dst, '-')
	}
	if p.Namespace != "" && p.Namespace != "/" {
		dst = append(dst, p.Namespace...)
		if rev != 3 || p.ID >= 0 || len(p.Data) > 0 { // Socket.IO 1.x writes the comma only between
			dst = append(dst, ',')
		}
	}
	if p.ID >= 0 {
		dst = strconv.AppendInt(dst, p.ID, 10)
	}
	return append(dst, p.Data...)
}

func (p Packet) wireType(rev int) Type {
	switch {
	case len(p.Attachments) == 0:
	case p.Type == Event:
		return BinaryEvent
	case p.Type == Ack && rev != 3:
		return BinaryAck
	}
	return p.Type
}

// AppendMessages writes a packet as the Engine.IO messages that carry it: its text, then its attachments.
func AppendMessages(dst []engineio.Packet, rev int, p Packet) []engineio.Packet {
	dst = append(dst, engineio.Packet{Type: engineio.Message, HasData: true, Data: AppendText(nil, rev, p)})
	for _, a := range p.Attachments {
		dst = append(dst, engineio.Packet{Type: engineio.Message, Binary: true, HasData: true, Data: a})
	}
	return dst
}
