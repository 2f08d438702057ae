package capture

import (
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
	"sioscope/capture/stream"
	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// A source is one file on its way through the stages. It is the Sink of its assembler: the same ports in two files
// are two connections, but where the one file continues the other.
type source struct {
	*streams
	place
	run     *run
	reader  *pcapfile.Reader
	file    *os.File
	segment link.Segment
	packet  pcapfile.Packet
	have    bool // packet holds the next packet
	ended   bool
	heir    bool    // another file continues this one and has its streams, or has had them as the other half
	half    *source // has the other direction of the connections, and the same streams
	first   int64   // time of the first packet, 0 before it
	untimed int     // packets without a time
	unknown map[link.Type]int
	last    int64 // time of the last packet
	packets int64
	back    int64 // by how much a packet was earlier than one before it, at most
	sorted  int64 // by how much that was before the packets were put in order
	set     bool  // its times go back because its clock was set
	secrets int   // blocks of keys that were taken from reader
	ahead   bool  // all of the file's keys were
	options conn.Options
	emit    fact.Emit
}

// streams are the IP fragments and TCP connections of a file, and of those that continue it.
type streams struct {
	link      link.Decoder
	assembler stream.Assembler
	live      map[*stream.Conn]*flow // open connections, to be ended with the file
	late      []*flow                // those that have ended and wait for keys
}

// A flow is what a connection's bytes are given to.
type flow struct {
	fact   *fact.Conn
	conn   *conn.Conn
	closed *fact.Closed // it has ended, and a key may still come
}

func newSource(r *run, reader *pcapfile.Reader, file *os.File, at place) *source {
	s := &source{run: r, reader: reader, file: file, place: at, streams: &streams{live: map[*stream.Conn]*flow{}}}
	s.options.HTTP.MaxBody, s.options.MaxPayload, s.options.Number = r.maxBody, r.maxPayload, r.number
	s.emit = s.counted
	if s.usesKeys() {
		s.options.Decrypt = r.secrets.Decrypter
		if reader.MayHaveSecrets() && (file == nil || !regular(file)) {
			r.secrets.Grows = true
		}
	}
	return s
}

// counted counts what the report says of the capture, and passes every fact on.
func (s *source) counted(f fact.Fact) {
	switch f := f.(type) {
	case *fact.TLS:
		s.dark(f)
	case *fact.Malformed:
		s.run.stats.Malformed++
		if strings.HasPrefix(f.What, "http/2") && strings.HasSuffix(f.What, "are not known") {
			s.run.unknown++
		}
	}
	if s.sketch != nil {
		s.sketch.Add(f)
	}
	s.run.emit(f)
}

// dark counts connections that stay encrypted. A key that comes late takes one off again.
func (s *source) dark(f *fact.TLS) {
	id := f.Conn.ID
	if f.Aborted {
		s.run.stats.Aborted++
	}
	switch was := s.run.encrypted[id]; {
	case f.Reason != "" && !was:
		s.run.encrypted[id] = true
		s.run.stats.Encrypted++
	case f.Reason == "" && was:
		delete(s.run.encrypted, id)
		s.run.stats.Encrypted--
	}
}

// ready says whether there is a next packet, reading it where it was not read yet.
func (s *source) ready() bool {
	if s.have || s.ended {
		return s.have
	}
	p, err := s.reader.Next()
	for err == nil && s.iface != "" && !s.takes(&p) {
		p, err = s.reader.Next()
	}
	if err == nil {
		if p.Time <= 0 { // a Simple Packet Block: what follows from the order of packets still holds
			p.Time = s.last + 1000
			s.untimed++
		} else if s.clock != nil {
			p.Time += s.clock.Shift(p.Time)
		}
		s.packet, s.have = p, true
		return true
	}
	s.ended = true
	if err != io.EOF && s.run.ctx.Err() == nil { // who is stopped within a packet is not told that it is cut
		if s.run.broken == nil {
			s.run.broken = err
		}
		said := lang.Of(err)
		var cut *pcapfile.TruncatedError
		var corrupt *pcapfile.CorruptError
		if errors.As(err, &cut) || errors.As(err, &corrupt) {
			said = lang.Say("%s; what comes before was read", said)
		}
		s.run.emit(fact.NewNote(s.name, said))
	}
	return false
}

// Opened implements stream.Sink.
func (s *source) Opened(c *stream.Conn, at int64) {
	s.run.stats.Connections++
	s.run.tcp++
	fc := &fact.Conn{ID: s.run.number(), Place: s.run.tcp, Client: c.A.AddrPort(), Server: c.B.AddrPort(), File: s.label, Source: s.root, Guessed: c.Guessed}
	f := &flow{fact: fc, conn: conn.New(fc, &s.options)}
	f.conn.Open(at, c.SYN)
	c.User = f
	s.live[c] = f
}

// Data implements stream.Sink.
func (s *source) Data(c *stream.Conn, fromA bool, at int64, p []byte) {
	s.run.ways.data(c, fromA)
	c.User.(*flow).conn.Write(dir(fromA), at, p, s.emit)
}

// Gap implements stream.Sink.
func (s *source) Gap(c *stream.Conn, fromA bool, at int64, n int64, cut bool) {
	s.run.stats.Gaps++
	s.run.stats.LostBytes += n
	if conn := c.User.(*flow).conn; cut {
		conn.Cut(dir(fromA), at, n, s.emit)
	} else {
		conn.Gap(dir(fromA), at, n, s.emit)
	}
}

// Closed implements stream.Sink.
func (s *source) Closed(c *stream.Conn, at int64, byA, known, reset bool) {
	f := c.User.(*flow)
	delete(s.live, c)
	f.closed = &fact.Closed{Conn: f.fact, Time: at, By: dir(byA), Known: known, Reset: reset, Refused: known && !byA && c.Refused()}
	if f.conn.Waits() {
		s.emit(f.end())
		s.keep(f)
		return
	}
	s.finish(f)
}

// end is the fact that the connection ended.
func (f *flow) end() *fact.Closed {
	end := *f.closed
	if f.conn.Swapped() {
		end.By = end.By.Other()
	}
	return &end
}

// over closes the decoder of a connection that has ended.
func (f *flow) over(emit fact.Emit) {
	if f.closed.Known {
		f.conn.End(f.closed.Time, emit)
	} else {
		f.conn.Close(f.closed.Time, emit)
	}
}

// finish ends a connection.
func (s *source) finish(f *flow) {
	f.over(s.emit)
	s.emit(f.end())
	delete(s.run.encrypted, f.fact.ID)
}

// foreign says that packets have a link type that is not read.
func (s *source) foreign(t link.Type, n int) error {
	return lang.Say("%s: link type %d is not read (%d packets); capture on an Ethernet, Linux or loopback interface", s.name, t, lang.Amount(n))
}

// notes says what the user must know of the file.
func (s *source) notes() {
	if s.packets == 0 && s.file != nil && len(s.run.sources) == 1 && s.run.broken == nil && s.run.ctx.Err() == nil { // among others a node that had nothing to do
		s.run.emit(fact.NewNote(s.name, lang.Say("%s is a capture without a packet: capture again where the traffic passes, while a client connects", s.name)))
	}
	for _, t := range slices.Sorted(maps.Keys(s.unknown)) {
		s.run.emit(fact.NewNote(s.name, lang.Of(s.foreign(t, s.unknown[t]))))
	}
	s.tellOrder()
	if s.untimed > 0 {
		s.run.emit(fact.NewNote(s.name, lang.Say("%s has %d packets without a time: a microsecond is counted for each, so times and durations mean nothing here; the order of events holds", s.name, lang.Amount(s.untimed))))
	}
}

// end ends the connections that are still open when the file is.
func (s *source) end() {
	open := slices.SortedFunc(maps.Values(s.live), func(a, b *flow) int { return a.fact.ID - b.fact.ID })
	for _, f := range open {
		f.conn.Close(s.until(), s.emit)
	}
	clear(s.live)
	for _, f := range s.late {
		f.over(s.emit)
	}
	s.late = nil
}

func regular(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

func dir(fromA bool) fact.Dir {
	if fromA {
		return fact.Out
	}
	return fact.In
}
