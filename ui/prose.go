package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/plain"
)

// A prose is text in as many lines as it takes. Fyne's own would begin lines of Japanese with a particle or a full stop, and
// divide its words: this one puts the ends of lines where they may be, whenever it comes to have another width.
type prose struct {
	widget.RichText
	whole []string // of each segment, as it was set
	width float32  // that it is divided for
}

func newProse(segments ...widget.RichTextSegment) *prose {
	p := &prose{}
	p.Wrapping, p.Scroll = fyne.TextWrapWord, container.ScrollNone
	p.ExtendBaseWidget(p)
	p.Set(segments...)
	return p
}

// Set shows another text.
func (p *prose) Set(segments ...widget.RichTextSegment) {
	p.Segments, p.whole = segments, make([]string, len(segments))
	for i, s := range segments {
		if t, is := s.(*widget.TextSegment); is {
			p.whole[i] = t.Text
		}
	}
	p.divide()
	p.Refresh()
}

// Say shows another text of one style.
func (p *prose) Say(text string, style widget.RichTextStyle) {
	p.Set(&widget.TextSegment{Text: plain.Text(text), Style: style})
}

// Resize divides the text anew where it has another width.
func (p *prose) Resize(size fyne.Size) {
	if size.Width != p.width {
		p.width = size.Width
		p.divide()
	}
	p.RichText.Resize(size)
}

// divide puts the text into lines. What stands in a line behind other segments has so much less of its first.
func (p *prose) divide() {
	room := p.width - 2*theme.InnerPadding()
	if room < 20 {
		return
	}
	taken := float32(0)
	for i, s := range p.Segments {
		text, is := s.(*widget.TextSegment)
		if !is {
			taken = behind(s, taken, s.Textual(), theme.TextSize(), fyne.TextStyle{})
			continue
		}
		size := theme.TextSize()
		if name := text.Style.SizeName; name != "" {
			size = theme.Size(name)
		}
		within := func(width float32) func(string) bool {
			return func(line string) bool { return fyne.MeasureText(line, size, text.Style.TextStyle).Width <= width }
		}
		text.Text = plain.LinesAfter(p.whole[i], within(room-taken), within(room))
		taken = behind(s, taken, text.Text, size, text.Style.TextStyle)
	}
}

// behind is how much of a line is taken behind a segment.
func behind(s widget.RichTextSegment, taken float32, text string, size float32, style fyne.TextStyle) float32 {
	if !s.Inline() {
		return 0
	}
	return taken + fyne.MeasureText(text, size, style).Width
}
