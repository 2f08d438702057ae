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
		return Mask
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
			b.WriteString(`"` + Mask + `"`)
		}
	}
	return b.String()
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
		return len(s) - len(strings.TrimLeft(s, "+-.0123456789eE"))
	}
	return 0
}

// isKey tells from what follows a string whether it was an object's key.
func isKey(rest string) bool {
	return strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), ":")
}
