package ui

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// Limits of what can be written about moments.
const (
	maxNotes    = 100 // of a capture
	maxNoteText = 1000
)

// moments are what the user wrote about moments of what is open.
type moments struct {
	list  []timeline.Note // by time, never changed in place: the timeline has it
	known string          // the capture that they are remembered with; "" while it is read, and of a live source
	of    []string        // the files that were opened
}

// identity tells a capture from others, whatever it is called and wherever it lies: by what is in it.
func identity(t *session.Tracker) string {
	return fmt.Sprintf("%d %d %d %d %d", t.First, t.Last, t.Stats.Packets, t.Stats.Entries, t.Stats.Bytes)
}

// beginMoments is for another source. Where it is what was open and a capture more, what was written stays.
func (w *Window) beginMoments() {
	now, before := w.opening.reopen, w.moments.of
	kept := w.moments.list
	if len(before) == 0 || len(now) <= len(before) || !slices.Equal(now[:len(before)], before) {
		kept = nil
	}
	w.moments = moments{list: kept, of: now}
	w.chart.SetNotes(kept)
}

// recallMoments takes in what was written about a capture in an earlier run, once it is read to its end.
func (w *Window) recallMoments() {
	if w.moments.known != "" {
		return
	}
	w.with(func(t *session.Tracker, st *store.State) {
		if st.Done && !st.Live && t.First != 0 {
			w.moments.known = identity(t)
		}
	})
	if w.moments.known == "" {
		return
	}
	before := w.prefs.notes(w.moments.known)
	if len(before) == 0 && len(w.moments.list) == 0 {
		return
	}
	for _, n := range w.moments.list {
		if !slices.Contains(before, n) {
			before = append(before, n)
		}
	}
	w.setNotes(before)
}

// setNotes replaces what was written about moments. Secrets in it are masked for good: it is kept among the preferences,
// and stands in the window for whoever sees it.
func (w *Window) setNotes(list []timeline.Note) {
	list = slices.Clone(list)
	for i := range list {
		list[i].Text = redact.Redactor{}.Text(list[i].Text)
	}
	slices.SortStableFunc(list, func(a, b timeline.Note) int { return int(max(min(a.Time-b.Time, 1), -1)) })
	list = list[:min(len(list), maxNotes)]
	w.moments.list = list
	w.chart.SetNotes(list)
	w.overview.Pull()
	if w.moments.known != "" {
		w.prefs.setNotes(w.moments.known, list)
	}
	w.win.SetMainMenu(w.menu())
}

// jumpToNote shows a moment, and the session that the note is about.
func (w *Window) jumpToNote(n timeline.Note) {
	index := int32(-1)
	w.with(func(t *session.Tracker, _ *store.State) {
		if s := t.Session(n.Session); n.Session != "" && s != nil && s.Index >= 0 {
			index = int32(s.Index)
		}
	})
	if index >= 0 {
		w.SelectSession(index)
	}
	w.chart.ShowTime(n.Time)
}

// noteItems are what can be done about notes.
func (w *Window) noteItems() []*fyne.MenuItem {
	list := item(w.S("Notes…"), ctrlShift(fyne.KeyA), w.showMoments)
	list.Disabled = len(w.moments.list) == 0
	return []*fyne.MenuItem{item(w.S("Note on this moment…"), bare(fyne.KeyA), func() { w.askNote(w.chart.Here(), w.noteOf()) }), list}
}

// beginningOf is the beginning of a text, without line breaks.
func beginningOf(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
