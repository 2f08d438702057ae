package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// An entry is Fyne's: Enter does what the form is for, Escape gives the keyboard back or closes
// the form, and keys with Ctrl that are no
// editing are the window's.
type entry struct {
	widget.Entry
	hears  *hears
	enter  func()
	escape func()    // nil: Escape gives the keyboard back
	arrow  func(int) // hears arrows, 1 up and -1 down; nil: they move the cursor
}

func newEntry(h *hears, hint string, enter func()) *entry {
	e := &entry{hears: h, enter: enter}
	e.PlaceHolder = hint
	e.ExtendBaseWidget(e)
	return e
}

// newLines is an entry of several lines; Ctrl and Enter does what the form is for.
func newLines(h *hears, hint string, rows int, enter func()) *entry {
	e := newEntry(h, hint, enter)
	e.MultiLine, e.Wrapping = true, fyne.TextWrapBreak
	e.SetMinRowsVisible(rows)
	return e
}

// FocusGained shows it where it was scrolled away.
func (e *entry) FocusGained() {
	e.Entry.FocusGained()
	e.hears.gain(e)
}

// TypedKey edits.
func (e *entry) TypedKey(ev *fyne.KeyEvent) {
	switch {
	case ev.Name == fyne.KeyEscape && e.escape != nil:
		e.escape()
	case ev.Name == fyne.KeyEscape:
		unfocus(e)
	case ev.Name == fyne.KeyF1, ev.Name == fyne.KeyF6, ev.Name == fyne.KeyF10:
		e.hears.typedKey(ev)
	case e.arrow != nil && ev.Name == fyne.KeyUp:
		e.arrow(1)
	case e.arrow != nil && ev.Name == fyne.KeyDown:
		e.arrow(-1)
	case !e.MultiLine && (ev.Name == fyne.KeyReturn || ev.Name == fyne.KeyEnter):
		e.enter()
	default:
		e.Entry.TypedKey(ev)
	}
}

// AcceptsTab is false: Tab goes on to the next field, also from several lines.
func (e *entry) AcceptsTab() bool { return false }

// TypedShortcut edits, or is the form's or the window's.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	own, is := s.(*desktop.CustomShortcut)
	if is && (own.KeyName == fyne.KeyReturn || own.KeyName == fyne.KeyEnter) {
		e.enter()
		return
	}
	if is {
		e.hears.typedShortcut(s)
	}
	e.Entry.TypedShortcut(s)
}

// A urlEntry is an entry that offers what was typed into it before.
type urlEntry struct {
	widget.SelectEntry
	hears  *hears
	enter  func()
	escape func() // nil: Escape gives the keyboard back
}

func newURLEntry(h *hears, recent []string, enter func()) *urlEntry {
	e := &urlEntry{hears: h, enter: enter}
	e.PlaceHolder = "http://localhost:3000"
	e.ExtendBaseWidget(e)
	e.SetOptions(recent)
	return e
}

// FocusGained shows it where it was scrolled away.
func (e *urlEntry) FocusGained() {
	e.SelectEntry.FocusGained()
	e.hears.gain(e)
}

// TypedKey edits.
func (e *urlEntry) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyEscape:
		if e.escape != nil {
			e.escape()
			return
		}
		unfocus(e)
	case fyne.KeyF1, fyne.KeyF6, fyne.KeyF10:
		e.hears.typedKey(ev)
	case fyne.KeyReturn, fyne.KeyEnter:
		e.enter()
	default:
		e.SelectEntry.TypedKey(ev)
	}
}

// TypedShortcut edits, or is the window's.
func (e *urlEntry) TypedShortcut(s fyne.Shortcut) {
	if _, own := s.(*desktop.CustomShortcut); own {
		e.hears.typedShortcut(s)
	}
	e.SelectEntry.TypedShortcut(s)
}

func unfocus(o fyne.CanvasObject) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil {
		c.Unfocus()
	}
}

// A notice is a sentence with an icon: what went wrong, or what is to be known. It is hidden while it has none.
type notice struct {
	icon   *widget.Icon
	text   *prose
	says   string
	object *fyne.Container
}

func newNotice() *notice {
	n := &notice{icon: widget.NewIcon(nil), text: newProse()}
	icon := container.NewVBox(container.NewGridWrap(fyne.NewSize(16, 16), n.icon))
	n.object = container.New(padded(3, 3, 0, 0), container.NewBorder(nil, nil, icon, nil, container.New(padded(-5, -5, -5, -7), n.text)))
	n.object.Hide()
	return n
}

// maxNotice is the longest text of a notice, in bytes: wrapping is slow for what has no end.
const maxNotice = 500

// wrong says what went wrong; "" hides it.
func (n *notice) wrong(text string) {
	n.set(text, theme.NewErrorThemedResource(theme.ErrorIcon()), look.Bad)
}

func (n *notice) set(text string, icon fyne.Resource, color fyne.ThemeColorName) {
	if len(text) > maxNotice {
		text = strings.ToValidUTF8(text[:maxNotice], "") + "…"
	}
	if text == n.says {
		return
	}
	n.says = text
	n.object.Hidden = text == ""
	n.icon.SetResource(icon)
	n.text.Say(text, widget.RichTextStyle{ColorName: color})
	n.object.Refresh()
}

// A field is something to fill in, with its name above and what is wrong with it below.
type field struct {
	h      *hears
	wrong  *notice
	object *fyne.Container
}

func newField(h *hears, name string, o fyne.CanvasObject) *field {
	label := newLine(nil, 12, look.Dim, fyne.TextStyle{})
	label.Set(name)
	f := &field{h: h, wrong: newNotice()}
	f.object = container.New(stacked{}, label, gapTop(2), o, f.wrong.object, gapTop(8))
	return f
}

// says shows what is wrong with it, nil nothing, and says whether it is right.
func (f *field) says(err error) bool {
	if err == nil {
		f.wrong.wrong("")
		return true
	}
	f.wrong.wrong(sentenceOf(f.h.Words, err))
	return false
}

// changed takes back what was said to be wrong: it was about another text.
func (f *field) changed(string) { f.says(nil) }

// A fold is a heading that shows and hides what belongs to it.
type fold struct {
	head   *button
	what   fyne.CanvasObject
	object *fyne.Container
}

func newFold(h *hears, name string, what fyne.CanvasObject) *fold {
	f := &fold{what: what}
	f.head = newButton(h, name, theme.NavigateNextIcon(), func() { f.open(!f.what.Visible()) })
	f.head.Importance, f.head.Alignment = widget.LowImportance, widget.ButtonAlignLeading
	f.object = container.New(stacked{}, f.head, gapTop(4), what)
	what.Hide()
	return f
}

func (f *fold) open(on bool) {
	icon := theme.NavigateNextIcon()
	if on {
		icon = theme.MenuDropDownIcon()
		f.what.Show()
	} else {
		f.what.Hide()
	}
	f.head.SetIcon(icon)
	f.object.Refresh()
}

// gapTop is an empty place of the given height.
func gapTop(h float32) fyne.CanvasObject {
	g := gap(1)
	g.(interface{ SetMinSize(fyne.Size) }).SetMinSize(fyne.NewSize(1, h))
	return g
}

// paragraph is a text of a side panel, in line with what is above and below: without the blanks Fyne puts around texts.
func paragraph(s string) fyne.CanvasObject {
	return flush(newProse(&widget.TextSegment{Text: s, Style: widget.RichTextStyle{ColorName: look.Dim}}))
}

// flush takes the blanks from around a text.
func flush(t fyne.CanvasObject) *fyne.Container { return container.New(padded(-5, -5, -7, -7), t) }

// heading is the name of a part of a side panel.
func heading(s string) *line {
	l := newLine(nil, 13, theme.ColorNameForeground, fyne.TextStyle{Bold: true})
	l.Set(s)
	return l
}
