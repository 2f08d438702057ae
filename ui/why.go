package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/session"
	"sioscope/ui/plain"
	"sioscope/ui/store"
	"sioscope/ui/words"
)

// why opens all that was found: causes, proof, what they are not, and fixes.
func (w *Window) why() {
	var text words.Text
	w.with(func(t *session.Tracker, st *store.State) {
		wr := words.Writer{Words: w.Words, Tracker: t, Diagnosis: &st.Diagnosis, Time: w.detail.time, Live: st.Live, Over: st.Done, Now: st.Now(), Checks: w.detail.checks, Trial: w.detail.trial, About: w.detail.subject.about(t)}
		text = wr.Findings()
	})
	if text.Title == "" {
		return
	}
	body := newAccount(w.opt.Do)
	scroll := body.scroll
	d := dialog.NewCustomWithoutButtons(text.Title, scroll, w.win)
	body.page = &page{hears: &w.hears, copyText: w.copy, scroll: scroll, jump: func(p words.Place) {
		d.Hide()
		w.jump(p)
	}}
	body.set(&text)
	copyAll := newButton(&w.hears, w.S("Copy"), nil, func() { w.copy(text.Plain()) })
	closer := newButton(&w.hears, w.S("Close"), nil, d.Hide)
	closer.Importance = widget.HighImportance
	d.SetButtons([]fyne.CanvasObject{copyAll, closer})
	size := w.win.Canvas().Size()
	d.Resize(fyne.NewSize(min(size.Width-60, 820), min(size.Height-60, 720)))
	w.dialog = scroll
	d.Show()
	w.win.Canvas().Focus(closer)
}

// showNotes opens what the user must know about the input, all of it.
func (w *Window) showNotes() {
	var list, files []string
	if w.store == nil {
		return
	}
	w.with(func(t *session.Tracker, st *store.State) {
		list = w.verdict.list(t, st)
		for i := range t.Files {
			files = append(files, plain.File(w.Words, &t.Files[i], t.File(t.Files[i].Clock.Reference))+".")
		}
	})
	if len(list) == 0 {
		list = []string{w.S("There is nothing to say of it: no packet is missing or cut, and nothing is encrypted.")}
	}
	lines := append(files, list...)
	for i := range lines {
		lines[i] = plain.Text(lines[i])
	}
	label := newProse(&widget.TextSegment{Text: "•  " + strings.Join(lines, "\n•  ")})
	w.inform(w.S("About this capture"), container.NewVScroll(label), fyne.NewSize(640, 320))
}
