package pcapfile

import (
	"encoding/binary"
	"encoding/hex"

	"sioscope/protocol/lang"
)

// The block types of draft-ietf-opsawg-pcapng §4 that are read; all others are skipped.
const (
	blockSection    = 0x0A0D0D0A
	blockInterface  = 1
	blockPacket     = 2 // obsolete
	blockSimple     = 3
	blockStatistics = 5
	blockSecrets    = 0x0A
	blockEnhanced   = 6
)

const (
	byteOrderMagic = 0x1A2B3C4D
	blockOverhead  = 12 // type and length before the body, the length once more behind it
	maxBlock       = MaxPacket + 1<<20
	maxInterfaces  = 1 << 16 // of a section; each costs 200 bytes of memory, at most
)

// A section is what the blocks since the last Section Header Block said. Its byte order is the Reader's.
type section struct {
	interfaces []iface
	app        string // what wrote it; the first maxName bytes
}

// openPcapng reads the first Section Header Block, so that a file which merely begins like one is found out.
func (r *Reader) openPcapng() error {
	head, err := r.in.peek(blockOverhead)
	if err != nil {
		return r.headerError(err)
	}
	if !isByteOrder(head[8:]) {
		return &FormatError{Name: r.name, Looks: looksLike(r.in.buf[:r.in.end])}
	}
	return nil
}

func isByteOrder(b []byte) bool {
	return binary.LittleEndian.Uint32(b) == byteOrderMagic || binary.BigEndian.Uint32(b) == byteOrderMagic
}

// nextPcapng reads blocks until one is a packet.
func (r *Reader) nextPcapng(p *Packet) error {
	for {
		start := r.in.offset()
		h, err := r.in.peek(8)
		if err != nil {
			return r.endError(start, len(h), 0, err)
		}
		kind := r.order.u32(h)
		if kind == blockSection { // reads the same in either order
			if err := r.setByteOrder(start); err != nil {
				return err
			}
			h, _ = r.in.peek(8)
		}
		size, err := r.blockSize(start, r.order.u32(h[4:]))
		if err != nil {
			return err
		}
		if !keptBlock(kind) {
			if err := r.skipBlock(start, size); err != nil {
				return err
			}
			continue
		}
		body, err := r.body(start, size)
		if err != nil {
			return err
		}
		found, err := r.block(kind, start, body, p)
		if found || err != nil {
			return err
		}
	}
}

func keptBlock(kind uint32) bool {
	switch kind {
	case blockSection, blockInterface, blockPacket, blockSimple, blockStatistics, blockEnhanced, blockSecrets:
		return true
	}
	return false
}

// setByteOrder begins a section: its byte order stands behind its length.
func (r *Reader) setByteOrder(start int64) error {
	h, err := r.in.peek(blockOverhead)
	if err != nil {
		return r.endError(start, len(h), 0, err)
	}
	if !isByteOrder(h[8:]) {
		return r.corrupt(start, lang.Say("a section begins with the byte order %s", hex.EncodeToString(h[8:12])))
	}
	r.order = binary.BigEndian.Uint32(h[8:]) == byteOrderMagic
	return nil
}

// blockSize checks a block's length. Some writers leave out the padding to 32 bits in it.
func (r *Reader) blockSize(start int64, n uint32) (int64, error) {
	if n < blockOverhead {
		return 0, r.corrupt(start, lang.Say("a block claims a length of %d bytes", n))
	}
	return (int64(n) + 3) &^ 3, nil
}

// body returns what stands between the two lengths of a block, and consumes the block.
func (r *Reader) body(start, size int64) ([]byte, error) {
	if size > maxBlock {
		return nil, r.corrupt(start, lang.Say("a block claims a length of %d bytes, and none that is read has more than %d", size, maxBlock))
	}
	b, err := r.in.peek(int(size))
	if err != nil {
		return nil, r.endError(start, len(b), int(size), err)
	}
	if err := r.checkEnd(start, r.order.u32(b[4:]), b[size-4:]); err != nil {
		return nil, err
	}
	r.in.pos += int(size)
	return b[8 : size-4], nil
}

// checkEnd compares the length at the end of a block with the one at its start.
func (r *Reader) checkEnd(start int64, first uint32, end []byte) error {
	if last := r.order.u32(end); last != first {
		return r.corrupt(start, lang.Say("a block claims a length of %d bytes at its start and of %d at its end", first, last))
	}
	return nil
}

// skipBlock consumes a block that is not read, however long it is.
func (r *Reader) skipBlock(start, size int64) error {
	h, err := r.in.peek(8)
	if err != nil {
		return r.readError(start, err)
	}
	first := r.order.u32(h[4:])
	if err := r.in.discard(size - 4); err != nil {
		return r.readError(start, err)
	}
	end, err := r.in.peek(4)
	if err != nil {
		return r.readError(start, err)
	}
	r.in.pos += 4
	return r.checkEnd(start, first, end)
}

// block reads the body of one block; found says that it was a packet.
func (r *Reader) block(kind uint32, start int64, body []byte, p *Packet) (found bool, err error) {
	p.Offset = start
	switch kind {
	case blockEnhanced:
		return true, r.enhancedPacket(start, body, p)
	case blockSimple:
		return true, r.simplePacket(start, body, p)
	case blockPacket:
		return true, r.obsoletePacket(start, body, p)
	case blockSection:
		return false, r.sectionHeader(start, body)
	case blockInterface:
		return false, r.interfaceBlock(start, body)
	case blockStatistics:
		r.statisticsBlock(body)
		return false, nil
	}
	return false, r.secretsBlock(start, body)
}

// sectionHeader begins a section (§4.1). How long it is, is of no use: blocks are read one by one.
func (r *Reader) sectionHeader(start int64, body []byte) error {
	r.sections++
	if len(body) < 16 {
		return r.corrupt(start, lang.Say("a section header of %d bytes is too short", len(body)))
	}
	if major := r.order.u16(body[4:]); major != 1 {
		return r.corrupt(start, lang.Say("pcapng version %d is not known", major))
	}
	r.endSection()
	r.ng.app = ""
	r.options(body[16:], func(code uint16, value []byte) {
		if code == optUserApp {
			r.ng.app = string(value[:min(len(value), maxName)])
		}
	})
	return nil
}

// enhancedPacket reads an Enhanced Packet Block (§4.3).
func (r *Reader) enhancedPacket(start int64, body []byte, p *Packet) error {
	if len(body) < 20 {
		return r.corrupt(start, lang.Say("a packet block of %d bytes is too short", len(body)))
	}
	p.Interface = int(r.order.u32(body))
	return r.timedPacket(start, body, p)
}

// obsoletePacket reads a Packet Block (appendix A), which has a drop count beside the interface.
func (r *Reader) obsoletePacket(start int64, body []byte, p *Packet) error {
	if len(body) < 20 {
		return r.corrupt(start, lang.Say("a packet block of %d bytes is too short", len(body)))
	}
	p.Interface = int(r.order.u16(body))
	return r.timedPacket(start, body, p)
}

// timedPacket reads what Enhanced and obsolete Packet Blocks have in common: behind four bytes, a
// timestamp, two lengths, the data. The options behind them are not read.
func (r *Reader) timedPacket(start int64, body []byte, p *Packet) error {
	if p.Interface >= len(r.ng.interfaces) {
		return r.corrupt(start, lang.Say("a packet is of interface %d, and the section has %d so far", p.Interface, len(r.ng.interfaces)))
	}
	captured, orig := r.order.u32(body[12:]), r.order.u32(body[16:])
	if captured > MaxPacket {
		return r.tooLong(start, captured)
	}
	if int(captured) > len(body)-20 {
		return r.corrupt(start, lang.Say("it claims %d captured bytes in a block that has room for %d", captured, len(body)-20))
	}
	i := &r.ng.interfaces[p.Interface]
	p.Time = i.time(uint64(r.order.u32(body[4:]))<<32 | uint64(r.order.u32(body[8:])))
	p.Data = body[20 : 20+captured : 20+captured]
	p.OrigLen = int(max(orig, captured))
	p.Link = i.link
	return nil
}

// simplePacket reads a Simple Packet Block (§4.4): of the first interface, without a time.
func (r *Reader) simplePacket(start int64, body []byte, p *Packet) error {
	if len(r.ng.interfaces) == 0 {
		return r.corrupt(start, lang.Say("a packet comes before any interface"))
	}
	if len(body) < 4 {
		return r.corrupt(start, lang.Say("a packet block of %d bytes is too short", len(body)))
	}
	i := &r.ng.interfaces[0]
	orig := r.order.u32(body)
	captured := orig
	if i.snapLen > 0 {
		captured = min(captured, i.snapLen)
	}
	if int64(captured) > int64(len(body)-4) {
		return r.corrupt(start, lang.Say("it claims %d captured bytes in a block that has room for %d", captured, len(body)-4))
	}
	p.Data = body[4 : 4+captured : 4+captured]
	p.OrigLen = int(orig)
	p.Link = i.link
	return nil
}
