package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
	"sioscope/ui/look"
	"sioscope/ui/walk"
)

// types presses keys as the driver tells of it.
func (w *Window) types(keys *desktop.CustomShortcut) {
	c := w.win.Canvas()
	switch {
	case keys.Modifier != 0 && keys.KeyName == fyne.KeyC && keys.Modifier == fyne.KeyModifierShortcutDefault:
		w.shortcut(&fyne.ShortcutCopy{})
		return
	case keys.Modifier != 0:
		w.shortcut(keys)
		return
	}
	c.OnTypedKey()(&fyne.KeyEvent{Name: keys.KeyName})
	switch {
	case keys.KeyName == fyne.KeySpace:
		c.OnTypedRune()(' ')
	case len(keys.KeyName) == 1:
		c.OnTypedRune()([]rune(strings.ToLower(string(keys.KeyName)))[0])
	}
}

// TestMenuKeysAndSheetAgree: every action of a menu has keys of its own, they are heard, and the sheet lists them.
func TestMenuKeysAndSheetAgree(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	without := map[string]bool{"Open recent": true, "Recent URLs": true, "Memory for live sources": true}
	for _, m := range u.w.menu().Items {
		for _, i := range m.Items {
			if !i.IsSeparator && !strings.Contains(i.Label, "  (") && i.Shortcut == nil && i.ChildMenu == nil && !without[i.Label] {
				t.Errorf("%s, %s has no keys", m.Label, i.Label)
			}
		}
	}
	sheet := map[string]string{}
	for _, g := range u.w.habits() {
		for _, h := range g.habits {
			sheet[g.name+h.keys] = h.does
		}
	}
	taken := map[string]string{}
	for i := range u.w.strokes {
		s := u.w.strokes[i]
		name := s.keys.ShortcutName()
		if taken[name] != "" {
			t.Errorf("%s is for %s and for %s", keyName(s.keys), s.does, taken[name])
		}
		taken[name] = s.does
		if sheet[s.menu+keyName(s.keys)] != s.does {
			t.Errorf("of %s the sheet says %q, want %q", keyName(s.keys), sheet[s.menu+keyName(s.keys)], s.does)
		}
		heard := 0
		u.w.strokes[i].do = func() { heard++ }
		u.w.types(s.keys)
		if heard != 1 {
			t.Errorf("%s is heard %d times, for %s", keyName(s.keys), heard, s.does)
		}
	}
	if len(taken) < 35 {
		t.Errorf("%d keys mean something", len(taken))
	}
}

// TestKeysMeanNothingBeneathADialog, except that the program can be left.
func TestKeysMeanNothingBeneathADialog(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.showAbout()
	for i := range u.w.strokes {
		keys := u.w.strokes[i].keys
		u.w.strokes[i].do = func() {
			if keys.KeyName != fyne.KeyQ {
				t.Errorf("%s is heard", keyName(keys))
			}
		}
		if keys.KeyName != fyne.KeyEscape {
			u.w.types(keys)
		}
	}
}

func TestF6GoesThroughThePartsOfTheWindow(t *testing.T) {
	u := open(t)
	shift := fyne.KeyModifier(0)
	u.w.opt.Modifiers = func() fyne.KeyModifier { return shift }
	u.w.OpenDemo()
	u.w.showSide(u.w.connector.panel)
	walk.Draw(u.w.win.Canvas())
	seen := ""
	for range 6 {
		u.w.key(&fyne.KeyEvent{Name: fyne.KeyF6})
		seen += u.part() + " "
	}
	if want := "verdict timeline table detail toolbar panel "; seen != want {
		t.Errorf("from the panel it leads to %q, want %q", seen, want)
	}
	shift = fyne.KeyModifierShift
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyF6})
	if got := u.part(); got != "toolbar" {
		t.Errorf("back from the panel is %s", got)
	}
	u.w.closeCapture()
	u.w.showSide(nil)
	shift = 0
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyF6})
	if u.w.win.Canvas().Focused() == nil {
		t.Error("in the empty window F6 leads nowhere")
	}
}

// part is where the keyboard is.
func (u user) part() string {
	f, is := u.w.win.Canvas().Focused().(fyne.CanvasObject)
	if !is {
		return "timeline"
	}
	for name, area := range map[string]fyne.CanvasObject{"toolbar": u.w.tools.object, "panel": u.w.side.object, "verdict": u.w.verdict.object,
		"table": u.w.table.object, "detail": u.w.detail.object} {
		if inside(f, area) {
			return name
		}
	}
	return "elsewhere"
}

// TestMenusFromTheKeyboard: what has no keys of its own is reached by arrows.
func TestMenusFromTheKeyboard(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyF10})
	menus := u.w.win.Canvas().Focused()
	if menus == nil {
		t.Fatal("the menus have no keyboard")
	}
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyRight} { // View
		menus.TypedKey(&fyne.KeyEvent{Name: k})
	}
	u.picture()
	menus.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn}) // Show all of the time
	if u.w.win.Canvas().Overlays().Top() != nil {
		t.Error("the menus stay open")
	}
	u.w.SelectSession(0)
	u.w.key(&fyne.KeyEvent{Name: desktop.KeyMenu})
	if u.w.win.Canvas().Overlays().Top() == nil {
		t.Error("the menu of the session does not open")
	}
}

func TestSheetFitsASmallWindow(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 900, Height: 600}, {Width: 1440, Height: 900}} {
		u := open(t)
		u.w.Fyne().Resize(size)
		u.w.showKeys()
		u.picture()
		top := u.w.win.Canvas().Overlays().Top()
		if top.MinSize().Width > size.Width || top.MinSize().Height > size.Height {
			t.Errorf("in %v the sheet needs %v", size, top.MinSize())
		}
		u.w.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
		if u.w.dialog.Offset.Y == 0 {
			t.Error("the keyboard does not scroll it")
		}
	}
}

// TestTheSheetLeavesRoomForWhatKeysDo: however long the words for keys are in a language, what they do has the greater part
// of the width, and nothing lies upon another.
func TestTheSheetLeavesRoomForWhatKeysDo(t *testing.T) {
	for _, language := range []string{"en", "ja"} {
		u := open(t)
		u.w.setLanguage(language)
		u.w.Fyne().Resize(fyne.NewSize(900, 600))
		for _, g := range u.w.habits() {
			grid := container.New(&twoColumns{})
			for _, h := range g.habits {
				keys := newLine(nil, 13, theme.ColorNameForeground, fyne.TextStyle{Bold: true})
				keys.Set(h.keys)
				grid.Add(keys)
				grid.Add(paragraph(h.does))
			}
			grid.Resize(fyne.NewSize(360, 400))
			bottom := float32(0)
			for i := 0; i < len(grid.Objects); i += 2 {
				keys, does := grid.Objects[i], grid.Objects[i+1]
				if does.Size().Width < 180 {
					t.Errorf("%s: %q has %.0f dp", language, g.habits[i/2].does, does.Size().Width)
				}
				if keys.Position().Y < bottom || does.Position().Y < keys.Position().Y ||
					does.Position().Y == keys.Position().Y && keys.Position().X+keys.MinSize().Width > does.Position().X {
					t.Errorf("%s: %q lies upon another", language, g.habits[i/2].keys)
				}
				bottom = does.Position().Y + does.Size().Height
			}
		}
	}
}

func TestThemesFromTheKeyboard(t *testing.T) {
	u := open(t)
	u.w.types(ctrlShift(fyne.KeyT)) // from dark
	if u.w.theme != look.System || u.w.prefs.theme() != look.System {
		t.Errorf("the next theme is %q", u.w.theme)
	}
}

// TestTabScrollsToWhatItLeadsTo: nothing that has the keyboard is out of sight.
func TestTabScrollsToWhatItLeadsTo(t *testing.T) {
	w, posted := liveWindow(t)
	w.Fyne().Resize(fyne.NewSize(900, 600))
	c := w.win.Canvas()
	seen := func(s *container.Scroll, least int) {
		t.Helper()
		walk.Draw(c)
		c.Unfocus()
		n := 0
		for range 60 {
			c.FocusNext()
			o, is := c.Focused().(fyne.CanvasObject)
			if !is || inside(o, w.tools.object) || !inside(s, w.body) && !inside(o, w.side.object) {
				continue
			}
			n++
			d := fyne.CurrentApp().Driver()
			y := d.AbsolutePositionForObject(o).Y - d.AbsolutePositionForObject(s).Y
			if o != fyne.CanvasObject(w.side.closer) && (y < 0 || y+o.Size().Height > s.Size().Height) {
				t.Errorf("%T is at %g of %g", o, y, s.Size().Height)
			}
		}
		if n < least {
			t.Errorf("Tab leads to %d parts", n)
		}
	}
	seen(w.empty, 6)
	w.OpenLab(lab.Options{})
	defer w.ends(t, posted)
	seen(w.side.scroll, 20)
	w.connector.fold.open(true)
	w.showSide(w.connector.panel)
	seen(w.side.scroll, 10)
}

// TestTabGoesAsItIsRead: through the toolbar, then what is below it, and in the panel from top to bottom.
func TestTabGoesAsItIsRead(t *testing.T) {
	w, posted := liveWindow(t)
	w.Fyne().Resize(fyne.NewSize(1440, 900))
	w.Connect(service(t, lab.SingleNode), dial.Options{})
	defer w.ends(t, posted)
	loop(t, posted, func() bool {
		return w.connector.talk.state.full == "Connected, on WebSocket" && w.verdict.buttons.Visible()
	})
	c, p := w.win.Canvas(), w.connector.talk
	if c.Focused() != fyne.Focusable(p.event) {
		t.Errorf("once connected, %T has the keyboard", c.Focused())
	}
	want := []fyne.Focusable{w.tools.stop, w.tools.search, w.verdict.why, p.ways, p.leave, p.again, p.event, p.args, p.ack, p.send, w.table.pings, w.detail.copy}
	c.Unfocus()
	c.FocusNext()
	for first := c.Focused(); ; {
		if len(want) > 0 && c.Focused() == want[0] {
			want = want[1:]
		}
		if c.FocusNext(); c.Focused() == first {
			break
		}
	}
	if len(want) == 0 {
		return
	}
	t.Errorf("Tab does not come to a %T after those before", want[0])
}

// TestTabScrollsTheDetail: what Tab leads to in what was found is in sight, too.
func TestTabScrollsTheDetail(t *testing.T) {
	u := open(t)
	u.w.Open([]string{recording(t, "nginx-rr-v4")})
	u.w.Fyne().Resize(fyne.NewSize(900, 600))
	c, s, on := u.w.win.Canvas(), u.w.detail.scroll, &u.w.detail.page
	walk.Draw(c)
	c.Unfocus()
	n := 0
	for range 80 {
		c.FocusNext()
		switch o := c.Focused().(type) {
		case *link:
			if o.page != on {
				continue
			}
		case *button:
			if o.page != on {
				continue
			}
		default:
			continue
		}
		n++
		o := c.Focused().(fyne.CanvasObject)
		d := fyne.CurrentApp().Driver()
		y := d.AbsolutePositionForObject(o).Y - d.AbsolutePositionForObject(s).Y
		if y < 0 || y+o.Size().Height > s.Size().Height {
			t.Errorf("%T is at %g of %g", o, y, s.Size().Height)
		}
	}
	if n < 6 {
		t.Errorf("Tab leads to %d parts", n)
	}
}
