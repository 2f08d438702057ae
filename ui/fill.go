package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// A fill is an area in a theme colour.
type fill struct {
	widget.BaseWidget
	rect  *canvas.Rectangle
	color fyne.ThemeColorName
	min   fyne.Size
}

func newFill(color fyne.ThemeColorName, min fyne.Size) *fill {
	f := &fill{rect: canvas.NewRectangle(theme.Color(color)), color: color, min: min}
	f.ExtendBaseWidget(f)
	return f
}

// SetColor fills with another colour.
func (f *fill) SetColor(c fyne.ThemeColorName) {
	f.color = c
	f.Refresh()
}

// Refresh follows the theme.
func (f *fill) Refresh() {
	f.rect.FillColor = theme.Color(f.color)
	f.rect.Refresh()
	f.BaseWidget.Refresh()
}

// MinSize is what it was made with.
func (f *fill) MinSize() fyne.Size { return f.min }

// CreateRenderer is for Fyne.
func (f *fill) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(f.rect) }

// onPanel puts o on the colour of bars, where what lies behind it has another: that of the window is the same.
func onPanel(o fyne.CanvasObject) *fyne.Container {
	return container.NewStack(newFill(look.Panel, fyne.Size{}), o)
}

// rule is a horizontal separator.
func rule() fyne.CanvasObject { return newFill(look.Line, fyne.NewSize(1, 1)) }

// gap is an empty place of the given width.
func gap(w float32) fyne.CanvasObject {
	r := canvas.NewRectangle(color.Transparent)
	r.SetMinSize(fyne.NewSize(w, 1))
	return r
}

func padded(top, bottom, left, right float32) fyne.Layout {
	return layout.NewCustomPaddedLayout(top, bottom, left, right)
}

// middle is a layout that gives its child all of the width, in the middle of the height.
type middle struct{}

// Layout is for Fyne.
func (middle) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, (size.Height-h)/2))
		o.Resize(fyne.NewSize(size.Width, h))
	}
}

// MinSize is the child's.
func (middle) MinSize(objects []fyne.CanvasObject) (min fyne.Size) {
	for _, o := range objects {
		min = min.Max(o.MinSize())
	}
	return min
}

// stacked is a VBox without blanks between its parts.
type stacked struct{}

// Layout is for Fyne.
func (stacked) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	var y float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h
	}
}

// MinSize is the sum of the parts.
func (stacked) MinSize(objects []fyne.CanvasObject) (min fyne.Size) {
	for _, o := range objects {
		if o.Visible() {
			m := o.MinSize()
			min.Width, min.Height = max(min.Width, m.Width), min.Height+m.Height
		}
	}
	return min
}

// inOrder is Fyne's border layout, through which Tab goes as it is read: Fyne's own container begins with its middle. Parts
// that are nil are left out.
func inOrder(top, bottom, left, right, middle fyne.CanvasObject) *fyne.Container {
	c := container.New(layout.NewBorderLayout(top, bottom, left, right))
	for _, o := range []fyne.CanvasObject{top, left, middle, right, bottom} {
		if o != nil {
			c.Add(o)
		}
	}
	return c
}
