package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
	"sioscope/ui/timeline"
	"sioscope/ui/walk"
)

// focusables are the parts of the window that Tab reaches.
func (u user) focusables() (list []fyne.Focusable) {
	c := u.w.win.Canvas()
	c.Unfocus()
	for range 40 {
		test.FocusNext(c)
		f := c.Focused()
		if f == nil || len(list) > 0 && f == list[0] {
			break
		}
		list = append(list, f)
	}
	c.Unfocus()
	return list
}

func TestWindowKeysWorkWhereverTheFocusIs(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.SelectSession(0)
	u.w.rune('r')
	list := u.focusables()
	if len(list) < 10 {
		t.Fatalf("Tab reaches %d parts of the window", len(list))
	}
	for _, f := range list {
		if f == fyne.Focusable(u.w.tools.search) || f == fyne.Focusable(u.w.detail.tree.list) {
			continue // letters are text there, and arrows the list's
		}
		u.w.key(&fyne.KeyEvent{Name: fyne.KeyHome})
		u.w.win.Canvas().Focus(f)
		before := u.selected()
		f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
		if got := u.selected(); got != before+1 {
			t.Errorf("%T: the arrow down leads from row %d to %d", f, before, got)
		}
		f.TypedRune('t')
		if !u.w.wall {
			t.Errorf("%T: T does nothing", f)
		}
		f.TypedRune('t')
	}
}

func TestSearchGivesTheKeyboardBack(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	c := u.w.win.Canvas()
	u.w.rune('/')
	if c.Focused() != fyne.Focusable(u.w.tools.search) {
		t.Fatal("/ does not search")
	}
	test.Type(u.w.tools.search, "unknown")
	u.w.tools.search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if c.Focused() != nil {
		t.Errorf("the focus is still on %T", c.Focused())
	}
	u.sees("the detail", u.w.detail.title.full, "400 on the upgrade request")
	u.w.focusSearch()
	u.w.tools.search.TypedShortcut(ctrl(fyne.KeyW))
	if u.w.store != nil {
		t.Error("while searching, Ctrl+W closes nothing")
	}
}

func TestCtrlC(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.copyDetail()
	u.sees("the clipboard", u.w.app.Clipboard().Content(), "On polling, not WebSocket")
	u.w.selectRow(0)
	u.w.copySID()
	u.sees("the clipboard", u.w.app.Clipboard().Content(), "32ZQ1nFjLnuHUbr3AAAA")
}

func TestCloseCapture(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.selectRow(3)
	u.w.closeCapture()
	u.picture()
	if u.w.store != nil || u.w.win.Title() != "sioscope" {
		t.Error("the capture is still open")
	}
	for _, r := range "fst+-hpnbrw/1234" {
		u.w.rune(r)
	}
	u.w.copyDetail()
	u.w.OpenDemo()
	u.sees("the verdict", u.w.verdict.title.full, "On polling")
}

func TestTimesAreChosenInOnePlaceAndShownInAll(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.tools.times.SetSelectedIndex(1)
	if !u.w.wall {
		t.Fatal("the toolbar does not choose the time of day")
	}
	u.w.rune('t')
	if u.w.wall || u.w.tools.times.SelectedIndex() != 0 {
		t.Error("T does not choose the time from the start")
	}
	u.w.selectRow(0)
	u.sees("the detail", u.meaning(), "at 0.004 s")
	u.w.rune('t')
	u.sees("the detail", u.meaning(), "UTC")
}

// TestClickTakesTheKeyboard: whoever typed an event's name and clicks a packet or a session goes on with arrows.
func TestClickTakesTheKeyboard(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	c := u.w.win.Canvas()
	typing := func() {
		t.Helper()
		u.w.showSide(u.w.connector.panel)
		if c.Focused() != fyne.Focusable(u.w.connector.url) {
			t.Fatal("the form has no keyboard")
		}
	}
	typing()
	walk.Draw(c) // rows have places once they are painted
	row := fyne.CurrentApp().Driver().AbsolutePositionForObject(u.w.table.list).AddXY(40, 3*(rowHeight+theme.Padding())+8)
	for _, again := range []string{"", ", again"} {
		typing()
		test.TapCanvas(c, row)
		if c.Focused() != nil || u.selected() != 3 {
			t.Errorf("after a click on a row%s %T has the keyboard, and row %d is selected", again, c.Focused(), u.selected())
		}
	}
	c.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyDown})
	if got := u.selected(); got != 4 {
		t.Errorf("the arrow leads to row %d", got)
	}
	typing()
	at := u.find(func(h timeline.Hit) bool { return h.Kind == timeline.HitSession })
	ev := &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Button: desktop.MouseButtonPrimary}
	u.w.chart.MouseDown(ev)
	u.w.chart.MouseUp(ev)
	if c.Focused() != nil || u.w.about.row >= 0 {
		t.Errorf("after a click in the timeline %T has the keyboard, and %+v is selected", c.Focused(), u.w.about)
	}
}

func TestHelpOpensByItsKeys(t *testing.T) {
	u := open(t)
	c := u.w.win.Canvas()
	f1 := &fyne.KeyEvent{Name: fyne.KeyF1}
	opens := func(how string, press func()) {
		t.Helper()
		press()
		if c.Overlays().Top() == nil {
			t.Fatalf("%s opens nothing", how)
		}
		u.w.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
		if c.Overlays().Top() != nil {
			t.Fatal("Escape does not close it")
		}
	}
	opens("?", func() { c.OnTypedRune()('?') })
	u.w.OpenDemo()
	opens("?, with a capture,", func() { c.OnTypedRune()('?') })
	opens("F1", func() { c.OnTypedKey()(f1) })
	for _, f := range []fyne.Focusable{u.w.tools.search, u.w.connector.url, u.w.connector.talk.event, u.w.verdict.why} {
		opens(fmt.Sprintf("F1 in a %T", f), func() { f.TypedKey(f1) })
	}
}

// TestVerbsOpenTheirForms: who presses Ctrl+N wants to type a URL, also where the panel is open already.
func TestVerbsOpenTheirForms(t *testing.T) {
	w, posted := liveWindow(t)
	url := service(t, lab.SingleNode)
	w.Connect(url, dial.Options{})
	defer w.ends(t, posted)
	c := w.win.Canvas()
	loop(t, posted, func() bool { return w.connector.talk.state.full == "Connected, on WebSocket" })
	w.askConnect()
	if w.side.now != w.connector.panel || !w.connector.form.Visible() || c.Focused() != fyne.Focusable(w.connector.url) {
		t.Errorf("Ctrl+N does not ask for a URL: %T has the keyboard", c.Focused())
	}
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	w.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if w.side.now != nil {
		t.Error("Escape does not close the panel")
	}
	w.askConnect()
	if w.side.now != w.connector.panel || !w.connector.talk.object.Visible() {
		t.Error("the client that runs is not shown again")
	}
	w.askCheck()
	w.askCheck()
	if w.side.now != w.checker.panel || !w.checker.form.Visible() || c.Focused() != fyne.Focusable(w.checker.url) {
		t.Errorf("Ctrl+T does not ask for a URL: %T has the keyboard", c.Focused())
	}
}

func TestEscapeEndsTheSearch(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	all := len(u.cells())
	u.w.focusSearch()
	test.Type(u.w.tools.search, "unknown")
	u.w.tools.search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if u.w.tools.search.Text != "" || len(u.cells()) != all {
		t.Errorf("Escape leaves %q in the search", u.w.tools.search.Text)
	}
	test.Type(u.w.tools.search, "unknown")
	u.w.tools.search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	for range 3 { // the packet that was found, its session, the search
		u.w.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	}
	if u.w.tools.search.Text != "" || len(u.cells()) != all {
		t.Errorf("after the last Escape %q is searched", u.w.tools.search.Text)
	}
}
