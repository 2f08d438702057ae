package engineio

import (
	"encoding/binary"
	"unicode/utf8"
)

func isASCII(p []byte) bool {
	for len(p) >= 8 {
		if binary.LittleEndian.Uint64(p)&0x8080808080808080 != 0 {
			return false
		}
		p = p[8:]
	}
	for _, c := range p {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// toValid returns p where it is valid UTF-8, else a copy with U+FFFD for what is not.
func toValid(p []byte) ([]byte, Odd) {
	if utf8.Valid(p) {
		return p, 0
	}
	out := make([]byte, 0, len(p)+8)
	for len(p) > 0 {
		r, size := decodeRune(p)
		out = utf8.AppendRune(out, r)
		p = p[size:]
	}
	return out, OddUTF8
}

// decodeRune is utf8.DecodeRune with the replacement practice of browsers and Node (WHATWG Encoding, "UTF-8 decoder"):
// a sequence cut short is one U+FFFD, not one for each of its bytes. Lengths in revision 3 depend on it.
func decodeRune(p []byte) (r rune, size int) {
	r, size = utf8.DecodeRune(p)
	if r != utf8.RuneError || size != 1 {
		return r, size
	}
	return r, truncatedLen(p)
}

// truncatedLen is how many of the first bytes of p begin a valid sequence, at least 1; p does not start with a whole one.
func truncatedLen(p []byte) int {
	need, low, high := 0, byte(0x80), byte(0xBF)
	switch c := p[0]; {
	case 0xC2 <= c && c <= 0xDF:
		need = 1
	case 0xE0 <= c && c <= 0xEF:
		need = 2
		if c == 0xE0 {
			low = 0xA0
		} else if c == 0xED {
			high = 0x9F
		}
	case 0xF0 <= c && c <= 0xF4:
		need = 3
		if c == 0xF0 {
			low = 0x90
		} else if c == 0xF4 {
			high = 0x8F
		}
	}
	n := 1
	for ; n <= need && n < len(p) && low <= p[n] && p[n] <= high; n++ {
		low, high = 0x80, 0xBF
	}
	return n
}

// unitsEnd returns the bytes that the first n UTF-16 code units of p take. units is how many there are, where fewer
// than n; split says that the n-th is the first half of a surrogate pair.
func unitsEnd(p []byte, n int) (end, units int, split bool) {
	for units < n && end < len(p) {
		if p[end] < utf8.RuneSelf {
			end++
			units++
			continue
		}
		r, size := decodeRune(p[end:])
		if r >= 0x10000 {
			if units+1 == n {
				return end, units, true
			}
			units++
		}
		units++
		end += size
	}
	return end, units, false
}

// unitsLen is the length of valid UTF-8 in UTF-16 code units, as revision 3 counts it.
func unitsLen(p []byte) int {
	_, units, _ := unitsEnd(p, len(p)+1)
	return units
}

// LooksDoubleUTF8 guesses whether text was UTF-8 encoded twice, as Socket.IO 1.x does: every character is at most
// U+00FF, one at least is not ASCII, and as bytes they are UTF-8 again. Text that really is Latin-1 mojibake fools it.
func LooksDoubleUTF8(text []byte) bool {
	if isASCII(text) {
		return false
	}
	return eachDouble(text, func(rune) {})
}

// UndoDoubleUTF8 takes the outer encoding off text that was UTF-8 encoded twice; ok is false where it was not.
func UndoDoubleUTF8(text []byte) (plain []byte, ok bool) {
	plain = make([]byte, 0, len(text))
	ok = eachDouble(text, func(r rune) { plain = utf8.AppendRune(plain, r) })
	return plain, ok
}

// eachDouble calls f for each character under the outer encoding of text, until there is none.
func eachDouble(text []byte, f func(rune)) bool {
	var seq [utf8.UTFMax]byte
	n := 0
	for len(text) > 0 {
		outer, size := utf8.DecodeRune(text)
		if outer > 0xFF {
			return false
		}
		text = text[size:]
		seq[n] = byte(outer)
		n++
		if r, size := utf8.DecodeRune(seq[:n]); r != utf8.RuneError || size > 1 {
			f(r)
			n = 0
		} else if n == len(seq) || utf8.FullRune(seq[:n]) {
			return false
		}
	}
	return n == 0
}
