package ui

import "fyne.io/fyne/v2"

// twoColumns is a layout of pairs, the first of each as wide as the widest of them that leaves the second its room, which
// has as many lines as it takes. What is wider stands in a line of its own, above its second.
type twoColumns struct{ height float32 }

// Layout is for Fyne.
func (c *twoColumns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	first := firstColumn(objects, size.Width*mostFirst)
	var y float32
	for i := 0; i+1 < len(objects); i += 2 {
		keys, does := objects[i], objects[i+1]
		does.Resize(fyne.NewSize(size.Width-first-pairGap, pairHeight)) // what wraps knows its height once it has a width
		h := max(does.MinSize().Height, pairHeight)
		keys.Move(fyne.NewPos(0, y))
		keys.Resize(fyne.NewSize(max(first, keys.MinSize().Width), pairHeight))
		if keys.MinSize().Width > first {
			y += pairHeight
		}
		does.Move(fyne.NewPos(first+pairGap, y))
		does.Resize(fyne.NewSize(size.Width-first-pairGap, h))
		y += h
	}
	c.height = y
}

// MinSize is as high as it was laid out.
func (c *twoColumns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(firstColumn(objects, leastFlow*mostFirst)+pairGap+60, max(c.height, float32(len(objects)/2*pairHeight)))
}

// Sizes of the sheet of keys, dp.
const (
	pairHeight = 21
	pairGap    = 14
	mostFirst  = 0.4 // of the width that the first column gets
	leastFlow  = 350 // of a column of groups
	flowGap    = 24
)

// firstColumn is the width of the widest first one that is at most so wide; a quarter of that where all are wider.
func firstColumn(objects []fyne.CanvasObject, most float32) float32 {
	w := most / 4
	for i := 0; i < len(objects); i += 2 {
		if one := objects[i].MinSize().Width; one <= most {
			w = max(w, one)
		}
	}
	return w
}

// flowing is a layout of groups in as many columns as there is room for, one below the other until a column is full.
type flowing struct{ height float32 }

// Layout is for Fyne.
func (f *flowing) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	n := min(max(int((size.Width+flowGap)/(leastFlow+flowGap)), 1), 4)
	width := (size.Width - flowGap*float32(n-1)) / float32(n)
	var all float32
	for _, o := range objects {
		o.Resize(fyne.NewSize(width, o.MinSize().Height))
		all += o.MinSize().Height
	}
	most := all / float32(n)
	for f.columns(objects, most) > n {
		most += pairHeight
	}
	f.height = 0
	var y float32
	column := 0
	for _, o := range objects {
		h := o.MinSize().Height
		if y > 0 && y+h > most {
			column, y = column+1, 0
		}
		o.Move(fyne.NewPos(float32(column)*(width+flowGap), y))
		o.Resize(fyne.NewSize(width, h))
		y += h
		f.height = max(f.height, y)
	}
}

// columns is how many there are where none is higher than most, but for a group that is.
func (f *flowing) columns(objects []fyne.CanvasObject, most float32) int {
	n, y := 1, float32(0)
	for _, o := range objects {
		h := o.MinSize().Height
		if y > 0 && y+h > most {
			n, y = n+1, 0
		}
		y += h
	}
	return n
}

// MinSize is that of one column, and as high as it was laid out.
func (f *flowing) MinSize(objects []fyne.CanvasObject) fyne.Size { return fyne.NewSize(280, f.height) }
