// Package langtest tells, for tests, whether a text is in another language than English, so that a sentence that was
// said past the catalogue fails. It knows scripts and words, and no grammar.
package langtest

import (
	"regexp"
	"strings"
	"unicode"
)

// Japanese says whether a text has kana or kanji in it.
func Japanese(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
	})
}

var (
	quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	stray  = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}ー、。：；！？（）「」・] +[\p{Hiragana}\p{Katakana}\p{Han}、。：；！？（）「」・]`)
	prose  = regexp.MustCompile(`(?:^|[^\w./$<-])((?:[A-Z]?[a-z]{2,}|a|[A-Z]?[a-z]+'s)(?:,? (?:[a-z]{2,}|a|[a-z]+'s)){3,})`)
)

// English is the first stretch of English prose in a text: four words in a row, outside of quotation marks, where the
// bytes on the wire are; "" where there is none.
func English(text string) string {
	if m := prose.FindStringSubmatch(quoted.ReplaceAllString(text, `""`)); m != nil {
		return m[1]
	}
	return ""
}

// Stray is the first blank of a text that stands between Japanese and Japanese, with what is around it, outside of quotation
// marks; "" where there is none.
func Stray(text string) string { return stray.FindString(quoted.ReplaceAllString(text, `""`)) }
