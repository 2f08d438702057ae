package words

import (
	"cmp"
	"slices"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
	"sioscope/ui/timeline"
)

// Moves says in a sentence how the sessions came to WebSocket, and how long that took; "" where none did.
func Moves(w lang.Words, t *session.Tracker) string {
	var took []int64
	direct := 0
	for _, s := range t.Sessions {
		switch s.Upgrade {
		case session.UpgradeDirect:
			direct++
		case session.UpgradeDone:
			if after, ok := s.UpgradeTime(); ok && after > 0 {
				took = append(took, after)
			}
		}
	}
	var parts []string
	if n := len(took); n > 0 {
		slices.Sort(took)
		parts = append(parts, moved(w, took))
	}
	if direct > 0 {
		parts = append(parts, w.S("%s began on WebSocket at once", w.Count(direct, "session")))
	}
	if len(parts) == 0 {
		return ""
	}
	return w.S("%s.", w.Clauses(parts))
}

// moved says how long it took the sessions that moved, from the quickest to the slowest.
func moved(w lang.Words, took []int64) string {
	n := len(took)
	sessions, first, last := w.Count(n, "session"), timeline.Span(took[0]), timeline.Span(took[n-1])
	switch {
	case first == last:
		return w.S("%s moved from polling to WebSocket after %s", sessions, first)
	case n == 2:
		return w.S("%s moved from polling to WebSocket after %s and %s", sessions, first, last)
	}
	// Of an even number the lower one in the middle: half of them are no later.
	return w.S("%s moved from polling to WebSocket after %s to %s, half of them within %s", sessions, first, last, timeline.Span(took[(n-1)/2]))
}

// Fine is that nothing is wrong, as far as that can be said of a capture, of what is live, or was until it was over.
func Fine(w lang.Words, live, over bool) string {
	switch {
	case live && over:
		return w.S("Nothing is wrong in what was seen.")
	case live:
		return w.S("Nothing is wrong so far.")
	}
	return w.S("Nothing is wrong as far as this capture shows.")
}

// healthy is what there is to know where nothing is wrong, and what to do next.
func (w *Writer) healthy(t *Text) {
	fine := Fine(w.Words, w.Live, w.Over)
	if w.Live && !w.Checks {
		fine = cmp.Or(Ended(w.Words, w.subject()), w.awaited(), fine)
	}
	t.add(Para, fine)
	t.add(Head, w.S("What it shows"))
	t.add(Item, Moves(w.Words, w.subject()))
	w.nodes(t)
	w.traffic(t)
	if freed := plain.Freed(w.Words, w.Tracker); freed != "" {
		t.add(Item, freed)
	}
	t.add(Head, w.S("What to do next"))
	t.add(Item, w.S("Select a session to see its life, and press Enter for its connections. A packet tells what it means."))
	if w.Live {
		return
	}
	t.add(Item, w.S("A capture speaks for one place and one time: where some users complain, capture on their way to the servers, too."))
	t.add(Item, w.S("To notice when this changes: sio open --expect websocket FILE fails as soon as a session is not on WebSocket."))
}

// awaited is what is owed while it is watched.
func (w *Writer) awaited() string {
	if !w.Live || w.Over || w.Checks {
		return ""
	}
	return Awaited(w.Words, w.subject(), w.Now)
}

// subject is what the diagnosis is about.
func (w *Writer) subject() *session.Tracker { return cmp.Or(w.About, w.Tracker) }

// nodes says who answered, the first few of them.
func (w *Writer) nodes(t *Text) {
	who := w.answerers()
	if len(who) == 0 {
		return
	}
	var parts []string
	for _, i := range who[:min(len(who), maxNamed)] {
		name := timeline.NodeTitle(w.Words, w.Tracker, i)
		if w.About == nil { // else the counts are of more than the sessions meant
			name = w.S("%s: %s", name, w.Count(w.Tracker.Nodes[i].Sessions, "session"))
		}
		parts = append(parts, name)
	}
	text := w.List(parts)
	if more := len(who) - maxNamed; more > 0 {
		text = w.S("%s and %d more", text, lang.Amount(more))
	}
	t.add(Item, w.S("answered by %s: %s", text, plain.Known(w.Words, &w.Tracker.Nodes[who[0]])))
}

// answerers are the nodes that answered, of those the ones that answered what is meant, by their places.
func (w *Writer) answerers() (list []int) {
	answered := make([]bool, len(w.Tracker.Nodes))
	mark := func(i int) {
		if i >= 0 && i < len(answered) {
			answered[i] = true
		}
	}
	if w.About != nil {
		for _, s := range w.About.Sessions {
			mark(s.Node)
		}
		for _, e := range w.About.Exchanges {
			mark(e.Node)
		}
	}
	for i := range answered {
		if w.About == nil || answered[i] {
			list = append(list, i)
		}
	}
	return list
}

// traffic sums up what the sessions carried.
func (w *Writer) traffic(t *Text) {
	var packets, events [2]int64
	conns := map[*session.Conn]bool{}
	for _, s := range w.subject().Sessions {
		for d := range packets {
			packets[d] += s.Packets[d]
			events[d] += s.Events[d]
		}
		for _, c := range s.Conns {
			conns[c] = true
		}
	}
	what := w.Count(len(w.subject().Sessions), "session")
	if w.subject().Freed.Sessions > 0 {
		what = w.S("the latest %s", what)
	}
	t.add(Item, w.S("%s over %s: %s in and %d out, among them %s in and %d out", what,
		w.Count(len(conns), "connection"), w.Count(int(packets[1]), "packet"), packets[0], w.Count(int(events[1]), "event"), events[0]))
}
