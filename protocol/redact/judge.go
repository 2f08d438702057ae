package redact

import (
	"strings"
	"unicode"
)

// Some names of secrets name other things as well: a session of a conference, tokens that are counted, the end of a letter.
// What goes by those is judged by what it looks like. Passwords, cookies, keys and codes are not judged: they may look like
// anything.

// A doubt is what a name of a secret may mean besides.
type doubt uint8

const (
	sure      doubt = iota
	aSession        // of anything: a secret is long and random
	aToken          // a word of a text, or a state
	aState          // "required"
	someToken       // how many
	aCode           // a PIN is no object
)

// doubtOf says what else a name may mean.
func doubtOf(name string) doubt {
	var room [maxName]byte
	key, _ := plainName(&room, name)
	switch string(key) {
	case "session", "sessions":
		return aSession
	case "token", "signature", "signatures":
		return aToken
	case "auth", "authorization", "jwt":
		return aState
	case "pin", "otp", "totp", "cvv", "cvc", "ssn":
		return aCode
	}
	switch {
	case strings.HasSuffix(string(key), "tokens"):
		return someToken
	case strings.HasSuffix(string(key), "token"):
		return aState
	}
	return sure
}

// spares says whether a text that goes by a secret's name is none; whole, that it is all that goes by it.
func (d doubt) spares(text string, whole bool) bool {
	switch d {
	case aSession:
		return whole && !looksSecret(text)
	case aToken:
		return isState(text) || whole && isProse(text)
	case someToken:
		return isState(text) || isCount(text) || whole && isProse(text)
	case aState:
		return isState(text)
	}
	return false
}

// isCount says whether a text is a number as things are counted.
func isCount(s string) bool {
	return s != "" && len(s) <= 12 && strings.Trim(s, "0123456789.,") == "" && isDigits(s[:1])
}

// isState says whether a text is a word for what became of a secret, or for how one is asked for.
func isState(s string) bool {
	switch strings.ToLower(s) {
	case "none", "nil", "missing", "invalid", "valid", "expired", "required", "optional", "unknown", "empty", "revoked", "enabled", "disabled",
		"ok", "yes", "no", "on", "off", "n/a", "anonymous", "basic", "bearer", "digest", "oauth", "oauth2":
		return true
	}
	return false
}

// isProse says whether a text is written for people: words with blanks between them, or Japanese. Credentials behind a
// scheme are none.
func isProse(s string) bool {
	list := strings.Fields(s)
	if len(list) == 0 {
		return false
	}
	if isCJK(s) {
		return true
	}
	if !strings.ContainsAny(s, " \n") {
		return false
	}
	for _, w := range list {
		if !isWord(w) {
			return false
		}
	}
	switch strings.ToLower(strings.TrimRight(list[0], ":")) {
	case "bearer", "basic", "digest", "negotiate", "token", "apikey":
		return false
	}
	return true
}

func isCJK(s string) bool {
	for _, r := range s {
		if r < 0x3000 {
			return false
		}
	}
	return true
}

// isWord says whether letters are in the order in which words have them: a capital comes first, or all are. A short number
// is a word too.
func isWord(w string) bool {
	w = strings.Trim(w, `.,;:!?()'"`)
	if len(w) <= 4 && isDigits(w) || w == "" || w == "-" {
		return true
	}
	if len(w) > 24 {
		return false
	}
	upper := 0
	for i, r := range w {
		switch {
		case r == '\'' || r == '-' || r == '’':
		case !unicode.IsLetter(r):
			return false
		case unicode.IsUpper(r):
			if upper++; i > 0 && upper <= i {
				return false
			}
		}
	}
	return true
}

// looksSecret says whether a text by an ambiguous name has the form of an id that opens something: signed, a UUID,
// random letters and digits. The sid of a session of Engine.IO is none.
func looksSecret(s string) bool {
	if isSID(s) || strings.ContainsAny(s, " \n") {
		return false
	}
	if looksLikeJWT(s) || strings.HasPrefix(s, "s:") || strings.HasPrefix(strings.ToLower(s), "s%3a") {
		return true
	}
	letters, digits, divided, changes, last := 0, 0, 0, 0, -1
	for i := range len(s) {
		c := class(s[i])
		switch c {
		case 0, 1:
			letters++
		case 2:
			digits++
		default:
			divided++
			continue
		}
		if c != last {
			changes++
			last = c
		}
	}
	mixed := letters > 0 && digits > 0
	switch {
	case len(s) >= 8 && mixed && changes*100 >= len(s)*30:
		return true
	case len(s) >= 16 && (mixed && divided <= len(s)/16 || letters == 0 && divided == 0):
		return true
	}
	return len(s) >= 20 && divided == 0 && changes*100 >= len(s)*30 || len(s) >= 24 && divided == 0
}

// isSID says whether a text is a sid as Node's base64id makes it: 16 random letters and a number that counts, which begins
// with zeros.
func isSID(s string) bool {
	if len(s) != 20 || s[16] != 'A' || s[17] != 'A' {
		return false
	}
	for i := range len(s) {
		if !isBase64(s[i]) {
			return false
		}
	}
	return true
}
