package ui

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"sioscope/internal/bench"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/store"
)

// A torrent is a crowd, and then a session that says something whenever it is let to.
type torrent struct {
	crowd bench.Crowd
	say   chan int
}

func (s torrent) Run(ctx context.Context, emit fact.Emit) error {
	last := int64(0)
	if err := s.crowd.Run(ctx, func(f fact.Fact) {
		if o, is := f.(*fact.Opened); is {
			last = max(last, int64(o.Conn.ID))
		}
		emit(f)
	}); err != nil {
		return err
	}
	c := &fact.Conn{ID: int(last) + 1}
	at := time.Now().UnixNano()
	emit(&fact.Opened{Conn: c, Time: at, SYN: true})
	emit(&fact.Request{Conn: c, Exchange: 1, Start: at, End: at, Method: "GET", Target: "/socket.io/?EIO=4&transport=websocket",
		Header: fact.Header("Upgrade: websocket\r\nConnection: Upgrade\r\n")})
	emit(&fact.Response{Conn: c, Exchange: 1, Start: at, End: at, Status: 101})
	emit(&fact.Message{Conn: c, Exchange: 1, Dir: fact.In, Start: at, End: at, Opcode: fact.Text,
		Payload: []byte(`0{"sid":"torrentAAAAAAAAAAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)})
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case n, more := <-s.say:
			if !more {
				return nil
			}
			for i := range n {
				at = time.Now().UnixNano()
				emit(&fact.Message{Conn: c, Exchange: 1, Dir: fact.Dir(i % 2), Start: at, End: at, Opcode: fact.Text, Payload: fmt.Appendf(nil, `42["needle",%d]`, i)})
			}
		}
	}
}

// flood opens a window on a live crowd that is there, and goes on as it is let to.
func flood(t *testing.T, packets int) (w *Window, posted chan func(), s torrent) {
	t.Helper()
	w, posted = liveWindow(t)
	s = torrent{bench.Crowd{Sessions: max(packets/100, 1), Packets: packets}, make(chan int)}
	w.start(opening{name: "flood", source: s, live: true})
	s.say <- 1
	return w, posted, s
}

// settled says whether all that there is was looked at.
func settled(w *Window) (is bool) {
	w.with(func(tr *session.Tracker, st *store.State) {
		want := rows.NewSorted(nil, w.table.rows.Filter, w.table.order)
		want.Add(tr)
		is = !w.table.busy && slices.Equal(want.Index, w.table.rows.Index)
	})
	return is
}

// TestSearchWhileALiveSourceGrows: letters are typed, the order is changed and sessions are chosen while packets come, and
// in the end what is shown is what there is.
func TestSearchWhileALiveSourceGrows(t *testing.T) {
	w, posted, s := flood(t, 30_000)
	loop(t, posted, func() bool { return settled(w) })
	turns := []func(){
		func() { w.tools.search.SetText("n") },
		func() { w.tools.search.SetText("nee") },
		func() { w.table.setOrder(rows.Order{By: rows.ByBytes, Down: true}) },
		func() { w.tools.search.SetText("needle") },
		func() { w.stepHit(1) },
		func() { w.table.setOrder(rows.Order{}) },
		func() { w.hitsOnly(true) },
		func() { w.tools.search.SetText("") },
		func() { w.SelectSession(3) },
		func() { w.tools.search.SetText("event:needle") },
	}
	done := func() (is bool) {
		w.with(func(_ *session.Tracker, st *store.State) { is = st.Done })
		return is && len(turns) == 0 && settled(w)
	}
	turn := func() {
		if len(turns) > 0 {
			turns[0]()
			turns = turns[1:]
		}
	}
	for len(turns) > 0 {
		s.say <- 1000
		for range 3 {
			(<-posted)()
		}
		turn()
	}
	close(s.say)
	loop(t, posted, done)
	if got := len(w.table.rows.Index); got != 10*1000+1 {
		t.Errorf("%d hits, want %d", got, 10*1000+1)
	}
}

// TestNextLetterEndsTheSearchBefore: whoever looked for the old text hands nothing over any more.
func TestNextLetterEndsTheSearchBefore(t *testing.T) {
	w, posted, s := flood(t, 60_000)
	defer close(s.say)
	loop(t, posted, func() bool { return settled(w) })
	for _, text := range []string{"m", "me", "mes", "nothing at all", "needle"} {
		w.tools.search.SetText(text)
	}
	loop(t, posted, func() bool {
		for _, i := range w.table.rows.Index {
			w.with(func(tr *session.Tracker, _ *store.State) {
				if got := rows.Event(tr, tr.RowAt(i)); got != "needle" {
					t.Errorf("an event %q is shown", got)
				}
			})
		}
		return settled(w)
	})
	if got := len(w.table.rows.Index); got != 1 {
		t.Errorf("%d hits", got)
	}
}

// TestSortedPacketsOfASourceThatFallsSilentAreAllShown: the last ones come within a second after those before, and nothing
// follows.
func TestSortedPacketsOfASourceThatFallsSilentAreAllShown(t *testing.T) {
	w, posted, s := flood(t, 2_000)
	defer close(s.say)
	loop(t, posted, func() bool { return settled(w) })
	w.table.setOrder(rows.Order{By: rows.ByBytes, Down: true})
	for range 3 {
		s.say <- 7
		(<-posted)()
	}
	loop(t, posted, func() bool {
		n := 0
		w.with(func(tr *session.Tracker, _ *store.State) { n = len(tr.Rows) })
		return len(w.table.rows.Index) == n && settled(w)
	})
}
