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
