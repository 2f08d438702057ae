package redact

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
)

// encodedPattern is a name and what divides it from its value where both are written as in URLs: token%3D, %22token%22%3A.
var encodedPattern = regexp.MustCompile(`(?i)(?:%(?:2[0-9bcf]|3[bcf]|5[bcd]|7[bcd]|0[ad]))*((?:[a-z0-9_.-]|%(?:2d|5f|2e|[89a-f][0-9a-f]))+)(?:%5c)*(?:%2[27])?(?:%20|\+)*%3[ad](?:%20|\+)*`)

// encoded masks what goes by a secret's name where both are written as in URLs.
func (r Redactor) encoded(s string) string {
	var b strings.Builder
	kept := 0 // s[:kept] is in b
	for _, at := range encodedPattern.FindAllStringSubmatchIndex(s, -1) {
		if at[2] < kept || !encodedName(s[at[2]:at[3]]) {
			continue
		}
		open, value := encodedValue(s[at[1]:])
		switch value {
		case "", "true", "false", "null", "undefined":
			continue
		}
		b.WriteString(s[kept : at[1]+open])
		b.WriteString(r.mask(value))
		kept = at[1] + open + len(value)
	}
	if kept == 0 {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}

func encodedName(s string) bool {
	name, err := url.PathUnescape(s)
	return err == nil && secretName(name)
}

// encodedValue is a value that a text begins with, behind its quote; all of an array or object, since where that ends
// cannot be told for sure.
func encodedValue(s string) (open int, value string) {
	ends := valueEnd.FindStringIndex(s)
	if ends != nil {
		s = s[:ends[0]]
	}
	quote := encodedQuote.FindString(s)
	if quote == "" {
		if container.MatchString(s) {
			return 0, s
		}
		if i := bareEnd.FindStringIndex(s); i != nil {
			s = s[:i[0]]
		}
		return 0, s
	}
	value = s[len(quote):]
	if i := strings.Index(strings.ToLower(value), strings.ToLower(quote)); i >= 0 {
		value = value[:i]
	}
	return len(quote), value
}

// What ends a value that is written as in a URL, what it begins with, and what ends one without quotes.
var (
	valueEnd     = regexp.MustCompile("[\\s\"'`&;<>]")
	encodedQuote = regexp.MustCompile(`(?i)^(?:%5c)*%2[27]`)
	container    = regexp.MustCompile(`(?i)^%[57]b`)
	bareEnd      = regexp.MustCompile(`(?i)%(?:2c|7d|5d|26|3b|0a|0d|20)`)
)

const minJSON = 12 // shortest base64 that is looked into

// mayBeJSON says whether base64 begins as that of an object or array of JSON does.
func mayBeJSON(s string) bool {
	if len(s) < minJSON {
		return false
	}
	switch s[:3] {
	case "eyJ", "eyA", "WyJ", "W3s":
		return true
	}
	return false
}

// hidesSecret says whether base64 is of JSON that has a secret.
func hidesSecret(s string) bool {
	plain := strings.TrimRight(s, "=")
	code := base64.RawStdEncoding
	if strings.ContainsAny(plain, "-_") {
		code = base64.RawURLEncoding
	}
	b, err := code.DecodeString(plain)
	if err != nil || !json.Valid(b) {
		return false
	}
	text := string(b)
	return Redactor{}.fields(text) != text || Redactor{}.event(text) != text
}
