package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// breakHere is a blank (U+200A) that has no width in the font that Japanese is written in. Fyne begins new lines at blanks
// alone, of which Japanese has few.
const breakHere = '\u200a'

// breakable is a text in which Fyne finds where lines of Japanese may end.
func breakable(text string) string {
	if strings.IndexFunc(text, japanese) < 0 {
		return text
	}
	var b strings.Builder
	before := ' '
	for _, r := range text {
		if mayBreak(before, r) {
			b.WriteRune(breakHere)
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// mayBreak says whether a line may end between two letters: behind one of Japanese, but not before what closes, ends or
// lengthens, and not behind what opens (JIS X 4051, "line breaking"). At blanks it may in any language.
func mayBreak(a, b rune) bool {
	return japanese(a) && !unicode.IsSpace(a) && !unicode.IsSpace(b) && !strings.ContainsRune(openers, a) && !strings.ContainsRune(hanging, b)
}

const (
	openers = "（「『【〔［｛〈《“‘"
	hanging = "、。，．・：；？！）」』】〕］｝〉》”’…‥ー々ゝゞヽヾ～％〜ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ.,:;!?)]}%"
)

// japanese says whether a letter is of the Japanese script, or one of its signs.
func japanese(r rune) bool {
	return r >= 0x3000 && r < 0xa000 || r >= 0xf900 && r < 0xfb00 || r >= 0xff00 && r < 0xfff0
}

// broken divides text at the last place before which it fits: at a blank, or where Japanese may be divided.
func broken(text string, fits func(string) bool) (first, rest string) {
	at, before := -1, ' '
	for i, r := range text {
		if r == ' ' && !glued(before, text[i+1:]) || mayBreak(before, r) {
			if !fits(text[:i]) {
				break
			}
			at = i
		}
		before = r
	}
	if at < 0 {
		return text, ""
	}
	if c, n := utf8.DecodeRuneInString(text[at:]); c == ' ' {
		return text[:at], text[at+n:]
	}
	return text[:at], text[at:]
}

// glued says whether a blank stands before what may begin no line: a particle behind a word in Latin letters, or what is
// counted behind its number.
func glued(before rune, rest string) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	return !japanese(before) && unicode.Is(unicode.Hiragana, next) || unicode.IsDigit(before) && japanese(next)
}

// divided is a text in lines that fit, where Japanese is in it: Fyne divides at blanks alone, also at those that are glued.
func divided(text string, fits func(string) bool) string {
	if strings.IndexFunc(text, japanese) < 0 {
		return text
	}
	var lines []string
	for !fits(text) {
		first, rest := broken(text, fits)
		if rest == "" {
			break
		}
		lines, text = append(lines, first), rest
	}
	return strings.Join(append(lines, text), "\n")
}
