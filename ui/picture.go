package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
)

// paint is the window, without its menus, as it looks now but for secrets. It is painted anew, in memory: what the graphics card shows
// cannot be read back on every system, and is then white or black.
func (w *Window) paint() (img image.Image) {
	w.hidden(func() { img = w.painted() })
	return img
}

func (w *Window) painted() image.Image {
	shown, content := w.win.Canvas(), w.win.Content()
	at := content.Position() // beneath the menus; the other canvas has none
	c := software.NewCanvas()
	c.SetPadded(false)
	c.SetScale(scaleOf(shown))
	c.Resize(content.Size())
	c.SetContent(content)
	img := c.Capture()
	content.Move(at)
	return img
}

// scaleOf is how many pixels there are to a unit of length.
func scaleOf(c fyne.Canvas) float32 {
	const far = 1000
	x, _ := c.PixelCoordinateForPosition(fyne.NewPos(far, 0))
	return float32(x) / far
}
