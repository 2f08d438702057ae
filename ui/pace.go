package ui

import (
	"time"

	"sioscope/protocol/session"
	"sioscope/ui/store"
)

// A pace has something written no more often than it can be read: Fyne takes longer for a new text than it takes to find
// what it says.
type pace struct {
	at   time.Time // when it was written last
	late bool      // there is something else since
}

// due says whether it is to be written now.
func (p *pace) due() bool {
	if p.late = time.Since(p.at) < blur; !p.late {
		p.at = time.Now()
	}
	return !p.late
}

// count has the status bar count what came; sessions at once, where the verdict counts others.
func (w *Window) count(t *session.Tracker, st *store.State) {
	sessions := w.allSessions(t, st)
	if w.opt.Do == nil || !st.Live || st.Done || w.judged != st.Diagnosis.Census.Sessions || w.counted.due() {
		w.judged = st.Diagnosis.Census.Sessions
		w.status.show(t, st.Live, sessions)
	}
}

// allSessions is how many there were. Of what is live those that the verdict is about, where it is about all: more may have
// come since it was found.
func (w *Window) allSessions(t *session.Tracker, st *store.State) int {
	if st.Live && w.verdict.subject == nil && st.Diagnosis.Verdict.State != "" {
		return st.Diagnosis.Census.Sessions
	}
	return t.AllSessions()
}
