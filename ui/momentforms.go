package ui

import (
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/session"
	"sioscope/ui/plain"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// noteOf is the session that a note is offered to be about: under the mouse, or else the one that is selected; -1: none.
func (w *Window) noteOf() int32 {
	if over := w.chart.Over(); over >= 0 {
		return over
	}
	return w.about.session
}

// askNote asks what is to be written about a moment. It is about one session only where the user says so, or where that
// was there at the moment.
func (w *Window) askNote(at int64, of int32) {
	if w.store == nil || at == 0 {
		return
	}
	n, own := timeline.Note{Time: at}, false
	w.with(func(t *session.Tracker, _ *store.State) {
		if of >= 0 && t.HasSession(of) {
			s := t.SessionAt(of)
			n.Session, own = s.SID, s.FirstSeen <= at && (at <= s.LastSeen || timeline.Lives(s))
		}
	})
	w.noteForm(w.S("Note on this moment"), n, noted{place: -1, own: own})
}

// editNote shows a note to be changed.
func (w *Window) editNote(i int) {
	if i < len(w.moments.list) {
		w.noteForm(w.S("Note %d", i+1), w.moments.list[i], noted{place: i, own: true})
	}
}

// noted is how a form begins: the place of its note in the list, -1 of a new one, and whether it is about its session alone.
type noted struct {
	place int
	own   bool
}

// noteForm asks for the text of a note. Escape keeps what is written; Cancel and Delete drop it.
func (w *Window) noteForm(title string, n timeline.Note, as noted) {
	i := as.place
	h := &w.hears
	var d *dialog.CustomDialog
	var text *entry
	var in *field
	var own *tick
	written := func() timeline.Note {
		now := timeline.Note{Time: n.Time, Text: strings.TrimSpace(text.Text)}
		if own != nil && own.Checked {
			now.Session = n.Session
		}
		return now
	}
	save := func() {
		now := written()
		if in.says(w.noteWrong(now, i)) {
			d.Hide()
			w.putNote(now, i)
			w.status.told(w.S("The note is kept"))
		}
	}
	leave := func() {
		if now := written(); now.Text == "" || now == n {
			d.Hide()
			return
		}
		save()
	}
	text = newLines(h, w.S("What happened here, or what is to be looked at"), 3, save)
	text.SetText(n.Text)
	in = newField(h, w.chart.Exact(n.Time), text)
	text.OnChanged = in.changed
	box := container.New(stacked{}, in.object)
	if n.Session != "" {
		own = newTick(h, w.S("About session %s alone", beginningOf(plain.Text(n.Session), 40)), nil)
		own.Checked = as.own
		box.Add(own)
	}
	d = dialog.NewCustomWithoutButtons(title, container.New(padded(4, 8, 8, 8), box), w.win)
	text.escape = leave
	buttons := []fyne.CanvasObject{newButton(h, w.S("Cancel"), nil, d.Hide)}
	if i >= 0 {
		buttons = append(buttons, newButton(h, w.S("Delete"), theme.DeleteIcon(), func() {
			d.Hide()
			w.dropNote(i)
		}))
	}
	apply := newButton(h, w.S("Keep (Ctrl+Enter)"), nil, save)
	apply.Importance = widget.HighImportance
	d.SetButtons(append(buttons, apply))
	d.Resize(fyne.NewSize(min(w.win.Canvas().Size().Width-60, 560), 0))
	d.Show()
	w.left = leaving{w.win.Canvas().Overlays().Top(), leave}
	w.win.Canvas().Focus(text)
}

// A leaving is what Escape does in a form, wherever the keyboard is in it.
type leaving struct {
	form  fyne.CanvasObject
	leave func()
}

// noteWrong is why a note cannot be kept, nil where it can.
func (w *Window) noteWrong(n timeline.Note, i int) error {
	switch {
	case n.Text == "":
		return errors.New(w.S("a note has a text"))
	case len([]rune(n.Text)) > maxNoteText:
		return errors.New(w.S("a note has at most %d characters, this one has %d", maxNoteText, len([]rune(n.Text))))
	case i < 0 && len(w.moments.list) >= maxNotes:
		return errors.New(w.S("there are %d notes already, and no more can be kept", maxNotes))
	}
	return nil
}

func (w *Window) putNote(n timeline.Note, i int) {
	list := slices.Clone(w.moments.list)
	if i >= 0 && i < len(list) {
		list = slices.Delete(list, i, i+1)
	}
	w.setNotes(append(list, n))
}

func (w *Window) dropNote(i int) {
	if i < len(w.moments.list) {
		w.setNotes(slices.Delete(slices.Clone(w.moments.list), i, i+1))
	}
}

// showMoments lists what was written, to go there, to change it and to delete it.
func (w *Window) showMoments() {
	if len(w.moments.list) == 0 {
		return
	}
	h := &w.hears
	box := container.New(stacked{})
	var d *dialog.CustomDialog
	then := func(do func()) func() {
		return func() {
			d.Hide()
			do()
		}
	}
	for i, n := range w.moments.list {
		said := newLine(w.fonts, 13, theme.ColorNameForeground, fyne.TextStyle{})
		said.Set(beginningOf(n.Text, 300))
		where := w.chart.Exact(n.Time)
		if n.Session != "" {
			where = w.S("%s, session %s", where, n.Session)
		}
		when := newLine(w.fonts, 11.5, theme.ColorNamePlaceHolder, fyne.TextStyle{})
		when.Set(where)
		show := newButton(h, w.S("%d: show", i+1), nil, then(func() { w.jumpToNote(n) }))
		edit := newButton(h, "", theme.DocumentCreateIcon(), then(func() { w.editNote(i) })).tipped(w.S("Change note %d", i+1))
		drop := newButton(h, "", theme.DeleteIcon(), then(func() {
			w.dropNote(i)
			w.showMoments()
		})).tipped(w.S("Delete note %d", i+1))
		row := container.NewBorder(nil, nil, show, container.NewHBox(edit, drop), container.New(padded(0, 0, 8, 8), container.New(stacked{}, said, when)))
		box.Add(row)
		box.Add(gapTop(6))
	}
	d = dialog.NewCustomWithoutButtons(w.S("Notes"), container.New(padded(4, 8, 8, 8), container.NewVScroll(box)), w.win)
	closer := newButton(h, w.S("Close"), nil, d.Hide)
	closer.Importance = widget.HighImportance
	d.SetButtons([]fyne.CanvasObject{closer})
	room := w.win.Canvas().Size()
	d.Resize(fyne.NewSize(min(room.Width-60, 760), min(room.Height-60, float32(130+44*len(w.moments.list)))))
	d.Show()
	w.win.Canvas().Focus(closer)
}
