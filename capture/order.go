package capture

import (
	"cmp"
	"io"
	"os"
	"slices"

	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// Files that were put one after the other (mergecap -a, a file for each queue of a card) have their packets far out of
// order, by which sessions that are well look ill. A file is looked through for that before it is read, and is read in the
// order of its times. Of a long one, or one that is compressed, it is only said in the end. Where the order of sequence numbers
// says that not the packets are in disorder, and that the clock was set back, it is left as it is.

const (
	disorder     = 10e6     // ns: what is out of order by less, the streams put right by themselves
	toldDisorder = 1e9      // ns: several interfaces in one file are out of order by less
	maxOrdering  = 64 << 20 // bytes of a file that is looked through: a few milliseconds, and a tenth of its reading where packets are long
	maxSorted    = 4 << 20  // packets of a file that are put in order, 16 bytes each
	maxOrdered   = 1 << 16  // directions of connections that are asked for their sequence numbers
)

// order has a capture read in the order of its times, where that is not the file's.
func (s *source) order(in Input, size int64) {
	if s.file == nil || size == 0 || size > maxOrdering || in.member > 0 || s.reader.Compressed() || !outOfOrder(s.file, size, s.name) {
		return
	}
	l := look{flows: map[[2]link.Endpoint]sent{}}
	reader := l.read(s.file, size, s.name)
	if s.set = l.forwards > l.backwards; reader == nil || s.set {
		return
	}
	slices.SortStableFunc(l.places, func(a, b pcapfile.Place) int { return cmp.Compare(a.Time, b.Time) })
	reader.Sort(s.file, size, l.places)
	s.reader, s.sorted = reader, l.most
}

// outOfOrder says whether times go back in a file.
func outOfOrder(file *os.File, size int64, name string) bool {
	reader, err := pcapfile.NewReader(io.NewSectionReader(file, 0, size), name)
	if err != nil {
		return false
	}
	for latest := int64(0); ; {
		p, err := reader.Next()
		if err != nil || p.Time <= 0 {
			return false
		}
		if p.Time < latest-disorder {
			return true
		}
		latest = max(latest, p.Time)
	}
}

// A look is what is found out of a file whose times go back.
type look struct {
	places              []pcapfile.Place
	most                int64 // by how much
	flows               map[[2]link.Endpoint]sent
	forwards, backwards int // steps back of a direction's time in which its sequence numbers went on, and in which they went back too
}

// sent is the latest segment of a direction.
type sent struct {
	time int64
	seq  uint32
}

// read looks through a file; nil: it cannot be sorted.
func (l *look) read(file *os.File, size int64, name string) *pcapfile.Reader {
	reader, err := pcapfile.NewReader(io.NewSectionReader(file, 0, size), name)
	if err != nil {
		return nil
	}
	var decoder link.Decoder
	var seg link.Segment
	for latest := int64(0); ; {
		p, err := reader.Next()
		switch {
		case err != nil:
			return reader
		case p.Time <= 0 || len(l.places) == maxSorted || reader.Sections() > 1:
			return nil
		}
		l.places = append(l.places, pcapfile.Place{Offset: p.Offset, Time: p.Time})
		latest = max(latest, p.Time)
		l.most = max(l.most, latest-p.Time)
		if decoder.Decode(p.Link, p.Time, p.Data, p.OrigLen, &seg) == link.TCP {
			l.segment(&seg)
		}
	}
}

// segment compares the step of a direction's time with that of its sequence numbers.
func (l *look) segment(seg *link.Segment) {
	key := [2]link.Endpoint{seg.Src, seg.Dst}
	before, known := l.flows[key]
	if !known && len(l.flows) == maxOrdered {
		return
	}
	if !known || seg.Time >= before.time {
		l.flows[key] = sent{seg.Time, seg.Seq}
		return
	}
	if seg.Time >= before.time-disorder {
		return
	}
	if d := int32(seg.Seq - before.seq); d > 0 {
		l.forwards++
	} else if d < 0 {
		l.backwards++
	}
}

// tellOrder says what the packets were put right by, or how far they are out of order.
func (s *source) tellOrder() {
	switch {
	case s.sorted > toldDisorder:
		s.run.emit(fact.NewNote(s.name, lang.Say("the packets of %s were out of order by up to %.1f s, and were read in the order of their times", s.name, float64(s.sorted)/1e9)))
	case s.back > toldDisorder && !s.set && (s.clock == nil || s.clock.Settings() == 0):
		s.run.emit(fact.NewNote(s.name, lang.Say("the packets of %s are out of order by up to %.1f s, so what is said of its sessions may be wrong: reordercap %s sorted.pcap puts them right", s.name, float64(s.back)/1e9, s.name)))
	}
}
