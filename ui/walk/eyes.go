package walk

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// A rect is a rectangle on the canvas, in dp.
type rect struct{ x0, y0, x1, y1 float32 }

func rectOf(p fyne.Position, s fyne.Size) rect { return rect{p.X, p.Y, p.X + s.Width, p.Y + s.Height} }

func (r rect) and(o rect) rect {
	return rect{max(r.x0, o.x0), max(r.y0, o.y0), min(r.x1, o.x1), min(r.y1, o.y1)}
}

func (r rect) empty() bool { return r.x1 <= r.x0 || r.y1 <= r.y0 }

func (r rect) area() float32 {
	if r.empty() {
		return 0
	}
	return (r.x1 - r.x0) * (r.y1 - r.y0)
}

func (r rect) middle() fyne.Position { return fyne.NewPos((r.x0+r.x1)/2, (r.y0+r.y1)/2) }

var everywhere = rect{-math.MaxInt32, -math.MaxInt32, math.MaxInt32, math.MaxInt32}

// A thing is an object of the window, where it is, and what it is in.
type thing struct {
	fyne.CanvasObject
	box   rect // all of it
	clip  rect // that it shows through
	in    []thing
	layer int // 0 is the window, what is above it has higher ones
}

// shown is the part that is not clipped away.
func (t thing) shown() rect { return t.box.and(t.clip) }

// seen says whether most of it is on the screen.
func (t thing) seen() bool { return t.shown().area() > t.box.area()/2 }

// things calls f for all visible objects in the order in which they are painted.
func (u *User) things(f func(thing)) {
	c := u.canvas()
	trees := append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...)
	for i, o := range trees {
		walk(thing{CanvasObject: o, clip: everywhere, layer: i}, fyne.Position{}, f)
	}
}

// front are the things of the uppermost layer: those that the mouse reaches.
func (u *User) front(f func(thing)) {
	top := len(u.canvas().Overlays().List())
	u.things(func(t thing) {
		if t.layer == top {
			f(t)
		}
	})
}

func walk(t thing, at fyne.Position, f func(thing)) {
	if t.CanvasObject == nil || !t.Visible() {
		return
	}
	at = at.Add(t.Position())
	t.box = rectOf(at, t.Size())
	var children []fyne.CanvasObject
	clips := false
	switch o := t.CanvasObject.(type) {
	case *fyne.Container:
		children = o.Objects
	case fyne.Widget:
		r := test.WidgetRenderer(o)
		children = r.Objects()
		_, clips = r.(interface{ IsClip() })
	}
	f(t)
	if len(children) == 0 {
		return
	}
	if _, scrolls := t.CanvasObject.(fyne.Scrollable); scrolls || clips {
		t.clip = t.clip.and(t.box)
	}
	in := append(slices.Clip(t.in), t)
	for _, child := range children {
		walk(thing{CanvasObject: child, clip: t.clip, in: in, layer: t.layer}, at, f)
	}
}

// relay lays out anew what came to need another room, from the inside to the outside, as a window on a screen does before
// it paints; Fyne's for tests does not.
func (u *User) relay() {
	if len(u.app.windows) == 0 {
		return
	}
	c, least := u.canvas(), map[fyne.CanvasObject]fyne.Size{}
	for _, o := range append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...) {
		u.fit(o, nil, least)
	}
	u.least = least // what is gone is forgotten
}

// fit is relay of o and what is in it; it notes the least size of each.
func (u *User) fit(o, parent fyne.CanvasObject, noted map[fyne.CanvasObject]fyne.Size) {
	if o == nil || !o.Visible() {
		return
	}
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		children = o.Objects
	case fyne.Widget:
		children = test.WidgetRenderer(o).Objects()
	}
	for _, child := range slices.Clone(children) {
		u.fit(child, o, noted)
	}
	least := o.MinSize()
	noted[o] = least
	if u.least[o] == least {
		return
	}
	switch in := cmp.Or(parent, o).(type) {
	case *fyne.Container:
		if in.Layout != nil {
			in.Layout.Layout(in.Objects, in.Size())
		}
	case fyne.Widget:
		test.WidgetRenderer(in).Layout(in.Size())
	}
}

// A text is one that is written, where its letters are.
type text struct {
	thing
	says string
}

// texts calls f for all texts that are written, also those scrolled out of sight. A piece that is written once more where it
// stands, as what is searched for is in another colour, is no text of its own.
func (u *User) texts(f func(text)) {
	var beside []text // the texts so far of the widget that has the last one
	u.things(func(t thing) {
		o, is := t.CanvasObject.(*canvas.Text)
		if !is || strings.TrimSpace(o.Text) == "" {
			return
		}
		if _, _, _, a := o.Color.RGBA(); a == 0 {
			return
		}
		t.box = letters(o, t.box)
		if len(beside) > 0 && !slices.EqualFunc(beside[0].in, t.in, thing.same) {
			beside = beside[:0]
		}
		if !slices.ContainsFunc(beside, func(whole text) bool { return whole.repeats(o, t.box) }) {
			beside = append(beside, text{t, o.Text})
			f(text{t, o.Text})
		}
	})
}

func (t thing) same(o thing) bool { return t.CanvasObject == o.CanvasObject }

// repeats says whether o writes a piece of the text once more in its place.
func (t text) repeats(o *canvas.Text, box rect) bool {
	const near = 1
	for from := 0; from+len(o.Text) <= len(t.says); from++ {
		if !strings.HasPrefix(t.says[from:], o.Text) {
			continue
		}
		at := t.box.x0
		if from > 0 {
			at += fyne.MeasureText(t.says[:from], o.TextSize, o.TextStyle).Width
		}
		if box.x0 > at-near && box.x0 < at+near && box.y0 > t.box.y0-near && box.y0 < t.box.y0+near {
			return true
		}
	}
	return false
}

// letters is where the letters of a text are within its box, as Fyne paints them.
func letters(o *canvas.Text, box rect) rect {
	need, has := o.MinSize(), o.Size()
	p := fyne.NewPos(box.x0, box.y0)
	switch o.Alignment {
	case fyne.TextAlignTrailing:
		p.X += has.Width - need.Width
	case fyne.TextAlignCenter:
		p.X += (has.Width - need.Width) / 2
	}
	if has.Height > need.Height {
		p.Y += (has.Height - need.Height) / 2
	}
	return rectOf(p, need)
}

// Screen is all that can be read, a text a line.
func (u *User) Screen() string {
	var b strings.Builder
	u.texts(func(t text) {
		if t.seen() {
			b.WriteString(t.says + "\n")
		}
	})
	return b.String()
}

// bare is a text without its blanks: lines are broken anywhere.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// Reads says whether something can be read on the screen now.
func (u *User) Reads(want string) bool { return strings.Contains(bare(u.Screen()), bare(want)) }

// Sees waits until all of that can be read.
func (u *User) Sees(wants ...string) {
	u.Helper()
	for _, want := range wants {
		if !u.wait(func() bool { return u.Reads(want) }) {
			u.fatal("nowhere can be read %q", want)
		}
	}
	u.tidy()
}

// Finds scrolls to a text, and fails where there is none.
func (u *User) Finds(text string) {
	u.Helper()
	u.step("scrolls to %q", text)
	u.reach(text)
	u.settle()
}

// Misses waits until nothing of that can be read any more.
func (u *User) Misses(gone ...string) {
	u.Helper()
	for _, text := range gone {
		if !u.wait(func() bool { return !u.Reads(text) }) {
			u.fatal("it still says %q", text)
		}
	}
}

// Rows are the texts on the screen, line by line: those at the same height together, from the left to the right.
func (u *User) Rows() [][]string {
	var all []text
	u.texts(func(t text) {
		if t.seen() {
			all = append(all, t)
		}
	})
	slices.SortStableFunc(all, func(a, b text) int { return int(a.box.middle().Y*4) - int(b.box.middle().Y*4) })
	var rows [][]text
	for _, t := range all {
		if n := len(rows); n > 0 && t.box.middle().Y-rows[n-1][0].box.middle().Y < 4 {
			rows[n-1] = append(rows[n-1], t)
			continue
		}
		rows = append(rows, []text{t})
	}
	said := make([][]string, len(rows))
	for i, r := range rows {
		slices.SortStableFunc(r, func(a, b text) int { return int(a.box.x0) - int(b.box.x0) })
		for _, t := range r {
			said[i] = append(said[i], t.says)
		}
	}
	return said
}

// lines are Rows as a text.
func (u *User) lines() string {
	var b strings.Builder
	for _, r := range u.Rows() {
		b.WriteString(strings.Join(r, " | ") + "\n")
	}
	return b.String()
}

// SeesRow waits until all of that stands in one line of the screen.
func (u *User) SeesRow(wants ...string) {
	u.Helper()
	if !u.wait(func() bool { return u.hasRow(wants) }) {
		u.fatal("no line of the screen has %q", wants)
	}
	u.tidy()
}

func (u *User) hasRow(wants []string) bool {
	return slices.ContainsFunc(u.Rows(), func(row []string) bool {
		for _, want := range wants {
			if !slices.ContainsFunc(row, func(s string) bool { return strings.Contains(s, want) }) {
				return false
			}
		}
		return true
	})
}

// find is the first text of the uppermost layer that is that, and else begins with it, and else has it; one that is on
// the screen before one that is scrolled out of sight.
func (u *User) find(want string) (found text, is bool) {
	top := len(u.canvas().Overlays().List())
	best := 0
	u.texts(func(t text) {
		if t.layer != top {
			return
		}
		rank := 0
		switch {
		case t.says == want:
			rank = 5
		case strings.HasPrefix(t.says, want):
			rank = 3
		case strings.Contains(t.says, want):
			rank = 1
		}
		if rank > 0 && t.seen() {
			rank += 10
		}
		if rank > best {
			best, found, is = rank, t, true
		}
	})
	return found, is
}

// reach is a text, scrolled into sight.
func (u *User) reach(want string) text {
	u.Helper()
	var t text
	if !u.wait(func() (is bool) { t, is = u.find(want); return is }) {
		u.fatal("nothing is called %q", want)
	}
	if t.seen() {
		return t
	}
	for i := len(t.in) - 1; i >= 0; i-- {
		if s, is := t.in[i].CanvasObject.(*container.Scroll); is {
			s.ScrollToOffset(fyne.NewPos(s.Offset.X, s.Offset.Y+t.box.middle().Y-t.in[i].box.middle().Y))
			u.drain()
			break
		}
	}
	if t, _ = u.find(want); !t.seen() {
		u.fatal("%q cannot be scrolled into sight", want)
	}
	return t
}

// Find is the first visible object of a kind, for what is drawn and not written, and where it begins.
func Find[T fyne.CanvasObject](u *User) (found T, at fyne.Position) {
	u.Helper()
	some := false
	u.things(func(t thing) {
		if o, is := t.CanvasObject.(T); is && !some {
			found, at, some = o, fyne.NewPos(t.box.x0, t.box.y0), true
		}
	})
	if !some {
		u.fatal("there is no %T", found)
	}
	return found, at
}
