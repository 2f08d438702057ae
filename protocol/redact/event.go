package redact

import "strings"

// event masks the arguments of an event whose name is that of a secret: ["token","…"]. What is before its array, the
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
	var b strings.Builder
	b.WriteString(s[:next])
	f := field{Redactor: r, s: s, name: s[i+1 : to], doubt: doubtOf(s[i+1 : to])}
	for depth := 0; next < len(s); {
		switch c := s[next]; c {
		case '{':
			depth++
		case '}':
			depth--
		case '"':
			if depth == 0 {
				next = f.text(&b, next, false)
				continue
			}
			_, end := stringEnd(s, next+1, '"', 0)
			b.WriteString(s[next:end])
			next = end
			continue
		}
		b.WriteByte(s[next])
		next++
	}
	return b.String()
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
	switch strings.ToLower(name) {
	case "authenticate", "authentication", "authorize", "reauthenticate":
		return true
	}
	return secretName(name)
}

// Emission masks the arguments of an event, divided by commas or blanks.
func (r Redactor) Emission(name, args string) string {
	head := `["` + name + `",`
	if masked, ok := strings.CutPrefix(r.Text(head+args), head); ok && !r.Off {
		return masked
	}
	return r.Text(args)
}
