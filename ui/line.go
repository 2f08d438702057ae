package ui

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/plain"
	"sioscope/ui/timeline"
)

// A line is one line of text in a theme colour, cut with an ellipsis where it is too long.
type line struct {
	widget.BaseWidget
	text  *canvas.Text
	full  string
	color fyne.ThemeColorName
	size  float32
	least float32         // size that it may be written in before it is cut; 0: its own
	fonts *timeline.Fonts // to measure with; nil: the line is as wide as its text and never cut
}

func newLine(fonts *timeline.Fonts, size float32, color fyne.ThemeColorName, style fyne.TextStyle) *line {
	l := &line{text: canvas.NewText("", theme.Color(color)), color: color, size: size, fonts: fonts}
	l.text.TextSize, l.text.TextStyle = size, style
	l.ExtendBaseWidget(l)
	return l
}

// Set shows another text.
func (l *line) Set(text string) {
	text = plain.Text(text)
	if text == l.full {
		return
	}
	l.full = text
	l.Refresh()
}

// SetColor shows the text in another colour.
func (l *line) SetColor(c fyne.ThemeColorName) {
	if c != l.color {
		l.color = c
		l.Refresh()
	}
}

func (l *line) font() timeline.Font {
	switch {
	case l.text.TextStyle.Monospace:
		return timeline.Mono
	case l.text.TextStyle.Bold:
		return timeline.Bold
	}
	return timeline.Regular
}

// inWhole is the size that the letters of a canvas text take the room of: where it is no whole number, Fyne sets them
// apart as those of the next one.
func inWhole(size float32) float32 { return float32(math.Ceil(float64(size))) }

func (l *line) apply() {
	l.text.Color = theme.Color(l.color)
	l.text.Text = l.full
	if l.fonts != nil {
		l.text.TextSize = l.fitting()
		l.text.Text = l.fonts.Cut(l.full, l.font(), inWhole(l.text.TextSize), l.Size().Width)
	}
	l.text.Refresh()
}

// fitting is the greatest size, of whole numbers below its own, that the text has room in.
func (l *line) fitting() float32 {
	size := l.size
	for l.least > 0 && size > l.least && l.fonts.Width(l.full, l.font(), inWhole(size)) > l.Size().Width {
		size = max(inWhole(size)-1, l.least)
	}
	return size
}

// Refresh follows the theme.
func (l *line) Refresh() {
	l.apply()
	l.BaseWidget.Refresh()
}

// Resize cuts the text anew.
func (l *line) Resize(s fyne.Size) {
	l.BaseWidget.Resize(s)
	l.apply()
}

// MinSize is the text's, or its height alone where it may be cut.
func (l *line) MinSize() fyne.Size {
	h := fyne.MeasureText("Ag", l.size, l.text.TextStyle).Height
	if l.fonts != nil {
		return fyne.NewSize(10, h)
	}
	return fyne.NewSize(fyne.MeasureText(l.full, l.size, l.text.TextStyle).Width, h)
}

// CreateRenderer is for Fyne.
func (l *line) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(l.text) }
