package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/lang"
	"sioscope/ui/look"
	"sioscope/ui/timeline"
)

// A toolbar has the verbs, what is open, how times are written, the order of sessions, and the search.
type toolbar struct {
	name   *line
	pause  *button
	stop   *button
	rate   *line // how long and how much of a live source
	live   *fyne.Container
	field  *fyne.Container
	times  *choice
	sort   *choice
	search *searchEntry
	object fyne.CanvasObject
}

// sortNames are in the order of timeline.Sort.
func sortNames(w lang.Words) []string {
	return []string{w.S("By start"), w.S("Trouble first"), w.S("By duration"), w.S("By node")}
}

func timeNames(w lang.Words) []string { return []string{w.S("Time from start"), w.S("Time of day")} }

// verbs are what the toolbar's parts do.
type verbs struct {
	open, sniff, connect, check, lab, pause, stop func()

	sort   func(timeline.Sort)
	wall   func(bool)
	search func(string)
}

func newToolbar(fonts *timeline.Fonts, h *hears, do verbs) *toolbar {
	b := &toolbar{name: newLine(fonts, 13, look.Dim, fyne.TextStyle{})}
	b.sort, b.times = newChoice(h, sortNames(h.Words)), newChoice(h, timeNames(h.Words))
	b.sort.SetSelectedIndex(0)
	b.times.SetSelectedIndex(0)
	b.sort.OnChanged = func(string) { do.sort(timeline.Sort(b.sort.SelectedIndex())) }
	b.times.OnChanged = func(string) { do.wall(b.times.SelectedIndex() == 1) }
	b.search = newSearchEntry(h, do.search)
	left := container.NewHBox(newButton(h, h.S("Open"), theme.FolderOpenIcon(), do.open), newButton(h, h.S("Sniff"), theme.VisibilityIcon(), do.sniff), newButton(h, h.S("Connect"), theme.LoginIcon(), do.connect),
		newButton(h, h.S("Check"), theme.SearchIcon(), do.check), newButton(h, h.S("Lab"), theme.ComputerIcon(), do.lab))
	times := container.NewGridWrap(fyne.NewSize(148, 34), b.times)
	order := container.NewGridWrap(fyne.NewSize(132, 34), b.sort)
	right := container.NewHBox(times, order, container.NewGridWrap(fyne.NewSize(210, 34), b.search))
	b.rate = newLine(nil, 12, look.Good, fyne.TextStyle{})
	b.stop = newButton(h, h.S("Stop"), theme.MediaStopIcon(), do.stop)
	b.pause = newButton(h, "", theme.MediaPauseIcon(), do.pause).tipped(h.S("Pause, and go on"))
	b.stop.Hide()
	b.pause.Hide()
	b.live = container.NewHBox(container.NewCenter(b.rate), gap(4), b.pause, b.stop)
	b.field = container.NewBorder(nil, nil, nil, container.New(lowered{2}, b.live), container.New(middle{}, b.name))
	field := container.NewStack(newRounded(look.Back, look.Line), container.New(padded(1, 1, 12, 2), b.field))
	row := inOrder(nil, nil, left, right, field)
	b.object = container.New(stacked{}, container.New(padded(6, 6, 8, 8), row), rule())
	b.object = container.New(narrow{b.object, []yielding{{times, 1310}, {order, 1150}}}, b.object)
	return b
}

// showRate shows a text at the right of the name, and what ends a live source.
func (b *toolbar) showRate(text string, live bool) {
	if text != b.rate.full || live != b.stop.Visible() {
		b.rate.Set(text)
		b.stop.Hidden = !live
		b.live.Refresh()
		b.field.Refresh()
	}
}

// narrow says whether there is little room for words.
func (b *toolbar) narrow() bool { return b.object.Size().Width < 1120 }

// showPause has the button where a live source can be held, and says upon it whether it is.
func (b *toolbar) showPause(can, paused bool) {
	if can != b.pause.Visible() {
		b.pause.Hidden = !can
		b.live.Refresh()
		b.field.Refresh()
	}
	icon := theme.MediaPauseIcon()
	if paused {
		icon = theme.MediaPlayIcon()
	}
	if b.pause.Icon.Name() != icon.Name() {
		b.pause.SetIcon(icon)
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

// lowered is a layout of one child that may be lower than it would be, by some dp.
type lowered struct{ by float32 }

// Layout is for Fyne.
func (lowered) Layout(objects []fyne.CanvasObject, s fyne.Size) { objects[0].Resize(s) }

// MinSize is the child's, but for its height.
func (l lowered) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().SubtractWidthHeight(0, l.by)
}

// narrow is a layout of one child, parts of which go where there is little room: menus have what they do, too.
type narrow struct {
	child fyne.CanvasObject
	parts []yielding
}

// yielding is a part that is hidden where the width is below a number of dp; where that is 0, where there is no room for it
// beside those that come after it.
type yielding struct {
	what  fyne.CanvasObject
	below float32
}

// Layout is for Fyne.
func (n narrow) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	for _, p := range n.parts {
		show(p.what, p.below == 0 && p.what.Visible() || p.below > 0 && s.Width >= p.below)
	}
	least := n.wanted()
	for _, p := range n.parts {
		if p.below > 0 {
			continue
		}
		fits := least <= s.Width
		if show(p.what, fits); !fits {
			least -= p.what.MinSize().Width + theme.Padding()
		}
	}
	n.child.Resize(s)
}

// wanted is the width at which nothing need yield to what comes after it.
func (n narrow) wanted() float32 {
	least := n.child.MinSize().Width
	for _, p := range n.parts {
		if p.below == 0 && !p.what.Visible() {
			least += p.what.MinSize().Width + theme.Padding()
		}
	}
	return least
}

func show(o fyne.CanvasObject, on bool) {
	switch {
	case on && !o.Visible():
		o.Show()
	case !on && o.Visible():
		o.Hide()
	}
}

// MinSize is the child's without what yields.
func (n narrow) MinSize([]fyne.CanvasObject) fyne.Size {
	m := n.child.MinSize()
	for _, p := range n.parts {
		if p.what.Visible() {
			m.Width -= p.what.MinSize().Width + theme.Padding()
		}
	}
	return m
}
