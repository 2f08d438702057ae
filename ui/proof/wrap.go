package proof

import (
	"unicode"

	"sioscope/ui/plain"
	"sioscope/ui/timeline"
)

// maxLines is how many lines a text gets; the last one is cut where that is too few.
const maxLines = 4

// wrap breaks a text into lines of a width: at blanks, between letters that need none, and within a word that is longer
// than a line.
func (s *sheet) wrap(text string, font timeline.Font, size, width float32) (lines []string) {
	rest := plain.Text(text)
	for rest != "" && len(lines) < maxLines-1 && s.v.Fonts.Width(rest, font, size) > width {
		line, after := s.broken(rest, font, size, width)
		lines, rest = append(lines, line), after
	}
	if rest != "" {
		lines = append(lines, s.v.Fonts.Cut(rest, font, size, width))
	}
	return lines
}

// broken takes the longest line from a text that is too long for one.
func (s *sheet) broken(text string, font timeline.Font, size, width float32) (line, rest string) {
	end, blank, last := 0, 0, rune(0)
	for i, r := range text {
		if i > 0 && (last == ' ' || wide(r) && !closing(r) || wide(last) && !closing(r)) {
			blank = i
		}
		if s.v.Fonts.Width(text[:i+len(string(r))], font, size) > width {
			break
		}
		end, last = i+len(string(r)), r
	}
	switch {
	case blank > 0:
		end = blank
	case end == 0:
		end, s.torn = len(string([]rune(text)[0])), true
	default:
		s.torn = true
	}
	return text[:end], trimLeft(text[end:])
}

// wide says whether a letter stands by itself, so that a line may end before and after it.
func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f
}

// closing says whether a letter must not begin a line.
func closing(r rune) bool {
	switch r {
	case '、', '。', '，', '．', '」', '』', '）', '：', 'ー', 'ッ', 'ャ', 'ュ', 'ョ', 'っ', 'ゃ', 'ゅ', 'ょ', ',', '.', ')', ':', ';', '”', '…':
		return true
	}
	return false
}

func trimLeft(text string) string {
	for len(text) > 0 && text[0] == ' ' {
		text = text[1:]
	}
	return text
}
