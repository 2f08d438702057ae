package redact

import (
	"encoding/json"
	"strings"
)

// AuthPayload masks the JSON that a client sends with its Socket.IO CONNECT ("Socket.IO v5, Connection to a
// namespace"): keys, null, true and false stay, strings and numbers go. What is no JSON is masked as a whole.
func (r Redactor) AuthPayload(payload string) string {
	if r.Off || strings.TrimSpace(payload) == "" {
		return payload
	}
	if !json.Valid([]byte(payload)) {
		return r.mask(payload)
	}
	var b strings.Builder
	for i := 0; i < len(payload); {
		n := valueLen(payload[i:])
		if n == 0 {
			b.WriteByte(payload[i])
			i++
			continue
		}
		value := payload[i : i+n]
		i += n
		if value[0] == '"' && (value == `""` || isKey(payload[i:])) {
			b.WriteString(value)
		} else {
			b.WriteString(r.value(value))
		}
	}
	return b.String()
}

// value masks a string or number of JSON. Where the length counts, a number stays a number.
func (r Redactor) value(v string) string {
	switch {
	case r.Fill == nil:
		return `"` + Mask + `"`
	case v[0] == '"':
		return `"` + r.Fill(v[1:len(v)-1]) + `"`
	}
	return strings.Repeat("1", len(v))
}

// valueLen is the length of the string or number that valid JSON begins with, 0 where it begins with neither.
func valueLen(s string) int {
	switch c := s[0]; {
	case c == '"':
		for i := 1; i < len(s); i++ {
			if s[i] == '\\' {
				i++
			} else if s[i] == '"' {
				return i + 1
			}
		}
	case c == '-' || '0' <= c && c <= '9':
		return len(s) - len(strings.TrimLeft(s, numeric))
	}
	return 0
}

// isKey tells from what follows a string whether it was an object's key.
func isKey(rest string) bool {
	return strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), ":")
}
