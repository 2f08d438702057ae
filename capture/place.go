package capture

import (
	"slices"
	"strings"

	"sioscope/capture/clocks"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// A place is where and by what clock a file was made.
type place struct {
	number int // of the input, from 1
	root   int // of the input that the capture begins with, of which this one may be a part
	name   string
	label  string
	clock  *clocks.Alignment // nil: its times stand as recorded
	sketch *clocks.Sketch    // of an input that could not be surveyed, nil of others
	iface  string            // of which packets are read, see Input
	span   *[2]int64         // of a HAR: the first and last time, as recorded
}

// place is that of the i-th input.
func (r *run) place(i int, in Input, name string) place {
	p := place{number: i + 1, root: i + 1, name: name, label: in.Label, iface: in.iface, span: new([2]int64)}
	if len(r.surveys) == 0 {
		return p
	}
	s := r.surveys[i]
	s.file.Name, p.root = name, root(r.surveys, i)+1
	switch {
	case !s.done:
		p.sketch = &s.Sketch
	case !s.Same():
		p.clock = &s.Alignment
	}
	return p
}

// emit passes on the facts of a HAR, with their times by the clock of the run.
func (l *log) emit(f fact.Fact) {
	f = shifted(f, l.shift)
	if l.sketch != nil {
		l.sketch.Add(f)
	}
	l.run.logged(f)
}

// shift makes a time of the HAR one of the run.
func (l *log) shift(at int64) int64 {
	if at == 0 {
		return 0
	}
	if l.span[0] == 0 {
		l.span[0] = at
	}
	l.span[0], l.span[1] = min(l.span[0], at), max(l.span[1], at)
	if l.clock == nil {
		return at
	}
	return at + l.clock.Shift(at)
}

// shifted is a copy of a fact with other times.
func shifted(f fact.Fact, to func(int64) int64) fact.Fact {
	switch f := f.(type) {
	case *fact.Opened:
		g := *f
		g.Time = to(f.Time)
		return &g
	case *fact.Request:
		g := *f
		g.Start, g.End = to(f.Start), to(f.End)
		return &g
	case *fact.Response:
		g := *f
		g.Start, g.End = to(f.Start), to(f.End)
		return &g
	case *fact.Message:
		g := *f
		g.Start, g.End = to(f.Start), to(f.End)
		return &g
	case *fact.Reset:
		g := *f
		g.Time = to(f.Time)
		return &g
	case *fact.TLS:
		g := *f
		g.Time = to(f.Time)
		return &g
	case *fact.Missing:
		g := *f
		g.Time = to(f.Time)
		return &g
	case *fact.Malformed:
		g := *f
		g.Time = to(f.Time)
		return &g
	case *fact.Closed:
		g := *f
		g.Time = to(f.Time)
		return &g
	}
	return f
}

// announce tells of several files, before their facts, by what clocks they were made. Of those that are read as they come
// that is not known.
func (r *run) announce() {
	for i, s := range r.surveys {
		f := s.file
		if !s.done {
			f.Clock = fact.Clock{Basis: fact.ClockUnknown, Reference: i + 1, Unknown: lang.Mark("it is read as it comes, and its clock cannot be compared before its end")}
		}
		r.emit(&f)
	}
}

// files tells of every file, when all are read.
func (r *run) files() {
	var all []*fact.File
	for _, s := range r.sources {
		all = append(all, &fact.File{Number: s.number, Name: s.name, Label: s.label, Packets: s.packets, First: s.first, Last: s.last})
	}
	for _, l := range r.logs {
		all = append(all, &fact.File{Number: l.number, Name: l.name, Label: l.label, Log: true, Packets: int64(l.reader.Entries()), First: l.span[0], Last: l.span[1]})
	}
	slices.SortFunc(all, func(a, b *fact.File) int { return a.Number - b.Number })
	for _, f := range all {
		if s := r.survey(f.Number); s != nil && s.done {
			f.First, f.Last, f.Clock = s.file.First, s.file.Last, s.file.Clock
		} else if s != nil {
			s.file = *f
		}
	}
	said := r.late(all)
	for _, f := range all {
		r.emit(f)
	}
	for _, s := range append(said, apart(r.surveys)...) {
		r.emit(fact.NewNote("", s))
	}
}

func (r *run) survey(number int) *survey {
	if len(r.surveys) == 0 {
		return nil
	}
	return r.surveys[number-1]
}

// late compares the clocks of inputs that could be read once only, now that it is too late to put their times right: each
// with the files, and with those inputs that were named before it.
func (r *run) late(all []*fact.File) (said []lang.Sentence) {
	for _, f := range all {
		s := r.survey(f.Number)
		if s == nil || s.done {
			continue
		}
		f.Clock = fact.Clock{Basis: fact.ClockUnknown, Reference: f.Number, Unknown: s.unknown()}
		if s.size > 0 {
			continue // the only file
		}
		r.compare(f, s)
		switch c := &f.Clock; {
		case c.Pairs == 0:
		case max(c.Ahead, -c.Ahead) <= c.Uncertainty:
			c.Basis, c.Unknown = fact.ClockRequests, ""
		default:
			said = append(said, lang.Say("%s was read as it came, so its times stand as recorded; its clock turned out to be %s that of %s. "+
				"Save it to a file and open that beside the others: then its times are put right", name(f), apartBy(c.Ahead), name(&r.surveys[c.Reference-1].file)))
		}
	}
	for _, f := range all {
		compared := slices.ContainsFunc(all, func(o *fact.File) bool { return o != f && o.Clock.Pairs > 0 && o.Clock.Reference == f.Number })
		if f.Clock.Pairs == 0 && f.Clock.Basis == fact.ClockUnknown && compared {
			f.Clock = fact.Clock{Basis: fact.ClockReference, Reference: f.Number}
		}
		if s := r.survey(f.Number); s != nil {
			s.file = *f
		}
	}
	return said
}

// compare finds the capture that has the most requests in common with one that was read as it came.
func (r *run) compare(f *fact.File, s *survey) {
	middle := f.First/2 + f.Last/2
	for _, o := range r.surveys {
		if o.size == 0 && o.file.Number >= f.Number {
			continue
		}
		d, ok := clocks.Between(&o.Sketch, &s.Sketch)
		if !ok || d.Pairs <= f.Clock.Pairs {
			continue
		}
		there := middle + d.Shift(middle)
		f.Clock = fact.Clock{
			Basis: fact.ClockUnknown, Reference: o.file.Number, Ahead: middle - there - o.Shift(there), Uncertainty: d.Uncertainty + o.Uncertainty,
			Drift: d.Drift(), Pairs: d.Pairs, Left: d.Left, Unknown: lang.Mark("it was read as it came, when its clock could not be compared yet"),
		}
	}
}

// apartBy is "3600.002 s behind".
func apartBy(ahead int64) lang.Sentence {
	if ahead < 0 {
		return lang.Say("%.3f s behind", float64(-ahead)/1e9)
	}
	return lang.Say("%.3f s ahead of", float64(ahead)/1e9)
}

// apart says which files have clocks that cannot be compared, where there are several with Socket.IO.
func apart(all []*survey) []lang.Sentence {
	var names []string
	for i, s := range all {
		if s.place == i && s.Reference == i && s.Pairs == 0 && s.file.Clock.Pairs == 0 && (!s.Empty() || s.dark > 0) {
			names = append(names, name(&s.file))
		}
	}
	if len(names) < 2 {
		return nil
	}
	last := len(names) - 1
	return []lang.Sentence{lang.Say("no request is both in %s and in %s, so their clocks cannot be compared, and times stand as recorded: "+
		"what happened at one and at another may be in the wrong order. A capture at the balancer, made at the same time, would have the requests of both",
		strings.Join(names[:last], ", "), names[last])}
}
