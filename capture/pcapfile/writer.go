package pcapfile

import (
	"encoding/binary"
	"io"

	"sioscope/capture/link"
)

// A Writer writes one section of pcapng. Every method makes one block with one Write call, so that what stands behind a
// Writer never sees half a block. Times are in nanoseconds.
//
// It keeps nothing but a buffer of the longest block so far.
type Writer struct {
	w   io.Writer
	buf []byte
	n   int64 // bytes written
}

// An Iface describes an interface that packets were captured on.
type Iface struct {
	Name    string
	About   string // what it is, in words; ""
	Link    link.Type
	SnapLen int    // bytes kept of a packet; 0: all
	Filter  string // as the user wrote it; ""
}

// NewWriter begins a section that app wrote.
func NewWriter(w io.Writer, app string) (*Writer, error) {
	f := &Writer{w: w}
	f.begin(blockSection)
	f.u32(byteOrderMagic)
	f.u32(1)          // version 1.0
	f.u32(0xffffffff) // of unknown length
	f.u32(0xffffffff)
	f.option(optUserApp, []byte(app))
	f.endOptions()
	return f, f.end()
}

// The options that are written (draft-ietf-opsawg-pcapng §4.1, §4.2, §4.6).
const (
	optUserApp  = 4
	optIfName   = 2
	optIfAbout  = 3
	optIfFilter = 11
	optIfRecv   = 4
	optIfDrop   = 5
)

// Interface adds an interface (§4.2); the first has number 0.
func (f *Writer) Interface(i Iface) error {
	f.begin(blockInterface)
	f.u32(uint32(i.Link))
	f.u32(uint32(i.SnapLen))
	f.option(optIfName, []byte(i.Name))
	if i.About != "" {
		f.option(optIfAbout, []byte(i.About))
	}
	f.option(optTSResol, []byte{9})
	if i.Filter != "" {
		f.option(optIfFilter, append([]byte{0}, i.Filter...)) // 0: a filter in libpcap's words
	}
	f.endOptions()
	return f.end()
}

// Packet writes one packet of an interface (§4.3): its time in nanoseconds since 1970, and its length on the wire.
func (f *Writer) Packet(iface int, at int64, data []byte, origLen int) error {
	f.begin(blockEnhanced)
	f.u32(uint32(iface))
	f.u32(uint32(uint64(at) >> 32))
	f.u32(uint32(at))
	f.u32(uint32(len(data)))
	f.u32(uint32(origLen))
	f.bytes(data)
	return f.end()
}

// Statistics says how many packets an interface had received and dropped by a time (§4.6).
func (f *Writer) Statistics(iface int, at, received, dropped int64) error {
	f.begin(blockStatistics)
	f.u32(uint32(iface))
	f.u32(uint32(uint64(at) >> 32))
	f.u32(uint32(at))
	f.option(optIfRecv, binary.LittleEndian.AppendUint64(nil, uint64(received)))
	f.option(optIfDrop, binary.LittleEndian.AppendUint64(nil, uint64(dropped)))
	f.endOptions()
	return f.end()
}

// Secrets writes a Decryption Secrets Block (§4.7). It must precede the packets it is for.
func (f *Writer) Secrets(s Secret) error {
	f.begin(blockSecrets)
	f.u32(s.Type)
	f.u32(uint32(len(s.Data)))
	f.bytes(s.Data)
	return f.end()
}

// Written is how many bytes were written.
func (f *Writer) Written() int64 { return f.n }

func (f *Writer) begin(kind uint32) {
	f.buf = f.buf[:0]
	f.u32(kind)
	f.u32(0) // the length, once it is known
}

func (f *Writer) u32(v uint32) { f.buf = binary.LittleEndian.AppendUint32(f.buf, v) }

// bytes appends b and pads it to 32 bits.
func (f *Writer) bytes(b []byte) {
	f.buf = append(f.buf, b...)
	f.buf = append(f.buf, "\x00\x00\x00"[:-len(b)&3]...)
}

func (f *Writer) option(code uint16, value []byte) {
	value = value[:min(len(value), 1<<16-1)]
	f.u32(uint32(code) | uint32(len(value))<<16)
	f.bytes(value)
}

func (f *Writer) endOptions() { f.u32(optEnd) }

func (f *Writer) end() error {
	n := uint32(len(f.buf) + 4)
	binary.LittleEndian.PutUint32(f.buf[4:], n)
	f.u32(n)
	written, err := f.w.Write(f.buf)
	f.n += int64(written)
	return err
}
