package ui

import (
	"slices"
	"testing"

	"sioscope/internal/lab"
	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// TestWhatHappenedBeforeASwitchStaysVisible: the verdict is about what came since, and sessions from before keep their mark,
// their cause and what is told of them.
func TestWhatHappenedBeforeASwitchStaysVisible(t *testing.T) {
	u := open(t)
	w := u.w
	w.Open([]string{recording(t, "nginx-rr-v4")})
	read := func(of func(s *session.Session, st *store.State)) {
		w.with(func(tr *session.Tracker, st *store.State) {
			for _, s := range tr.Sessions {
				of(s, st)
			}
		})
	}
	marked, causes, last := map[int]int{}, map[string]bool{}, int64(0)
	read(func(s *session.Session, st *store.State) {
		if marked[s.Index] = st.Trouble(s); marked[s.Index] > 0 {
			causes[st.Diagnosis.BySession[s][0]] = true
		}
		last = max(last, s.LastSeen)
	})
	w.SelectSession(0)
	told := text(w)
	if len(causes) == 0 {
		t.Fatal("no session has trouble")
	}
	p := w.labPanel
	p.deeds = []deed{{at: last + 1, fault: lab.Fault{ID: "x"}}}
	w.store.Reword(w.Words, p.diagnosis(last+1))
	w.pull()
	read(func(s *session.Session, st *store.State) {
		if len(st.Diagnosis.Findings) != 0 {
			t.Errorf("the verdict is about what was before: %q", st.Diagnosis.Findings[0].Title)
		}
		if got := st.Trouble(s); got != marked[s.Index] {
			t.Errorf("session %d has trouble %d, and had %d", s.Index, got, marked[s.Index])
		}
	})
	w.choose(nothing)
	w.SelectSession(0)
	if got := text(w); !slices.Equal(got, told) {
		t.Errorf("of a session it tells %q, and told %q", got, told)
	}
	_, _, offered, _ := w.offers()
	for id := range causes {
		i := slices.IndexFunc(offered, func(o offer) bool { return o.keep == timeline.Keep{Cause: id} })
		if i < 0 {
			t.Errorf("sessions are not offered by %s", id)
			continue
		}
		w.keepSessions(offered[i].keep)
		if n, _ := w.chart.Kept(); n != offered[i].n || n == 0 {
			t.Errorf("%s shows %d sessions, and offered %d", id, n, offered[i].n)
		}
	}
}

// text is what the meaning tells.
func text(w *Window) (list []string) {
	for _, p := range w.detail.text.Parts {
		list = append(list, p.Text)
	}
	return list
}
