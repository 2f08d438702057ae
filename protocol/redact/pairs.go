package redact

import (
	"regexp"
	"strings"
)

// isValue says whether a key is that of the other half of {"name":"token","value":"…"}.
func isValue(name string) bool {
	switch name {
	case "value", "Value", "val", "v", "content":
		return true
	}
	return false
}

// siblingPattern is a member that may name what another member is the value of.
var siblingPattern = regexp.MustCompile(`(?i)["'](?:key|name|field|header|param|id|k|type)\\*["']\s*:\s*\\*["']([^"'\\]{3,96})\\*["']`)

// maxSibling is how far from a value its name is looked for.
const maxSibling = 256

// sibling is the name of a secret of which the value, behind the colon at i, begins at at; "" where there is none within
// the object.
func sibling(s string, i, at int) string {
	before := s[max(0, i-maxSibling):i]
	if brace := strings.LastIndexAny(before, "{}"); brace >= 0 {
		before = before[brace:]
	}
	if name := secretSibling(before); name != "" {
		return name
	}
	quote := at
	for quote < len(s) && s[quote] == '\\' {
		quote++
	}
	if quote < len(s) && (s[quote] == '"' || s[quote] == '\'') {
		_, at = stringEnd(s, quote+1, s[quote], quote-at)
	}
	after := s[at:min(len(s), at+maxSibling)]
	if brace := strings.IndexAny(after, "{}"); brace >= 0 {
		after = after[:brace]
	}
	return secretSibling(after)
}

func secretSibling(members string) string {
	for _, g := range siblingPattern.FindAllStringSubmatch(members, -1) {
		if typed := strings.HasPrefix(strings.ToLower(g[0][1:]), "type"); secretName(g[1]) && (!typed || doubtOf(g[1]) == sure) {
			return g[1]
		}
	}
	return ""
}

// arrays masks the second of two strings in an array of which the first is a secret's name, as entries and headers are
// written: ["token","…"].
func (r Redactor) arrays(s string) string {
	var b strings.Builder
	kept := 0 // s[:kept] is in b
	for i := 0; i < len(s); i++ {
		if s[i] != '[' {
			continue
		}
		name, _, next, ok := element(s[:min(len(s), i+2*maxName)], i+1)
		if !ok || next == len(s) || s[next] != ',' || !secretName(name) {
			continue
		}
		value, from, next, ok := element(s, next+1)
		if !ok || next == len(s) || s[next] != ']' || isFieldName(value) || doubtOf(name).spares(value, true) {
			continue
		}
		b.WriteString(s[kept:from])
		b.WriteString(r.mask(value))
		kept = from + len(value)
		i = next
	}
	if kept == 0 {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}

// element is a string of an array, where it begins, and where what follows it stands.
func element(s string, i int) (content string, from, next int, ok bool) {
	start := skipBlank(s, i)
	for i = start; i < len(s) && s[i] == '\\'; i++ {
	}
	if i == len(s) || s[i] != '"' && s[i] != '\'' {
		return "", 0, 0, false
	}
	to, next := stringEnd(s, i+1, s[i], i-start)
	return s[i+1 : to], i + 1, skipBlank(s, next), true
}

// isFieldName says whether a text in a list with a secret's name is the name of another field: ["password","email"].
func isFieldName(s string) bool {
	switch s {
	case "", "true", "false", "null", "undefined":
		return true
	}
	return secretName(s) || isState(s) || isHarmless(s, "") || isHarmless(strings.TrimSuffix(s, "s"), "")
}

var (
	elementPattern = regexp.MustCompile(`<(?:[A-Za-z0-9_.-]+:)?([A-Za-z0-9_.-]+)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>\]]+)(?:\]\]>)?<\\*/`)
	// issuedPattern is tokens whose issuers begin them all alike, so that they are found.
	issuedPattern = regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_.-]{16,}|[sr]k_(?:live|test)_[A-Za-z0-9]{10,}|` +
		`whsec_[A-Za-z0-9+/]{16,}={0,2}|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{30,}|` +
		`AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_.-]{20,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|sk-[A-Za-z0-9_-]{20,}|dop_v1_[0-9a-f]{40,}|` +
		`shp(?:at|ss|ca|pa)_[0-9a-fA-F]{24,}|glsa_[A-Za-z0-9_]{24,}|dckr_pat_[A-Za-z0-9_-]{16,})`)
)

// elements masks what elements of XML have in them that are called as secrets are.
func (r Redactor) elements(s string) string {
	var b strings.Builder
	kept := 0 // s[:kept] is in b
	for _, at := range elementPattern.FindAllStringSubmatchIndex(s, -1) {
		name, content := s[at[2]:at[3]], s[at[4]:at[5]]
		if !secretName(name) || strings.TrimSpace(content) == "" || doubtOf(name).spares(content, true) {
			continue
		}
		b.WriteString(s[kept:at[4]])
		b.WriteString(r.mask(content))
		kept = at[5]
	}
	if kept == 0 {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}

// issued masks tokens that are known by how they begin. A word that begins so has no digits.
func (r Redactor) issued(s string) string {
	return issuedPattern.ReplaceAllStringFunc(s, func(m string) string {
		if !strings.ContainsAny(m[4:], "0123456789") || strings.HasPrefix(m, "sk-") && isWords(m) {
			return m
		}
		return r.mask(m)
	})
}

// isWords says whether a text consists of words and numbers with hyphens between them.
func isWords(s string) bool {
	for _, w := range strings.FieldsFunc(s, func(c rune) bool { return c == '-' || c == '_' }) {
		if !isDigits(w) && (len(w) > 16 || !isLetters(w) || strings.ToLower(w[1:]) != w[1:]) {
			return false
		}
	}
	return true
}
