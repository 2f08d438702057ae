package ui

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sioscope/internal/bench"
	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// writes puts a note at a time after the beginning.
func (u user) writes(after int64, text string) {
	var first int64
	u.w.with(func(t *session.Tracker, _ *store.State) { first = t.First })
	u.w.putNote(timeline.Note{Time: first + after, Text: text}, -1)
}

func (u user) notes() string {
	var list []string
	for _, n := range u.w.moments.list {
		list = append(list, n.Text)
	}
	return strings.Join(list, ", ")
}

// TestNoteOnWhatIsSelected: with keys alone, and it is about the session that is selected.
func TestNoteOnWhatIsSelected(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyDown})
	u.w.rune('r')
	u.w.rune('a')
	e, is := u.w.win.Canvas().Focused().(*entry)
	if !is {
		t.Fatalf("the keyboard is with %T", u.w.win.Canvas().Focused())
	}
	e.enter()
	if u.notes() != "" || u.w.win.Canvas().Overlays().Top() == nil {
		t.Error("a note without a text is kept")
	}
	e.SetText(" the balancer\nwas changed ")
	e.enter()
	if u.w.win.Canvas().Overlays().Top() != nil || u.notes() != "the balancer\nwas changed" {
		t.Errorf("the notes are %q", u.notes())
	}
	n := u.w.moments.list[0]
	u.w.with(func(tr *session.Tracker, _ *store.State) {
		if want := tr.RowAt(u.w.about.row).Time; n.Time != want || n.Session != tr.Sessions[0].SID {
			t.Errorf("it is at %d and about %q, want %d and %q", n.Time, n.Session, want, tr.Sessions[0].SID)
		}
	})
	at := u.find(func(h timeline.Hit) bool { return h.Kind == timeline.HitNote })
	u.w.hit(u.w.chart.At(at))
	if e, is := u.w.win.Canvas().Focused().(*entry); !is || e.Text != n.Text {
		t.Error("a click on its number does not show it")
	}
}

// TestNotesComeBackWithTheirCapture, whichever way it is opened, and not with another one.
func TestNotesComeBackWithTheirCapture(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.writes(2e9, "second")
	u.writes(1e9, "first")
	u.w.closeCapture()
	u.w.read("crowd", bench.Crowd{Sessions: 3, Packets: 30})
	if u.notes() != "" {
		t.Errorf("another capture has the notes %q", u.notes())
	}
	u.writes(1e9, "elsewhere")
	u.w.OpenDemo()
	if u.notes() != "first, second" {
		t.Errorf("the notes that come back are %q", u.notes())
	}
	u.w.dropNote(0)
	u.w.OpenDemo()
	if u.notes() != "second" {
		t.Errorf("after one was deleted: %q", u.notes())
	}
}

func TestNotesGoIntoEveryReport(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.writes(1_500_000_000, "deployed with token=abcdefabcdefabcdefabcdef1234")
	for _, r := range []struct {
		name string
		form int
		want string
	}{
		{"text", 4, "1  1.500 s  deployed with"},
		{"JSON", 5, `"moments":[`},
		{"Markdown", 3, "1. 1.500 s: deployed with"},
		{"HTML", 0, "<li><b>1.500 s</b>: deployed with"},
		{"SVG", 2, ">1</text>"},
	} {
		b := u.exported(r.form)
		if !strings.Contains(b, r.want) {
			t.Errorf("%s has no %q", r.name, r.want)
		}
		if strings.Contains(b, "abcdefabcdef") {
			t.Errorf("%s has the secret that a note quotes", r.name)
		}
	}
}

func TestWhatIsRememberedOfNotesIsBounded(t *testing.T) {
	u := open(t)
	for i := range maxNotebooks + 10 {
		u.w.prefs.setNotes(fmt.Sprint(i), make([]timeline.Note, 10))
	}
	if n := len(u.w.prefs.notebooks()); n != maxNotebooks {
		t.Errorf("those of %d captures are remembered, want %d", n, maxNotebooks)
	}
	for i := range 20 {
		u.w.prefs.setNotes(fmt.Sprint(i), make([]timeline.Note, maxNotes))
	}
	if n := len(u.w.prefs.notebooks()); n != maxAllNotes/maxNotes {
		t.Errorf("those of %d captures are remembered, want %d", n, maxAllNotes/maxNotes)
	}
	if len(u.w.prefs.notes("19")) != maxNotes || u.w.prefs.notes("3") != nil {
		t.Error("not the latest are remembered")
	}
	u.w.prefs.SetString("notes", "not JSON")
	if u.w.prefs.notes("19") != nil {
		t.Error("what cannot be read is taken for notes")
	}
}

func TestNotesAreLimited(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	for i := range maxNotes {
		u.writes(int64(i)*1e6, "x")
	}
	if u.w.noteWrong(timeline.Note{Text: "one more"}, -1) == nil || u.w.noteWrong(timeline.Note{Text: "changed"}, 3) != nil ||
		u.w.noteWrong(timeline.Note{Text: strings.Repeat("ä", maxNoteText+1)}, 3) == nil {
		t.Error("the limits do not hold")
	}
}

// TestNotesKeepNoSecrets: neither in the window nor among the preferences.
func TestNotesKeepNoSecrets(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.writes(1_500_000_000, "token=abcdefabcdefabcdefabcdef1234 password: hunter2-hunter2 was used")
	kept := u.w.prefs.String("notes")
	for _, text := range []string{u.notes(), kept} {
		if strings.Contains(text, "abcdefabcdef") || strings.Contains(text, "hunter2") || !strings.Contains(text, "was used") {
			t.Errorf("a note is kept as %q", text)
		}
	}
}

// TestEscapeKeepsANote that is being written, wherever the keyboard is in its form; Cancel drops it.
func TestEscapeKeepsANote(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	c := u.w.win.Canvas()
	escapes := func() {
		t.Helper()
		if f := c.Focused(); f != nil {
			f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
		} else {
			u.w.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
		}
		if c.Overlays().Top() != nil {
			t.Fatal("the form is still open")
		}
	}
	u.w.askNote(u.w.chart.Here(), -1)
	escapes()
	if u.notes() != "" {
		t.Errorf("of nothing there is a note %q", u.notes())
	}
	u.w.askNote(u.w.chart.Here(), -1)
	c.Focused().(*entry).SetText("half writ")
	escapes()
	if u.notes() != "half writ" {
		t.Errorf("Escape leaves the notes %q", u.notes())
	}
	u.sees("the status", u.w.status.left.full, "The note is kept")
	u.w.editNote(0)
	c.Focused().(*entry).SetText("half written")
	c.Unfocus()
	escapes()
	if u.notes() != "half written" {
		t.Errorf("with the keyboard nowhere, the notes are %q", u.notes())
	}
	u.w.editNote(0)
	c.Focused().(*entry).SetText(strings.Repeat("x", maxNoteText+1))
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if c.Overlays().Top() == nil {
		t.Error("a text that is too long is dropped without a word")
	}
}

// TestNoteIsAboutWhoWasThere: about the session under the mouse, or that is selected, if it was there at the moment.
func TestNoteIsAboutWhoWasThere(t *testing.T) {
	u := open(t)
	u.w.read("crowd", bench.Crowd{Sessions: 3, Packets: 30})
	var first, last *session.Session
	u.w.with(func(tr *session.Tracker, _ *store.State) {
		first, last = tr.Sessions[0], tr.Sessions[len(tr.Sessions)-1]
	})
	if first.FirstSeen >= last.FirstSeen {
		t.Fatal("all began at once")
	}
	asks := func(at int64) (about string) {
		u.w.askNote(at, u.w.noteOf())
		e := u.w.win.Canvas().Focused().(*entry)
		e.SetText("x")
		e.enter()
		about = u.w.moments.list[0].Session
		u.w.dropNote(0)
		return about
	}
	u.w.SelectSession(int32(last.Index))
	if got := asks(last.FirstSeen - 1); got != "" {
		t.Errorf("before it began a note is about %q", got)
	}
	if got := asks(last.FirstSeen); got != last.SID {
		t.Errorf("as it began a note is about %q, want %q", got, last.SID)
	}
	at := u.find(func(h timeline.Hit) bool { return h.Kind == timeline.HitPhase && h.Session == int32(first.Index) })
	u.w.chart.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}})
	if got := asks(u.w.chart.Here()); got != first.SID {
		t.Errorf("with the mouse on %q a note is about %q", first.SID, got)
	}
}
