package report

import (
	"fmt"
	"strings"
	"unicode"

	"sioscope/ui/plain"
)

// clean makes text that came from the wire safe to print on one line: control characters, which would steer a
// terminal, and marks that turn the direction of writing are spelled out.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.IndexFunc(s, unsafe) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteByte(' ')
		case unsafe(r) && r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case unsafe(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unsafe(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029
}

// ascii writes s without anything a terminal outside UTF-8 would garble.
func ascii(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		b.WriteString(asciiRune(r))
	}
	return b.String()
}

func asciiRune(r rune) string {
	switch r {
	case '→':
		return "->"
	case '←':
		return "<-"
	case '…':
		return "..."
	case '–', '—', '·', '•':
		return "-"
	case '“', '”':
		return `"`
	case '‘', '’':
		return "'"
	case '≥':
		return ">="
	case '≤':
		return "<="
	case '≠':
		return "!="
	case '×', '✕':
		return "x"
	case 'µ':
		return "u"
	case '\u00a0':
		return " "
	}
	return "?"
}

// textWidth is the number of columns a terminal needs for s; colours of paint take none.
func textWidth(s string) int {
	n, escape := 0, false
	for _, r := range s {
		switch {
		case escape:
			escape = r != 'm'
		case r == 0x1b:
			escape = true
		default:
			n += runeWidth(r)
		}
	}
	return n
}

// runeWidth knows combining marks and the wide blocks of East Asia (Unicode Annex 11), which suffices for names.
func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff,
		r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// shorten cuts s to width columns and ends it with mark where something was cut.
func shorten(s string, width int, mark string) string {
	if textWidth(s) <= width {
		return s
	}
	room := width - textWidth(mark)
	for i, r := range s {
		if room -= runeWidth(r); room < 0 {
			return s[:i] + mark
		}
	}
	return s
}

// wrap breaks s into lines of at most width columns: at blanks, between characters of East Asia, which are written
// without them, and long words, which are URLs, after their signs.
func wrap(s string, width int) []string {
	width = max(width, 10)
	var lines []string
	line, used := "", 0
	for _, w := range pieces(s) {
		word, blank := w.text, w.blank
		n := textWidth(word)
		if head := fill(word, width, width-used-blank); used > 0 && head != "" {
			line, word = line+strings.Repeat(" ", blank)+head, word[len(head):]
			n, used = textWidth(word), width
		}
		if used > 0 && used+blank+n > width {
			lines = append(lines, line)
			line, used = "", 0
		}
		for ; used == 0 && n > width; n = textWidth(word) {
			head := fill(word, width, width)
			if head == "" {
				head = shorten(word, width, "")
			}
			lines = append(lines, head)
			word = word[len(head):]
		}
		if used > 0 {
			line, used = line+strings.Repeat(" ", blank), used+blank
		}
		line, used = line+word, used+n
	}
	if used > 0 {
		lines = append(lines, line)
	}
	return lines
}

// fields are what is between blanks: those within a number divide nothing.
func fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r != '\u00a0' && unicode.IsSpace(r) })
}

// A piece is what a line is not broken within, and how many blanks are before it on a line.
type piece struct {
	text  string
	blank int
}

// pieces takes a text apart where lines may be broken.
func pieces(s string) []piece {
	var list []piece
	for _, word := range fields(s) {
		blank := 1
		start := 0
		var before rune
		for i, r := range word {
			if i > start && (wide(before) || wide(r)) && !leans(before, r) {
				list = append(list, piece{word[start:i], blank})
				start, blank = i, 0
			}
			before = r
		}
		list = append(list, piece{word[start:], blank})
	}
	return list
}

func wide(r rune) bool { return runeWidth(r) == 2 }

// leans says whether no line may end with before or begin with r (JIS X 4051, line-end and line-start prohibition).
func leans(before, r rune) bool {
	return strings.ContainsRune("（「『［〈《【([{“", before) ||
		strings.ContainsRune("、。，．・：；？！）」』］〉》】ー…々ぁぃぅぇぉっゃゅょァィゥェォッャュョ)]},.:;!?”", r)
}

// fill is as much of a word as may end a line with room columns left: nothing, unless the word is too long for most
// of a line and has a sign in that room to break after.
func fill(word string, width, room int) string {
	if n := textWidth(word); n <= room || n <= width*2/3 {
		return ""
	}
	return word[:1+strings.LastIndexAny(shorten(word, room, ""), "?&/;,")]
}

// duration prints nanoseconds for people, as the window does; there are none below zero.
func duration(ns int64) string { return plain.Span(max(ns, 0)) }

// bytesText prints a number of bytes in decimal units.
func bytesText(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	f := float64(n)
	for _, unit := range [...]string{"kB", "MB", "GB", "TB"} {
		f /= 1000
		if f < 9.95 {
			return fmt.Sprintf("%.1f %s", f, unit)
		}
		if f < 999.5 || unit == "TB" {
			return fmt.Sprintf("%.0f %s", f, unit)
		}
	}
	return ""
}
