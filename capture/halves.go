package capture

import (
	"sioscope/capture/link"
	"sioscope/capture/stream"
	"sioscope/protocol/fact"
)

// A network tap has a port for each direction, and whoever captures at it gets two files, each of which has one half of
// every connection. A survey finds out which files those are, and the second goes into the streams of the first.

const maxHalves = 4096 // directions of connections that are kept of a file

// halves are the directions in which a file has bytes of its connections.
type halves struct {
	seen map[[2]link.Endpoint]bool
	both bool // of some connection it has both
}

// data takes note of bytes of a connection.
func (h *halves) data(c *stream.Conn, fromA bool) {
	if h == nil || h.both {
		return
	}
	way := [2]link.Endpoint{c.A, c.B}
	if !fromA {
		way = back(way)
	}
	if h.both = h.seen[back(way)]; len(h.seen) < maxHalves {
		h.seen[way] = true
	}
}

func back(way [2]link.Endpoint) [2]link.Endpoint { return [2]link.Endpoint{way[1], way[0]} }

// completes says whether two files have the two directions of the same connections.
func (h *halves) completes(o *halves) bool {
	if h.both || o.both {
		return false
	}
	found := false
	for way := range h.seen {
		if o.seen[way] {
			return false
		}
		found = found || o.seen[back(way)]
	}
	return found
}

// pairHalves finds the files that are each other's other half, made at one place while both ran.
func pairHalves(all []*survey) {
	for i, s := range all {
		for _, o := range all[:i] {
			if s.done && o.done && s.half < 0 && o.half < 0 && s.file.Label == o.file.Label &&
				s.file.First <= o.file.Last && o.file.First <= s.file.Last && s.ways.completes(&o.ways) {
				s.half, o.half = o.file.Number-1, i
				s.place, s.Alignment = o.place, o.Alignment
			}
		}
	}
}

// complete has a source go into the streams of the one that has the other direction, where that is open.
func (r *run) complete(s *source) {
	at := r.survey(s.number)
	if at == nil || at.half < 0 {
		return
	}
	for _, o := range r.sources {
		if o.number == at.half+1 {
			s.streams, s.heir = o.streams, true
			s.half, o.half = o, s
		}
	}
}

// until is the time of the last packet, in either half.
func (s *source) until() int64 {
	if s.half != nil {
		return max(s.last, s.half.last)
	}
	return s.last
}

// other is what is told of the clock of a file that is another's other half.
func (s *survey) other() (c fact.Clock, ok bool) {
	if s.half < 0 || s.half >= s.file.Number-1 {
		return c, false
	}
	return fact.Clock{Basis: fact.ClockDirection, Reference: s.half + 1}, true
}
