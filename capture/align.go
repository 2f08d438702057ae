package capture

import (
	"cmp"
	"context"
	"os"
	"runtime"
	"slices"
	"sync"

	"sioscope/capture/clocks"
	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// Several files were made by several clocks. So before they are read as one picture each is read by itself, for the
// requests that other files may have too; clocks tells the differences from those, and the files are then read by one
// clock, that of the first. An input that grows can be read once only: what its clock was is said at the end.

// A survey is what a file was read for before.
type survey struct {
	clocks.Sketch
	file    fact.File
	dark    int64    // encrypted connections that could not be read
	secrets [][]byte // keys that it holds
	size    int64    // of it, in bytes, where that is known
	done    bool     // it was read
	ways    halves
	half    int // the index of the survey that has the other direction of its connections, -1: none
	place   int // the index of the first survey of its place, which has the sketches of all
	clocks.Alignment
}

const (
	surveyed    = 1 << 10 // bytes of a body or message that a survey looks at
	allSurveyed = 1 << 19 // requests of all files that are kept for comparison, about 100 bytes each
)

// surveys reads every file once. Their emptiness is no error: what cannot be read is said when it is read in earnest.
func (f *Files) surveys(ctx context.Context, emit fact.Emit) []*survey {
	all := make([]*survey, len(f.Inputs))
	regular := 0
	for i, in := range f.Inputs {
		all[i] = &survey{file: fact.File{Number: i + 1, Name: in.name(), Label: in.Label}, place: i, half: -1}
		all[i].Most = min(max(allSurveyed/len(f.Inputs), 1<<10), 1<<14)
		if all[i].size = in.size(); all[i].size > 0 {
			regular++
		}
	}
	if regular < 2 {
		return all
	}
	f.surveyAll(ctx, emit, all)
	var keys [][]byte
	for _, s := range all {
		keys = append(keys, s.secrets...)
	}
	for i, s := range all {
		if s.dark > 0 && len(keys) > len(s.secrets) { // a key of one file may be of use in another
			*s = survey{file: s.file, size: s.size, place: i, half: -1, Sketch: clocks.Sketch{Most: s.Most}}
			s.read(ctx, f, i, keys, func(int64) {})
		}
	}
	return all
}

// size is that of a file, 0 of what can be read once only, or not at all.
func (in Input) size() int64 {
	if in.member > 0 {
		return in.bytes
	}
	st, err := os.Stat(in.Path)
	if in.Path == "-" || err != nil || !st.Mode().IsRegular() {
		return 0
	}
	return st.Size()
}

// surveyAll surveys the files that are some, as many at a time as there are processors, and reports how far that is.
func (f *Files) surveyAll(ctx context.Context, emit fact.Emit, all []*survey) {
	type progress struct {
		i    int
		done int64
	}
	var total int64
	next, news := make(chan int), make(chan progress)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		workers.Go(func() {
			for i := range next {
				all[i].read(ctx, f, i, nil, func(done int64) { news <- progress{i, done} })
			}
		})
	}
	for _, s := range all {
		total += s.size
	}
	go func() {
		for i, s := range all {
			if s.size > 0 {
				next <- i
			}
		}
		close(next)
		workers.Wait()
		close(news)
	}()
	done := make([]int64, len(all))
	var sum int64
	for p := range news {
		sum += p.done - done[p.i]
		done[p.i] = p.done
		emit(&fact.Stats{Done: sum, Total: 2 * total})
	}
}

// read surveys the i-th input of f.
func (s *survey) read(ctx context.Context, f *Files, i int, keys [][]byte, tell func(done int64)) {
	one := Files{Inputs: f.Inputs[i : i+1], Keys: f.Keys, MaxBody: surveyed, MaxPayload: surveyed}
	r := one.newRun(ctx, func(of fact.Fact) {
		switch of := of.(type) {
		case *fact.Stats:
			s.dark = of.Encrypted
			tell(of.Done)
		case *fact.File:
			number := s.file.Number
			s.file = *of
			s.file.Number = number
		default:
			s.Add(of)
		}
	})
	defer r.close()
	s.ways.seen = map[[2]link.Endpoint]bool{}
	r.ways = &s.ways
	for _, k := range keys {
		r.secrets.AddLog(k)
	}
	_ = one.read(r) // what cannot be read is no news yet
	for _, src := range r.sources {
		for _, b := range src.reader.Secrets() {
			if b.Type == pcapfile.TLSKeyLog {
				s.secrets = append(s.secrets, b.Data)
			}
		}
	}
	s.done = true
}

// align compares the clocks of files. A HAR has another than a capture that was made at the same place.
func align(all []*survey) {
	sketches := make([]*clocks.Sketch, len(all))
	for i, s := range all {
		sketches[i] = &s.Sketch
		if s.file.Label == "" || !s.done {
			continue
		}
		if s.place = slices.IndexFunc(all, func(o *survey) bool { return o.file.Label == s.file.Label && o.Logged() == s.Logged() && o.done }); s.place != i {
			all[s.place].Merge(&s.Sketch)
			sketches[i] = new(clocks.Sketch)
		}
	}
	for i, a := range clocks.Align(sketches) {
		all[i].Alignment = a
	}
	for i, s := range all {
		if s.place != i {
			s.Alignment = all[s.place].Alignment
		} else if before := predecessor(all, s); before != nil && !s.followed(all, i) {
			s.place = before.file.Number - 1
			s.Alignment = before.Alignment
		}
	}
	pairHalves(all)
	for i, s := range all {
		s.file.Clock = s.clock(all, i)
	}
}

// predecessor is the file that s continues, nil where it is none's continuation or has a clock to be compared.
func predecessor(all []*survey, s *survey) (before *survey) {
	if s.Pairs > 0 || s.Left > 0 || s.file.Packets == 0 || s.file.Label != "" {
		return nil
	}
	for _, o := range all {
		if o == s || o.file.Packets == 0 || o.file.Label != "" || o.Logged() != s.Logged() || o.file.Last > s.file.First || o.file.First > s.file.First {
			continue
		}
		if before == nil || o.file.Last > before.file.Last {
			before = o
		}
	}
	return before
}

// clock is what is told of the clock of the i-th file.
func (s *survey) clock(all []*survey, i int) fact.Clock {
	if c, ok := s.other(); ok {
		return c
	}
	root := root(all, i)
	middle := s.file.First/2 + s.file.Last/2
	c := fact.Clock{Reference: s.Reference + 1, Ahead: -s.Shift(middle), Uncertainty: s.Uncertainty, Drift: s.Drift(), Settings: s.Settings(), Pairs: s.Pairs, Left: s.Left}
	switch {
	case root != i:
		c.Basis, c.Reference = fact.ClockContinued, all[i].place+1
	case s.Pairs > 0:
		c.Basis = fact.ClockRequests
	case s.followed(all, i) || s.half >= 0:
		c.Basis = fact.ClockReference
	default:
		c.Basis, c.Unknown = fact.ClockUnknown, s.unknown()
	}
	return c
}

// root is the file that the capture of which the i-th file is a part begins with.
func root(all []*survey, i int) int {
	for all[i].place != i {
		i = all[i].place
	}
	return i
}

// followed says whether the times of another file are by the clock of the i-th.
func (s *survey) followed(all []*survey, i int) bool {
	return slices.ContainsFunc(all, func(o *survey) bool {
		return o != s && o.Reference == i
	})
}

// unknown says why a file's clock cannot be compared.
func (s *survey) unknown() string {
	switch {
	case s.file.Packets == 0:
		return lang.Mark("nothing is in it")
	case s.Empty() && s.dark > 0:
		return lang.Mark("its connections are encrypted and no key was given")
	case s.Empty():
		return lang.Mark("no Socket.IO request that can be told from others is in it with its answer")
	case s.Left > 0:
		return lang.Mark("the requests that seem to be in another file too contradict each other")
	}
	return lang.Mark("none of its requests is in another file too")
}

// name is what a file is called in sentences.
func name(f *fact.File) string { return cmp.Or(f.Label, f.Name) }
