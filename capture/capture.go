// Package capture gives the facts of capture files: it reads packets, puts TCP streams together, has TLS decrypted by
// tlskeys where there are keys, and has each connection decoded by protocol/conn. HTTP archives (capture/har) go beside
// them. It knows nothing of Engine.IO.
//
// Files are read by one goroutine, in order of time over all files: captures in one pass, archives in two. Where there are
// several, each is read once more before, for what its clock was (see clocks). What is no file and grows while it is read,
// such as standard input, is read ahead by another goroutine.
package capture

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// An Input is one capture.
type Input struct {
	Path  string // "-" is standard input
	Label string // what the user calls the place it was made at ("node-a"), or ""
	iface string // the packets of such interfaces alone are read, see Files.apart; "": all

	member int    // the place, from 1, of what is read of a zip file, see Files.unzipped; 0: it is none
	inside string // what that is called there
	bytes  int64  // how long it is
}

// Files are captures that are read as one picture.
type Files struct {
	Inputs []Input
	Stdin  io.Reader // read for "-"; nil means os.Stdin
	// StdinName is what "-" is called in notes and errors; "" means "standard input".
	StdinName string
	// Rewind lets Stdin be read from its beginning once more, for each pass of Save; nil where it is not used.
	Rewind func() error
	// Keys are key logs (files that SSLKEYLOGFILE named), which may still grow. Keys within captures are used anyway.
	Keys  []string
	about []*fact.Note // what is to be said of zip files
	// MaxBody is the longest HTTP body kept, in bytes; 0 means http1's own limit.
	MaxBody int
	// MaxPayload is the longest WebSocket message kept, in bytes; 0 means wsframe.DefaultMaxPayload.
	MaxPayload int
}

// ParseInput reads an argument of the command line: a path, or LABEL=PATH. What names a file is a path, whatever
// it contains. A ~ after the label is the home directory: the shell has not put it there.
func ParseInput(arg string) Input {
	if _, err := os.Stat(arg); err == nil {
		return Input{Path: arg}
	}
	label, path, ok := strings.Cut(arg, "=")
	if !ok || label == "" || path == "" || strings.ContainsAny(label, "/\\") {
		return Input{Path: arg}
	}
	return Input{Path: AtHome(path), Label: label}
}

// AtHome is a path with the home directory in the place of a ~ at its beginning, as the shell has it.
func AtHome(path string) string {
	if rest, home := strings.CutPrefix(path, "~"+string(filepath.Separator)); home {
		if dir, err := os.UserHomeDir(); err == nil {
			return filepath.Join(dir, rest)
		}
	}
	return path
}

const progressEvery = 1 << 12 // packets, or facts of a HAR, between two *fact.Stats

// Run reads all files and emits their facts, with times by one clock. Its error is ctx's, or says that not one file could
// be read; whatever else is wrong with the input comes as a *fact.Note, and what was readable is emitted.
func (f *Files) Run(ctx context.Context, emit fact.Emit) error {
	f = f.apart()
	r := f.newRun(ctx, emit)
	defer r.close()
	if len(f.Inputs) > 1 {
		r.surveys = f.surveys(ctx, emit)
		if err := ctx.Err(); err != nil {
			return err
		}
		align(r.surveys)
	}
	return f.read(r)
}

func (f *Files) newRun(ctx context.Context, emit fact.Emit) *run {
	return &run{ctx: ctx, encrypted: map[int]bool{}, emit: emit, maxBody: f.MaxBody, maxPayload: f.MaxPayload}
}

// read opens the files and reads them to their ends.
func (f *Files) read(r *run) error {
	ctx, emit := r.ctx, r.emit
	r.openKeys(f.Keys)
	var failed []error
	var lost []*fact.Note
	for i, in := range f.Inputs {
		if err := r.open(i, in, f); err != nil {
			failed, lost = append(failed, err), append(lost, fact.NewLoss(in.name(), err))
		}
	}
	if len(r.sources)+len(r.logs) == 0 {
		if err := ctx.Err(); err != nil { // nothing came until then
			return err
		}
		return errors.Join(failed...)
	}
	for _, n := range slices.Concat(f.about, lost) {
		emit(n)
	}
	r.announce()
	for n := 0; ; n++ {
		s := r.next()
		if l := r.nextLog(s); l != nil {
			r.log(l)
		} else if s != nil {
			r.packet(s)
		} else {
			break
		}
		if n%progressEvery == 0 {
			r.report()
			if err := ctx.Err(); err != nil {
				r.flush()
				return err
			}
		}
	}
	r.flush()
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.stats.Packets == 0 && len(r.logs) == 0 && r.broken != nil {
		return r.broken
	}
	return r.foreign()
}

// foreign is an error where no packet of any file could be looked into, because of its link type.
func (r *run) foreign() error {
	var n int64
	var said []error
	for _, s := range r.sources {
		for t, k := range s.unknown {
			n += int64(k)
			said = append(said, s.foreign(t, k))
		}
	}
	if n == 0 || n < r.stats.Packets {
		return nil
	}
	return errors.Join(said...)
}

// A run is one pass over the files.
type run struct {
	ctx        context.Context
	emit       fact.Emit
	surveys    []*survey // of several files, in the order given
	ways       *halves   // of the one that is surveyed; nil: none is
	logs       []*log
	maxBody    int
	maxPayload int
	sources    []*source
	stats      fact.Stats
	reported   int64 // packets that were counted by the last report
	total      int64
	unsized    bool // of what grows, nobody knows how much there will be
	conns      int
	tcp        int // TCP connections of captures
	unknown    int // directions of HTTP/2 connections in which header fields are not known
	secrets    secrets
	encrypted  map[int]bool // open connections that are dark so far, by number
	broken     error        // the first error that ended a file
}

// number is the next connection's.
func (r *run) number() int {
	r.conns++
	return r.conns
}

func (r *run) open(i int, in Input, f *Files) error {
	from, err := r.begin(in, f)
	if err != nil {
		return err
	}
	l, src, err := r.openLog(i, in, from)
	if l != nil {
		return nil
	}
	var reader *pcapfile.Reader
	if err == nil {
		reader, err = pcapfile.NewReader(src, from.name)
	}
	if err != nil {
		from.close()
		return err
	}
	r.total += from.size
	s := newSource(r, reader, from.disk, r.place(i, in, from.name))
	s.order(in, from.size)
	r.complete(s)
	r.sources = append(r.sources, s)
	return nil
}

// An opened is an input that is about to be read.
type opened struct {
	name   string
	src    io.Reader
	size   int64                                    // 0: nobody knows
	disk   *os.File                                 // that it is, or is in; nil: none
	beside func(name string) (io.ReadCloser, error) // opens what lies beside it in a zip file; nil: it is in none
}

func (o *opened) close() {
	if o.disk != nil {
		o.disk.Close()
	}
}

// begin opens an input, whatever is in it.
func (r *run) begin(in Input, f *Files) (*opened, error) {
	o := &opened{name: in.name(), src: os.Stdin}
	if f.Stdin != nil {
		o.src = f.Stdin
	}
	grows := true
	if in.Path == "-" {
		o.name = cmp.Or(f.StdinName, "standard input")
	} else {
		var err error
		if o.disk, err = os.Open(in.Path); err != nil {
			return nil, openError(in.Path, err)
		}
		o.src = o.disk
		if grows, err = o.look(in); err != nil {
			o.close()
			return nil, err
		}
	}
	if grows {
		r.unsized = true
		o.src = grow(r.ctx, o.src, r.news)
	}
	return o, nil
}

// look finds out what kind of file it is.
func (o *opened) look(in Input) (grows bool, err error) {
	st, err := o.disk.Stat()
	switch {
	case err == nil && st.IsDir():
		return false, lang.Say("%s is a directory; open the captures in it, all of them as %s", in.Path, filepath.Join(in.Path, "*.pcap*"))
	case err != nil || !st.Mode().IsRegular():
		return true, nil
	}
	o.size = in.size()
	if in.member > 0 {
		o.src, o.beside, err = in.openMember(o.disk)
	} else {
		_, err = in.unzip()
	}
	return false, err
}

// openError says in one sentence why a file cannot be opened.
func openError(path string, err error) error {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return lang.Say("%s: no such file; check the name and the directory", path)
	case errors.Is(err, os.ErrPermission):
		return &DeniedError{lang.Say("%s: not allowed to read it; change its permissions or run as its owner", path), path}
	}
	return err
}

// next returns the source whose next packet is the earliest, nil at the end of all.
func (r *run) next() *source {
	var best *source
	for _, s := range r.sources {
		if s.ready() && (best == nil || s.packet.Time < best.packet.Time) {
			best = s
		}
	}
	return best
}

func (r *run) packet(s *source) {
	p := &s.packet
	s.takeSecrets()
	r.secrets.resume()
	r.stats.Packets++
	r.stats.Bytes += int64(len(p.Data))
	if p.OrigLen > len(p.Data) {
		r.stats.CutPackets++
	}
	if s.packets++; s.first == 0 {
		s.first = p.Time
		r.succeed(s)
	}
	s.back = max(s.back, s.last-p.Time)
	s.last = max(s.last, p.Time)
	switch s.link.Decode(p.Link, p.Time, p.Data, p.OrigLen, &s.segment) {
	case link.TCP:
		s.assembler.Segment(&s.segment, s)
	case link.NotTCP:
		r.stats.NotTCP++
	case link.QUIC:
		r.stats.NotTCP++
		r.stats.QUIC++
	case link.Malformed:
		r.stats.Malformed++
	case link.UnknownLink:
		if s.unknown == nil {
			s.unknown = map[link.Type]int{}
		}
		s.unknown[p.Link]++
	}
	s.have = false
}

// news reports what came since the last report. It is called while an input is waited for: keys may come meanwhile.
func (r *run) news() {
	for _, s := range r.sources {
		s.takeSecrets()
	}
	if r.secrets.resume() || r.stats.Packets != r.reported {
		r.report()
	}
}

// report emits the counts so far.
func (r *run) report() {
	r.reported = r.stats.Packets
	r.stats.Done, r.stats.Total, r.stats.Dropped = 0, r.total, 0
	for _, s := range r.surveys {
		if s.done {
			r.stats.Done += s.size
			r.stats.Total += s.size
		}
	}
	for _, s := range r.sources {
		r.stats.Done += s.reader.Offset()
		r.stats.Dropped += s.reader.Dropped()
	}
	for _, l := range r.logs {
		r.stats.Done += l.done
	}
	if r.unsized {
		r.stats.Total = 0
	}
	st := r.stats
	r.emit(&st)
}

// flush ends all streams and says what was wrong with the input.
func (r *run) flush() {
	for _, s := range r.sources {
		s.takeSecrets()
	}
	r.secrets.readLogs()
	r.secrets.resume()
	r.secrets.tellEmpty()
	for _, s := range r.sources {
		if s.heir {
			continue
		}
		s.assembler.Flush(s)
		s.end()
		s.link.Flush()
		r.stats.DroppedFragments += int64(s.link.Dropped)
	}
	for _, s := range r.sources {
		s.notes()
	}
	r.logNotes()
	if r.unknown > 0 {
		r.emit(fact.NewNote("", lang.Say("HTTP/2 header fields refer to earlier ones, and of some connections earlier bytes are missing: what was read of their requests lacks such fields, and requests whose path is among them are not shown")))
	}
	for _, s := range r.sources {
		if n := s.reader.Dropped(); n > 0 {
			r.emit(fact.NewNote(s.name, lang.Say("%d packets came and were not captured, because the capture was not made fast enough: gaps may be the capture's, not the network's", lang.Amount(n))))
		}
	}
	r.files()
	if n := r.stats.QUIC; n > 0 {
		r.emit(fact.NewNote("", lang.Say("%d packets look like QUIC (HTTP/3, WebTransport), which is not decoded", lang.Amount(n))))
	}
	r.report()
}

func (r *run) close() {
	for _, s := range r.sources {
		if s.file != nil {
			s.file.Close()
		}
	}
	for _, l := range r.logs {
		l.close()
	}
}
