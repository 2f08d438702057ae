// Package locale tells which language the reader wants, and has its sentences: for the terminal and for the window. It
// says none.
package locale

import (
	"slices"
	"strings"

	"sioscope/assets"
	"sioscope/protocol/lang"
)

// English is the language of the sentences in the code.
const English = "en"

// Languages are those that there are sentences in, by their names in ISO 639-1, English first.
func Languages() []string { return append([]string{English}, assets.Languages()...) }

// Words are the sentences of a language; of one that nobody translated into they are English.
func Words(language string) lang.Words {
	if language == English || !slices.Contains(assets.Languages(), language) {
		return nil
	}
	words, err := lang.Parse(assets.Sentences(language))
	if err != nil {
		panic(err) // it is embedded, and a test reads it
	}
	return words
}

// Name is what a language calls itself.
func Name(language string) string { return Words(language).S("English") }

// Of is the language of messages that the environment asks for; the first variable that is set counts (POSIX,
// "Environment Variables"). Where none is, the system is asked: Windows has no such variables, and macOS sets none for
// what is not started from a terminal.
func Of(getenv func(string) string) string {
	name := ""
	for _, v := range [...]string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if name = getenv(v); name != "" {
			break
		}
	}
	if name == "" {
		name = system()
	}
	return code(name)
}

// code is the language of a locale: "ja" of "ja_JP.UTF-8" and "ja-JP".
func code(name string) string {
	if i := strings.IndexAny(name, "_-.@"); i >= 0 {
		name = name[:i]
	}
	return strings.ToLower(name)
}
