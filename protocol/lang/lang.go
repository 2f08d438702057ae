// Package lang says sentences in the reader's language. A sentence is named by its English format: what is looked up is
// what the code says, so that a reader of the code, and of a language that lacks it, sees English.
package lang

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Words are the sentences of a language by their English. A translation may take its arguments in another order, with
// explicit indexes: "%[2]s". The zero value is English.
type Words map[string]string

// Parse reads a catalogue: a JSON object of English formats and their translations.
func Parse(catalogue []byte) (Words, error) {
	var w Words
	if err := json.Unmarshal(catalogue, &w); err != nil {
		return nil, fmt.Errorf("a catalogue of sentences is no JSON object of texts: %w", err)
	}
	return w, nil
}

// S is the sentence of a format, with its arguments as fmt.Sprintf has them.
func (w Words) S(format string, args ...any) string {
	t, ok := w[format]
	switch {
	case !ok:
		t = format
	case len(args) > 0:
		return said(t, args...)
	}
	if len(args) == 0 {
		return t
	}
	return fmt.Sprintf(t, args...)
}

// N is S with the format for one thing, or the one for any other number of them. The catalogue has both.
func (w Words) N(n int, one, many string, args ...any) string {
	if n == 1 {
		return w.S(one, args...)
	}
	return w.S(many, args...)
}

// Count is a number of things: "1 session", "3 sessions". The catalogue has it as "%d session".
func (w Words) Count(n int, one string) string { return w.Plural(n, one, one+"s") }

// Plural is Count for things with a plural of their own: "1 connection is", "2 connections are". The catalogue has it
// under the singular, as "%d connection is".
func (w Words) Plural(n int, one, many string) string {
	if t, ok := w["%d "+one]; ok {
		return said(t, Amount(n))
	}
	if n == 1 {
		return "1 " + one
	}
	return Number(int64(n)) + " " + many
}

// List joins what is told one after the other: "a, b".
func (w Words) List(parts []string) string { return strings.Join(parts, w.S(", ")) }

// Clauses joins what is told one after the other where a clause may have commas of its own: "a; b".
func (w Words) Clauses(parts []string) string {
	text := ""
	for i, p := range parts {
		if i == 0 {
			text = p
			continue
		}
		text = w.S("%s; %s", text, p)
	}
	return text
}

// Said is what an earlier stage said in English, such as the reason why a session ended: it marked it with Mark.
func (w Words) Said(text string) string {
	if t, ok := w[text]; ok {
		return t
	}
	return text
}

// Mark marks a text of a stage that knows no language, for the catalogue to have it: see Said.
func Mark(text string) string { return text }
