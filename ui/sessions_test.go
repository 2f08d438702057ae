package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/internal/bench"
	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// crowd opens two hundred sessions: 138 upgraded, 48 on polling, 10 refused the upgrade.
func crowd(t *testing.T) user {
	u := open(t)
	u.w.read("crowd", bench.Crowd{Sessions: 200, Packets: 4000, Span: 600e9})
	return u
}

// choose picks the first item of the menu of sessions whose name has the text.
func (u user) chooseSessions(text string) {
	u.Helper()
	var look func(*fyne.Menu) bool
	look = func(m *fyne.Menu) bool {
		for _, i := range m.Items {
			if i.ChildMenu != nil && look(i.ChildMenu) {
				return true
			}
			if strings.Contains(i.Label, text) && i.Action != nil && !i.Disabled {
				i.Action()
				return true
			}
		}
		return false
	}
	if !look(u.w.sessionsMenu()) {
		u.Fatalf("the menu of sessions does not offer %q", text)
	}
}

func (u user) shown(want int) {
	u.Helper()
	if n, all := u.w.chart.Kept(); n != want || all != 196 {
		u.Errorf("%d of %d sessions are shown, want %d of 196", n, all, want)
	}
}

func TestSessionsAreShownByTransportNodeCauseAndClientTogether(t *testing.T) {
	u := crowd(t)
	if u.w.limits.object.Visible() {
		t.Error("all are shown, and it says which are")
	}
	u.chooseSessions("On polling")
	u.shown(58)
	u.sees("the bar over the names", u.w.limits.full, "58 of 196 sessions are in the timeline: on polling")
	u.chooseSessions("node A")
	u.sees("the bar over the names", u.w.limits.says.full, "on polling, of node A")
	u.shown(18)
	u.chooseSessions("node A") // again takes it back
	u.shown(58)
	u.chooseSessions("Show all sessions")
	u.shown(196)
	if u.w.limits.object.Visible() {
		t.Error("all are shown again, and it still says which are")
	}
	u.chooseSessions("The client never asks for WebSocket")
	u.sees("the bar over the names", u.w.limits.full, "48 of 196 sessions are in the timeline: The client never asks for WebSocket")
	u.w.keepSessions(timeline.Keep{})
	u.chooseSessions("10.1.0.10")
	u.shown(1)
}

// TestTheFilterHoldsForPacketsAndOverview: what is below the timeline is of the sessions that are in it, whatever else
// restricts the packets; a selected session has its own.
func TestTheFilterHoldsForPacketsAndOverview(t *testing.T) {
	u := crowd(t)
	w := u.w
	all := len(w.table.rows.Index)
	lists := func(name string, want func(*session.Session) bool) {
		t.Helper()
		rows := 0
		w.with(func(tr *session.Tracker, _ *store.State) {
			for _, s := range tr.Sessions {
				if want(s) {
					rows += len(s.Rows)
				}
			}
			for _, i := range w.table.rows.Index {
				if r := tr.RowAt(i); r.Session < 0 || !want(tr.SessionAt(r.Session)) {
					t.Fatalf("%s: a packet of session %d is listed", name, r.Session)
				}
			}
		})
		if n := len(w.table.rows.Index); n != rows || rows == 0 || rows == all {
			t.Errorf("%s: %d packets of %d are listed, want %d", name, n, all, rows)
		}
	}
	polls := func(s *session.Session) bool { return s.Transport() == session.Polling }
	u.chooseSessions("On polling")
	lists("on polling", polls)
	u.sees("the bar over the names", w.limits.full, "The overview and the packets are of these alone")
	first := w.chart.Next(1)
	w.SelectSession(first)
	lists("a selected one", func(s *session.Session) bool { return int32(s.Index) == first })
	w.SelectAll()
	lists("none selected", polls)
	w.table.showAll()
	lists("all kinds", polls)
	u.chooseSessions("node A")
	lists("of node A", func(s *session.Session) bool { return polls(s) && s.Node == 0 })
	w.Search("sid")
	w.clearSearch()
	lists("after a search", func(s *session.Session) bool { return polls(s) && s.Node == 0 })
	u.chooseSessions("Show all sessions")
	if n := len(w.table.rows.Index); n != all {
		t.Errorf("%d packets of %d are listed where all sessions are", n, all)
	}
	u.chooseSessions("On WebSocket")
	w.OpenDemo()
	if n := len(w.table.rows.Index); n != 16 {
		t.Errorf("%d packets of another capture are listed", n)
	}
}

// TestTheFilterFollowsWhatIsLive: a session that comes to be like that has its packets listed, those from before too, and one
// that is not any more has none.
func TestTheFilterFollowsWhatIsLive(t *testing.T) {
	u := crowd(t)
	w := u.w
	u.chooseSessions("On polling")
	var other, one int32
	w.with(func(tr *session.Tracker, _ *store.State) {
		for _, s := range tr.Sessions {
			if s.Transport() == session.Polling {
				one = int32(s.Index)
			} else {
				other = int32(s.Index)
			}
		}
	})
	kept := func(leave, come int32) *timeline.Kept {
		var list []int32
		w.with(func(tr *session.Tracker, _ *store.State) {
			for _, s := range tr.Sessions {
				if i := int32(s.Index); i == come || i != leave && s.Transport() == session.Polling {
					list = append(list, i)
				}
			}
		})
		return timeline.NewKept(list)
	}
	of := func(i int32) (n int) {
		w.with(func(tr *session.Tracker, _ *store.State) {
			for _, row := range w.table.rows.Index {
				if tr.RowAt(row).Session == i {
					n++
				}
			}
		})
		return n
	}
	if of(one) == 0 || of(other) != 0 {
		t.Fatal("the packets are not those of sessions on polling")
	}
	w.table.keep(kept(-1, other))
	if of(one) == 0 || of(other) == 0 {
		t.Errorf("where one more is shown, %d packets of it are listed", of(other))
	}
	w.table.keep(kept(one, other))
	if of(one) != 0 || of(other) == 0 {
		t.Errorf("where one is shown no more, %d packets of it are listed", of(one))
	}
}

// TestTheFilterGoesWithItsCapture: another capture is shown whole.
func TestTheFilterGoesWithItsCapture(t *testing.T) {
	u := crowd(t)
	u.chooseSessions("On WebSocket")
	u.w.OpenDemo()
	if n, _ := u.w.chart.Kept(); n != 1 || u.w.limits.object.Visible() {
		t.Errorf("%d sessions of the demo are shown", n)
	}
}

func TestOfferedSessionsAreCounted(t *testing.T) {
	u := crowd(t)
	transports, nodes, causes, clients := u.w.offers()
	sum := func(list []offer) (n int) {
		for _, o := range list {
			n += o.n
		}
		return n
	}
	if sum(transports) != 196 || sum(nodes) != 196 || sum(clients) != 196 || len(nodes) != 3 || len(causes) < 2 {
		t.Errorf("of 196 sessions %d by transport, %d by %d nodes, %d by client; %d causes", sum(transports), sum(nodes), len(nodes), sum(clients), len(causes))
	}
	for _, o := range append(append(transports, nodes...), causes...) {
		u.w.keepSessions(o.keep)
		if n, _ := u.w.chart.Kept(); n != o.n {
			t.Errorf("%s: %d sessions are shown, %d were offered", o.name, n, o.n)
		}
	}
}

// TestCausesAreOfferedMasked: what a finding quotes of the traffic may be a secret, in menus and over the names too.
func TestCausesAreOfferedMasked(t *testing.T) {
	u := crowd(t)
	var cause string
	u.w.with(func(_ *session.Tracker, st *store.State) {
		for i := range st.Diagnosis.Findings {
			if f := &st.Diagnosis.Findings[i]; len(f.Sessions) > 0 && cause == "" {
				cause, f.Title = f.ID, "Requests are redirected to /x?token="+planted
			}
		}
	})
	_, _, causes, _ := u.w.offers()
	u.w.chart.SetKeep(timeline.Keep{Cause: cause})
	for _, text := range []string{causes[0].name, u.w.keptName()} {
		if strings.Contains(text, planted) || !strings.Contains(text, "redirected") {
			t.Errorf("it says %q", text)
		}
	}
}
