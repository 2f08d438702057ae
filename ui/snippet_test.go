package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sioscope/ui/walk"
	"sioscope/ui/words"
)

// TestSnippet: lines to paste have a button that copies them as they are.
func TestSnippet(t *testing.T) {
	walk.App(t)
	const lines = "location /socket.io/ {\n\tproxy_pass http://127.0.0.1:3000;\n}\n"
	copied := ""
	text := words.Text{Parts: []words.Part{{Style: words.Item, Text: "nginx: pass Upgrade on"}, {Style: words.Code, Text: lines}}}
	list := segments(text.Parts, true, &page{hears: &hears{}, copyText: func(s string) { copied = s }})
	if len(list) != 2 || list[1].Textual() != lines || list[1].Inline() {
		t.Fatalf("segments are %v", list)
	}
	press(list[1].Visual())
	if copied != lines {
		t.Errorf("copied %q", copied)
	}
	if want := "- nginx: pass Upgrade on\n\n    location /socket.io/ {\n    \tproxy_pass http://127.0.0.1:3000;\n    }\n\n"; text.Plain() != "\n"+want {
		t.Errorf("as text it is %q", text.Plain())
	}
}

// press taps every button in an object.
func press(o fyne.CanvasObject) {
	switch o := o.(type) {
	case *button:
		test.Tap(o)
	case *fyne.Container:
		for _, c := range o.Objects {
			press(c)
		}
	case *sideways:
		press(o.Content)
	}
}

// TestWheelOverSnippet: the wheel scrolls the page, and only to the side the lines themselves.
func TestWheelOverSnippet(t *testing.T) {
	walk.App(t)
	var passed []fyne.Delta
	s := newSideways(gap(900), func(ev *fyne.ScrollEvent) { passed = append(passed, ev.Scrolled) })
	s.Resize(fyne.NewSize(200, 50))
	s.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.Delta{DY: -30}})
	if len(passed) != 1 || passed[0].DY != -30 || s.Offset.X != 0 {
		t.Errorf("the wheel: the page got %v, the lines are at %v", passed, s.Offset)
	}
	s.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.Delta{DX: -40}})
	if len(passed) != 1 || s.Offset.X != 40 {
		t.Errorf("to the side: the page got %v, the lines are at %v", passed, s.Offset)
	}
}

// TestEvidenceIsALink: what proves a finding leads to its place.
func TestEvidenceIsALink(t *testing.T) {
	w := open(t).w
	w.OpenDemo()
	linked := false
	for _, s := range w.detail.meaning.segments() {
		if p, is := s.(*placeSegment); is && !linked {
			linked = true
			l := p.Visual().(*fyne.Container).Objects[0].(*link)
			l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		}
	}
	if !linked || w.about.exchange < 0 {
		t.Errorf("there is a link: %v; selected is %+v", linked, w.about)
	}
}
