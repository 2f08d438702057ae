package bench

import (
	"bufio"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"time"
)

// A capture is a pcap file that is being written: microseconds, Ethernet.
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html
type capture struct {
	Totals
	w      *bufio.Writer
	err    error // the first one
	now    int64 // microseconds since the epoch
	rnd    *rand.Rand
	packet []byte // the one being built
}

func newCapture(w io.Writer) *capture {
	c := &capture{w: bufio.NewWriterSize(w, 1<<20), rnd: rand.New(rand.NewPCG(42, 42))}
	c.now = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC).UnixMicro()
	h := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	h = binary.LittleEndian.AppendUint16(h, 2)
	h = binary.LittleEndian.AppendUint16(h, 4)
	h = append(h, make([]byte, 8)...)               // time zone, accuracy
	h = binary.LittleEndian.AppendUint32(h, 262144) // longest packet
	h = binary.LittleEndian.AppendUint32(h, 1)      // LINKTYPE_ETHERNET
	c.put(h)
	return c
}

// write appends one packet as a record, a few microseconds after the last one.
func (c *capture) write(packet []byte) {
	c.now += 2 + c.rnd.Int64N(16)
	var h [16]byte
	binary.LittleEndian.PutUint32(h[0:], uint32(c.now/1e6))
	binary.LittleEndian.PutUint32(h[4:], uint32(c.now%1e6))
	binary.LittleEndian.PutUint32(h[8:], uint32(len(packet)))
	binary.LittleEndian.PutUint32(h[12:], uint32(len(packet)))
	c.put(h[:])
	c.put(packet)
	c.Packets++
}

func (c *capture) put(p []byte) {
	if c.err == nil {
		_, c.err = c.w.Write(p)
		c.Bytes += int64(len(p))
	}
}

func (c *capture) flush() error {
	if c.err != nil {
		return c.err
	}
	return c.w.Flush()
}
