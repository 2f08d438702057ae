package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
	"sioscope/ui/proof"
	"sioscope/ui/timeline"
)

// A proofImage shows a proof, as large as it has room. It is drawn in a goroutine into a spare image, and the finished one
// is shown; where do is nil, at once.
type proofImage struct {
	widget.BaseWidget
	do     func(func())
	raster *canvas.Raster
	proof  *proof.Proof // nil: nothing yet
	head   string

	fonts       *timeline.Fonts // of the drawing goroutine, one at a time
	front       *image.RGBA
	busy, again bool
	stale       bool // front is of another proof or theme
}

func newProofImage(do func(func())) *proofImage {
	p := &proofImage{do: do}
	p.raster = canvas.NewRaster(p.generate)
	p.ExtendBaseWidget(p)
	return p
}

// set shows another proof.
func (p *proofImage) set(what *proof.Proof, head string) {
	p.proof, p.head = what, head
	p.dirty()
}

// Refresh follows the theme.
func (p *proofImage) Refresh() { p.dirty() }

// dirty has it drawn anew.
func (p *proofImage) dirty() {
	switch {
	case p.do == nil || p.front == nil:
		p.stale = true
		p.raster.Refresh()
	case p.busy:
		p.again = true
	default:
		p.busy = true
		work, size := p.work(p.front.Rect.Dx()), p.front.Rect
		go func() {
			img := image.NewRGBA(size)
			work(img)
			p.do(func() { p.done(img) })
		}()
	}
}

// done shows what was drawn, unless the size changed meanwhile.
func (p *proofImage) done(img *image.RGBA) {
	p.busy = false
	if img.Rect == p.front.Rect {
		p.front, p.stale = img, false
		p.raster.Refresh()
	}
	if p.again {
		p.again = false
		p.dirty()
	}
}

// generate gives the pixels. Where the size is another one they are drawn at once, unless that is under way.
func (p *proofImage) generate(w, h int) image.Image {
	size := image.Rect(0, 0, w, h)
	switch {
	case p.busy && p.front.Rect != size:
		p.again = true
		p.front = image.NewRGBA(size)
	case p.front == nil || p.front.Rect != size || p.stale:
		p.front = image.NewRGBA(size)
		p.work(w)(p.front)
		p.stale = false
	}
	return p.front
}

// work takes what is to be drawn, and gives what draws it.
func (p *proofImage) work(width int) func(*image.RGBA) {
	if p.fonts == nil {
		fonts, err := look.Fonts()
		if err != nil {
			return func(*image.RGBA) {}
		}
		p.fonts = fonts
	}
	v := proof.View{Palette: look.Palette(), Fonts: p.fonts, Head: p.head, Scale: 1}
	if at := p.raster.Size().Width; at > 0 {
		v.Scale = float64(width) / float64(at)
	}
	var what proof.Proof
	if p.proof != nil {
		what = *p.proof
	}
	return func(img *image.RGBA) { proof.Draw(img, &what, v) }
}

// MinSize is small: it is drawn as large as there is room.
func (p *proofImage) MinSize() fyne.Size { return fyne.NewSize(300, 200) }

// CreateRenderer is for Fyne.
func (p *proofImage) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.raster) }
