// Package plain makes text of a capture safe to show: what is invisible, moves the cursor or turns the direction of
// writing becomes a dot, so that nothing can look like something else.
package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sioscope/protocol/lang"
)

// Dot stands for what cannot be shown.
const Dot = '·'

// Hidden says that a character is not to be shown: a control character, a separator of lines, one that changes the
// direction of writing, or none at all.
func Hidden(r rune) bool {
	switch {
	case r == utf8.RuneError, unicode.IsControl(r):
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x061c:
		return true
	}
	return r == 0x2028 || r == 0x2029 || r == 0xfeff
}

// Number writes n with blanks between thousands.
func Number(n int64) string { return lang.Number(n) }

// Text is s with a Dot for everything hidden.
func Text(s string) string {
	if strings.IndexFunc(s, Hidden) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if Hidden(r) {
			return Dot
		}
		return r
	}, s)
}
