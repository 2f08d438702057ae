package ui

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
	"sioscope/ui/walk"
	"sioscope/ui/words"
)

// TestProseBeginsNoLineBadly: as it is drawn, at any width, also behind a link to a place.
func TestProseBeginsNoLineBadly(t *testing.T) {
	walk.App(t).Settings().SetTheme(look.Theme{Choice: look.Dark})
	const text = "応答したノードはこの sid を知りません。別のノードが発行したか、セッションが終わっていたか、プロセスが再起動しました（400 Session ID unknown）。"
	first := &widget.TextSegment{Text: "•  0.095 s ", Style: widget.RichTextStyle{Inline: true}}
	p := newProse(first, &widget.TextSegment{Text: text, Style: widget.RichTextStyleParagraph})
	for width := float32(150); width < 700; width += 7 {
		p.Resize(fyne.NewSize(width, 400))
		lines := drawn(p)
		for i, l := range lines[1:] {
			r, _ := utf8.DecodeRuneInString(l)
			last, _ := utf8.DecodeLastRuneInString(lines[i])
			if strings.ContainsRune("、。）っー", r) || last == '（' || unicode.Is(unicode.Hiragana, r) && unicode.Is(unicode.Latin, last) {
				t.Errorf("at %v %q is followed by %q", width, lines[i], l)
			}
		}
		if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != strings.ReplaceAll(first.Text+text, " ", "") {
			t.Errorf("at %v it is %q", width, got)
		}
		if w := p.MinSize().Width; w > width {
			t.Errorf("at %v it is %v wide", width, w)
		}
	}
}

// drawn are the lines of a text, from above.
func drawn(o fyne.Widget) (lines []string) {
	y := float32(-1)
	for _, o := range test.WidgetRenderer(o).Objects() {
		if t, is := o.(*canvas.Text); is {
			if middle := t.Position().Y; middle != y || len(lines) == 0 {
				lines, y = append(lines, ""), middle
			}
			lines[len(lines)-1] += t.Text
		}
	}
	return lines
}

// TestTheColonStaysWithThePlaceItBelongsTo: a line begins with no colon behind the link to a place, at any width of the detail, in either
// language.
func TestTheColonStaysWithThePlaceItBelongsTo(t *testing.T) {
	walk.App(t).Settings().SetTheme(look.Theme{Choice: look.Dark})
	const label = "0.095 s conn 11"
	for _, text := range [...]string{
		": GET /socket.io/?EIO=4&transport=websocket&sid=WB4MA6-OYB7a-7hhAAAA → 400 \"Session ID unknown\"", ": 3 nodes answered (by sid counter): node A, node B",
		"：GET /socket.io/?EIO=4&transport=websocket&sid=WB4MA6-OYB7a-7hhAAAA → 400", "：3 台のノードが応答（判別方法：sid のカウンター）：ノード A",
	} {
		part := words.Part{Style: words.Item, Text: label + text, Place: words.Place{Label: label}}
		p := newProse(segments([]words.Part{part}, true, &page{hears: &hears{}})...)
		for width := float32(200); width < 700; width += 3 {
			p.Resize(fyne.NewSize(width, 400))
			for _, o := range test.WidgetRenderer(p).Objects() {
				l, is := o.(*canvas.Text)
				if is && l.Position().X < 20 && (strings.HasPrefix(l.Text, ":") || strings.HasPrefix(l.Text, "：")) {
					t.Fatalf("at %v a line is %q", width, l.Text)
				}
			}
		}
	}
}
