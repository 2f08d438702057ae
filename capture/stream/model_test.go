package stream

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"sioscope/capture/link"
)

// A dialogue is a connection as both ends lived it, and as a capture may have seen it.
type dialogue struct {
	r        *rand.Rand
	isn      [2]uint32
	sent     [2][]byte // the truth
	turns    [2][]turn // what each side knew when it sent
	packets  []packet  // as sent
	captured [2][]bool // which bytes are in the capture
	known    [2]int    // how far the capture tells that a side has sent
}

// A turn is a stretch of one side's bytes, which were sent after so many of the other's had arrived.
type turn struct{ from, need int }

type packet struct {
	link.Segment
	side     int
	from, to int // of the side's bytes
	place    int // in the capture
}

func newDialogue(r *rand.Rand) *dialogue {
	d := &dialogue{r: r}
	for i := range d.isn {
		d.isn[i] = ^uint32(0) - r.Uint32N(2000) // wraps soon, nearly always
	}
	d.add(packet{side: 0}, link.SYN)
	d.add(packet{side: 1}, link.SYN|link.ACK)
	d.add(packet{side: 0}, link.ACK)
	for range 1 + r.IntN(12) {
		d.say(r.IntN(2), 2+r.IntN(1500))
	}
	first := r.IntN(2)
	for _, i := range []int{first, 1 - first} {
		d.add(packet{side: i, from: len(d.sent[i]), to: len(d.sent[i])}, link.FIN|link.ACK)
	}
	return d
}

// say sends n bytes in segments, some of which are sent again, cut otherwise, and acknowledges some of them.
func (d *dialogue) say(i, n int) {
	d.turns[i] = append(d.turns[i], turn{len(d.sent[i]), len(d.sent[1-i])})
	from := len(d.sent[i])
	for range n {
		d.sent[i] = append(d.sent[i], byte(d.r.Uint32()))
	}
	for at := from; at < len(d.sent[i]); {
		to := min(at+1+d.r.IntN(300), len(d.sent[i]))
		d.add(packet{side: i, from: at, to: to}, link.ACK)
		if d.r.IntN(8) == 0 { // again, cut otherwise
			back := max(from, at-d.r.IntN(200))
			d.add(packet{side: i, from: back, to: min(to+d.r.IntN(50), len(d.sent[i]))}, link.ACK)
		}
		at = to
	}
	if d.r.IntN(2) == 0 {
		d.add(packet{side: 1 - i, from: len(d.sent[1-i]), to: len(d.sent[1-i])}, link.ACK)
	}
}

func (d *dialogue) add(p packet, flags link.Flags) {
	i := p.side
	p.Src, p.Dst = client, server
	if i == 1 {
		p.Src, p.Dst = server, client
	}
	p.Flags = flags
	p.Seq, p.Ack = d.isn[i]+1+uint32(p.from), d.isn[1-i]+1+uint32(len(d.sent[1-i]))
	if flags&link.SYN != 0 {
		p.Seq = d.isn[i]
	}
	p.Payload = d.sent[i][p.from:p.to]
	d.packets = append(d.packets, p)
}

// capture is what a capture made of it: packets lost, seen twice, swapped by up to so many places.
func (d *dialogue) capture(lost, twice float64, swap int) []packet {
	var seen []packet
	for i := range d.sent {
		d.captured[i] = make([]bool, len(d.sent[i]))
	}
	for k, p := range d.packets {
		if k >= 3 && d.r.Float64() < lost {
			continue
		}
		p.place = k
		if k >= 3 && swap > 0 {
			p.place += d.r.IntN(swap)
		}
		seen = append(seen, p)
		if d.r.Float64() < twice {
			seen = append(seen, p)
		}
		for at := p.from; at < p.to; at++ {
			d.captured[p.side][at] = true
		}
		d.known[p.side] = max(d.known[p.side], p.to)
		if p.Flags&link.ACK != 0 {
			d.known[1-p.side] = max(d.known[1-p.side], int(p.Ack-d.isn[1-p.side]-1))
		}
	}
	slices.SortStableFunc(seen, func(p, q packet) int { return p.place - q.place })
	for k := range seen {
		seen[k].Time = start + int64(k)*1000
	}
	return seen
}

// A witness is a Sink that holds what it is told against a dialogue.
type witness struct {
	*dialogue
	pos    [2]int
	gaps   [2]int
	closed int
	err    error
}

func (w *witness) Opened(c *Conn, _ int64) {
	if c.ID != 1 || !c.SYN {
		w.fail("opened %+v", c)
	}
}

func (w *witness) Data(_ *Conn, fromA bool, _ int64, p []byte) {
	i := index(fromA)
	if end := w.pos[i] + len(p); end > len(w.sent[i]) || !bytes.Equal(p, w.sent[i][w.pos[i]:end]) {
		w.fail("%d bytes at %d of side %d are not what was sent", len(p), w.pos[i], i)
	}
	w.pos[i] += len(p)
	for _, t := range w.turns[i] {
		if t.from < w.pos[i] && t.need > w.pos[1-i] {
			w.fail("side %d is at %d, which answers %d, and the other at %d", i, w.pos[i], t.need, w.pos[1-i])
		}
	}
}

func (w *witness) Gap(_ *Conn, fromA bool, _ int64, n int64, cut bool) {
	i := index(fromA)
	for at := w.pos[i]; at < w.pos[i]+int(n); at++ {
		if at >= len(w.sent[i]) || w.captured[i][at] {
			w.fail("gap of %d at %d of side %d, %d was captured", n, w.pos[i], i, at)
			break
		}
	}
	if n <= 0 || cut {
		w.fail("gap of %d, cut %v", n, cut)
	}
	w.pos[i] += int(n)
	w.gaps[i]++
}

func (w *witness) Closed(*Conn, int64, bool, bool, bool) { w.closed++ }

func (w *witness) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}

func index(fromA bool) int {
	if fromA {
		return 0
	}
	return 1
}

// TestModel cuts random dialogues into captures, and holds what comes out against the truth.
func TestModel(t *testing.T) {
	for _, test := range []struct {
		name        string
		lost, twice float64
		swap        int
	}{
		{"as sent", 0, 0, 0},
		{"twice", 0, 0.5, 0},
		{"swapped", 0, 0, 2},
		{"shuffled", 0, 0.1, 8},
		{"lost", 0.05, 0, 0},
		{"much lost", 0.4, 0, 0},
		{"lost and shuffled", 0.1, 0.2, 8},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(400) {
				d := newDialogue(rand.New(rand.NewPCG(seed, 1)))
				w := &witness{dialogue: d}
				a := &Assembler{ReorderPackets: 64}
				for _, p := range d.capture(test.lost, test.twice, test.swap) {
					a.Segment(&p.Segment, w)
					if err := sound(a); err != nil {
						t.Fatalf("seed %d: %v", seed, err)
					}
				}
				a.Flush(w)
				w.finish(test.lost > 0)
				if w.err != nil {
					t.Fatalf("seed %d: %v", seed, w.err)
				}
			}
		})
	}
}

func (w *witness) finish(lossy bool) {
	for i := range w.sent {
		short := w.known[i] - w.pos[i]
		if short < 0 || short > 1 || short == 1 && !lossy { // a lost byte before a lost FIN may be taken for it
			w.fail("side %d ends at %d of %d", i, w.pos[i], w.known[i])
		}
		if !lossy && w.gaps[i] > 0 {
			w.fail("%d gaps where nothing was lost", w.gaps[i])
		}
	}
	if w.closed > 1 || w.closed == 0 && !lossy {
		w.fail("closed %d times", w.closed)
	}
}
