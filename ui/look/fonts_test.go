package look

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"sioscope/assets"
	"sioscope/ui/timeline"
)

// lacking are the letters of a text that none of the fonts has.
func lacking(t *testing.T, text string, fonts ...fyne.Resource) string {
	t.Helper()
	var faces []*sfnt.Font
	for _, r := range fonts {
		f, err := sfnt.Parse(r.Content())
		if err != nil {
			t.Fatalf("%s: %v", r.Name(), err)
		}
		faces = append(faces, f)
	}
	var bad strings.Builder
	seen := map[rune]bool{'\n': true, '\t': true}
	for _, r := range text {
		if seen[r] {
			continue
		}
		seen[r] = true
		has := false
		for _, f := range faces {
			i, err := f.GlyphIndex(nil, r)
			has = has || err == nil && i > 0
		}
		if !has {
			bad.WriteRune(r)
		}
	}
	return bad.String()
}

func TestEveryLetterOfEveryLanguageIsInTheFontsWeShip(t *testing.T) {
	t.Parallel()
	for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Monospace: true}, {Italic: true}} {
		own, fynes := Theme{}.Font(style), theme.DefaultTheme().Font(style)
		for _, name := range assets.Languages() {
			if bad := lacking(t, string(assets.Sentences(name)), own, fynes); bad != "" {
				t.Errorf("%+v: %s and %s lack %q of %s.json: run .ci/fonts", style, own.Name(), fynes.Name(), bad, name)
			}
		}
	}
	if bad := lacking(t, "鬱", Theme{}.Font(fyne.TextStyle{}), theme.DefaultTextFont()); bad != "鬱" {
		t.Error("a letter that is in no font is not missed")
	}
}

// TestJapaneseFontLeavesTheRestToFyne: it has nothing that Noto Sans has but the blank, which Fyne takes from the font of
// the letter before; and with that blank, by which Fyne measures lines, they are as high and as wide as ever.
func TestJapaneseFontLeavesTheRestToFyne(t *testing.T) {
	t.Parallel()
	const theirs = "AZaz09%…“”·é"
	for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Monospace: true}} {
		own, fynes := Theme{}.Font(style), theme.DefaultTheme().Font(style)
		if bad := lacking(t, theirs, own); bad != theirs {
			t.Errorf("it has some of %q, lacks but %q", theirs, bad)
		}
		if bad := lacking(t, " ", own); bad != "" {
			t.Error("it has no blank")
		}
		got, want := blankOf(t, own), blankOf(t, fynes)
		for i := range got {
			if d := got[i] - want[i]; d < -64 || d > 64 { // units are rounded
				t.Errorf("%+v: ascent, descent and blank are %v, want %v", style, got, want)
			}
		}
	}
}

// blankOf are ascent, descent and the width of a blank, of 1000 px.
func blankOf(t *testing.T, r fyne.Resource) [3]fixed.Int26_6 {
	t.Helper()
	f, err := sfnt.Parse(r.Content())
	if err != nil {
		t.Fatal(err)
	}
	m, err := f.Metrics(nil, fixed.I(1000), font.HintingNone)
	if err != nil {
		t.Fatal(err)
	}
	i, _ := f.GlyphIndex(nil, ' ')
	w, _ := f.GlyphAdvance(nil, i, fixed.I(1000), font.HintingNone)
	return [3]fixed.Int26_6{m.Ascent, m.Descent, w}
}

// TestBrokenFontStaysAsItIs: what cannot be fitted is used as it is.
func TestBrokenFontStaysAsItIs(t *testing.T) {
	t.Parallel()
	whole := assets.JapaneseRegular
	for _, n := range []int{0, 3, 12, 200, 5000} {
		cut := whole[:n]
		if got := fitted(cut, whole); len(got) != n {
			t.Errorf("of %d bytes it makes %d", n, len(got))
		}
		if got := fitted(whole, cut); len(got) != len(whole) {
			t.Errorf("fitted to %d bytes it has %d", n, len(got))
		}
	}
}

func TestTimelineWritesJapanese(t *testing.T) {
	t.Parallel()
	f, err := Fonts()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []timeline.Font{timeline.Regular, timeline.Bold, timeline.Mono} {
		if w := f.Width("日本", name, 10); w < 19.9 || w > 20.1 {
			t.Errorf("two kanji of 10 px are %.2f px wide in face %d", w, name)
		}
	}
}
