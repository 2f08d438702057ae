package lang

import (
	"fmt"
	"strconv"
)

// Number writes a number with a blank between its thousands, at which no line is broken.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}

// An Amount is a number of things, as the argument of a sentence: %d writes it as Number does. What is no amount, such as
// a status, a port or the number of a connection, is an int.
type Amount int64

// Format implements fmt.Formatter.
func (a Amount) Format(f fmt.State, verb rune) {
	if verb == 'd' || verb == 'v' {
		fmt.Fprint(f, Number(int64(a)))
		return
	}
	fmt.Fprintf(f, fmt.FormatString(f, verb), int64(a))
}
