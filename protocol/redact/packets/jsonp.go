package packets

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
)

// jsonp masks the secrets of an answer of JSONP polling, ___eio[0]("…"); whose string has the packets. What is masked is
// as many characters, written in as many bytes. ok is false where body is none.
func jsonp(r redact.Redactor, body []byte, dir fact.Dir) (masked []byte, ok bool) {
	from := bytes.Index(body, []byte(`("`)) + 2
	to := bytes.LastIndex(body, []byte(`")`))
	if !bytes.HasPrefix(body, []byte("___eio[")) || from < 2 || to < from {
		return nil, false
	}
	if r.Fill == nil {
		r.Fill = asterisks
	}
	var plain []byte
	var at []int // where what each byte of plain is written as begins
	for i := from; i < to; {
		c, n := character(body[i:to])
		for range c {
			at = append(at, i)
		}
		plain, i = append(plain, c...), i+n
	}
	inner, known := Body(r, plain, nil, dir)
	if !known || len(inner) != len(plain) {
		return nil, false
	}
	out := bytes.Clone(body)
	for i, pos := range at {
		switch {
		case inner[i] == plain[i]:
		case body[pos] != '\\':
			out[pos+i-firstAt(at, i)] = inner[i]
		case body[pos+1] == 'u':
			copy(out[pos:], `\u002a`)
		default:
			copy(out[pos:], `\/`)
		}
	}
	return []byte(r.Text(string(out))), true
}

// firstAt is the first of the bytes that are written where that of an index is.
func firstAt(at []int, i int) int {
	for i > 0 && at[i-1] == at[i] {
		i--
	}
	return i
}

// character is the first character of a string of JavaScript, and how many bytes it is written in.
func character(s []byte) (c []byte, n int) {
	if s[0] != '\\' || len(s) < 2 {
		_, n = utf8.DecodeRune(s)
		return s[:n], n
	}
	switch s[1] {
	case 'n':
		return []byte{'\n'}, 2
	case 'r':
		return []byte{'\r'}, 2
	case 't':
		return []byte{'\t'}, 2
	case 'u':
		if len(s) < 6 {
			break
		}
		if v, err := strconv.ParseUint(string(s[2:6]), 16, 16); err == nil {
			return utf8.AppendRune(nil, rune(v)), 6
		}
	}
	return s[1:2], 2
}
