package lang

import (
	"strconv"
	"strings"
)

// Quoted is a text of somebody else's in quotes, on one line, with what cannot be printed escaped. Quotes within are left as
// they are, and those around it are others then: markup would be full of backslashes that nobody sent.
func Quoted(s string) string {
	q := strconv.Quote(s)
	inner := strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
	if len(inner)+2 == len(q) {
		return q
	}
	return "“" + inner + "”"
}
