package capture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
	"sioscope/capture/scrub"
	"sioscope/capture/stream"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
)

// A Part is what of captures is saved.
type Part struct {
	Conns  map[int]*scrub.Choice // by fact.Conn.Place
	Redact redact.Redactor       // Off, or secrets are masked by as many bytes; its Fill is not asked
	Keep   func(string) bool     // what is no secret, though it stands where secrets do; nil: nothing
	// Keys are the client randoms of the TLS connections whose keys are saved too, in hexadecimal. Whoever has the keys
	// reads all that these connections carry.
	Keys []string
	App  string // what wrote the file
}

// Saved is what was saved.
type Saved struct {
	Packets, Connections int
	Keys                 int // connections of which keys were written
	Joined               int // packets that were put together of IP fragments, and are written whole
	scrub.Left
}

// ErrNothing says that no packet was found of what was to be saved.
var ErrNothing = errors.New(lang.Mark("no packet of it was found: were the files changed meanwhile?"))

// Save writes the packets of chosen connections as pcapng, in two further passes over the files: the first finds out
// what in them stands for something else, the second writes. They must be as they were when they were read.
func (f *Files) Save(ctx context.Context, w io.Writer, p *Part) (Saved, error) {
	f = f.apart()
	s := &saver{part: p, conns: map[int]*scrub.Conn{}}
	if !p.Redact.Off {
		s.redact = redact.Redactor{Fill: (&redact.Filler{Keep: p.Keep}).Fill, Asks: new(redact.Asks)}
	} else {
		s.redact = p.Redact
	}
	if len(f.Inputs) > 1 {
		s.surveys = f.surveys(ctx, ignoreFact)
		align(s.surveys)
	}
	if err := s.pass(ctx, f, s.look); err != nil {
		return s.saved, err
	}
	for _, c := range s.conns {
		c.Close()
		s.saved.Left.Add(c.Left)
	}
	if err := s.begin(w, f); err != nil {
		return s.saved, err
	}
	err := s.pass(ctx, f, s.write)
	if err == nil && s.saved.Packets == 0 {
		err = ErrNothing
	}
	s.saved.Connections = len(s.conns)
	return s.saved, err
}

// A saver is one Save on its way.
type saver struct {
	part    *Part
	redact  redact.Redactor
	conns   map[int]*scrub.Conn // by place
	saved   Saved
	out     *pcapfile.Writer
	ifaces  []iface   // of the file that is written
	surveys []*survey // whose clocks the times of what is written are put right by

	// of a pass
	run    *run
	places int
	of     map[*stream.Conn]*scrub.Conn
	sinks  map[*streams]*sink
}

type iface struct {
	source int // the number of the input
	link   link.Type
}

// pass goes over the packets of all captures in the order in which Run does.
func (s *saver) pass(ctx context.Context, f *Files, packet func(*source) error) error {
	if f.Rewind != nil {
		if err := f.Rewind(); err != nil {
			return lang.Say("reading the input again: %s", err)
		}
	}
	r := f.newRun(ctx, ignoreFact)
	r.surveys = s.surveys
	defer r.close()
	s.run, s.places, s.of, s.sinks = r, 0, map[*stream.Conn]*scrub.Conn{}, map[*streams]*sink{}
	for i, in := range f.Inputs {
		_ = r.open(i, in, f) // Run said what is wrong with it
	}
	for n := 0; ; n++ {
		src := r.next()
		if src == nil {
			break
		}
		if src.first == 0 {
			src.first = src.packet.Time
			r.succeed(src)
		}
		src.last = max(src.last, src.packet.Time)
		if err := packet(src); err != nil {
			return err
		}
		src.have = false
		if n%progressEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	for _, src := range r.sources {
		if !src.heir {
			src.assembler.Flush(s.sinkOf(src))
		}
	}
	return ctx.Err()
}

// decode finds the TCP segment of a packet and gives it to the assembler.
func (s *saver) decode(src *source) (late, tcp bool) {
	p := &src.packet
	if src.link.Decode(p.Link, p.Time, p.Data, p.OrigLen, &src.segment) != link.TCP {
		return false, false
	}
	late = src.assembler.Late(&src.segment)
	src.assembler.Segment(&src.segment, s.sinkOf(src))
	return late, true
}

// look takes note of what is in a packet, and of the interface that it needs.
func (s *saver) look(src *source) error {
	late, tcp := s.decode(src)
	if late || !tcp {
		return nil
	}
	if c, _, _ := src.assembler.Find(&src.segment); c != nil && s.of[c] != nil {
		if i := (iface{src.number, s.linkOf(src)}); !slices.Contains(s.ifaces, i) {
			s.ifaces = append(s.ifaces, i)
		}
	}
	return nil
}

// linkOf is what the packet begins with as it is written.
func (s *saver) linkOf(src *source) link.Type {
	if payloadAt(src.packet.Data, &src.segment) < 0 {
		return link.Raw
	}
	return src.packet.Link
}

// write writes a packet that belongs to a chosen connection.
func (s *saver) write(src *source) error {
	late, tcp := s.decode(src)
	if late || !tcp {
		return nil
	}
	seg, p := &src.segment, &src.packet
	c, fromA, pos := src.assembler.Find(seg)
	of := s.of[c]
	if c == nil || of == nil {
		return nil
	}
	data, t, orig := p.Data, s.linkOf(src), p.OrigLen
	switch at := payloadAt(data, seg); {
	case at < 0:
		of.Apply(side(fromA), pos, seg.Payload)
		data = rawPacket(seg)
		orig = len(data) + seg.Missing
		s.saved.Joined++
	case len(seg.Payload) > 0 && !of.Whole():
		tcp := data[at-int(seg.Header) : at+len(seg.Payload)]
		before := bytes.Clone(tcp)
		if of.Apply(side(fromA), pos, seg.Payload) {
			correct(tcp, before)
		}
	}
	s.saved.Packets++
	return s.out.Packet(slices.Index(s.ifaces, iface{src.number, t}), p.Time, data, orig)
}

func side(fromA bool) int {
	if fromA {
		return 0
	}
	return 1
}

// begin writes what comes before the packets.
func (s *saver) begin(w io.Writer, f *Files) (err error) {
	if s.out, err = pcapfile.NewWriter(w, s.part.App); err != nil {
		return err
	}
	for _, i := range s.ifaces {
		name, about := s.named(i.source)
		if err := s.out.Interface(pcapfile.Iface{Name: name, About: about, Link: i.link}); err != nil {
			return err
		}
	}
	if len(s.part.Keys) == 0 {
		return nil
	}
	log, n, err := s.keyLog(f)
	if err != nil || n == 0 {
		return err
	}
	s.saved.Keys = n
	return s.out.Secrets(pcapfile.Secret{Type: pcapfile.TLSKeyLog, Data: log})
}

// named is what a capture is called in the file, and what that is.
func (s *saver) named(number int) (name, about string) {
	for _, src := range s.run.sources {
		if src.number == number && src.label != "" {
			return src.label, ofPlace + src.label
		}
		if src.number == number {
			name, about = filepath.Base(src.name), ofFile+filepath.Base(src.name)
		}
	}
	for _, src := range s.run.sources { // of the same name, from another directory
		if src.label == "" && src.number < number && filepath.Base(src.name) == name {
			about = fmt.Sprintf("%s%s, input %d", ofFile, name, number)
		}
	}
	return name, about
}

// A sink gives what an assembler delivers to those who decide what stands for it.
type sink struct {
	*saver
}

func (s *saver) sinkOf(src *source) *sink {
	k := s.sinks[src.streams]
	if k == nil {
		k = &sink{saver: s}
		s.sinks[src.streams] = k
	}
	return k
}

// Opened implements stream.Sink.
func (s *sink) Opened(c *stream.Conn, _ int64) {
	s.places++
	choice := s.part.Conns[s.places]
	if choice == nil {
		return
	}
	of := s.conns[s.places]
	if of == nil { // the first pass
		of = &scrub.Conn{Choice: choice, Redact: s.redact}
		if !c.SYN {
			of.Join()
		}
		s.conns[s.places] = of
		c.User = of
	}
	s.of[c] = of
}

// Data implements stream.Sink.
func (s *sink) Data(c *stream.Conn, fromA bool, at int64, p []byte) {
	if of, first := c.User.(*scrub.Conn); first {
		of.Write(side(fromA), c.Delivered(fromA)-int64(len(p)), at, p)
	}
}

// Gap implements stream.Sink.
func (s *sink) Gap(c *stream.Conn, fromA bool, _ int64, n int64, _ bool) {
	if of, first := c.User.(*scrub.Conn); first {
		of.Gap(side(fromA), c.Delivered(fromA), n)
	}
}

// Closed implements stream.Sink.
func (s *sink) Closed(*stream.Conn, int64, bool, bool, bool) {}

func ignoreFact(fact.Fact) {}
