package walk

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// What is forgiven, dp: letters lean out of their boxes, and boxes leave room above and below letters.
const (
	slack     = 1.5
	slackRows = 4
)

// tidy fails where a text is cut, written over another, or outside of the window.
func (u *User) tidy() {
	u.Helper()
	if u.blind {
		return
	}
	if found := u.Untidy(); len(found) > 0 {
		u.blind = true // one report of it is enough
		u.Picture("untidy")
		u.Errorf("after the user %s:\n%s", strings.Join(u.steps, ",\n  "), strings.Join(found, "\n"))
	}
}

// Untidy is what is wrong with the texts on the screen, a sentence each.
func (u *User) Untidy() (found []string) {
	window := rectOf(fyne.Position{}, u.canvas().Size())
	var shown []text
	u.texts(func(t text) {
		if t.shown().empty() {
			return
		}
		shown = append(shown, t)
		if wrong := t.cut(window); wrong != "" {
			found = append(found, wrong)
		}
	})
	u.things(func(t thing) {
		if _, is := t.CanvasObject.(*canvas.Image); is && !t.shown().empty() && !inside(t.shown(), window) {
			found = append(found, fmt.Sprintf("a picture at %v is outside of the window of %v", t.shown(), window))
		}
	})
	return append(found, over(shown)...)
}

// cut says what is wrong with one text, "" where nothing is.
func (t *text) cut(window rect) string {
	if t.sideways() {
		return ""
	}
	r := t.shown()
	switch {
	case t.box.x1 > t.clip.x1+slack || t.box.x0 < t.clip.x0-slack:
		return fmt.Sprintf("%q is cut: it takes %v and shows through %v", t.says, t.box, t.clip)
	case !inside(r, window):
		return fmt.Sprintf("%q is outside of the window: it is at %v of %v", t.says, r, window)
	}
	for i := len(t.in) - 1; i >= 0; i-- {
		w, is := t.in[i].CanvasObject.(fyne.Widget)
		if _, scrolls := w.(fyne.Scrollable); scrolls {
			break
		}
		if in := t.in[i].box; is && !in.empty() && (t.box.x0 < in.x0-slack || t.box.x1 > in.x1+slack) { // a dialog's title has no room of its own
			return fmt.Sprintf("%q runs out of its %T: it takes %v of %v", t.says, w, t.box, in)
		}
	}
	return ""
}

// sideways says whether what is cut of it can be scrolled to: in an entry, but for its hint, whose end nobody scrolls to,
// and where something scrolls to the side.
func (t *text) sideways() bool {
	for _, in := range t.in {
		if _, is := in.CanvasObject.(editable); is {
			hint := field(in.CanvasObject, "PlaceHolder")
			return !hint.IsValid() || strings.TrimSpace(hint.String()) != strings.TrimSpace(t.says)
		}
	}
	return slices.ContainsFunc(t.in, func(in thing) bool {
		if _, scrolls := in.CanvasObject.(fyne.Scrollable); !scrolls {
			return false
		}
		to := field(in.CanvasObject, "Direction")
		return to.IsValid() && (to.Int() == int64(container.ScrollBoth) || to.Int() == int64(container.ScrollHorizontalOnly))
	})
}

// field is that of a widget, also of one that embeds it.
func field(o fyne.CanvasObject, name string) reflect.Value {
	return reflect.Indirect(reflect.ValueOf(o)).FieldByName(name)
}

func inside(r, window rect) bool {
	return r.x0 >= window.x0-slack && r.y0 >= window.y0-slackRows && r.x1 <= window.x1+slack && r.y1 <= window.y1+slackRows
}

// over finds texts that are written over others of the same layer.
func over(shown []text) (found []string) {
	for i := range shown {
		for k := i + 1; k < len(shown); k++ {
			a, b := &shown[i], &shown[k]
			both := a.shown().and(b.shown())
			if a.layer == b.layer && both.x1-both.x0 > slack && both.y1-both.y0 > slackRows {
				found = append(found, fmt.Sprintf("%q at %v and %q at %v are written over each other", a.says, a.shown(), b.says, b.shown()))
			}
		}
	}
	return found
}
