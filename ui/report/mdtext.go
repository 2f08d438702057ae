package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is how much of one text from the wire a ticket or page has, in characters.
const maxText = 600

// tidy is clean without what is invisible as well, in at most limit characters.
func tidy(s string, limit int) string {
	if len(s) > 4*limit {
		s = s[:4*limit] + "…"
	}
	s = clean(s)
	if strings.IndexFunc(s, invisible) >= 0 {
		var b strings.Builder
		for _, r := range s {
			if invisible(r) {
				fmt.Fprintf(&b, `\u%04x`, r)
				continue
			}
			b.WriteRune(r)
		}
		s = b.String()
	}
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	n := 0
	for i := range s {
		if n++; n == limit {
			return s[:i] + "…"
		}
	}
	return s
}

// invisible are marks of direction and characters without width, which make text look like other text.
func invisible(r rune) bool {
	return r >= 0x200b && r <= 0x200f || r >= 0x2060 && r <= 0x2064 || r == 0x061c || r == 0xfeff || r == 0x00ad || r >= 0xe0000 && r <= 0xe0fff
}

// mdCode is text as a code span, in which nothing means anything (CommonMark 6.1). In a cell of a table "|" would still
// divide: it becomes a broken bar.
func mdCode(s string, cell bool) string {
	s = strings.TrimSpace(s)
	if cell {
		s = strings.ReplaceAll(s, "|", "¦")
	}
	if s == "" {
		return "–"
	}
	fence := strings.Repeat("`", longestRun(s)+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// longestRun is the length of the longest run of backticks.
func longestRun(s string) int {
	most, n := 0, 0
	for _, r := range s {
		if r == '`' {
			n++
			most = max(most, n)
		} else {
			n = 0
		}
	}
	return most
}

// mdPlain is a sentence, which may quote the wire, as text: words that could be markup, a link, a mention, a number of an
// issue or of a commit become code spans.
func mdPlain(s string) string {
	words := fields(s)
	risky := make([]bool, len(words))
	for i, w := range words {
		risky[i] = !harmless(w, i == 0)
	}
	for i := 1; i+1 < len(words); i++ { // one word between two of a code is part of it
		risky[i] = risky[i] || risky[i-1] && risky[i+1]
	}
	var out []string
	for i := 0; i < len(words); {
		n := i
		for n < len(words) && risky[n] {
			n++
		}
		if n == i {
			out = append(out, words[i])
			i++
			continue
		}
		text, tail := strings.Join(words[i:n], " "), ""
		if cut := strings.TrimRight(text, ".,;:"); cut != "" {
			text, tail = cut, text[len(cut):]
		}
		out = append(out, mdCode(text, false)+tail)
		i = n
	}
	return strings.Join(out, " ")
}

// harmless says whether a word means nothing but itself to GitHub, GitLab and Jira, at the beginning of a line or not.
func harmless(word string, first bool) bool {
	letters, hex := 0, true
	for i, r := range word {
		switch {
		case r > 0x2000 && (unicode.IsLetter(r) || unicode.IsPunct(r)) || strings.ContainsRune("→×·–…µ\u00a0", r):
			hex = false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			letters++
			hex = hex && strings.ContainsRune("0123456789abcdefABCDEF", r)
		case strings.ContainsRune(".,;)%'\"?/", r), r == '(' && strings.Trim(word[:i], `("'`) == "":
		case r == '-' && i > 0, r == ':' && i == len(word)-1 && i > 0:
			hex = false
		default:
			return false
		}
	}
	lower := strings.ToLower(word)
	commit := hex && letters >= 7
	item := first && strings.ContainsAny(word, ".)") && strings.Trim(word, "0123456789") != word && strings.Trim(word, "0123456789.)") == "" // "1." begins a list
	return !commit && !item && !strings.Contains(lower, "www.") && !strings.Contains(word, "//") && !strings.HasPrefix(strings.TrimLeft(lower, `("'`), "gh-")
}

// mdFence is lines of configuration or code as a block, indented as an item of a list is.
func mdFence(s, indent string) string {
	fence := strings.Repeat("`", max(longestRun(s)+1, 3))
	var b strings.Builder
	b.WriteString(indent + fence + "\n")
	for _, line := range strings.Split(strings.TrimRight(s, "\n"), "\n") {
		b.WriteString(strings.TrimRight(indent+line, " ") + "\n")
	}
	b.WriteString(indent + fence + "\n")
	return b.String()
}

// snippet is a fix's lines without control characters.
func snippet(s string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, l := range lines {
		lines[i] = tidy(strings.ReplaceAll(l, "\t", "    "), maxText)
	}
	return strings.Join(lines, "\n")
}
