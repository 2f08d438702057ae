package look

import (
	"bytes"
	"encoding/binary"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font/sfnt"

	"sioscope/assets"
)

// japaneseMono is the Japanese font with the line height and the blank of Fyne's monospaced one, before which it stands.
var japaneseMono = sync.OnceValue(func() fyne.Resource {
	return fyne.NewStaticResource("NotoSansJP-Mono.otf", fitted(assets.JapaneseRegular, theme.DefaultTextMonospaceFont().Content()))
})

// fitted is a font whose lines are as high, and whose blank is as wide, as another's; where one of them is not as it should
// be, the font as it is. (OpenType: hhea, OS/2 and hmtx, with big-endian numbers in units of head's unitsPerEm.)
func fitted(font, like []byte) []byte {
	own, base := tablesOf(font), tablesOf(like)
	blank, err := blankGlyph(font)
	theirs, err2 := blankGlyph(like)
	for _, t := range []map[string][]byte{own, base} {
		if len(t["hhea"]) < 36 || len(t["OS/2"]) < 78 || len(t["head"]) < 20 {
			return font
		}
	}
	if err != nil || err2 != nil || len(own["hmtx"]) < 4*blank+2 || len(base["hmtx"]) < 4*theirs+2 {
		return font
	}
	font = bytes.Clone(font)
	own = tablesOf(font)
	be := binary.BigEndian
	ratio := float64(be.Uint16(own["head"][18:])) / float64(be.Uint16(base["head"][18:]))
	fit := func(table string, to, from int) {
		be.PutUint16(own[table][to:], uint16(int16(float64(int16(be.Uint16(base[table][from:])))*ratio)))
	}
	for at := 4; at < 10; at += 2 { // ascender, descender, lineGap
		fit("hhea", at, at)
	}
	for at := 68; at < 78; at += 2 { // the same, and what Windows clips to
		fit("OS/2", at, at)
	}
	fit("hmtx", 4*blank, 4*theirs)
	return font
}

func blankGlyph(font []byte) (int, error) {
	f, err := sfnt.Parse(font)
	if err != nil {
		return 0, err
	}
	i, err := f.GlyphIndex(nil, ' ')
	return int(i), err
}

// tablesOf are the tables of a font, by their tags.
func tablesOf(font []byte) map[string][]byte {
	all := map[string][]byte{}
	be := binary.BigEndian
	for at := 12; at+16 <= len(font) && at < 12+16*int(be.Uint16(font[4:])); at += 16 {
		from, size := int(be.Uint32(font[at+8:])), int(be.Uint32(font[at+12:]))
		if from+size <= len(font) {
			all[string(font[at:at+4])] = font[from : from+size]
		}
	}
	return all
}
