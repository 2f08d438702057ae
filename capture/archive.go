package capture

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"

	"sioscope/capture/har"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// A log is a HAR on its way: its facts are taken in where their time comes among the packets of captures.
type log struct {
	place
	run    *run
	file   *har.File
	disk   *os.File
	reader *har.Reader
	done   int64 // bytes of the file, each pass counted for half
	at     int64
	have   bool
	ended  bool
}

// openLog opens an input that is a HAR, plain or gzipped. l is nil where it is something else; what was read of it is then
// in rest.
func (r *run) openLog(i int, in Input, from *opened) (l *log, rest io.Reader, err error) {
	var o har.Options
	var f *har.File
	name, src, disk := from.name, from.src, from.disk
	switch {
	case disk == nil || from.beside != nil:
		o.Attached = from.beside
		b := bufio.NewReaderSize(src, 4096)
		if zipped(b) {
			z, err := gzip.NewReader(b)
			if err != nil {
				return nil, b, nil // pcapfile says so
			}
			f, err = har.Spool(z)
			if f == nil || err != nil {
				return nil, b, err
			}
			break
		}
		if first, _ := b.Peek(1); len(first) == 0 || first[0] != '{' && first[0] > ' ' && first[0] != 0xEF {
			return nil, b, nil // a capture, which may come slowly
		}
		if head, _ := b.Peek(4096); !har.Looks(head) {
			return nil, b, nil
		}
		f, err = har.Spool(b)
	default:
		head := make([]byte, 4096)
		n, _ := disk.ReadAt(head, 0)
		if head = head[:n]; !har.Looks(head) && !bytes.HasPrefix(head, []byte("\x1f\x8b")) {
			return nil, src, nil
		}
		f, o.Attached, err = fromDisk(head, disk)
	}
	if f == nil || err != nil {
		return nil, src, err
	}
	l = &log{place: r.place(i, in, name), run: r, file: f, disk: disk}
	o.Source, o.Label, o.MaxBody, o.MaxPayload = l.root, in.Label, r.maxBody, r.maxPayload
	o.NewConn = func() int {
		r.conns++
		r.stats.Connections++
		return r.conns
	}
	o.Tick = func(done int64) error {
		l.done = done / 2    // of two passes
		if l.reader == nil { // the first pass
			r.report()
		}
		return r.ctx.Err()
	}
	r.total += f.Size
	r.logs = append(r.logs, l)
	if l.reader, err = har.Open(name, f, o); err != nil {
		f.Close()
		r.total -= f.Size
		r.logs = r.logs[:len(r.logs)-1]
		return nil, nil, err
	}
	r.stats.Entries += int64(l.reader.Entries())
	return l, nil, nil
}

// zipped says whether what has come so far is the beginning of a gzipped HAR. It waits for no more than two bytes: a gzipped
// capture may come slowly.
func zipped(b *bufio.Reader) bool {
	if magic, _ := b.Peek(2); !bytes.Equal(magic, []byte("\x1f\x8b")) {
		return false
	}
	come, _ := b.Peek(b.Buffered())
	z, err := gzip.NewReader(bytes.NewReader(come))
	if err != nil {
		return false
	}
	head := make([]byte, 4096)
	n, _ := io.ReadFull(z, head)
	return har.Looks(head[:n])
}

// fromDisk opens a HAR that lies on the disk. f is nil where it is none.
func fromDisk(head []byte, disk *os.File) (f *har.File, attached func(string) (io.ReadCloser, error), err error) {
	if bytes.HasPrefix(head, []byte("\x1f\x8b")) {
		z, err := gzip.NewReader(io.NewSectionReader(disk, 0, 1<<62))
		if err != nil {
			return nil, nil, nil // pcapfile says so
		}
		b := bufio.NewReaderSize(z, 4096)
		if inside, _ := b.Peek(4096); !har.Looks(inside) {
			return nil, nil, nil
		}
		f, err = har.Spool(b)
		return f, har.Beside(filepath.Dir(disk.Name())), err
	}
	st, err := disk.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !st.Mode().IsRegular() {
		f, err = har.Spool(disk)
		return f, nil, err
	}
	return &har.File{ReaderAt: disk, Size: st.Size()}, har.Beside(filepath.Dir(disk.Name())), nil
}

// nextLog returns the HAR whose next fact is due before the packet of s, nil where there is none.
func (r *run) nextLog(s *source) *log {
	var best *log
	for _, l := range r.logs {
		if !l.have && !l.ended {
			r.look(l)
		}
		if l.have && (best == nil || l.at < best.at) {
			best = l
		}
	}
	if best != nil && s != nil && s.packet.Time < best.at {
		return nil
	}
	return best
}

// look finds out when the next fact of a HAR is due.
func (r *run) look(l *log) {
	var err error
	l.at, l.have, err = l.reader.Next()
	if err != nil {
		r.endLog(l, err)
	}
	l.ended = l.ended || !l.have
	if l.have {
		l.at = l.shift(l.at)
	}
}

func (r *run) endLog(l *log, err error) {
	l.ended, l.have = true, false
	if r.ctx.Err() == nil {
		r.emit(fact.NewNote(l.name, lang.Say("%s could not be read to its end: %s", l.name, lang.Of(err))))
	}
}

// log emits what of a HAR is due.
func (r *run) log(l *log) {
	l.have = false
	if err := l.reader.Emit(l.emit); err != nil {
		r.endLog(l, err)
	}
}

// logged counts what is read of HARs, and passes it on.
func (r *run) logged(f fact.Fact) {
	switch f := f.(type) {
	case *fact.Request:
		r.stats.Bytes += f.BodySize
	case *fact.Response:
		r.stats.Bytes += f.BodySize
	case *fact.Message:
		r.stats.Bytes += f.Size
	case *fact.Malformed:
		r.stats.Malformed++
	}
	r.emit(f)
}

// logNotes says what the user must know of the HARs.
func (r *run) logNotes() {
	var readers []*har.Reader
	for _, l := range r.logs {
		readers = append(readers, l.reader)
		for _, said := range l.reader.Notes() {
			r.emit(fact.NewNote(l.name, said))
		}
	}
	if said := har.Limits(readers); !said.Empty() {
		r.emit(fact.NewNote("", said))
	}
}

func (l *log) close() {
	l.file.Close()
	if l.disk != nil {
		l.disk.Close()
	}
}
