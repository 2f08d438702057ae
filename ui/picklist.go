package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// A pickList is the list of a directory: Enter goes into a directory or chooses a file, Backspace goes up.
type pickList struct {
	lineList
	p *picker
}

func newPickList(p *picker) *pickList {
	l := &pickList{p: p}
	l.hears, l.HideSeparators = &p.w.hears, true
	l.Length = func() int { return len(p.shown) }
	l.CreateItem = func() fyne.CanvasObject { return newPickRow(p.w) }
	l.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) { o.(*pickRow).show(&p.shown[i]) }
	l.OnSelected = func(i widget.ListItemID) { p.take(i) }
	l.ExtendBaseWidget(l)
	return l
}

// TypedKey is Fyne's, and the two.
func (l *pickList) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		l.lineList.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	case fyne.KeyBackspace:
		l.p.up()
	default:
		l.lineList.TypedKey(ev)
	}
}

// A pickRow is a file of the list: what it is, its name, how long it is, and when it was written.
type pickRow struct {
	widget.BaseWidget
	icon             *widget.Icon
	name, size, when *line
	object           fyne.CanvasObject
}

func newPickRow(w *Window) *pickRow {
	r := &pickRow{icon: widget.NewIcon(nil)}
	r.name = newLine(w.fonts, 13, theme.ColorNameForeground, fyne.TextStyle{})
	r.size, r.when = newLine(w.fonts, 12, look.Dim, fyne.TextStyle{}), newLine(w.fonts, 12, look.Dim, fyne.TextStyle{})
	icon := container.NewCenter(container.NewGridWrap(fyne.NewSize(18, 18), r.icon))
	sized := container.NewHBox(container.NewGridWrap(fyne.NewSize(64, 20), container.New(middle{}, r.size)), container.NewGridWrap(fyne.NewSize(116, 20), container.New(middle{}, r.when)))
	r.object = container.New(padded(2, 2, 4, 4), container.NewBorder(nil, nil, container.NewHBox(icon, gap(2)), sized, container.New(middle{}, r.name)))
	r.ExtendBaseWidget(r)
	return r
}

// show tells of another file. A directory has no length that anybody would know.
func (r *pickRow) show(f *found) {
	icon, length, when := theme.FileIcon(), "", ""
	if f.dir {
		icon = theme.FolderIcon()
	} else {
		length = size(f.size)
	}
	if !f.at.IsZero() {
		when = f.at.Format("2006-01-02 15:04")
	}
	r.icon.SetResource(icon)
	r.name.Set(f.name)
	r.size.Set(length)
	r.when.Set(when)
}

// CreateRenderer is for Fyne.
func (r *pickRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.object) }
