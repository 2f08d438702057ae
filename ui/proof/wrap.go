package proof

import (
	"strings"
	"unicode/utf8"

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

// broken takes the longest line that reads well from a text that is too long for one.
func (s *sheet) broken(text string, font timeline.Font, size, width float32) (line, rest string) {
	fits := func(text string) bool { return s.v.Fonts.Width(text, font, size) <= width }
	if line, rest = plain.Break(text, fits); rest != "" {
		return line, rest
	}
	s.torn = true
	end := 0
	for i, r := range text {
		next := i + utf8.RuneLen(r)
		if end > 0 && !fits(text[:next]) {
			break
		}
		end = next
	}
	return text[:end], strings.TrimLeft(text[end:], " ")
}
