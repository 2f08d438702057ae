package redact

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Filler gives what stands for secrets where they lie in bytes that must stay as long as they are: asterisks, and a
// number at the end by which different secrets of one length are still told apart, for what makes two nodes of a
// service different may be the value of a cookie. The zero value is ready; Fill is a Redactor's Fill.
type Filler struct {
	Keep func(secret string) bool // what is no secret, though it stands where secrets do; nil: nothing

	of     map[string]string
	given  map[string]bool // what Fill has returned
	number map[int]int     // how many secrets there were of a length
}

// maxTold is how many secrets are told apart; those that follow are asterisks alone.
const maxTold = 1 << 16

// Fill gives as many bytes as secret has, of as many characters. What it gave once it gives back.
func (f *Filler) Fill(secret string) string {
	if f.Keep != nil && f.Keep(secret) || f.given[secret] {
		return secret
	}
	if told, known := f.of[secret]; known {
		return told
	}
	if len(f.of) >= maxTold {
		return string(blank(secret))
	}
	if f.of == nil {
		f.of, f.given, f.number = map[string]string{}, map[string]bool{}, map[int]int{}
	}
	b := blank(secret)
	f.number[len(b)]++
	mark(b, f.number[len(b)])
	told := string(b)
	f.of[secret], f.given[told] = told, true
	return told
}

// blank replaces every character by one of as many bytes. Text that was encoded as UTF-8 twice, as Engine.IO 3 has it in
// places, can still be decoded twice.
func blank(s string) []byte {
	if inner, twice := latin1(s); twice {
		var b []byte
		for _, c := range blank(inner) {
			b = utf8.AppendRune(b, rune(c))
		}
		return b
	}
	b := make([]byte, 0, len(s))
	for len(s) > 0 {
		_, n := utf8.DecodeRuneInString(s)
		b = append(b, [...]string{"", "*", "\u00B7", "\u2022", "\U0001F512"}[n]...)
		s = s[n:]
	}
	return b
}

// latin1 gives the bytes that the characters of s stand for, where they are UTF-8 again.
func latin1(s string) (inner string, twice bool) {
	var b []byte
	for _, r := range s {
		if r > 0xFF {
			return "", false
		}
		twice = twice || r >= 0x80
		b = append(b, byte(r))
	}
	return string(b), twice && utf8.Valid(b)
}

// mark writes a number over the last characters, where it has room.
func mark(b []byte, n int) {
	digits := strconv.FormatInt(int64(n), 36)
	at := len(b) - len(digits)
	if at < 0 || strings.Trim(string(b[at:]), "*") != "" {
		return
	}
	copy(b[at:], digits)
}
