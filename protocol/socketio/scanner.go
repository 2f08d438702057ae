package socketio

import "sioscope/protocol/engineio"

// Kind is what an Engine.IO packet is to Socket.IO.
type Kind uint8

const (
	KindNone       Kind = iota // not a message
	KindPacket                 // a packet, or the header of one whose attachments follow
	KindAttachment             // an attachment of the packet before
	KindMsgPack                // a packet of socket.io-msgpack-parser
	KindError                  // not Socket.IO
)

// A Scanner finds out what the messages of one direction of a session are, without reading JSON and without
// allocating. The zero value reads revision 5.
type Scanner struct {
	Rev        int // 3, 4 or 5; 0 means 5
	have, want int // attachments of the packet under way
}

// Scan classifies one Engine.IO packet. The header is that of the packet the message is or begins; of an attachment
// it has only the number of its packet's attachments, and Waiting says which one it was. Header slices point into p.
//
// The error, a Problem, comes with KindError, or as ErrInterrupted with the packet that came instead of an attachment.
func (s *Scanner) Scan(p engineio.Packet) (Header, Kind, error) {
	switch {
	case p.Type != engineio.Message:
		return Header{}, KindNone, nil
	case p.Binary:
		return s.binary(p.Data)
	}
	missing := s.have < s.want
	s.have, s.want = 0, 0
	h, err := ParseHeader(s.Rev, p.Data)
	if err != nil {
		return h, KindError, err
	}
	s.want = h.Attachments
	if missing {
		return h, KindPacket, ErrInterrupted
	}
	return h, KindPacket, nil
}

func (s *Scanner) binary(p []byte) (Header, Kind, error) {
	if s.have < s.want {
		s.have++
		return Header{Attachments: s.want, ID: -1}, KindAttachment, nil
	}
	if !looksLikeMsgPack(p) {
		return Header{ID: -1}, KindError, ErrUnexpected
	}
	h, err := msgpackHeader(p)
	if err != nil {
		return h, KindError, err
	}
	return h, KindMsgPack, nil
}

// Waiting says how many attachments of the last packet have arrived, and how many it announced.
func (s *Scanner) Waiting() (have, want int) { return s.have, s.want }
