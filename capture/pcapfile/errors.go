package pcapfile

import (
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"syscall"

	"sioscope/protocol/lang"
)

// A FormatError says that the input is no capture.
type FormatError struct {
	Name  string
	Looks string // what it looks like: "an empty file", "JSON"; marked for the catalogue
}

func (e *FormatError) Error() string { return e.In(nil) }

// In is the error in a language.
func (e *FormatError) In(w lang.Words) string {
	return w.S("%s is not a pcap or pcapng file or a HAR: it looks like %s", e.Name, w.Said(e.Looks))
}

// A TruncatedError says that the file ends within a record. All packets before that are good.
type TruncatedError struct {
	Name    string
	Offset  int64 // where the record begins in the file, after decompression
	Packet  int   // the number of the packet that is cut, from 1; 0: the file's header is
	Missing int64 // bytes of the record that are not there; 0 where that is not known
}

func (e *TruncatedError) Error() string { return e.In(nil) }

// In is the error in a language.
func (e *TruncatedError) In(w lang.Words) string {
	switch {
	case e.Packet == 0:
		return w.S("%s is cut short: it ends within its header", e.Name)
	case e.Missing > 0:
		return w.S("%s is cut short: it ends within packet %d, which begins at byte %d and lacks %d of its bytes", e.Name, e.Packet, e.Offset, e.Missing)
	}
	return w.S("%s is cut short: it ends within packet %d, which begins at byte %d", e.Name, e.Packet, e.Offset)
}

// A CorruptError says that a record contradicts itself. All packets before that are good; what comes
// after cannot be found.
type CorruptError struct {
	Name   string
	Offset int64         // where the record begins in the file, after decompression
	Packet int           // the number of the packet that was to be read, from 1
	What   lang.Sentence // one clause
}

func (e *CorruptError) Error() string { return e.In(nil) }

// In is the error in a language.
func (e *CorruptError) In(w lang.Words) string {
	return w.S("%s is damaged at byte %d, before packet %d could be read: %s", e.Name, e.Offset, e.Packet, e.What.In(w))
}

func (r *Reader) corrupt(start int64, what lang.Sentence) error {
	return &CorruptError{Name: r.name, Offset: start, Packet: r.packets + 1, What: what}
}

func (r *Reader) tooLong(start int64, captured uint32) error {
	return r.corrupt(start, lang.Say("it claims %d captured bytes, and no packet has more than %d", captured, MaxPacket))
}

// endError turns what ended the input into an error for the caller. Of the record that begins at start,
// have bytes are there; want is its length, or 0 where that is not known.
func (r *Reader) endError(start int64, have, want int, err error) error {
	switch {
	case err == io.EOF && have == 0:
		return io.EOF
	case err == io.EOF:
		return &TruncatedError{Name: r.name, Offset: start, Packet: r.packets + 1, Missing: int64(max(0, want-have))}
	}
	return r.readError(start, err)
}

// readError is endError within a record of which it is not known how much is there.
func (r *Reader) readError(start int64, err error) error {
	var damaged flate.CorruptInputError
	switch {
	case err == io.EOF, err == io.ErrUnexpectedEOF: // the latter: gzip data ends early
		return &TruncatedError{Name: r.name, Offset: start, Packet: r.packets + 1}
	case err == gzip.ErrChecksum, err == gzip.ErrHeader, errors.As(err, &damaged):
		return r.corrupt(start, lang.Say("its compression cannot be undone (%v)", err))
	}
	return lang.Say("reading %s, packet %d at byte %d: %s", r.name, r.packets+1, start, err)
}

// headerError is for an input that ended, with err, before a whole file header was read.
func (r *Reader) headerError(err error) error {
	have := r.in.buf[:r.in.end]
	switch {
	case errors.Is(err, syscall.EISDIR):
		return &FormatError{Name: r.name, Looks: lang.Mark("a directory")}
	case err == io.EOF && len(have) < 4:
		return &FormatError{Name: r.name, Looks: looksLike(have)}
	case err == io.EOF, err == io.ErrUnexpectedEOF:
		return &TruncatedError{Name: r.name}
	case err == gzip.ErrHeader, err == gzip.ErrChecksum:
		return r.corrupt(0, lang.Say("its compression cannot be undone (%v)", err))
	}
	return lang.Say("reading %s: %s", r.name, err)
}
