// Package compare holds two pictures of a service against each other, such as development and production: what differs
// in what was seen, and which of the differences explains the fault of the side that has one.
//
// It reads what protocol/session and protocol/diagnose made of each side, finds no cause of its own and prints nothing.
// A property that one side does not show is never called a difference. The same two sides give the same comparison, and
// changing their places changes nothing but the places.
package compare

import (
	"slices"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// A Side is one of the two pictures.
type Side struct {
	Name      string // what sentences call it: "A", "production"
	Tracker   *session.Tracker
	Diagnosis diagnose.Diagnosis
	Results   []Result // of experiments, where there were any
}

// A Result is what an experiment told about a side.
type Result struct {
	ID, Name string // of the experiment; those of the same ID are held against each other
	Answer   string // in a word: what is held against the other side's; "" where it told nothing
	Text     string // in a sentence
}

// A Row is a property and what each side shows of it.
type Row struct {
	ID, Name string
	A, B     string // "" where the side does not show it
	Same     Likeness
	Why      string // where the difference explains a fault: how, in a sentence; else ""
}

// Explains says whether the difference explains a fault.
func (r *Row) Explains() bool { return r.Why != "" }

// Likeness says whether the two sides are alike in a property.
type Likeness uint8

const (
	Unknown Likeness = iota // one side does not show it
	Same
	Different
)

// An Explanation says why one side has a fault that the other has not.
type Explanation struct {
	B          bool   // the fault is that of the second side
	Finding    string // id of the finding that is the fault
	Severity   diagnose.Severity
	Confidence string   // of the finding
	Rows       []string // ids of the rows whose difference explains it
	Text       string   // in a sentence
	clause     string   // the same as it goes on within one
}

// A Comparison is what came of holding two sides against each other.
type Comparison struct {
	Summary   string // one sentence first: which side is on WebSocket, which is not, and why
	Explains  []Explanation
	WouldTell string // where nothing explains the fault for sure: what would; else ""
	Rows      []Row
}

// Compare holds two sides against each other, in the language of the words.
func Compare(w lang.Words, a, b Side) Comparison {
	fa, fb := factsOf(w, &a), factsOf(w, &b)
	c := &comparison{Words: w, a: fa, b: fb}
	c.rows()
	c.explain()
	c.summary()
	return c.Comparison
}

// comparison is a Comparison in the making.
type comparison struct {
	lang.Words
	Comparison
	a, b *facts
}

// rows fills in every property that at least one side shows.
func (c *comparison) rows() {
	for _, p := range properties {
		a, b := p.of(c.a), p.of(c.b)
		if a.text == "" && b.text == "" {
			continue
		}
		c.Rows = append(c.Rows, Row{ID: p.id, Name: c.Said(p.name), A: a.text, B: b.text, Same: a.like(b)})
	}
	c.Rows = append(c.Rows, findingRows(c.a, c.b)...)
	c.Rows = append(c.Rows, resultRows(c.a.Results, c.b.Results)...)
}

func (c *comparison) row(id string) *Row {
	for i := range c.Rows {
		if c.Rows[i].ID == id {
			return &c.Rows[i]
		}
	}
	return nil
}

func (c *comparison) differs(id string) bool {
	r := c.row(id)
	return r != nil && r.Same == Different
}

// findingRows has a row for every finding of either side.
func findingRows(a, b *facts) []Row {
	var rows []Row
	seen := map[string]bool{}
	for _, f := range [...]*facts{a, b} {
		for i := range f.Diagnosis.Findings {
			id := f.Diagnosis.Findings[i].ID
			if seen[id] {
				continue
			}
			seen[id] = true
			row := Row{ID: "finding " + id, Name: a.S("finding: %s", id), A: a.has(id), B: b.has(id), Same: Different}
			if (a.finding(id) == nil) == (b.finding(id) == nil) {
				row.Same = Same
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// has says how severe a finding of that id is on the side, or that there is none.
func (f *facts) has(id string) string {
	if x := f.finding(id); x != nil {
		return f.S("%s, %s", x.Severity.Word(f.Words), diagnose.Confidence(f.Words, x.Confidence))
	}
	return f.S("none")
}

// resultRows has a row for every experiment that told either side something.
func resultRows(a, b []Result) []Row {
	var rows []Row
	for _, r := range a {
		rows = append(rows, resultRow(r, resultOf(b, r.ID)))
	}
	for _, r := range b {
		if resultOf(a, r.ID).ID == "" {
			rows = append(rows, resultRow(Result{ID: r.ID, Name: r.Name}, r))
		}
	}
	return slices.DeleteFunc(rows, func(r Row) bool { return r.A == "" && r.B == "" })
}

func resultOf(list []Result, id string) Result {
	for _, r := range list {
		if r.ID == id {
			return r
		}
	}
	return Result{}
}

func resultRow(a, b Result) Row {
	return Row{ID: experiment + a.ID, Name: a.Name, A: a.Text, B: b.Text, Same: value{text: a.Text, key: a.Answer}.like(value{text: b.Text, key: b.Answer})}
}

// experiment begins the ids of rows that experiments gave.
const experiment = "experiment "
