// Package jsnum reads text as JavaScript's Number(string) does. The Socket.IO parsers pass lengths and counts through
// it, so peers accept "0x3", "1e1" and " 3" where the protocol says digits (ECMA-262, StringToNumber).
//
// It does not format numbers, and it is not meant for the hot path: callers try plain digits first.
package jsnum

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// maxText is the longest text that is looked at, in bytes; JavaScript would read longer ones too.
const maxText = 400

// Parse returns the value of b and whether JavaScript would call it a number (true for NaN's opposite). Blank text is 0.
func Parse(b []byte) (float64, bool) {
	if len(b) > maxText {
		return math.NaN(), false
	}
	s := string(bytes.TrimFunc(b, Space))
	switch {
	case s == "":
		return 0, true
	case len(s) > 2 && s[0] == '0' && strings.IndexByte("xXoObB", s[1]) >= 0:
		return radix(s)
	case s == "Infinity", s == "+Infinity":
		return math.Inf(1), true
	case s == "-Infinity":
		return math.Inf(-1), true
	case strings.IndexFunc(s, notDecimal) >= 0:
		return math.NaN(), false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN(), false
	}
	return f, true
}

// Space says whether r is white space or a line terminator of ECMAScript, which count as nothing around a number.
func Space(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', ' ', 0xA0, 0xFEFF, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
		return true
	}
	return 0x2000 <= r && r <= 0x200A
}

func radix(s string) (float64, bool) {
	base := map[byte]int{'x': 16, 'o': 8, 'b': 2}[s[1]|0x20]
	n, err := strconv.ParseUint(s[2:], base, 64)
	return float64(n), err == nil
}

// notDecimal keeps out what Go reads as a float and JavaScript does not: "nan", "inf", hex floats, underscores.
func notDecimal(r rune) bool {
	return (r < '0' || r > '9') && r != '.' && r != '-' && r != '+' && r != 'e' && r != 'E'
}
