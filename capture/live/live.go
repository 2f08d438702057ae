// Package live captures packets on a network interface and writes them as pcapng, which package capture reads like any
// other: what is seen live goes the same way as a file.
//
// It opens an AF_PACKET socket on Linux, a BPF device on macOS and Npcap on Windows, without cgo. Where the reader of
// what it writes is slow, packets wait in the kernel's buffer; what no longer fits there is counted by the kernel and
// written as interface statistics. It looks into no packet: that is package link's business.
//
// A window needs no privilege for this: a Helper is another program that captures, in a process of its own.
package live

import (
	"context"
	"errors"
	"io"
	"time"

	"golang.org/x/net/bpf"

	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
)

// Any is the name of all interfaces at once, on Linux.
const Any = "any"

// SnapLen is how many bytes of a packet are kept: all, since no kernel hands out more at a time.
const SnapLen = 256 << 10

// DefaultBuffer is the size of the kernel's buffer, in bytes.
const DefaultBuffer = 64 << 20

// Options say what to capture.
type Options struct {
	Interface string // its name, or Any
	Match            // what of its traffic
	// Quiet leaves the interface as it is: without it, one that is no loopback is asked for packets that are not
	// addressed to it too, as a mirror port needs.
	Quiet bool
	// KeyLog is a file of TLS keys that may still grow (SSLKEYLOGFILE): they are written between the packets. "": none.
	KeyLog string
	Buffer int // bytes that may wait in the kernel; 0 means DefaultBuffer
}

// An Output takes pcapng, a block with each Write; Flush follows on what came together. *bufio.Writer is one.
type Output interface {
	io.Writer
	Flush() error
}

// A device is an interface that is captured on, in the way of one operating system.
type device interface {
	// read gives the packets that came, and waits for some, for about wait at most. data holds during the call.
	read(wait time.Duration, use func(at int64, data []byte, origLen int) error) error
	// counts are the packets that came and that were dropped since the device was opened. It may be approximate.
	counts() (received, dropped int64)
	close()
}

// A Sniffer captures on one interface.
type Sniffer struct {
	options Options
	device  device
	link    link.Type
}

// Open begins to capture: packets wait in the kernel until Run. Its error is one sentence; it is a *PermissionError
// where the system does not let this program capture.
func Open(o Options) (*Sniffer, error) {
	if o.Buffer <= 0 {
		o.Buffer = DefaultBuffer
	}
	d, t, err := open(o)
	if err != nil {
		return nil, err
	}
	return &Sniffer{options: o, device: d, link: t}, nil
}

// Close ends what Open began. It must not be called while Run runs.
func (s *Sniffer) Close() { s.device.close() }

const (
	lookEvery  = 50 * time.Millisecond  // how long an end is waited for
	handOver   = 250 * time.Millisecond // after the end, what came before it is waited for
	countEvery = 500 * time.Millisecond // between two statistics, where something was dropped
)

// Run writes the packets to out until ctx ends, out fails (the error is out's), or the interface does.
func (s *Sniffer) Run(ctx context.Context, out Output) error {
	w, err := pcapfile.NewWriter(out, "sioscope")
	if err != nil {
		return err
	}
	if err := w.Interface(pcapfile.Iface{Name: s.options.Interface, Link: s.link, SnapLen: SnapLen, Filter: s.options.String()}); err != nil {
		return err
	}
	c, keys := counter{device: s.device, writer: w, since: time.Now()}, keyLog{path: s.options.KeyLog}
	for ended := int64(0); ; {
		if ended == 0 && ctx.Err() != nil {
			ended = time.Now().UnixNano()
		}
		err := keys.write(w) // before the packets that they are for, where they are there
		last, reading := s.read(w)
		// What came before the end is read all the same: the kernel hands it over a little later.
		over := ended != 0 && (last > ended || time.Now().UnixNano()-ended > int64(handOver))
		err = errors.Join(err, reading, c.write(over))
		if err := out.Flush(); err != nil {
			return err
		}
		if err != nil || over {
			return err
		}
	}
}

// read writes the packets that came, and gives the time of the last.
func (s *Sniffer) read(w *pcapfile.Writer) (last int64, err error) {
	err = s.device.read(lookEvery, func(at int64, data []byte, origLen int) error {
		last = at
		return w.Packet(0, at, data, origLen)
	})
	return last, err
}

// A counter writes statistics.
type counter struct {
	device  device
	writer  *pcapfile.Writer
	since   time.Time
	dropped int64
}

// write writes what was dropped, where that is news; at the end in any case, with the time.
func (c *counter) write(over bool) error {
	now := time.Now()
	if !over && now.Sub(c.since) < countEvery {
		return nil
	}
	c.since = now
	received, dropped := c.device.counts()
	if !over && dropped == c.dropped {
		return nil
	}
	c.dropped = dropped
	return c.writer.Statistics(0, now.UnixNano(), received, dropped)
}

// program is the filter for frames of a link type; own goes before it.
func (o *Options) program(t link.Type, own []bpf.Instruction) ([]bpf.RawInstruction, error) {
	first, err := bpf.Assemble(own)
	if err != nil {
		return nil, err
	}
	rest, err := o.compile(t)
	return append(first, rest...), err
}
