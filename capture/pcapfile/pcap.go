package pcapfile

import (
	"sioscope/capture/link"

	"sioscope/protocol/lang"
)

// The magic numbers of a pcap file (draft-ietf-opsawg-pcap §4), and of Alexey Kuznetzov's "modified"
// one, whose records have eight bytes more.
const (
	magicMicro    = 0xa1b2c3d4
	magicNano     = 0xa1b23c4d
	magicModified = 0xa1b2cd34
)

const (
	pcapFileHeader     = 24
	pcapRecordHeader   = 16
	pcapModifiedHeader = 24
)

// pcapHeader is what the header of a pcap file says about its records.
type pcapHeader struct {
	record int   // length of a record's header
	unit   int64 // nanoseconds that the second timestamp field counts
	link   link.Type
}

// openPcap reads the file header. The magic number is given as a little-endian file has it.
func (r *Reader) openPcap(magic uint32) error {
	head, err := r.in.peek(4)
	if err != nil {
		return r.headerError(err)
	}
	if r.order = false; !knownMagic(magic) {
		r.order = true
		magic = r.order.u32(head)
	}
	r.pcap = pcapHeader{record: pcapRecordHeader, unit: 1000}
	switch magic {
	case magicMicro:
	case magicNano:
		r.pcap.unit = 1
	case magicModified:
		r.pcap.record = pcapModifiedHeader
	default:
		return &FormatError{Name: r.name, Looks: looksLike(r.in.buf[:r.in.end])}
	}
	head, err = r.in.peek(pcapFileHeader)
	if err != nil {
		return r.headerError(err)
	}
	r.pcap.link = link.Type(r.order.u32(head[20:])) // the bits above are about the frame check sequence
	r.in.pos += pcapFileHeader
	return nil
}

func knownMagic(m uint32) bool {
	return m == magicMicro || m == magicNano || m == magicModified
}

// nextPcap reads one record (draft-ietf-opsawg-pcap §5).
func (r *Reader) nextPcap(p *Packet) error {
	start := r.in.offset()
	h, err := r.in.peek(r.pcap.record)
	if err != nil {
		return r.endError(start, len(h), 0, err)
	}
	sec, frac := r.order.u32(h), r.order.u32(h[4:])
	captured, orig := r.order.u32(h[8:]), r.order.u32(h[12:])
	switch {
	case captured > MaxPacket:
		return r.tooLong(start, captured)
	case captured|orig|sec == 0: // a file system that lost the end of a file leaves zeros
		return r.corrupt(start, lang.Say("there are zeros where a packet should be"))
	}
	n := r.pcap.record + int(captured)
	b, err := r.in.peek(n)
	if err != nil {
		return r.endError(start, len(b), n, err)
	}
	p.Time = int64(sec)*1e9 + int64(frac)*r.pcap.unit
	p.Data = b[r.pcap.record:n:n]
	p.OrigLen = int(max(orig, captured))
	p.Link = r.pcap.link
	p.Offset = start
	r.in.pos += n
	return nil
}
