package plain

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Break divides text at the last good place before which it fits: at a blank, or where Japanese may be divided. Where it
// cannot be divided, rest is "".
func Break(text string, fits func(string) bool) (first, rest string) {
	all, good := places(text, fits)
	n := sort.Search(len(all), func(i int) bool { return !fits(text[:all[i]]) })
	if n == 0 {
		return text, ""
	}
	at := all[n-1]
	if i := sort.SearchInts(good, at+1); i > 0 && good[i-1] >= at/2 {
		at = good[i-1] // a line that is a little shorter reads better than a word in two
	}
	return strings.TrimRight(text[:at], " "), strings.TrimLeft(text[at:], " ")
}

// Lines is a text in lines that fit, where Fyne would divide it badly: at blanks alone, of which Japanese has few, also before
// what may begin no line, and at those within a number.
func Lines(text string, fits func(string) bool) string { return LinesAfter(text, fits, fits) }

// LinesAfter is the same for a text whose first line has another length, behind something else.
func LinesAfter(text string, first, fits func(string) bool) string {
	if strings.IndexFunc(text, ofOurs) < 0 {
		return text
	}
	paragraphs := strings.Split(text, "\n")
	for i, text := range paragraphs {
		var lines []string
		for now := first; !now(text); now = fits {
			line, rest := Break(text, now)
			if rest == "" {
				break
			}
			lines, text = append(lines, line), rest
		}
		first = fits
		paragraphs[i] = strings.Join(append(lines, text), "\n")
	}
	return strings.Join(paragraphs, "\n")
}

func ofOurs(r rune) bool { return japanese(r) || r == '\u00a0' }

// places are where a line may end, as far as is of interest: up to the first that is too far, and a few behind. The good
// ones are between words.
func places(text string, fits func(string) bool) (all, good []int) {
	const step = 16
	var before [2]rune // the letters before, the nearest first
	for i, r := range text {
		blank := r == ' ' && !glued(before[0], text[i+1:])
		if i > 0 && (blank || mayBreak(before[0], r)) {
			if all = append(all, i); blank || betweenWords(before, r) {
				good = append(good, i)
			}
			if len(all)%step == 0 && !fits(text[:i]) {
				break
			}
		}
		before = [2]rune{r, before[0]}
	}
	return all, good
}

// mayBreak says whether a line may end between two letters: behind one of Japanese, or before its brackets, but not before
// what closes, ends or lengthens, and not behind what opens (JIS X 4051, "line breaking"). At blanks it may in any language.
func mayBreak(a, b rune) bool {
	opens := japanese(b) && strings.ContainsRune(openers, b)
	return (japanese(a) || opens) && !unicode.IsSpace(a) && !unicode.IsSpace(b) && !strings.ContainsRune(openers, a) && !strings.ContainsRune(hanging, b)
}

const (
	openers = "（「『【〔［｛〈《“‘"
	hanging = "、。，．・：；？！）」』】〕］｝〉》”’…‥ー々ゝゞヽヾ～％〜ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ.,:;!?)]}%"
	// linking are the ends of a verb that another is joined to: 読み取る, 振り分ける.
	linking = "みりけきえびちせれべめぎしい"
)

// betweenWords says whether a new word begins, of two letters between which a line may end. Where words begin cannot be told
// for certain without a dictionary, but nearly all do behind a particle or an ending, which are hiragana, or behind a sign.
func betweenWords(before [2]rune, r rune) bool {
	a := before[0]
	switch {
	case strings.ContainsRune(hanging, a) && !kana(a), strings.ContainsRune(openers, r):
		return true
	case !unicode.Is(unicode.Hiragana, a) || unicode.Is(unicode.Hiragana, r):
		return false
	}
	return !(unicode.Is(unicode.Han, r) && unicode.Is(unicode.Han, before[1]) && strings.ContainsRune(linking, a))
}

func kana(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) || r == 'ー' }

// japanese says whether a letter is of the Japanese script, or one of its signs.
func japanese(r rune) bool {
	return r >= 0x3000 && r < 0xa000 || r >= 0xf900 && r < 0xfb00 || r >= 0xff00 && r < 0xfff0
}

// glued says whether a blank stands before what may begin no line: a particle behind a word in Latin letters, what is
// counted behind its number, or what closes.
func glued(before rune, rest string) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	return !japanese(before) && unicode.Is(unicode.Hiragana, next) || unicode.IsDigit(before) && japanese(next) || strings.ContainsRune(hanging, next) && japanese(next)
}
