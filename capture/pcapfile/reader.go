// Package pcapfile reads capture files: pcap and pcapng, either byte order, plain or gzipped.
//
// It streams: any io.Reader will do, standard input too, and no packet waits for bytes that stand behind
// it. It takes records apart and nothing more; what the packets hold is package link's business. What
// other kinds of capture files there are (snoop, Network Monitor, ERF) it names and does not read.
package pcapfile

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"io"
	"math/bits"

	"sioscope/capture/link"
)

// MaxPacket is the longest packet that is read, in bytes. A record that claims more is corrupt: no
// capture program writes one, and TCP needs 64 KiB (or, with "BIG TCP", 512 KiB).
const MaxPacket = 16 << 20

// A Packet is one record of a capture file.
type Packet struct {
	Time      int64     // nanoseconds since 1970-01-01 UTC; 0 where the file has none (Simple Packet Block)
	Data      []byte    // what was captured; it is overwritten by the following Next
	OrigLen   int       // bytes on the wire, at least len(Data)
	Link      link.Type // what Data begins with
	Interface int       // the number of the interface within its section of a pcapng file; else 0
	Offset    int64     // where the record begins in the file, after decompression
}

// A Reader reads one capture file. It is not for use by several goroutines at a time.
type Reader struct {
	name string
	in   input
	raw  *counter // beneath the decompression; nil for a file that is not compressed

	order   byteOrder
	packets int   // records returned so far
	err     error // what ended the file: every further Next returns it

	pcap pcapHeader
	ng   section
	isNg bool

	dropped     uint64 // in the sections before this one
	secrets     []Secret
	secretBytes int
	lostSecrets int

	sections int     // of a pcapng file that were begun
	sorted   *sorted // nil: packets are returned as they are in the file
}

// NewReader reads the header of a capture. The name is for error texts alone.
//
// The error is a *FormatError where r is not a capture, and a *TruncatedError where it ends within
// its header.
func NewReader(r io.Reader, name string) (*Reader, error) {
	f := &Reader{name: name}
	if err := f.open(r); err != nil {
		return nil, err
	}
	magic, err := f.in.peek(4)
	if err != nil {
		return nil, f.headerError(err)
	}
	if f.isNg = binary.BigEndian.Uint32(magic) == blockSection; f.isNg {
		err = f.openPcapng()
	} else {
		err = f.openPcap(binary.LittleEndian.Uint32(magic))
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// open sets up the input, with the decompression that its first bytes ask for.
func (r *Reader) open(src io.Reader) error {
	raw := &counter{r: src}
	br := bufio.NewReaderSize(raw, 32<<10)
	magic, _ := br.Peek(2) // an error is still there for the first read
	if len(magic) < 2 || magic[0] != 0x1f || magic[1] != 0x8b {
		r.in.r = br
		return nil
	}
	r.raw = raw
	z, err := gzip.NewReader(br)
	if err != nil {
		return r.headerError(err)
	}
	r.in.r = z
	return nil
}

// Next returns the next packet. Its error is io.EOF at the end of the file, a *TruncatedError where the
// file ends within a record, a *CorruptError where a record contradicts itself, or what the underlying
// reader reported. Nothing is read behind an error: where the next record begins is not known then.
func (r *Reader) Next() (Packet, error) {
	var p Packet
	err := r.err
	if err != nil {
		return p, err
	}
	if r.sorted != nil {
		if err := r.seek(); err != nil {
			r.err = err
			return p, err
		}
	}
	if r.isNg {
		err = r.nextPcapng(&p)
	} else {
		err = r.nextPcap(&p)
	}
	if err != nil {
		r.err = err
		return Packet{}, err
	}
	r.packets++
	return p, nil
}

// Offset returns how many bytes of the input have been used, as it came: compressed, if it was.
func (r *Reader) Offset() int64 {
	if r.raw != nil {
		return r.raw.n
	}
	if r.sorted != nil {
		return r.sorted.offset()
	}
	return r.in.offset()
}

// byteOrder is true for big-endian files. A branch costs less here than a call through
// binary.ByteOrder.
type byteOrder bool

func (big byteOrder) u32(b []byte) uint32 {
	v := binary.LittleEndian.Uint32(b)
	if big {
		v = bits.ReverseBytes32(v)
	}
	return v
}

func (big byteOrder) u16(b []byte) uint16 {
	v := binary.LittleEndian.Uint16(b)
	if big {
		v = bits.ReverseBytes16(v)
	}
	return v
}

func (big byteOrder) u64(b []byte) uint64 {
	v := binary.LittleEndian.Uint64(b)
	if big {
		v = bits.ReverseBytes64(v)
	}
	return v
}
