package rows

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// A field is a word before a colon that restricts a search to one thing.
type field uint8

const (
	anywhere field = iota
	byEvent        // the name of a Socket.IO event
	bySID
	byStatus // of an answer: 400, or 4 for all from 400 to 499
	byNode   // its letter, or a part of its name
)

// fields are the words themselves, with their colons.
var fields = [...]string{byEvent: "event:", bySID: "sid:", byStatus: "status:", byNode: "node:"}

// A term is one thing that a row must have.
type term struct {
	in   field
	text string   // lower case
	raw  [][]byte // what is looked for in bytes: the text, and the text in the ways that JSON escapes it
}

// A Query is what is searched for: a text, letters of either case alike, and after event:, sid:, status: or node: what
// must be true besides. The zero value finds everything.
type Query struct{ terms []term }

// NewQuery reads what was typed. A value with blanks stands in quotes: event:"new message".
func NewQuery(typed string) Query {
	var q Query
	var plain []string
	rest := typed
	for rest != "" {
		f, value, after := next(rest)
		if f == anywhere {
			plain = append(plain, value)
		} else if value != "" {
			q.add(f, value)
		}
		rest = after
	}
	q.add(anywhere, strings.Join(plain, ""))
	return q
}

// next takes the first piece of what was typed: a word with its field, or a stretch of text with the blanks in it.
func next(s string) (f field, value, rest string) {
	start := len(s) - len(strings.TrimLeft(s, " "))
	if f = fieldOf(s[start:]); f != anywhere {
		value, rest = quoted(s[start+len(fields[f]):])
		return f, value, rest
	}
	end := start + strings.IndexByte(s[start:]+" ", ' ')
	return anywhere, s[:end], s[end:]
}

func fieldOf(s string) field {
	for f, word := range fields {
		if word != "" && len(s) >= len(word) && strings.EqualFold(s[:len(word)], word) {
			return field(f)
		}
	}
	return anywhere
}

// quoted is a value up to the next blank, or within quotes.
func quoted(s string) (value, rest string) {
	if strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s[1:], `"`)
		return value, rest
	}
	end := strings.IndexByte(s+" ", ' ')
	return s[:end], s[end:]
}

func (q *Query) add(f field, text string) {
	if text = strings.ToLower(strings.TrimSpace(text)); text == "" {
		return
	}
	t := term{in: f, text: text}
	within := inString.Replace(text)
	for _, way := range [...]string{text, escaped(text), within, escaped(within)} {
		if !slices.ContainsFunc(t.raw, func(b []byte) bool { return string(b) == way }) {
			t.raw = append(t.raw, []byte(way))
		}
	}
	q.terms = append(q.terms, t)
}

// inString escapes what a string in JSON cannot have as it is.
var inString = strings.NewReplacer(`"`, `\"`, `\`, `\\`)

// escaped is a text as JSON has it where all that is not ASCII is escaped, as Python's json does.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r <= unicode.MaxASCII {
			b.WriteRune(r)
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			b.WriteString(`\u` + strconv.FormatUint(uint64(u)|1<<16, 16)[1:])
		}
	}
	return b.String()
}

// Empty says whether nothing is searched for.
func (q *Query) Empty() bool { return len(q.terms) == 0 }

// Words are the texts that a reader looks for in what was found, in lower case.
func (q *Query) Words() (words []string) {
	for _, t := range q.terms {
		if t.in == byStatus || t.in == byNode { // a digit, a letter: they are everywhere
			continue
		}
		for _, w := range t.raw {
			words = append(words, string(w))
		}
	}
	return words
}

// A Span is a piece of a text, in bytes.
type Span struct{ From, To int }

// Spans are the places of words in a text, at most a number of them. Words are lower case; letters of either case match.
func Spans(text string, words []string, most int) (found []Span) {
	for at := 0; at < len(text) && len(found) < most; {
		s, ok := first(text, at, words)
		if !ok {
			break
		}
		found = append(found, s)
		at = s.To
	}
	return found
}

// first is the first place of any word from a place on.
func first(text string, from int, words []string) (s Span, ok bool) {
	for _, w := range words {
		i := indexFold([]byte(text[from:]), []byte(w))
		if i >= 0 && (!ok || from+i < s.From) {
			s, ok = Span{from + i, from + i + len(w)}, true
		}
	}
	return s, ok
}
