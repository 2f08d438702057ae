package timeline

import (
	"testing"

	"sioscope/assets"
)

func TestWhatAFaceLacksIsWrittenInTheOneBeyond(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	if _, known := f.face(Bold, 14).has('語'); known {
		t.Fatal("the face has it: this tests nothing")
	}
	before := f.Width("a", Bold, 14)
	if err := f.Beyond(assets.JapaneseRegular, assets.JapaneseBold); err != nil {
		t.Fatal(err)
	}
	for _, name := range []Font{Regular, Bold, Mono} {
		for _, r := range "日本語の、ノード「あ」（ァ）" {
			if _, known := f.face(name, 14).has(r); !known {
				t.Errorf("face %d lacks %c", name, r)
			}
		}
	}
	regular, bold := f.face(Regular, 14).glyph('語'), f.face(Bold, 14).glyph('語')
	if regular.mask == nil || bold.mask == nil || ink(regular) >= ink(bold) {
		t.Errorf("bold has not more ink than regular: %d, %d", ink(bold), ink(regular))
	}
	if after := f.Width("a", Bold, 14); after != before {
		t.Errorf("a Latin letter is %v wide, was %v", after, before)
	}
	if f.face(Regular, 14).glyph('鬱').advance != 14 {
		t.Error("what no font has is not as wide as high")
	}
}

func ink(g glyph) (sum int) {
	for _, a := range g.mask.Pix {
		sum += int(a)
	}
	return sum
}
