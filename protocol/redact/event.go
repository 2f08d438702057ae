package redact

import "strings"

// event masks the arguments of an event whose name is that of a secret, or lets somebody in: ["token","…"]. What is before its array, the
// numbers of packets and the namespace, stays. Objects among the arguments are judged by their own keys.
func (r Redactor) event(s string) string {
	i := strings.IndexByte(s, '[')
	if i < 0 || i > maxBefore || !isBefore(s[:i]) {
		return s
	}
	i = skipBlank(s, i+1)
	if i == len(s) || s[i] != '"' {
		return s
	}
	to, next := stringEnd(s, i+1, '"', 0)
	if !SecretEvent(s[i+1 : to]) {
		return s
	}
	name := s[i+1 : to]
	var b strings.Builder
	b.WriteString(s[:next])
	f := field{Redactor: r, s: s, name: name, doubt: doubtOfEvent(name)}
	for depth := 0; next < len(s); {
		switch c := s[next]; {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == '"' && depth == 0:
			next = f.text(&b, next, false)
			continue
		case c == '"':
			next = f.member(&b, next)
			continue
		case depth == 0 && (c == '-' || '0' <= c && c <= '9'):
			next = f.place(&b, next)
			continue
		}
		b.WriteByte(s[next])
		next++
	}
	return b.String()
}

// member masks a string within an object that an event has with it, where the event says that it is a secret; else it is
// judged by its own key, elsewhere.
func (f *field) member(b *strings.Builder, i int) (end int) {
	to, end := stringEnd(f.s, i+1, '"', 0)
	switch content := f.s[i+1 : to]; {
	case isKey(f.s[end:]):
		f.key = content
	case SecretMember(f.name, f.key, content):
		return f.text(b, i, false)
	}
	b.WriteString(f.s[i:end])
	return end
}

// minCode is how many characters a number has at least that is a code or a PIN.
const minCode = 4

// place masks a number that an event has with it, where it is as long as a code and does not count.
func (f *field) place(b *strings.Builder, i int) (end int) {
	n := max(1, len(f.s)-i-len(strings.TrimLeft(f.s[i:], numeric)))
	if n >= minCode && f.doubt != someToken && !counts(f.name) {
		return f.number(b, i)
	}
	b.WriteString(f.s[i : i+n])
	return i + n
}

// maxBefore is how long what stands before an event's array may be.
const maxBefore = 64

// isBefore says whether text may stand before an event's array: "42", "51-/chat,7", "d=42".
func isBefore(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isName(c) && c != '/' && c != ',' && c != ' ' && c != '=' && c != ':' {
			return false
		}
	}
	return true
}

// SecretEvent says whether the strings that an event of a name has with it are secrets.
func SecretEvent(name string) bool {
	return secretName(name) || isLogin(name)
}

// Emission masks the arguments of an event, divided by commas or blanks.
func (r Redactor) Emission(name, args string) string {
	head := `["` + name + `",`
	if masked, ok := strings.CutPrefix(r.Text(head+args), head); ok && !r.Off {
		return masked
	}
	return r.Text(args)
}
