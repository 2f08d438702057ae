package engineio

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// JSONP reads a JSONP answer, ___eio[<index>]("<payload>");, or the body of a JSONP POST, d=<payload> as a form, where
// clientToServer. A POST without the field d holds no packets, which is no error. The error is a *DecodeError.
func (d Decoder) JSONP(body []byte, clientToServer bool, emit func(Packet)) error {
	if clientToServer {
		payload, ok := formField(body)
		if !ok {
			return nil
		}
		return d.Polling(unescapeLines(payload), emit)
	}
	payload, problem := jsonpArgument(body)
	if problem != "" {
		return &DecodeError{What: problem}
	}
	return d.Polling(payload, emit)
}

// jsonpArgument returns the text of the string literal that the answer passes to ___eio[<index>].
func jsonpArgument(p []byte) (payload []byte, problem string) {
	rest, ok := bytes.CutPrefix(p, []byte("___eio["))
	if !ok {
		return nil, `not a call of ___eio[…]("…")`
	}
	rest, ok = bytes.CutPrefix(rest[leadingDigits(rest):], []byte(`]("`))
	if !ok {
		return nil, `not a call of ___eio[…]("…")`
	}
	payload, rest, ok = unquote(rest)
	switch {
	case !ok:
		return nil, "the string of the ___eio call does not end"
	case !bytes.HasPrefix(rest, []byte(")")):
		return nil, "the ___eio call does not end after its string"
	}
	return payload, ""
}

// unquote reads a JavaScript string up to its closing quote, the opening one being gone.
func unquote(p []byte) (text, rest []byte, ok bool) {
	for len(p) > 0 {
		i := bytes.IndexAny(p, `"\`)
		if i < 0 {
			return nil, nil, false
		}
		text = append(text, p[:i]...)
		if p[i] == '"' {
			return text, p[i+1:], true
		}
		var size int
		text, size = unescape(text, p[i:])
		p = p[i+size:]
	}
	return nil, nil, false
}

// unescape appends what the escape at the start of p stands for; size is how long the escape is.
func unescape(dst, p []byte) (text []byte, size int) {
	if len(p) < 2 {
		return dst, len(p)
	}
	if p[1] == 'u' {
		r, ok := hex4(p)
		if !ok {
			return append(dst, 'u'), 2
		}
		size = 6
		if utf16.IsSurrogate(r) {
			low, _ := hex4(p[6:])
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				size = 12
			}
		}
		return utf8.AppendRune(dst, r), size
	}
	if i := bytes.IndexByte([]byte("bfnrtv"), p[1]); i >= 0 {
		return append(dst, "\b\f\n\r\t\v"[i]), 2
	}
	return append(dst, p[1]), 2 // of a longer character the rest follows as it stands
}

// hex4 reads \uXXXX at the start of p.
func hex4(p []byte) (r rune, ok bool) {
	if len(p) < 6 || p[0] != '\\' || p[1] != 'u' {
		return 0, false
	}
	for _, c := range p[2:6] {
		v, ok := hexDigit(c)
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(v)
	}
	return r, true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// formField returns the value of the field d of an application/x-www-form-urlencoded body. Two of them are none, as
// in the servers; what is no valid escape stays as it is.
func formField(body []byte) (value []byte, ok bool) {
	for field := range bytes.SplitSeq(body, []byte("&")) {
		name, v, _ := bytes.Cut(field, []byte("="))
		if string(name) != "d" {
			continue
		}
		if ok {
			return nil, false
		}
		value, ok = formUnescape(v), true
	}
	return value, ok
}

func formUnescape(p []byte) []byte {
	out := make([]byte, 0, len(p))
	for i := 0; i < len(p); i++ {
		c := p[i]
		if c == '+' {
			c = ' '
		} else if c == '%' && i+2 < len(p) {
			high, ok1 := hexDigit(p[i+1])
			low, ok2 := hexDigit(p[i+2])
			if ok1 && ok2 {
				c, i = high<<4|low, i+2
			}
		}
		out = append(out, c)
	}
	return out
}

// unescapeLines undoes what JSONP clients do to line feeds, since a form would change them: \n is a line feed, \\n is
// \n. It works in place.
func unescapeLines(p []byte) []byte {
	out := p[:0]
	for i := 0; i < len(p); i++ {
		switch rest := p[i:]; {
		case bytes.HasPrefix(rest, []byte(`\\n`)):
			out = append(out, `\n`...)
			i += 2
		case bytes.HasPrefix(rest, []byte(`\n`)):
			out = append(out, '\n')
			i++
		default:
			out = append(out, p[i])
		}
	}
	return out
}
