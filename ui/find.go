package ui

import (
	"runtime"
	"time"

	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/store"
)

// Rows are looked at for a short while on the main goroutine, so that what is little is there at once. What is more is
// left to a goroutine of its own, which keeps others from the store no longer than a slice at a time, and shows what it
// has found so far.
const (
	lookHere  = 2 * time.Millisecond
	lookSlice = 2 * time.Millisecond
	showEvery = 120 * time.Millisecond
	settleTo  = 20_000 // rows that are sorted on the main goroutine
)

// How often rows that come are shown: those that are sorted in among others of a live source, because what is read would not
// stand still; and those of which a screenful came since, because nobody reads that fast, and every text takes Fyne longer
// than all that is done for its packet.
const (
	dance = time.Second
	blur  = 250 * time.Millisecond
)

// within gives a function that says yes for a while.
func within(d time.Duration) func() bool {
	end := time.Now().Add(d)
	return func() bool { return time.Now().Before(end) }
}

// begin shows another list, of which nothing was looked at yet.
func (t *table) begin(next *rows.List) {
	t.stop()
	if t.store == nil {
		t.adopt(next)
		return
	}
	if t.look(next) {
		t.searched = 100
		t.adopt(next)
		return
	}
	t.searched = t.share(next)
	t.aside(next)
	t.mark()
}

// stop ends what looks for rows aside.
func (t *table) stop() {
	t.work.Add(1)
	t.busy, t.again = false, false
}

// look takes in rows as long as that takes little time, and says whether these are all.
func (t *table) look(l *rows.List) (done bool) {
	more := within(lookHere)
	if t.do == nil {
		more = nil
	}
	t.store.Read(func(tr *session.Tracker, _ *store.State) { done = l.Look(tr, more) })
	if done && (t.do == nil || l.Unsorted() < settleTo) {
		l.Settle()
		return true
	}
	return false
}

// share is how much of the rows a list has looked at, in percent.
func (t *table) share(l *rows.List) (percent int) {
	t.store.Read(func(tr *session.Tracker, _ *store.State) { percent = looked(l, tr) })
	return percent
}

func looked(l *rows.List, tr *session.Tracker) int {
	n, all := l.Looked(tr)
	if all == 0 {
		return 100
	}
	return int(int64(n) * 100 / int64(all))
}

// aside lets another goroutine go on with a list, and shows what it has so far.
func (t *table) aside(l *rows.List) {
	l.Settle()
	t.busy = true
	t.show(l.Snapshot())
	go t.search(t.store, l, t.work.Load())
}

// search looks at the rest of the rows, until it is stopped.
func (t *table) search(st *store.Store, l *rows.List, work int64) {
	every, shown := showEvery, time.Now()
	for done := false; !done && t.work.Load() == work; {
		percent, before := 0, len(l.Index)
		st.Read(func(tr *session.Tracker, _ *store.State) {
			done = l.Look(tr, within(lookSlice))
			percent = looked(l, tr)
		})
		first := before == 0 && l.Found() > 0
		if !done && !first && time.Since(shown) < every {
			runtime.Gosched()
			continue
		}
		began := time.Now()
		l.Settle()
		every = max(showEvery, 4*time.Since(began))
		t.hand(l, work, done, percent)
		shown = time.Now()
	}
}

// hand shows on the main goroutine what was found, and waits until it is shown: there is never more than one that waits.
func (t *table) hand(l *rows.List, work int64, done bool, percent int) {
	seen := make(chan struct{})
	t.do(func() {
		defer close(seen)
		if t.work.Load() != work {
			return
		}
		t.busy, t.searched = !done, percent
		if !done {
			l = l.Snapshot()
		}
		t.show(l)
		if done {
			t.keep(t.kept)
		}
		if done && t.again {
			t.again = false
			t.pull()
		}
	})
	<-seen
}

// pull takes in new rows.
func (t *table) pull() {
	switch {
	case t.store == nil:
		return
	case t.busy:
		t.again = true
		return
	case t.dances():
		return
	}
	if l := t.rows; t.look(l) {
		t.searched = 100
		t.show(l)
	} else {
		t.aside(l)
	}
	if t.follow && t.chosen < 0 && t.order.By == rows.ByTime {
		if t.order.Down {
			t.list.ScrollToTop()
		} else {
			t.list.ScrollToBottom()
		}
	}
}

// dances says whether rows were shown just now, and are not to change that soon.
func (t *table) dances() bool {
	least := time.Duration(0)
	if t.order.By != rows.ByTime {
		least = dance
	}
	t.late = false
	t.store.Read(func(tr *session.Tracker, st *store.State) {
		came := int(tr.FirstRow) + len(tr.Rows)
		if t.do != nil && float32(came-t.came)*rowHeight > t.list.Size().Height {
			least = max(least, blur)
		}
		if t.late = st.Live && !st.Done && time.Since(t.danced) < least; !t.late {
			t.came, t.danced = came, time.Now()
		}
	})
	return t.late
}

// catchUp takes in the rows that came while they would have danced.
func (t *table) catchUp() {
	if t.late {
		t.pull()
	}
}

// adopt shows a list and what is chosen in it.
func (t *table) adopt(l *rows.List) {
	t.show(l)
	t.mark()
}

// show shows a list. What is chosen stays chosen, and the list is not scrolled.
func (t *table) show(l *rows.List) {
	t.rows = l
	if t.store != nil {
		t.setTimes()
	}
	t.refresh()
	t.keepMark()
	if t.onFound != nil {
		t.onFound()
	}
}
