package timeline

import (
	"testing"

	"sioscope/assets"
)

// latin is what labels of the timeline are made of.
var latin = []string{"32ZQ1nFjLnuHUbr3AAAA", "A GET poll 200", "upgrade refused: 400 Session ID unknown (not node A)", "node A", "5.7 s"}

// measured is how long these are, cut to the width of a bar.
func measured(f *Fonts) (sum float32) {
	for _, s := range latin {
		sum += f.Width(s, Regular, 11) + f.Width(f.Cut(s, Bold, 11, 60), Bold, 11)
	}
	return sum
}

// BenchmarkLatinLabels is what labels cost without letters of another script, and BenchmarkLatinLabelsBeside the same where
// there is a font for one: they should be as fast.
func BenchmarkLatinLabels(b *testing.B) {
	f := fonts(b)
	for b.Loop() {
		measured(f)
	}
}

func BenchmarkLatinLabelsBeside(b *testing.B) {
	f := fonts(b)
	if err := f.Beyond(assets.JapaneseRegular, assets.JapaneseBold); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		measured(f)
	}
}

func BenchmarkJapaneseLabels(b *testing.B) {
	f := fonts(b)
	if err := f.Beyond(assets.JapaneseRegular, assets.JapaneseBold); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		f.Width("アップグレードの拒否：400 Session ID unknown（ノード A ではない）", Bold, 11)
	}
}
