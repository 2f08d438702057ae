package ui

import (
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"sioscope/capture/check"
	"sioscope/ui/look"
)

// TestQASaysWhichSession: it counts the sessions as they began, and offers no step where there is none.
func TestQASaysWhichSession(t *testing.T) {
	u := open(t)
	u.w.Open([]string{recording(t, "direct-v4")})
	u.w.ShowQA()
	v := u.w.qa
	for _, step := range []struct {
		key            rune
		says           string
		previous, next bool
	}{
		{0, "session 3 of 3", true, false},
		{'n', "session 3 of 3", true, false},
		{'b', "session 2 of 3", true, true},
		{'b', "session 1 of 3", false, true},
		{'b', "session 1 of 3", false, true},
		{'n', "session 2 of 3", true, true},
	} {
		if step.key != 0 {
			u.w.rune(step.key)
		}
		if v.at.full != step.says || v.previous.Disabled() == step.previous || v.next.Disabled() == step.next {
			t.Errorf("after %q it says %q, and offers previous %v, next %v", step.key, v.at.full, !v.previous.Disabled(), !v.next.Disabled())
		}
	}
}

// TestWhichSessionIsReadInANarrowWindow: in both languages, also among thousands, and where every button is shown.
func TestWhichSessionIsReadInANarrowWindow(t *testing.T) {
	for _, u := range []user{open(t), inJapanese(t)} {
		v := u.w.qa
		u.w.win.Resize(fyne.NewSize(900, 600))
		u.w.Open([]string{recording(t, "direct-v4")})
		u.w.ShowQA()
		u.w.rune('b')
		v.why.Show()
		for _, text := range []string{v.at.full, u.w.S("session %d of %d", 10_234, 20_000)} {
			v.at.Set(text)
			v.row.Refresh()
			need := fyne.MeasureText(text, v.at.size, fyne.TextStyle{}).Width
			end := v.save.Position().X + v.save.MinSize().Width
			if v.at.text.Text != text || v.at.Size().Width < need || v.next.Position().X < need || end > v.row.Size().Width || v.row.Size().Width > 900 {
				t.Errorf("%q has %v of %v, and the last button ends at %v of %v", v.at.text.Text, v.at.Size().Width, need, end, v.row.Size().Width)
			}
		}
	}
}

// TestEvidenceIsNamedByItsSession: that of one session does not replace that of another.
func TestEvidenceIsNamedByItsSession(t *testing.T) {
	for sid, want := range map[string]string{"jRAtLKI-yYNxnuUcAAAE": "-jRAtLK", "../x/é_y": "-xy", "": "", "--": ""} {
		if got := brief(sid); got != want {
			t.Errorf("of %q the name has %q, want %q", sid, got, want)
		}
	}
}

// TestWhatIsWrongWithAFileIsSeenWhole: the form grows for the sentence, and shrinks when another name is typed.
func TestWhatIsWrongWithAFileIsSeenWhole(t *testing.T) {
	u := open(t)
	u.w.Open([]string{recording(t, "direct-v4")})
	u.w.ShowQA()
	u.w.askEvidence()
	in := u.w.win.Canvas().Focused().(*entry)
	scroll := scrollOf(u.w.win.Canvas().Overlays().Top())
	before := scroll.Size().Height
	in.SetText(filepath.Join(t.TempDir(), "none", "x.png"))
	u.types("Return")
	if room := scroll.Size().Height; room <= before || scroll.Content.MinSize().Height > room {
		t.Errorf("the form was %v high, is %v, and what is in it %v", before, room, scroll.Content.MinSize().Height)
	}
	test.Type(in, "y")
	if room := scroll.Size().Height; room != before {
		t.Errorf("the form is %v high, want %v", room, before)
	}
}

// TestACheckIsNotBesideWhatIsOpenedAfterIt: its results say nothing of another capture.
func TestACheckIsNotBesideWhatIsOpenedAfterIt(t *testing.T) {
	u := open(t)
	u.w.Check("http://127.0.0.1:1", check.Options{})
	if u.w.side.now != u.w.checker.panel || !u.w.checker.results.Visible() {
		t.Fatal("the check is not shown")
	}
	u.w.OpenDemo()
	if u.w.side.now == u.w.checker.panel {
		t.Error("the check is shown beside another capture")
	}
	u.w.askCheck()
	if u.w.checker.results.Visible() || !u.w.checker.form.Visible() {
		t.Error("its results come back beside another capture")
	}
}

// TestExperimentsAreMarkedAsTheCommandMarksThem: a no is a fault but where it is as good as a yes.
func TestExperimentsAreMarkedAsTheCommandMarksThem(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		id     string
		result check.Result
		sign   string
		color  string
	}{
		{check.Default, check.No, "cancel", string(look.Bad)},
		{check.KeepAlive, check.No, "cancel", string(look.Bad)},
		{check.NewConnections, check.No, "cancel", string(look.Bad)},
		{check.Cookies, check.No, "content-remove", "foreground"},
		{check.HTTP2, check.No, "content-remove", "foreground"},
		{check.NewConnections, check.Some, "warning", string(look.Warn)},
		{check.Nodes, check.Yes, "check", string(look.Good)},
	} {
		icon, color, _ := outcome(nil, &check.Experiment{ID: tt.id, State: check.Done, Result: tt.result})
		if string(color) != tt.color || !strings.Contains(icon.Name(), tt.sign) {
			t.Errorf("%s, %s: %s in %s, want %s in %s", tt.id, tt.result, icon.Name(), color, tt.sign, tt.color)
		}
	}
}

// scrollOf is what scrolls in an object.
func scrollOf(o fyne.CanvasObject) (found *container.Scroll) {
	if s, is := o.(*container.Scroll); is {
		return s
	}
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			if found == nil {
				found = scrollOf(child)
			}
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			if found == nil {
				found = scrollOf(child)
			}
		}
	}
	return found
}
