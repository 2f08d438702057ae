package ui

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"sioscope/capture"
	"sioscope/capture/check"
	"sioscope/capture/journal"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// How often the window looks at what is new, at most. A packet of a live source is on screen within 100 ms of its
// arrival: the shorter interval leaves half of that for a busy machine to draw it.
const (
	pullEvery = 100 * time.Millisecond
	liveEvery = 50 * time.Millisecond
)

// An opening is a source that is shown.
type opening struct {
	name        string
	called      func(lang.Words) (name, failed string) // these two in a language; nil: the same in any
	source      store.Source
	paths       []string                  // of capture files that are to be remembered
	reopen      []string                  // the same, as they were named, to be read again
	files       *capture.Files            // what reads them; nil: it is none of files
	journal     *journal.Journal          // keeps its facts; nil: they can be had otherwise, or not at all
	kept        *keeping                  // what it captures is kept there; nil: it captures no packets
	live        bool                      // it happens now
	saved       int64                     // the last that was seen of it when all of it was saved
	nodeHeader  string                    // the response header in which its nodes name themselves; "": none is known
	alone       bool                      // it is about one session, whose connections are shown
	failed      string                    // the verdict's title where nothing comes of it
	experiments func() []check.Experiment // of a check; else nil
	subject     part                      // what its verdict is about; nil: all but what a check tried
	trial       timeline.Trial            // nil: what says of itself that a check tried it
	// diagnose is the source's own, where it knows more than the traffic; nil: the window's
	diagnose func(*session.Tracker) diagnose.Diagnosis
}

// call says what it is called.
func (o *opening) call(w lang.Words) {
	if o.called != nil {
		o.name, o.failed = o.called(w)
	}
}

// diagnosis is what its sessions are diagnosed by, in the language that is spoken; nil: a live store does that itself.
func (w *Window) diagnosis(o *opening) func(*session.Tracker) diagnose.Diagnosis {
	words, by := w.Words, w.opt.Diagnose
	switch {
	case o.diagnose != nil:
		return o.diagnose
	case o.live:
		return nil
	}
	return func(t *session.Tracker) diagnose.Diagnosis { return by(words, t) }
}

// Open reads capture files as one picture.
func (w *Window) Open(paths []string) {
	if len(paths) == 0 {
		return
	}
	w.letGo(func() {
		src, files := w.withKeys(w.opt.Files(paths))
		w.start(opening{called: func(w lang.Words) (string, string) { return nameOf(w, paths), w.S("This could not be read") }, source: src, files: files, paths: paths, reopen: paths})
		w.offerToCompare(paths)
	})
}

func nameOf(w lang.Words, paths []string) string {
	var names []string
	for _, p := range paths {
		name := filepath.Base(p)
		if label, is := strings.CutSuffix(name, "-"); is && capture.ParseInput(p).Path == "-" {
			name = label + w.S("standard input")
		}
		names = append(names, name)
	}
	if len(names) == 1 {
		if dir := filepath.Base(filepath.Dir(paths[0])); dir != "." && dir != "/" {
			return filepath.Join(dir, names[0])
		}
	}
	return strings.Join(names, ", ")
}

// OpenDemo reads the embedded recording.
func (w *Window) OpenDemo() {
	w.letGo(func() {
		w.start(opening{called: func(w lang.Words) (string, string) { return w.S("Demo recording"), w.S("This could not be read") }, source: w.opt.Demo()})
	})
}

// start ends what is open, fills a new store from the source, in a goroutine, and shows it.
func (w *Window) start(o opening) {
	w.dropComparison()
	if len(w.opening.reopen) == 1 && (len(o.reopen) != 1 || o.reopen[0] != w.opening.reopen[0]) {
		w.former = w.opening.reopen[0]
	}
	if o.trial == nil {
		o.trial = (*session.Exchange).Trial
	}
	w.cancel()
	w.opening.close()
	ctx, cancel := context.WithCancel(context.Background())
	o.call(w.Words)
	o.record(w.memory())
	w.cancel, w.opening = cancel, o
	w.family.bound()
	s := w.newStore(&o)
	s.NodesNamedBy(o.nodeHeader)
	if w.opt.Do == nil {
		s.Fill(ctx, o.source)
		w.show(s)
		w.pull()
		return
	}
	w.show(s)
	w.pull()
	filled := make(chan struct{})
	w.filled = filled
	go func() {
		s.Fill(ctx, o.source)
		close(filled)
	}()
	go w.follow(s)
}

// newStore is the store that a source fills.
func (w *Window) newStore(o *opening) *store.Store {
	if !o.live {
		return store.New(o.name, w.diagnosis(o))
	}
	s := store.NewWatched(o.name, w.Words)
	if o.diagnose != nil {
		s = store.NewLive(o.name, o.diagnose)
	}
	s.Keep(w.memory())
	return s
}

// again lets another source go on in the picture that is open, once the one before is over.
func (w *Window) again(src store.Source) {
	before := w.filled
	w.cancel()
	ctx, cancel := context.WithCancel(context.Background())
	s, filled := w.store, make(chan struct{})
	w.cancel, w.filled = cancel, filled
	src = journaled(src, w.opening.journal)
	w.followEnd()
	go func() {
		<-before
		s.Reopen()
		w.opt.Do(func() { // what was over is followed no more: only now can it be again
			if w.store == s {
				w.chart.Follow(true)
			}
		})
		go w.follow(s)
		s.Fill(ctx, src)
		close(filled)
	}()
}

// follow pulls as long as facts come, at once and then at most every pullEvery, and once after the last. Where no fact
// comes from a live source, time still goes on.
func (w *Window) follow(s *store.Store) {
	every, ticks := pullEvery, (<-chan time.Time)(nil)
	s.Read(func(_ *session.Tracker, st *store.State) {
		if st.Live {
			every = liveEvery
			tick := time.NewTicker(pullEvery)
			ticks = tick.C
		}
	})
	for done := false; !done; {
		news := true
		select {
		case <-s.Changed():
		default:
			select {
			case <-s.Changed():
			case <-ticks:
				news = false
			}
		}
		s.Read(func(_ *session.Tracker, st *store.State) { done = st.Done })
		show := w.tick
		if news || done { // time may come before the news of the end
			show = w.pull
		}
		seen := make(chan struct{})
		w.opt.Do(func() {
			if w.store == s {
				show()
			}
			close(seen)
		})
		<-seen
		if news {
			time.Sleep(every)
		}
	}
}

// tick lets time go on.
func (w *Window) tick() {
	w.chart.Tick()
	w.table.catchUp()
	if w.counted.late {
		w.with(w.count)
	}
	w.showRate()
	w.updateSide()
	w.qa.pull()
}

// closeCapture goes back to the empty window.
func (w *Window) closeCapture() {
	if w.compared != nil {
		w.leaveComparison()
		return
	}
	w.letGo(w.shutCapture)
}

func (w *Window) shutCapture() {
	w.cancel()
	if w.store == nil {
		return
	}
	w.qa.leave()
	w.opening.close()
	w.opening = opening{}
	w.store, w.about, w.stoppable = nil, nothing, false
	w.moments = moments{}
	w.chart.SetStore(nil)
	w.table.setStore(nil)
	w.detail.setStore(nil)
	w.welcome()
	w.lookForRecent()
}
