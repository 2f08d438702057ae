package assets

import (
	"embed"
	"strings"
)

// A catalogue has the sentences of a language by the formats of the English ones: "%s was refused". To translate into
// another language is to write such a file beside it.
//
//go:embed lang/*.json
var catalogues embed.FS

// Languages are the languages that there are sentences in, beside English, by their names in ISO 639-1: "ja".
func Languages() []string {
	entries, _ := catalogues.ReadDir("lang")
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".json"))
	}
	return names
}

// Sentences is the catalogue of a language, nil where there is none.
func Sentences(language string) []byte {
	b, _ := catalogues.ReadFile("lang/" + language + ".json")
	return b
}
