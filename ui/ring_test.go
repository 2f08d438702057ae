package ui

import (
	"image/color"
	"math"
	"runtime"
	"testing"
	"weak"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
	"sioscope/ui/walk"
)

// ringOf is the ring around a widget, nil where none is seen.
func ringOf(o fyne.Widget) *canvas.Rectangle {
	all := test.WidgetRenderer(o).Objects()
	if r, is := all[len(all)-1].(*canvas.Rectangle); is && r.StrokeWidth == ringWidth && r.Visible() {
		return r
	}
	return nil
}

// TestWhatHasTheKeyboardHasARing: of 3 to 1 on all that it may stand on (WCAG 2, 1.4.11), in both themes.
func TestWhatHasTheKeyboardHasARing(t *testing.T) {
	app := walk.App(t)
	h := &hears{}
	important := newButton(h, "Check", nil, func() {})
	important.Importance = widget.HighImportance
	rows := newList(h, func() int { return 1 }, func() fyne.CanvasObject { return widget.NewLabel("") }, func(int, fyne.CanvasObject) {})
	for _, o := range []interface {
		fyne.Widget
		fyne.Focusable
	}{newButton(h, "Open", nil, func() {}), important, newTick(h, "Heartbeats", nil), newChoice(h, []string{"a"}), newLineList(h), rows, newLink(&page{hears: h}, "0.1 s", func() {})} {
		o.Resize(fyne.NewSize(200, 40))
		for _, choice := range []look.Choice{look.Dark, look.Light} {
			app.Settings().SetTheme(look.Theme{Choice: choice})
			if ringOf(o) != nil {
				t.Errorf("%T has a ring before it has the keyboard", o)
			}
			o.FocusGained()
			ring := ringOf(o)
			if ring == nil {
				t.Fatalf("%T has no ring", o)
			}
			behind := []fyne.ThemeColorName{look.Panel, look.Back, theme.ColorNameButton}
			if o == fyne.Widget(important) {
				behind = []fyne.ThemeColorName{theme.ColorNamePrimary}
			}
			for _, name := range behind {
				if c := contrast(ring.StrokeColor, theme.Color(name)); c < 3 {
					t.Errorf("%s: the ring of %T has a contrast of %.2f on %s", choice, o, c, name)
				}
			}
			if ring.Size() != o.Size() {
				t.Errorf("the ring of %T is %v of %v", o, ring.Size(), o.Size())
			}
			o.FocusLost()
		}
	}
}

// TestFieldsAndBoxesAreFound: their borders have 3 to 1 on what they stand on, and within.
func TestFieldsAndBoxesAreFound(t *testing.T) {
	app := walk.App(t)
	for _, choice := range []look.Choice{look.Dark, look.Light} {
		app.Settings().SetTheme(look.Theme{Choice: choice})
		for _, behind := range []fyne.ThemeColorName{look.Panel, look.Back, theme.ColorNameInputBackground} {
			if c := contrast(theme.Color(theme.ColorNameInputBorder), theme.Color(behind)); c < 3 {
				t.Errorf("%s: a field's border has a contrast of %.2f on %s", choice, c, behind)
			}
		}
	}
}

// TestTheSelectedRowHasAnEdge: one of 3 to 1, and no other has one.
func TestTheSelectedRowHasAnEdge(t *testing.T) {
	u := open(t)
	defer u.w.setTheme(look.Dark)
	u.w.OpenDemo()
	l := u.w.table.list
	for _, choice := range []look.Choice{look.Dark, look.Light} {
		u.w.setTheme(choice)
		for _, at := range []int{2, 3, 0} {
			l.Select(at)
			edges := 0
			for _, o := range test.LaidOutObjects(l) {
				item, is := o.(*fyne.Container)
				if !is || len(item.Objects) != 2 {
					continue
				}
				row, is := item.Objects[0].(*tableRow)
				if !is {
					continue
				}
				_, edge := parts(item)
				if !edge.Visible() {
					continue
				}
				edges++
				for _, behind := range []fyne.ThemeColorName{theme.ColorNameSelection, look.Panel} {
					if c := contrast(edge.StrokeColor, theme.Color(behind)); row.at != at || c < 3 {
						t.Errorf("%s: row %d has an edge of %.2f on %s, %d is selected", choice, row.at, c, behind, at)
					}
				}
			}
			if edges != 1 {
				t.Errorf("%s: %d rows have an edge", choice, edges)
			}
		}
		if l.UnselectAll(); l.at != -1 {
			t.Error("a row keeps its edge")
		}
	}
}

// TestAListHoldsNoItemThatIsGone: Fyne makes items anew as long as a list is scrolled and refreshed.
func TestAListHoldsNoItemThatIsGone(t *testing.T) {
	walk.App(t)
	l := newList(&hears{}, func() int { return 100 }, func() fyne.CanvasObject { return canvas.NewRectangle(color.White) }, func(int, fyne.CanvasObject) {})
	l.Select(1)
	var items []weak.Pointer[fyne.Container]
	for at := range 100 {
		o := l.CreateItem()
		l.UpdateItem(at, o)
		items = append(items, weak.Make(o.(*fyne.Container)))
	}
	runtime.GC()
	for at, o := range items {
		if o.Value() != nil {
			t.Fatalf("item %d is held", at)
		}
	}
	runtime.KeepAlive(l)
}

// contrast is that of WCAG 2, "contrast ratio".
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
