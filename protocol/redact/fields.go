package redact

import (
	"regexp"
	"strings"
)

// fields masks what goes by a secret's name within JSON, JSON within strings of JSON, and objects as programs print them:
// "token": "…", {\"pin\":1234}, credentials: { … }. Of an array or object all strings and numbers go; its keys stay, and so
// does what stands for a binary attachment.
func (r Redactor) fields(s string) string {
	var b strings.Builder
	kept := 0 // s[:kept] is in b
	for i := 0; i < len(s); i++ {
		if s[i] != ':' && s[i] != '=' {
			continue
		}
		at := skipBlank(s, i+1)
		if at == len(s) {
			break
		}
		c := s[at]
		number := c == '-' || '0' <= c && c <= '9'
		if !number && c != '"' && c != '\'' && c != '\\' && c != '[' && c != '{' {
			continue
		}
		name, level, quoted := nameBefore(s, i)
		if quoted && isValue(name) {
			if other := sibling(s, i, at); other != "" {
				name = other
			}
		}
		if number && !quoted || !secretName(name) || number && counts(name) {
			continue
		}
		f := field{Redactor: r, s: s, name: name, level: level, doubt: doubtOf(name)}
		if c == '{' && f.doubt == aCode || number && f.doubt == someToken {
			continue
		}
		if s[i] == '=' && f.doubt == aSession {
			f.doubt = sure // as cookies and parameters have it
		}
		b.WriteString(s[kept:at])
		kept = f.value(&b, at)
		i = kept - 1
	}
	if kept == 0 {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}

func skipBlank(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r') {
		i++
	}
	return i
}

// nameBefore is the name that ends before s[i], and how many backslashes stand before each of its quotes.
func nameBefore(s string, i int) (name string, level int, quoted bool) {
	for i > 0 && (s[i-1] == ' ' || s[i-1] == '\t') {
		i--
	}
	if i == 0 {
		return "", 0, false
	}
	if q := s[i-1]; q == '"' || q == '\'' {
		end := i - 1
		for end > 0 && s[end-1] == '\\' {
			end--
			level++
		}
		from := max(0, end-maxName-1)
		start := from + strings.LastIndexByte(s[from:end], q) + 1
		if start == from {
			return "", 0, false
		}
		return s[start:end], level, true
	}
	start := i
	for start > 0 && i-start <= maxName && isName(s[start-1]) {
		start--
	}
	return s[start:i], 0, false
}

func isName(c byte) bool { return class(c) != 3 || c == '_' || c == '-' || c == '.' || c == '$' }

func isBare(c byte) bool { return isName(c) || c == '*' || c >= 0x80 }

// A field is a secret's name, with a value to be masked.
type field struct {
	Redactor
	s, name string
	level   int // backslashes before each quote
	doubt
	key string // that was seen last, within an array or object
}

// value writes the value that begins at i, masked, and says where it ends.
func (f *field) value(b *strings.Builder, i int) (end int) {
	switch c := f.s[i]; c {
	case '[', '{':
		return f.inside(b, i)
	case '"', '\'', '\\':
		return f.text(b, i, false)
	}
	return f.number(b, i)
}

// inside masks an array or object, to its end or that of the text.
func (f *field) inside(b *strings.Builder, i int) (end int) {
	s := f.s
	for depth := 0; i < len(s); {
		switch c := s[i]; {
		case c == '{' && placeholder.MatchString(s[i:min(len(s), i+64)]):
			n := strings.IndexByte(s[i:], '}') + 1
			b.WriteString(s[i : i+n])
			i += n
			if depth == 0 {
				return i
			}
			continue
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				b.WriteByte(c)
				return i + 1
			}
		case c == '"' || c == '\'' || c == '\\':
			i = f.text(b, i, true)
			continue
		case c == '-' || '0' <= c && c <= '9':
			i = f.digits(b, i)
			continue
		case isBare(c):
			i = f.bare(b, i)
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return i
}

// placeholder is what Socket.IO has in the place of bytes that follow as an attachment.
var placeholder = regexp.MustCompile(`^\{\s*(?:\\*"_placeholder\\*"\s*:\s*true\s*,\s*\\*"num\\*"\s*:\s*\d+|\\*"num\\*"\s*:\s*\d+\s*,\s*\\*"_placeholder\\*"\s*:\s*true)\s*\}`)

// text masks a string; keys says that it stays where it is a key.
func (f *field) text(b *strings.Builder, i int, keys bool) (end int) {
	s, start := f.s, i
	for i < len(s) && s[i] == '\\' {
		i++
	}
	if i == len(s) || s[i] != '"' && s[i] != '\'' {
		b.WriteString(s[start:i])
		return i
	}
	open := s[start : i+1]
	from := i + 1
	to, next := stringEnd(s, from, s[i], len(open)-1)
	content := s[from:to]
	b.WriteString(open)
	if keys && isKey(s[next:]) {
		b.WriteString(content)
		f.key = content
	} else {
		b.WriteString(f.masked(content, keys))
	}
	b.WriteString(s[to:next])
	return next
}

// masked is what stands for a string. What a cookie or a scheme is called stays.
func (f *field) masked(content string, inner bool) string {
	switch content {
	case "", "true", "false", "null", "undefined":
		return content
	}
	if f.spares(content, true) && (!inner || !secretName(f.key)) {
		return content
	}
	lower := strings.ToLower(f.name)
	switch {
	case strings.HasSuffix(lower, "authorization"):
		return f.credentials(content)
	case !strings.Contains(lower, "cookie") || !strings.Contains(content, "="):
		return f.mask(content)
	case strings.Contains(lower, "set"):
		return f.setCookie(content)
	}
	return f.cookies(content)
}

// stringEnd is where a string ends that has level backslashes before each of its quotes, and where what follows begins.
func stringEnd(s string, from int, quote byte, level int) (to, next int) {
	for i := from; i < len(s); i++ {
		if s[i] != quote {
			continue
		}
		n := 0
		for i-n > from && s[i-n-1] == '\\' {
			n++
		}
		if ends, own := endsString(n, level); ends {
			if own {
				return i - level, i + 1
			}
			return i - n, i - n // of what the string is in
		}
	}
	return len(s), len(s)
}

// endsString says whether a quote behind n backslashes ends a string of a level, or what that is in.
func endsString(n, level int) (ends, own bool) {
	for level > 0 {
		if n%2 == 0 {
			return true, false
		}
		n, level = n/2, level/2
	}
	return n%2 == 0, true
}

// digits masks a number within an array or object, unless it is one of those that tell how many.
func (f *field) digits(b *strings.Builder, i int) (end int) {
	if f.doubt != aSession && f.doubt != someToken || secretName(f.key) && !counts(f.key) {
		return f.number(b, i)
	}
	end = i + max(1, len(f.s)-i-len(strings.TrimLeft(f.s[i:], numeric)))
	b.WriteString(f.s[i:end])
	return end
}

const numeric = "+-.0123456789eE" // what a number of JSON consists of

// number masks a number. Where the length counts it stays one.
func (f *field) number(b *strings.Builder, i int) (end int) {
	n := max(1, len(f.s)-i-len(strings.TrimLeft(f.s[i:], numeric)))
	if f.Fill != nil {
		b.WriteString(strings.Repeat("1", n))
		return i + n
	}
	quote := strings.Repeat(`\`, f.level) + `"`
	b.WriteString(quote + Mask + quote)
	return i + n
}

// bare masks a word without quotes, as it is in what is no JSON; keys and what JSON has without quotes stay.
func (f *field) bare(b *strings.Builder, i int) (end int) {
	end = i
	for end < len(f.s) && isBare(f.s[end]) {
		end++
	}
	switch word := f.s[i:end]; {
	case isKey(f.s[end:]):
		f.key = word
		b.WriteString(word)
	case word == "true", word == "false", word == "null", word == "undefined", f.spares(word, true) && !secretName(f.key):
		b.WriteString(word)
	default:
		b.WriteString(f.mask(word))
	}
	return end
}
