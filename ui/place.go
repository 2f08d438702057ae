package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/plain"
	"sioscope/ui/words"
)

// A placeSegment is the name of a place in the capture within a text, as a link to it.
type placeSegment struct {
	place  words.Place
	behind string // a colon that follows the name, which may begin no line
	page   *page
}

// Inline is true: text goes on behind it.
func (s *placeSegment) Inline() bool { return true }

// Textual is its name.
func (s *placeSegment) Textual() string { return s.place.Label + s.behind }

// Visual makes the link, without the blanks Fyne puts around one.
func (s *placeSegment) Visual() fyne.CanvasObject {
	blank := -theme.InnerPadding()
	return container.New(padded(blank, blank, blank, blank), newLink(s.page, plain.Text(s.Textual()), func() { s.page.jump(s.place) }))
}

// Update has nothing to do: it stays what it is.
func (s *placeSegment) Update(fyne.CanvasObject) {}

// Select has nothing to do.
func (s *placeSegment) Select(_, _ fyne.Position) {}

// SelectedText is none.
func (s *placeSegment) SelectedText() string { return "" }

// Unselect has nothing to do.
func (s *placeSegment) Unselect() {}

// A link is Fyne's, but keys that are not its own are the window's.
type link struct {
	widget.Hyperlink
	focus
	page *page
}

func newLink(on *page, text string, do func()) *link {
	l := &link{page: on}
	l.Text, l.OnTapped = text, do
	l.ExtendBaseWidget(l)
	return l
}

// FocusGained shows where the keyboard is.
func (l *link) FocusGained() {
	l.focus = true
	l.Hyperlink.FocusGained()
	l.page.gained(l)
}

// FocusLost takes its ring away.
func (l *link) FocusLost() {
	l.focus = false
	l.Hyperlink.FocusLost()
}

// CreateRenderer is for Fyne.
func (l *link) CreateRenderer() fyne.WidgetRenderer {
	return newRinged(l.Hyperlink.CreateRenderer(), l)
}

// TypedKey follows the link at Space or Enter.
func (l *link) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		l.OnTapped()
	default:
		l.page.hears.typedKey(ev)
	}
}

// TypedRune hands characters to the window.
func (l *link) TypedRune(r rune) { l.page.hears.typedRune(r) }
