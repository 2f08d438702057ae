package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
	"sioscope/ui/timeline"
)

// A toolbar has the verbs, what is open, the order of sessions, and the search.
type toolbar struct {
	name   *line
	sort   *widget.Select
	search *searchEntry
	object fyne.CanvasObject
}

// sortNames are in the order of timeline.Sort.
func sortNames() []string {
	return []string{"By start", "Trouble first", "By duration", "By node"}
}

func newToolbar(fonts *timeline.Fonts, open, demo func(), sort func(timeline.Sort), search func(string)) *toolbar {
	b := &toolbar{name: newLine(fonts, 13, look.Dim, fyne.TextStyle{})}
	opener := widget.NewButtonWithIcon("Open", theme.FolderOpenIcon(), open)
	demoer := widget.NewButtonWithIcon("Demo", theme.MediaPlayIcon(), demo)
	b.sort = widget.NewSelect(sortNames(), nil)
	b.sort.SetSelectedIndex(0)
	b.sort.OnChanged = func(string) { sort(timeline.Sort(b.sort.SelectedIndex())) }
	b.search = newSearchEntry(search)
	left := container.NewHBox(opener, demoer)
	right := container.NewHBox(container.NewGridWrap(fyne.NewSize(136, 34), b.sort), container.NewGridWrap(fyne.NewSize(232, 34), b.search))
	field := container.NewStack(newRounded(theme.ColorNameBackground, look.Line), container.New(padded(8, 6, 12, 8), b.name))
	b.object = container.NewVBox(panel(container.NewBorder(nil, nil, left, right, field), 6, 6, 8, 8), rule())
	return b
}

// A searchEntry gives the keyboard back on Escape.
type searchEntry struct {
	widget.Entry
}

func newSearchEntry(changed func(string)) *searchEntry {
	e := &searchEntry{}
	e.ExtendBaseWidget(e)
	e.SetPlaceHolder("Search packets, sids, events")
	e.OnChanged = changed
	return e
}

// TypedKey clears the search, and then leaves it, on Escape.
func (e *searchEntry) TypedKey(ev *fyne.KeyEvent) {
	if ev.Name != fyne.KeyEscape {
		e.Entry.TypedKey(ev)
		return
	}
	if e.Text != "" {
		e.SetText("")
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
		c.Unfocus()
	}
}

// A rounded is a field's background.
type rounded struct {
	widget.BaseWidget
	color, stroke fyne.ThemeColorName
	rect          *canvas.Rectangle
}

func newRounded(color, stroke fyne.ThemeColorName) *rounded {
	r := &rounded{color: color, stroke: stroke, rect: canvas.NewRectangle(theme.Color(color))}
	r.rect.StrokeWidth, r.rect.CornerRadius = 1, theme.InputRadiusSize()
	r.rect.StrokeColor = theme.Color(stroke)
	r.ExtendBaseWidget(r)
	return r
}

// Refresh follows the theme.
func (r *rounded) Refresh() {
	r.rect.FillColor, r.rect.StrokeColor = theme.Color(r.color), theme.Color(r.stroke)
	r.rect.Refresh()
	r.BaseWidget.Refresh()
}

// CreateRenderer is for Fyne.
func (r *rounded) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.rect) }
