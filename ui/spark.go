package ui

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// A spark is a row of bars: how much passed in each of the last seconds, the newest at the right.
type spark struct {
	widget.BaseWidget
	raster *canvas.Raster
	values []float64 // at most sparkBars
	last   int64     // count, -1 before the first
}

const (
	sparkBars  = 30
	sparkWidth = 78 // dp
	sparkQuiet = 8  // packets a second that fill a bar where never more passed
)

func newSpark() *spark {
	s := &spark{last: -1}
	s.raster = canvas.NewRaster(s.draw)
	s.ExtendBaseWidget(s)
	return s
}

// add takes in a count of packets, once a second.
func (s *spark) add(count int64) {
	if s.last >= 0 {
		s.values = append(s.values, float64(max(count-s.last, 0)))
		s.values = s.values[max(len(s.values)-sparkBars, 0):]
		s.raster.Refresh()
	}
	s.last = count
}

// draw is a picture of w by h pixels.
func (s *spark) draw(w, h int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	most := float64(sparkQuiet)
	for _, v := range s.values {
		most = max(most, v)
	}
	ink, ground := toNRGBA(theme.Color(look.Accent)), toNRGBA(theme.Color(look.Line))
	for x := range w {
		if h > 0 {
			m.SetNRGBA(x, h-1, ground)
		}
	}
	step := w / sparkBars
	if step == 0 {
		return m
	}
	for i, v := range s.values {
		right := w - (len(s.values)-1-i)*step
		high := int(v / most * float64(h))
		if v > 0 {
			high = max(high, 2) // what passed is seen
		}
		for x := right - step; x < right-max(step/3, 1); x++ {
			for y := h - high; y < h; y++ {
				m.SetNRGBA(x, y, ink)
			}
		}
	}
	return m
}

func toNRGBA(c color.Color) color.NRGBA { return color.NRGBAModel.Convert(c).(color.NRGBA) }

// MinSize is small.
func (s *spark) MinSize() fyne.Size { return fyne.NewSize(sparkWidth, 18) }

// Refresh follows the theme.
func (s *spark) Refresh() {
	s.raster.Refresh()
	s.BaseWidget.Refresh()
}

// CreateRenderer is for Fyne.
func (s *spark) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.raster) }
