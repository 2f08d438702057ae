package pair

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"sioscope/protocol/compare"
	"sioscope/protocol/diagnose"
	"sioscope/ui/timeline"
)

// An Entry is something that was held against each other: a fault that one side has, or a property.
type Entry struct {
	ID       string // of the finding or of the property
	Number   int    // from 1, the most telling first; 0: it does not differ
	Fault    bool   // it is a fault that one side has, and not the other
	Of       int    // the side that has it
	Explains bool   // it is a fault, or explains one
	Same     compare.Likeness
	Title    string
	Text     string    // in a sentence: how a fault is explained, or the difference explains one; else ""
	Values   [2]string // what each side shows of a property, "" where it shows nothing
	By       []string  // of a fault: names of the properties that explain it
	Places   [2]Place
}

// A Place is where in a side something is seen; nowhere where its Time is 0.
type Place struct {
	Session, Exchange int32 // -1: none
	Time              int64
}

// Seen says whether there is such a place.
func (p Place) Seen() bool { return p.Time != 0 }

var nowhere = Place{Session: -1, Exchange: -1}

// entries lists the faults, then what explains them, then what differs besides; what does not differ comes last.
func (p *Pair) entries(seen [2]Seen) {
	p.Entries = nil
	faults := map[string]bool{}
	for _, e := range p.explained() {
		faults["finding "+e.Finding] = true
		p.Entries = append(p.Entries, p.fault(e, seen))
	}
	for _, wanted := range [...]func(*compare.Row) bool{
		func(r *compare.Row) bool { return r.Same == compare.Different && r.Explains() },
		func(r *compare.Row) bool { return r.Same == compare.Different && !r.Explains() },
		func(r *compare.Row) bool { return r.Same == compare.Unknown },
		func(r *compare.Row) bool { return r.Same == compare.Same },
	} {
		for i := range p.Comparison.Rows {
			r := &p.Comparison.Rows[i]
			if wanted(r) && !faults[r.ID] && r.ID != "verdict" { // verdicts stand above each side
				p.Entries = append(p.Entries, p.property(r, seen))
			}
		}
	}
	for i := range p.Entries {
		if e := &p.Entries[i]; e.Same == compare.Different {
			e.Number = i + 1
		}
	}
}

// explained are the faults of one side, first that which the summary tells of.
func (p *Pair) explained() []*compare.Explanation {
	list := make([]*compare.Explanation, 0, len(p.Comparison.Explains))
	for i := range p.Comparison.Explains {
		list = append(list, &p.Comparison.Explains[i])
	}
	told := func(e *compare.Explanation) int {
		_, n := utf8.DecodeRuneInString(e.Text) // which may be a capital here, and goes on after a colon there
		if strings.Contains(p.Comparison.Summary, strings.TrimRight(e.Text[n:], ".。")) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b *compare.Explanation) int { return cmp.Compare(told(a), told(b)) })
	return list
}

// fault is one that a side has, and why the other has not.
func (p *Pair) fault(e *compare.Explanation, seen [2]Seen) Entry {
	n := Entry{ID: e.Finding, Fault: true, Explains: true, Same: compare.Different, Text: e.Text}
	if e.B {
		n.Of = 1
	}
	f := finding(&seen[n.Of].Diagnosis, e.Finding)
	n.Title = f.Title
	for _, id := range e.Rows {
		for _, r := range p.Comparison.Rows {
			if r.ID == id && !strings.HasPrefix(id, "finding ") {
				n.By = append(n.By, r.Name)
			}
		}
	}
	n.Places = p.proven(f, n.Of, seen)
	return n
}

func (p *Pair) property(r *compare.Row, seen [2]Seen) Entry {
	n := Entry{ID: r.ID, Explains: r.Explains(), Same: r.Same, Title: r.Name, Text: r.Why, Values: [2]string{r.A, r.B}}
	for i := range n.Places {
		n.Places[i] = nowhere
		if n.Values[i] != "" {
			n.Places[i] = p.shown(r.ID, i, seen)
		}
	}
	return n
}

// Finding is the finding that an entry is about, nil where it is about a property.
func (e *Entry) Finding(seen [2]Seen) *diagnose.Finding {
	if !e.Fault {
		return nil
	}
	return finding(&seen[e.Of].Diagnosis, e.ID)
}

// Differing are the entries that differ.
func (p *Pair) Differing() []Entry {
	for i := range p.Entries {
		if p.Entries[i].Number == 0 {
			return p.Entries[:i]
		}
	}
	return p.Entries
}

// Pins are the numbers of what differs, where a side shows it, by time.
func (p *Pair) Pins(side int) []timeline.Pin {
	var pins []timeline.Pin
	for _, e := range p.Differing() {
		if at := e.Places[side]; at.Seen() {
			pins = append(pins, timeline.Pin{Time: at.Time, Number: e.Number, Square: e.Explains})
		}
	}
	slices.SortStableFunc(pins, func(a, b timeline.Pin) int { return cmp.Compare(a.Time, b.Time) })
	return pins
}

// Telling is how long after the given moments of the sides the last of what explains a fault is seen, ns, or the last
// answer to a request for a WebSocket; 0 where neither is.
func (p *Pair) Telling(zero [2]int64) (after int64) {
	for _, e := range p.Differing() {
		for i, at := range e.Places {
			if at.Seen() && (e.Explains || e.ID == "accepted" || e.ID == "upgrade") {
				after = max(after, at.Time-zero[i])
			}
		}
	}
	p.Read(func(seen [2]Seen) {
		for i := range seen {
			if s := p.session(i, seen); s != nil {
				after = max(after, s.UpgradedAt-zero[i])
				for k := range s.Probes {
					after = max(after, s.Probes[k].Failed-zero[i])
				}
			}
		}
	})
	return after
}
