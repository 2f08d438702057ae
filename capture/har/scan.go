package har

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"sioscope/protocol/lang"
)

// A SyntaxError says that bytes are no JSON, and where.
type SyntaxError struct {
	Offset int64
	What   lang.Sentence // one clause
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("byte %d: %s", e.Offset, e.What) }

const scanBuffer = 256 << 10

// A scanner reads JSON (RFC 8259) a value at a time from any place of a file. It holds a window of the file and what it
// was last asked for, never a whole value, and is as deep as its caller: what is skipped is only counted.
type scanner struct {
	r        io.ReaderAt
	buf      []byte
	pos, end int
	base     int64                  // where buf[0] stands in the file
	key      []byte                 // of the member that is being read
	text     []byte                 // of the string that was last read
	tick     func(done int64) error // called for every window; its error ends the reading
}

func newScanner(r io.ReaderAt, size int) *scanner { return &scanner{r: r, buf: make([]byte, size)} }

func (s *scanner) offset() int64 { return s.base + int64(s.pos) }

// seek goes to a place of the file.
func (s *scanner) seek(to int64) {
	if s.base <= to && to <= s.base+int64(s.end) {
		s.pos = int(to - s.base)
		return
	}
	s.base, s.pos, s.end = to, 0, 0
}

// fill reads the next window; all before it is consumed.
func (s *scanner) fill() error {
	s.base += int64(s.end)
	s.pos, s.end = 0, 0
	if s.tick != nil {
		if err := s.tick(s.base); err != nil {
			return err
		}
	}
	n, err := s.r.ReadAt(s.buf, s.base)
	s.end = n
	switch {
	case n > 0:
		return nil
	case err == nil || err == io.EOF:
		return io.ErrUnexpectedEOF
	}
	return err
}

func (s *scanner) wrong(what lang.Sentence) error {
	return &SyntaxError{Offset: s.offset(), What: what}
}

// peek returns the next byte that is no blank, without consuming it.
func (s *scanner) peek() (byte, error) {
	for {
		for s.pos < s.end {
			switch c := s.buf[s.pos]; c {
			case ' ', '\t', '\n', '\r':
				s.pos++
			default:
				return c, nil
			}
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// next consumes one byte, blank or not.
func (s *scanner) next() (byte, error) {
	if s.pos == s.end {
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
	c := s.buf[s.pos]
	s.pos++
	return c, nil
}

func (s *scanner) expect(want byte) error {
	c, err := s.peek()
	if err != nil {
		return err
	}
	if c != want {
		return s.wrong(lang.Say("%q where %q belongs", c, want))
	}
	s.pos++
	return nil
}

// skip consumes a value, however deep.
func (s *scanner) skip() error {
	for depth := 0; ; {
		c, err := s.peek()
		if err != nil {
			return err
		}
		switch c {
		case '"':
			s.pos++
			err = s.skipString()
		case '{', '[':
			s.pos++
			depth++
			continue
		case '}', ']', ',', ':':
			if depth == 0 {
				return s.wrong(lang.Say("%q where a value belongs", c))
			}
			s.pos++
			if c == ',' || c == ':' {
				continue
			}
			depth--
		default:
			_, err = s.literal()
		}
		if err != nil || depth == 0 {
			return err
		}
	}
}

// skipString consumes the rest of a string behind its opening quote.
func (s *scanner) skipString() error {
	for quote := -1; ; {
		if s.pos == s.end {
			if err := s.fill(); err != nil {
				return err
			}
			quote = -1
		}
		if quote < s.pos {
			if quote = bytes.IndexByte(s.buf[s.pos:s.end], '"'); quote < 0 {
				quote = s.end
			} else {
				quote += s.pos
			}
		}
		i := bytes.IndexByte(s.buf[s.pos:quote], '\\')
		switch {
		case i >= 0:
			s.pos += i + 1
			if s.pos == s.end {
				quote = -1
			}
			if _, err := s.next(); err != nil {
				return err
			}
		case quote < s.end:
			s.pos = quote + 1
			return nil
		default:
			s.pos = s.end
		}
	}
}

// literal consumes a number, true, false or null, and returns the first 64 bytes of it.
func (s *scanner) literal() ([]byte, error) {
	s.text = s.text[:0]
	for {
		c, err := s.next()
		switch {
		case err == io.ErrUnexpectedEOF && len(s.text) > 0:
			return s.text, nil
		case err != nil:
			return nil, err
		}
		if c == '-' || c == '+' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			if len(s.text) < 64 {
				s.text = append(s.text, c)
			}
			continue
		}
		s.pos--
		if len(s.text) == 0 {
			return nil, s.wrong(lang.Say("%q where a value belongs", c))
		}
		return s.text, nil
	}
}

// runes consumes the rest of a string behind its opening quote. It puts at most most bytes of what it says into dst,
// from its start, and returns how long that is in full.
func (s *scanner) runes(dst []byte, most int) (text []byte, size int64, err error) {
	text = dst[:0]
	keep := func(b []byte) {
		size += int64(len(b))
		text = append(text, b[:max(0, min(len(b), most-len(text)))]...)
	}
	for quote := -1; ; {
		if s.pos == s.end {
			if err := s.fill(); err != nil {
				return text, size, err
			}
			quote = -1
		}
		if quote < s.pos {
			if quote = bytes.IndexByte(s.buf[s.pos:s.end], '"'); quote < 0 {
				quote = s.end
			} else {
				quote += s.pos
			}
		}
		if i := bytes.IndexByte(s.buf[s.pos:quote], '\\'); i >= 0 {
			keep(s.buf[s.pos : s.pos+i])
			s.pos += i + 1
			var b [utf8.UTFMax]byte
			before := s.base
			r, err := s.escape()
			if err != nil {
				return text, size, err
			}
			if s.base != before {
				quote = -1
			}
			keep(utf8.AppendRune(b[:0], r))
			continue
		}
		keep(s.buf[s.pos:quote])
		s.pos = quote
		if quote < s.end {
			s.pos++
			return text, size, nil
		}
	}
}

// escape consumes what follows a backslash, and the second half of a surrogate pair with it.
func (s *scanner) escape() (rune, error) {
	c, err := s.next()
	if err != nil {
		return 0, err
	}
	switch c {
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
	default:
		return rune(c), nil
	}
	r, err := s.hex()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if s.end-s.pos < 6 { // the pair may lie across two windows
		s.again()
	}
	if s.end-s.pos < 6 || s.buf[s.pos] != '\\' || s.buf[s.pos+1] != 'u' {
		return utf8.RuneError, nil
	}
	s.pos += 2
	low, err := s.hex()
	both := utf16.DecodeRune(r, low)
	if err == nil && both == utf8.RuneError {
		s.pos -= 6 // it stands for itself
	}
	return both, err
}

// again reads a window that begins at the next byte.
func (s *scanner) again() {
	at := s.offset()
	n, _ := s.r.ReadAt(s.buf, at)
	s.base, s.pos, s.end = at, 0, n
}

func (s *scanner) hex() (rune, error) {
	var r rune
	for range 4 {
		c, err := s.next()
		if err != nil {
			return 0, err
		}
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			s.pos--
			return 0, s.wrong(lang.Say("no hexadecimal digit behind \\u"))
		}
		r = r<<4 | rune(c)
	}
	return r, nil
}

// A value is a string or literal as it was read; it stays until the next read.
type value struct {
	text   []byte // at most as much as was asked for
	size   int64  // of the whole
	quoted bool
}

func (v value) cut() bool { return v.size > int64(len(v.text)) }

// scalar consumes a value. What is an object, an array or null has no text.
func (s *scanner) scalar(most int) (value, error) {
	c, err := s.peek()
	switch {
	case err != nil:
		return value{}, err
	case c == '"':
		s.pos++
		text, size, err := s.runes(s.text, most)
		s.text = text
		return value{text, size, true}, err
	case c == '{' || c == '[':
		return value{}, s.skip()
	}
	b, err := s.literal()
	if string(b) == "null" {
		b = nil
	}
	return value{b, int64(len(b)), false}, err
}

// object consumes an object; member must consume the value that follows, key is good until it reads. What is no
// object is skipped.
func (s *scanner) object(member func(key []byte) error) error {
	return s.list('{', '}', func() error {
		if err := s.expect('"'); err != nil {
			return err
		}
		key, _, err := s.runes(s.key, 64)
		if err != nil {
			return err
		}
		s.key = key
		if err := s.expect(':'); err != nil {
			return err
		}
		return member(s.key)
	})
}

// array consumes an array; element must consume each element. What is no array is skipped.
func (s *scanner) array(element func() error) error { return s.list('[', ']', element) }

func (s *scanner) list(open, shut byte, element func() error) error {
	c, err := s.peek()
	if err != nil {
		return err
	}
	if c != open {
		return s.skip()
	}
	s.pos++
	for first := true; ; first = false {
		if c, err = s.peek(); err != nil {
			return err
		}
		if c == ',' && !first {
			s.pos++
			if c, err = s.peek(); err != nil {
				return err
			}
		} else if c != shut && !first {
			return s.wrong(lang.Say("%q where %q or %q belongs", c, ',', shut))
		}
		if c == shut {
			s.pos++
			return nil
		}
		if err := element(); err != nil {
			return err
		}
	}
}
