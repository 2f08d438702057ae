package look

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font/sfnt"

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

// TestJapaneseFontLeavesTheRestToFyne: a blank from it would make every line as high as Japanese.
func TestJapaneseFontLeavesTheRestToFyne(t *testing.T) {
	t.Parallel()
	const theirs = " AZaz09%…“”·é"
	if bad := lacking(t, theirs, Theme{}.Font(fyne.TextStyle{})); bad != theirs {
		t.Errorf("it has some of %q, lacks but %q", theirs, bad)
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
