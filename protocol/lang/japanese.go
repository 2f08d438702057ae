package lang

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// joint stands for a blank between an argument and Japanese, until it is known what the argument is: a character that is
// none and is in no text (Unicode, "Noncharacters").
const joint = '\ufdd0'

// said is a translation with its arguments. Japanese has blanks beside what is of another script, and none between its own:
// "%s の無通信" is "60 ms の無通信" and "60 秒の無通信".
func said(translation string, args ...any) string {
	format, jointed := joints(translation)
	text := fmt.Sprintf(format, args...)
	if !jointed {
		return text
	}
	var b strings.Builder
	for {
		i := strings.IndexRune(text, joint)
		if i < 0 {
			return b.String() + text
		}
		b.WriteString(text[:i])
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		text = text[i+utf8.RuneLen(joint):]
		if after, _ := utf8.DecodeRuneInString(text); !japanese(before) || !japanese(after) {
			b.WriteByte(' ')
		}
	}
}

// joints is a format with joints in the place of the blanks between its verbs and Japanese, and whether there are any.
func joints(format string) (string, bool) {
	var b strings.Builder
	done := 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		end := i + 1
		for end < len(format) && strings.IndexByte("[]0123456789.+-# ", format[end]) >= 0 {
			end++
		}
		end = min(end+1, len(format)) // behind the verb itself
		if before, _ := utf8.DecodeLastRuneInString(format[:max(i-1, 0)]); i > done && format[i-1] == ' ' && japanese(before) {
			b.WriteString(format[done : i-1])
			b.WriteRune(joint)
			done = i
		}
		if after, _ := utf8.DecodeRuneInString(format[min(end+1, len(format)):]); end < len(format) && format[end] == ' ' && japanese(after) {
			b.WriteString(format[done:end])
			b.WriteRune(joint)
			done = end + 1
		}
		i = end - 1
	}
	if done == 0 {
		return format, false
	}
	return b.String() + format[done:], true
}

// japanese says whether a letter is of the Japanese script, or one of its signs.
func japanese(r rune) bool {
	return r >= 0x3001 && r < 0xa000 || r >= 0xf900 && r < 0xfb00 || r >= 0xff01 && r < 0xff66
}
