package engineio

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// DefaultMaxPayload is what a WebTransportDecoder without a MaxPayload reads at most, in bytes a packet.
const DefaultMaxPayload = 16 << 20

// A WebTransportDecoder turns one direction of a WebTransport stream (Engine.IO v4, "WebTransport") into packets. The
// zero value is ready to use. It holds at most one packet, and of it no more than has arrived.
type WebTransportDecoder struct {
	MaxPayload int // longest packet read, in bytes: the handshake's maxPayload; 0 means DefaultMaxPayload

	pending []byte // header and payload of the packet under way
	packets int    // read so far
	offset  int64  // of pending in the stream
	err     error  // the stream cannot be read any further
}

// Write consumes p and calls emit for every packet that p completes. After an error, a *DecodeError, the stream cannot be
// read any further, and every Write returns that error.
func (d *WebTransportDecoder) Write(p []byte, emit func(Packet)) error {
	for d.err == nil && len(p) > 0 {
		p = d.next(p, emit)
	}
	return d.err
}

// next reads from p as far as one packet goes, and returns the rest.
func (d *WebTransportDecoder) next(p []byte, emit func(Packet)) (rest []byte) {
	unit, held := p, len(d.pending) > 0
	if held {
		rest = d.fill(p)
		unit = d.pending
	}
	size, ok := d.frame(unit)
	switch {
	case d.err != nil:
		return nil
	case !ok && held:
		return rest
	case !ok:
		d.pending = append(d.pending, unit...)
		return nil
	}
	d.deliver(unit[:size], emit)
	d.offset += int64(size)
	if held {
		d.release()
		return rest
	}
	return p[size:]
}

// Pending is how many bytes of an unfinished packet have arrived.
func (d *WebTransportDecoder) Pending() int { return len(d.pending) }

// fill moves from p to pending what the packet under way still lacks: its header first, then its payload.
func (d *WebTransportDecoder) fill(p []byte) (rest []byte) {
	want := headerSize(d.pending[0])
	if header, length, ok := frameHeader(d.pending); ok && length <= uint64(d.max()) {
		want = header + int(length)
	}
	n := min(want-len(d.pending), len(p))
	d.pending = append(d.pending, p[:n]...)
	return p[n:]
}

// release empties pending, and lets go of its memory where that is much.
func (d *WebTransportDecoder) release() {
	d.pending = d.pending[:0]
	if cap(d.pending) > 1<<16 {
		d.pending = nil
	}
}

func (d *WebTransportDecoder) max() int {
	if d.MaxPayload > 0 {
		return d.MaxPayload
	}
	return DefaultMaxPayload
}

// frame returns the size of the packet p starts with, and whether all of it is there.
func (d *WebTransportDecoder) frame(p []byte) (size int, ok bool) {
	header, length, ok := frameHeader(p)
	if !ok {
		return 0, false
	}
	switch {
	case length == 0:
		d.fail("length 0")
	case length > uint64(d.max()):
		d.fail(fmt.Sprintf("length %d is more than the %d bytes allowed", length, d.max()))
	default:
		size = header + int(length)
		return size, size <= len(p)
	}
	return 0, false
}

func (d *WebTransportDecoder) fail(what string) {
	d.err = &DecodeError{Packet: d.packets, Offset: int(d.offset), What: what}
	d.pending = nil
}

// deliver reads one whole packet, header and payload.
func (d *WebTransportDecoder) deliver(p []byte, emit func(Packet)) {
	header, length, _ := frameHeader(p)
	payload := p[header:]
	packet := Packet{Type: Message, Binary: true, HasData: true, Data: payload}
	if p[0]&0x80 == 0 {
		var problem string
		text := bytes.TrimPrefix(payload, []byte("\xEF\xBB\xBF"))
		if packet, problem = (Decoder{}).text(text); problem != "" {
			d.fail(problem)
			return
		}
		if len(text) < len(payload) {
			packet.Odd |= OddMark
		}
	}
	if header == 3 && length < 126 || header == 9 && length < 1<<16 {
		packet.Odd |= OddLongHeader
	}
	d.packets++
	emit(packet)
}

// headerSize is the size of a header by its first byte, as in RFC 6455 §5.2 without the mask.
func headerSize(first byte) int {
	switch first & 0x7F {
	case 126:
		return 3
	case 127:
		return 9
	}
	return 1
}

// frameHeader reads the header p starts with; ok is false where it is not all there.
func frameHeader(p []byte) (size int, length uint64, ok bool) {
	if len(p) == 0 {
		return 0, 0, false
	}
	size = headerSize(p[0])
	if len(p) < size {
		return 0, 0, false
	}
	switch size {
	case 3:
		return size, uint64(binary.BigEndian.Uint16(p[1:])), true
	case 9:
		return size, binary.BigEndian.Uint64(p[1:]), true
	}
	return size, uint64(p[0] & 0x7F), true
}
