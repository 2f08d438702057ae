package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"sioscope/ui/look"
)

// TestAHitIsTheMostLegibleOfItsRow: its letters have the colour of text, over those of the row, on a ground on which they are
// read, in both themes; also where the row is a problem.
func TestAHitIsTheMostLegibleOfItsRow(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	for _, choice := range []look.Choice{look.Dark, look.Light} {
		u.w.setTheme(choice)
		u.searches("unknown")
		u.showing()
		r := newTableRow(u.w.table)
		r.Resize(fyne.NewSize(800, rowHeight))
		u.w.table.update(0, r)
		if !r.cells.Bad || r.marks.used != 1 {
			t.Fatalf("%s: %d marks in %+v", choice, r.marks.used, r.cells)
		}
		p, text := r.marks.spots[0], r.texts[whatColumn]
		if p.letters.Text != "unknown" || p.letters.TextStyle != text.TextStyle || p.letters.Position().Y != text.Position().Y {
			t.Errorf("%s: %q is written over %q", choice, p.letters.Text, text.Text)
		}
		row := contrast(text.Color, theme.Color(look.Back))
		if c := contrast(p.letters.Color, p.behind.FillColor); c < 4.5 || c < row {
			t.Errorf("%s: it has %.1f to 1 on its ground, the rest of the row %.1f", choice, c, row)
		}
		list := r.objects()
		if slices.Index(list, fyne.CanvasObject(p.behind)) < slices.Index(list, fyne.CanvasObject(text)) || slices.Index(list, fyne.CanvasObject(p.letters)) < slices.Index(list, fyne.CanvasObject(p.behind)) {
			t.Errorf("%s: it does not lie over the text", choice)
		}
		words := u.w.table.words
		u.w.table.words = nil
		r.apply()
		u.w.table.words = words
		if p.letters.Visible() {
			t.Errorf("%s: a hit stays as nothing is searched for", choice)
		}
	}
}
