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

// count has the status bar count what came.
func (w *Window) count(t *session.Tracker, st *store.State) {
	if w.opt.Do == nil || !st.Live || st.Done || w.counted.due() {
		w.status.show(t, st.Live)
	}
}
