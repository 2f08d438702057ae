package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/words"
)

// segments are those of all passages.
func (a *account) segments() (list []widget.RichTextSegment) {
	for _, g := range a.passages {
		list = append(list, g.text.Segments...)
	}
	return list
}

// findings is a text of many headings, some of which change.
func findings(n, changed int) *words.Text {
	t := &words.Text{}
	add := func(s words.Style, format string, args ...any) {
		t.Parts = append(t.Parts, words.Part{Style: s, Text: fmt.Sprintf(format, args...)})
	}
	for i := range n {
		add(words.Problem, "%d. Problem: what is wrong here is told in some words", i+1)
		for range 6 {
			add(words.Para, "It was seen in %d requests that nobody expected to see, and a good while after them once more, too.", changed)
		}
		add(words.Head, "How to fix it")
		add(words.Item, "By doing what is told here, which is long enough for a line and another.")
		add(words.Code, "a\nb")
	}
	return t
}

// TestAccountIsOneText: in passages a text is as high as in one.
func TestAccountIsOneText(t *testing.T) {
	open(t) // sizes of texts are the window's
	text, on := findings(3, 7), &page{hears: &hears{}}
	whole := newProse(segments(text.Parts, true, on)...)
	whole.Resize(fyne.NewSize(300, 100))
	a := newAccount(nil)
	a.page = on
	a.scroll.Resize(fyne.NewSize(300, 100))
	a.set(text)
	if got, want := a.object.MinSize(), whole.MinSize(); got != want {
		t.Errorf("its size is %v, want %v", got, want)
	}
	if len(a.passages) != len(text.Parts) || a.object.Size().Height != whole.MinSize().Height {
		t.Errorf("%d passages of %v", len(a.passages), a.object.Size())
	}
	before := a.passages
	a.set(findings(3, 8))
	for i, g := range a.passages {
		if changes := g.part.Style == words.Para; changes == (g == before[i]) {
			t.Errorf("paragraph %d was made anew: %v", i, g != before[i])
		}
	}
}

// TestLongAccountComesInPieces: what there is no time for at once comes later, at another width too, and in the end all is
// there.
func TestLongAccountComesInPieces(t *testing.T) {
	open(t)
	later := make(chan func(), 1)
	a := newAccount(func(f func()) { later <- f })
	a.page = &page{hears: &hears{}}
	a.scroll.Resize(fyne.NewSize(300, 100))
	a.set(findings(60, 7))
	for _, width := range []float32{300, 240} {
		a.scroll.Resize(fyne.NewSize(width, 100))
		pieces := 0
		for a.waits {
			(<-later)()
			pieces++
		}
		if pieces == 0 {
			t.Errorf("%v wide, 60 findings came at once", width)
		}
		for i, g := range a.passages {
			if !g.text.Visible() || g.text.Size().Width != width {
				t.Fatalf("passage %d is %v wide, want %v; shown: %v", i, g.text.Size().Width, width, g.text.Visible())
			}
		}
	}
}

// TestNoAccountIsMeasuredBeforeItHasItsWidth: a form gives it next to none at first, and what is measured again later would
// be seen so until then, a letter a line.
func TestNoAccountIsMeasuredBeforeItHasItsWidth(t *testing.T) {
	open(t)
	a := newAccount(nil)
	a.page = &page{hears: &hears{}}
	a.scroll.Resize(fyne.NewSize(2*theme.InnerPadding(), 100))
	a.set(findings(3, 1))
	for i, g := range a.passages {
		if g.text.Visible() {
			t.Fatalf("passage %d is shown %v wide", i, g.text.Size().Width)
		}
	}
	a.scroll.Resize(fyne.NewSize(300, 100))
	for i, g := range a.passages {
		if !g.text.Visible() || g.text.Size().Width != 300 {
			t.Fatalf("passage %d is %v wide; shown: %v", i, g.text.Size().Width, g.text.Visible())
		}
	}
}
