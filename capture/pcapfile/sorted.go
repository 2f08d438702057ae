package pcapfile

import "io"

// A Place is where a record begins in a file, and the time of its packet.
type Place struct{ Offset, Time int64 }

// sorted is a file whose packets are returned in another order than they are in.
type sorted struct {
	file   io.ReaderAt
	size   int64
	places []Place
	next   int
	end    error // what ended the file
}

// afar is how much is read at once where the next packet is elsewhere in the file.
const afar = 16 << 10

// Sort has a Reader that came to the end of its file return the packets again, in another order. The file is one that is
// not compressed, and that has a single section. places are Packet.Offset of each.
func (r *Reader) Sort(file io.ReaderAt, size int64, places []Place) {
	r.sorted = &sorted{file: file, size: size, places: places, end: r.err}
	r.err, r.packets = nil, 0
}

// Sections returns how many sections of a pcapng file were begun.
func (r *Reader) Sections() int { return r.sections }

// Compressed says whether the file is.
func (r *Reader) Compressed() bool { return r.raw != nil }

// seek goes to the record that is next, and gives its packet's time.
func (r *Reader) seek() error {
	s := r.sorted
	if s.next == len(s.places) {
		return s.end
	}
	at := s.places[s.next].Offset
	s.next++
	in := &r.in
	if at >= in.base && at <= in.base+int64(in.end) {
		in.pos = int(at - in.base)
		return nil
	}
	from := at
	if at < in.base { // the packets may be there backwards
		from = max(0, at-afar/2)
	}
	in.r = &chunks{io.NewSectionReader(s.file, from, s.size-from)}
	in.pos, in.end, in.base, in.err = 0, 0, from, nil
	_, err := in.peek(int(at - from))
	in.pos = int(at - from)
	return err
}

// offset is how far a sorted file is read, as a share of its bytes.
func (s *sorted) offset() int64 {
	return int64(float64(s.size) * float64(s.next) / float64(max(1, len(s.places))))
}

// chunks reads no more at once than may be needed.
type chunks struct{ r io.Reader }

func (c *chunks) Read(p []byte) (int, error) { return c.r.Read(p[:min(len(p), afar)]) }
