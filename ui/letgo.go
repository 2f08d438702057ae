package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
)

// letGo does something that lets go of what is open: at once where that is to be had again, else after it asked.
func (w *Window) letGo(then func()) {
	switch {
	case w.asksToKeep():
		return
	case !w.unsaved():
		then()
		return
	}
	w.loses = newProse()
	w.sayLoss()
	d := dialog.NewCustomWithoutButtons(w.S("Keep what was captured?"), container.New(padded(4, 8, 8, 8), flush(w.loses)), w.win)
	save := newButton(&w.hears, w.S("Save…"), theme.DocumentSaveIcon(), func() {
		d.Hide()
		w.saveBefore(then)
	})
	save.Importance = widget.HighImportance
	drop := newButton(&w.hears, w.S("Go on without it"), nil, func() {
		d.Hide()
		then()
	})
	d.SetButtons([]fyne.CanvasObject{newButton(&w.hears, w.S("Cancel"), nil, d.Hide), drop, save})
	d.Resize(fyne.NewSize(min(w.win.Canvas().Size().Width-60, 520), 0))
	d.Show()
	w.letting = w.win.Canvas().Overlays().Top()
	w.win.Canvas().Focus(save)
}

// asksToKeep says whether it is being asked what is to become of what would be lost.
func (w *Window) asksToKeep() bool {
	top := w.win.Canvas().Overlays().Top()
	return top != nil && top == w.letting
}

// sayLoss says how much would be lost: what is live goes on meanwhile.
func (w *Window) sayLoss() {
	sessions := 0
	w.with(func(t *session.Tracker, st *store.State) { sessions = w.allSessions(t, st) })
	text := w.S("What was captured live is in no file yet, and would be lost: %s.", w.Count(sessions, "session"))
	if len(w.loses.whole) == 0 || w.loses.whole[0] != text {
		w.loses.Say(text, widget.RichTextStyle{ColorName: look.Dim})
	}
}

// unsaved says whether what is open was seen live, by Sniff or by a client of our own, and is in no file as it is now. A
// check and the lab can be had again, and so can what never got a session with a client of our own.
func (w *Window) unsaved() (is bool) {
	o := &w.opening
	sniffed := o.kept != nil
	if !o.live || !sniffed && w.store != w.connector.store || sniffed && o.kept.path != "" {
		return false
	}
	w.with(func(t *session.Tracker, _ *store.State) {
		requests := int64(len(t.Exchanges)) + t.Freed.Requests
		is = (t.AllSessions() > 0 || sniffed && requests > 0) && t.Last != o.saved
	})
	return is
}

// saveBefore asks for the file that what is open is saved in, and goes on once it is. What is captured is stopped when it
// is saved, and not before: who thinks better of it has lost nothing.
func (w *Window) saveBefore(then func()) {
	kind := harForm
	if w.packetsOnceStopped() || w.opening.kept != nil && w.keep() == "" {
		kind = packetForm
	}
	w.askExport(byAll, kind, func() {
		if !w.unsaved() {
			then()
		}
	})
}

// packetsOnceStopped says whether there are packets to save as soon as the capture is stopped.
func (w *Window) packetsOnceStopped() (are bool) {
	if k := w.opening.kept; w.opening.files == nil && k.holds() {
		w.with(func(_ *session.Tracker, st *store.State) { are = st.Live && !st.Done })
	}
	return are
}
