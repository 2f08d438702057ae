package walk

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// before is a user before a window of 300 by 200 with something in it, which nobody has looked at yet.
func before(t *testing.T, what fyne.CanvasObject) *User {
	t.Helper()
	u := Sit(t, func(a fyne.App, _ func(func())) {
		w := a.NewWindow("")
		w.SetPadded(false)
		w.Resize(fyne.NewSize(300, 200))
	})
	u.blind = true
	u.Window().SetContent(what)
	u.drain()
	return u
}

func written(s string, x, y float32) *canvas.Text {
	o := canvas.NewText(s, theme.Color(theme.ColorNameForeground))
	o.Move(fyne.NewPos(x, y))
	o.Resize(o.MinSize())
	return o
}

func TestUntidyTextsAreFound(t *testing.T) {
	long := strings.Repeat("long ", 30)
	placed := func(o fyne.CanvasObject, width, height float32) fyne.CanvasObject {
		o.Move(fyne.NewPos(100, 50))
		o.Resize(fyne.NewSize(width, height))
		return container.NewWithoutLayout(o)
	}
	for name, tt := range map[string]struct {
		what fyne.CanvasObject
		want string // "": nothing is wrong
	}{
		"side by side":                  {container.NewWithoutLayout(written("one", 10, 10), written("two", 10, 40)), ""},
		"over each other":               {container.NewWithoutLayout(written("one", 10, 10), written("two", 20, 14)), "written over each other"},
		"a piece in its place":          {container.NewWithoutLayout(written("one two", 10, 10), written("two", 10+written("one ", 0, 0).MinSize().Width, 10)), ""},
		"a piece beside its place":      {container.NewWithoutLayout(written("one two", 10, 10), written("two", 14+written("one ", 0, 0).MinSize().Width, 10)), "written over each other"},
		"a piece above its place":       {container.NewWithoutLayout(written("one two", 10, 10), written("two", 10+written("one ", 0, 0).MinSize().Width, 7)), "written over each other"},
		"beyond the right edge":         {container.NewWithoutLayout(written(long, 10, 10)), "outside of the window"},
		"below the window":              {container.NewWithoutLayout(written("low", 10, 190)), "outside of the window"},
		"cut by what scrolls down":      {placed(container.NewVScroll(widget.NewLabel(long)), 100, 50), "is cut"},
		"cut by what scrolls aside":     {placed(container.NewHScroll(widget.NewLabel(long)), 100, 50), ""},
		"scrolled out of sight":         {container.NewVScroll(container.NewVBox(widget.NewLabel("a"), container.NewGridWrap(fyne.NewSize(10, 900)), widget.NewLabel("b"))), ""},
		"wider than its button":         {placed(widget.NewButton("far too long", nil), 30, 30), "runs out of its"},
		"in an entry, which scrolls it": {placed(entryOf(long), 90, 40), ""},
		"a hint that is cut":            {placed(hinting(long), 90, 40), "is cut"},
	} {
		t.Run(name, func(t *testing.T) {
			found := strings.Join(before(t, tt.what).Untidy(), "\n")
			if tt.want == "" && found != "" || !strings.Contains(found, tt.want) {
				t.Errorf("found is %q, want %q", found, tt.want)
			}
		})
	}
}

func entryOf(s string) *widget.Entry {
	e := widget.NewEntry()
	e.SetText(s)
	return e
}

func hinting(s string) *widget.Entry {
	e := widget.NewEntry()
	e.SetPlaceHolder(s)
	return e
}

func TestUserClicksFillsAndReads(t *testing.T) {
	pressed, text := 0, ""
	e := widget.NewEntry()
	e.OnChanged = func(s string) { text = s }
	u := before(t, container.NewVBox(widget.NewLabel("Name"), e, widget.NewButton("Press", func() { pressed++ })))
	u.Fill("Name", "somebody")
	u.Fill("Name", "another one")
	u.Click("Press")
	if pressed != 1 || text != "another one" {
		t.Errorf("it was pressed %d times, and the entry has %q", pressed, text)
	}
	u.Sees("Press", "another one")
	if u.Reads("somebody") {
		t.Error("what was replaced is still read")
	}
	u.Press("Ctrl+A", "Ctrl+C")
}

func TestUserScrollsToWhatIsClicked(t *testing.T) {
	pressed := false
	u := before(t, container.NewVScroll(container.NewVBox(container.NewGridWrap(fyne.NewSize(10, 900)), widget.NewButton("Below", func() { pressed = true }))))
	if u.Reads("Below") {
		t.Fatal("it is on the screen")
	}
	u.Click("Below")
	if !pressed || !u.Reads("Below") {
		t.Errorf("it was pressed: %v", pressed)
	}
}

func TestUserReachesWhatIsInFrontAlone(t *testing.T) {
	pressed := ""
	u := before(t, container.NewVBox(widget.NewButton("Same", func() { pressed = "behind" })))
	p := widget.NewModalPopUp(widget.NewButton("Same", func() { pressed = "in front" }), u.canvas())
	p.Show()
	u.Click("Same")
	if pressed != "in front" {
		t.Errorf("pressed was the one %s", pressed)
	}
}
