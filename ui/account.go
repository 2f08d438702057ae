package ui

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"sioscope/ui/words"
)

// An account is a text of any length, of proses one below the other. It is measured paragraph by paragraph, so that a
// long one keeps nothing waiting: what there is no time for at once is left to later moments of the main goroutine. A
// paragraph that another text has, too, is not measured again.
type account struct {
	page     *page
	do       func(func()) // has something done on the main goroutine, later; nil: all is done at once
	passages []*passage
	waits    bool // for such a moment
	object   *fyne.Container
	scroll   *container.Scroll // that it stands in
}

// A passage is a paragraph of an account.
type passage struct {
	part  words.Part
	first bool // nothing stands before it
	text  *prose
	size  fyne.Size // that it was measured to have; zero: it was not yet
}

// leastAccount is a width that no text is read at, dp.
const leastAccount = 40

// passageSlice is how long passages are measured at once.
const passageSlice = 3 * time.Millisecond

func newAccount(do func(func())) *account {
	a := &account{do: do}
	a.object = container.New(a)
	a.scroll = container.NewVScroll(a.object)
	return a
}

// set shows another text.
func (a *account) set(t *words.Text) {
	before := slices.Clone(a.passages)
	a.passages, a.object.Objects = nil, nil
	for i := range t.Parts {
		g := a.passage(&t.Parts[i], i == 0, before)
		a.passages, a.object.Objects = append(a.passages, g), append(a.object.Objects, g.text)
	}
	a.lay()
}

// passage is that of the same words before, or a new one.
func (a *account) passage(part *words.Part, first bool, before []*passage) *passage {
	for i, g := range before {
		if g != nil && g.first == first && g.part == *part {
			before[i] = nil
			return g
		}
	}
	g := &passage{part: *part, first: first, text: newProse()}
	g.text.Hidden = true
	return g
}

// lay lays out what there is time for, and has the rest laid out later.
func (a *account) lay() {
	a.measure(a.object.Size().Width)
	a.place()
	a.scroll.Refresh()
	canvas.Refresh(a.object)
}

// Layout is for Fyne.
func (a *account) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if !a.waits {
		a.measure(size.Width)
	}
	a.place()
}

// measure gives passages their heights at a width.
func (a *account) measure(width float32) {
	if width <= leastAccount { // a form has it so before it has its size, and what is not measured again at once is seen so
		return
	}
	more, some := within(passageSlice), false
	for _, g := range a.passages {
		switch {
		case g.size.Width == width:
		case a.do != nil && some && !more():
			a.later()
			return
		default:
			g.measure(width, a.page)
			some = true
		}
	}
}

func (a *account) place() {
	var y float32
	for _, g := range a.passages {
		if g.size.Height > 0 {
			g.text.Move(fyne.NewPos(0, y))
			y += g.size.Height - overlap()
		}
	}
}

// measure gives a passage its height.
func (g *passage) measure(width float32, on *page) {
	g.text.Resize(fyne.NewSize(width, 1)) // it knows its height once it has its width
	if g.text.Hidden {
		g.text.Hidden = false
		g.text.Set(segments([]words.Part{g.part}, g.first, on)...)
	}
	g.size = fyne.NewSize(width, g.text.MinSize().Height)
	g.text.Resize(g.size)
}

// MinSize is that of what is laid out.
func (a *account) MinSize([]fyne.CanvasObject) (min fyne.Size) {
	for _, g := range a.passages {
		if g.size.Height == 0 {
			continue
		}
		if min.Height > 0 {
			min.Height -= overlap()
		}
		min.Height += g.size.Height
	}
	min.Width = 2 * theme.InnerPadding()
	return min
}

// overlap is how far a passage reaches into the one before: texts have blanks around them, and paragraphs less between.
func overlap() float32 {
	return 2*theme.InnerPadding() - theme.LineSpacing()
}

// later goes on in another moment.
func (a *account) later() {
	if a.waits {
		return
	}
	a.waits = true
	go a.do(func() {
		a.waits = false
		a.lay()
	})
}
