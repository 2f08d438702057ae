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

// A toolbar has the verbs, what is open, how times are written, the order of sessions, and the search.
type toolbar struct {
	name   *line
	rate   *line // how long and how much of a live source
	field  *fyne.Container
	times  *choice
	sort   *choice
	search *searchEntry
	object fyne.CanvasObject
}

// sortNames are in the order of timeline.Sort.
func sortNames() []string {
	return []string{"By start", "Trouble first", "By duration", "By node"}
}

func timeNames() []string { return []string{"Time from start", "Time of day"} }

// verbs are what the toolbar's parts do.
type verbs struct {
	open, demo func()
	sort       func(timeline.Sort)
	wall       func(bool)
	search     func(string)
}

func newToolbar(fonts *timeline.Fonts, h *hears, do verbs) *toolbar {
	b := &toolbar{name: newLine(fonts, 13, look.Dim, fyne.TextStyle{})}
	b.sort, b.times = newChoice(h, sortNames()), newChoice(h, timeNames())
	b.sort.SetSelectedIndex(0)
	b.times.SetSelectedIndex(0)
	b.sort.OnChanged = func(string) { do.sort(timeline.Sort(b.sort.SelectedIndex())) }
	b.times.OnChanged = func(string) { do.wall(b.times.SelectedIndex() == 1) }
	b.search = newSearchEntry(h, do.search)
	left := container.NewHBox(newButton(h, "Open", theme.FolderOpenIcon(), do.open), newButton(h, "Demo", theme.MediaPlayIcon(), do.demo))
	times := container.NewGridWrap(fyne.NewSize(148, 34), b.times)
	right := container.NewHBox(times, container.NewGridWrap(fyne.NewSize(132, 34), b.sort),
		container.NewGridWrap(fyne.NewSize(224, 34), b.search))
	b.rate = newLine(nil, 12, look.Good, fyne.TextStyle{})
	b.field = container.NewBorder(nil, nil, nil, container.NewCenter(b.rate), container.New(middle{}, b.name))
	field := container.NewStack(newRounded(theme.ColorNameBackground, look.Line), container.New(padded(4, 4, 12, 10), b.field))
	row := container.NewBorder(nil, nil, left, right, field)
	b.object = container.NewVBox(panel(row, 6, 6, 8, 8), rule())
	b.object = container.New(narrow{child: b.object, below: 860, hide: times}, b.object)
	return b
}

// showRate shows a text at the right of the name.
func (b *toolbar) showRate(text string) {
	if text != b.rate.full {
		b.rate.Set(text)
		b.field.Refresh()
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

// narrow is a layout of one child, a part of which goes where there is little room.
type narrow struct {
	child, hide fyne.CanvasObject
	below       float32
}

// Layout is for Fyne.
func (n narrow) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	if hidden := s.Width < n.below; hidden == n.hide.Visible() {
		if hidden {
			n.hide.Hide()
		} else {
			n.hide.Show()
		}
	}
	n.child.Resize(s)
}

// MinSize is the child's.
func (n narrow) MinSize([]fyne.CanvasObject) fyne.Size { return n.child.MinSize() }
