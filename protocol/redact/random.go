package redact

import (
	"regexp"
	"strings"
)

// A JSON Web Token in its compact form, RFC 7519 §3: a header that begins with {" in base64url, dots between the parts.
var jwtPattern = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){1,4}`)

const (
	minHex    = 32 // shortest run of hexadecimal digits taken for a secret: 128 bits
	minBase64 = 32 // shortest run of mixed letters and digits: above the 24 characters of the longest known sid
)

// random masks runs of characters that look like keys: hexadecimal, base64, base64url, JSON Web Tokens.
func (r Redactor) random(s string) string {
	if strings.Contains(s, "eyJ") {
		s = jwtPattern.ReplaceAllStringFunc(s, r.mask)
	}
	var b strings.Builder
	kept := 0 // s[:kept] is in b
	for i := 0; i < len(s); {
		if !isBase64(s[i]) {
			i++
			continue
		}
		start := i
		for i < len(s) && isBase64(s[i]) {
			i++
		}
		json := mayBeJSON(s[start:i])
		for i < len(s) && (json || i-start >= minHex) && s[i] == '=' {
			i++
		}
		if looksRandom(s[start:i]) || json && hidesSecret(s[start:i]) {
			b.WriteString(s[kept:start])
			b.WriteString(r.mask(s[start:i]))
			kept = i
		}
	}
	if kept == 0 {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}

// looksRandom tells a key from words, paths and identifiers: random text changes its class of character (upper case,
// lower case, digit) at every second position or so, text written by people at every sixth.
func looksRandom(s string) bool {
	if len(s) < minHex {
		return false
	}
	if looksLikeJWT(s) || isHex(s) {
		return true
	}
	var seen [4]bool
	changes, last := 0, -1
	for i := range len(s) {
		c := class(s[i])
		seen[c] = true
		if c != last && c != 3 {
			changes++
			last = c
		}
	}
	return len(s) >= minBase64 && seen[0] && seen[1] && seen[2] && changes*100 >= len(s)*30
}

func looksLikeJWT(s string) bool {
	return len(s) > 16 && strings.HasPrefix(s, "eyJ")
}

func class(c byte) int { return int(classes[c] & 3) }

func isBase64(c byte) bool { return classes[c]&inBase64 != 0 }

// inBase64 says of a class that the character is one of base64, or of base64url.
const inBase64 = 4

// classes are upper case, lower case, digits and what is neither, of each byte.
var classes = func() (of [256]byte) {
	for i := range of {
		switch c := byte(i); {
		case 'A' <= c && c <= 'Z':
			of[i] = 0 | inBase64
		case 'a' <= c && c <= 'z':
			of[i] = 1 | inBase64
		case '0' <= c && c <= '9':
			of[i] = 2 | inBase64
		case c == '+' || c == '/' || c == '_' || c == '-':
			of[i] = 3 | inBase64
		default:
			of[i] = 3
		}
	}
	return of
}()

func isHex(s string) bool {
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits++
		case 'a' <= c|0x20 && c|0x20 <= 'f':
		default:
			return false
		}
	}
	return digits > 0
}
