package report

import (
	"io"
	"strconv"
	"time"
	"unicode/utf8"
)

// jsonWriter appends JSON to a buffer and hands it on when it is full: a report of a long capture is as large as its
// requests, and need not be in memory. It sets the commas; the caller opens and closes.
type jsonWriter struct {
	w    io.Writer
	buf  []byte
	last byte // last byte that is no blank
	line bool // the next element begins a line
	err  error
	date []byte // of day, as it begins a time: "2026-01-31T"
	day  int64  // days since the Unix epoch
}

const (
	jsonBuffer = 64 << 10
	hexDigits  = "0123456789abcdef"
	dayLength  = 24 * 3600 * int64(1e9) // ns
)

// sep writes what stands between the last element and the next one.
func (j *jsonWriter) sep() {
	switch j.last {
	case 0, '{', '[', ':':
	default:
		j.buf = append(j.buf, ',')
	}
	if j.line {
		j.buf = append(j.buf, '\n')
		j.line = false
	}
}

func (j *jsonWriter) done(last byte) {
	j.last = last
	if len(j.buf) >= jsonBuffer {
		j.flush()
	}
}

func (j *jsonWriter) flush() {
	if j.err == nil {
		_, j.err = j.w.Write(j.buf)
	}
	j.buf = j.buf[:0]
}

// newline lets the next element begin a line.
func (j *jsonWriter) newline() { j.line = true }

func (j *jsonWriter) open(bracket byte) {
	j.sep()
	j.buf = append(j.buf, bracket)
	j.done(bracket)
}

func (j *jsonWriter) close(bracket byte) {
	j.line = false
	j.buf = append(j.buf, bracket)
	j.done(bracket)
}

// key writes the name of a member, which needs no escaping.
func (j *jsonWriter) key(name string) *jsonWriter {
	j.sep()
	j.buf = append(j.buf, '"')
	j.buf = append(j.buf, name...)
	j.buf = append(j.buf, '"', ':')
	j.done(':')
	return j
}

func (j *jsonWriter) null() {
	j.sep()
	j.buf = append(j.buf, "null"...)
	j.done('l')
}

func (j *jsonWriter) int(n int64) {
	j.sep()
	j.buf = strconv.AppendInt(j.buf, n, 10)
	j.done('0')
}

func (j *jsonWriter) bool(b bool) {
	j.sep()
	j.buf = strconv.AppendBool(j.buf, b)
	j.done('e')
}

// time writes nanoseconds since the Unix epoch, null for 0.
func (j *jsonWriter) time(ns int64) {
	if ns == 0 {
		j.null()
		return
	}
	j.sep()
	j.buf = append(j.buf, '"')
	j.appendTime(ns)
	j.buf = append(j.buf, '"')
	j.done('"')
}

// appendTime writes RFC 3339 with all nine digits, so that times sort as text. Every request has a time, and most fall
// on one day: package time would spend half of the report's time on the date.
func (j *jsonWriter) appendTime(ns int64) {
	day, rest := ns/dayLength, ns%dayLength
	if rest < 0 {
		day, rest = day-1, rest+dayLength
	}
	if day != j.day || len(j.date) == 0 {
		j.day, j.date = day, time.Unix(day*(dayLength/1e9), 0).UTC().AppendFormat(j.date[:0], "2006-01-02T")
	}
	seconds := int(rest / 1e9)
	var clock [len("15:04:05.000000000Z")]byte
	clock[2], clock[5], clock[8], clock[18] = ':', ':', '.', 'Z'
	digits(clock[0:2], seconds/3600)
	digits(clock[3:5], seconds/60%60)
	digits(clock[6:8], seconds%60)
	digits(clock[9:18], int(rest%1e9))
	j.buf = append(append(j.buf, j.date...), clock[:]...)
}

// digits fills b with n in decimal.
func digits(b []byte, n int) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
}

// seconds writes nanoseconds as seconds, exactly.
func (j *jsonWriter) seconds(ns int64) {
	j.sep()
	j.buf = appendSeconds(j.buf, ns)
	j.done('0')
}

func appendSeconds(b []byte, ns int64) []byte {
	if ns < 0 {
		b = append(b, '-')
		ns = -ns
	}
	b = strconv.AppendInt(b, ns/1e9, 10)
	ns %= 1e9
	if ns == 0 {
		return b
	}
	b = append(b, '.')
	for unit := int64(1e8); ns > 0; unit /= 10 {
		b = append(b, byte('0'+ns/unit))
		ns %= unit
	}
	return b
}

// str writes a string. What is no UTF-8 becomes U+FFFD, as RFC 8259 §8.1 wants UTF-8.
func (j *jsonWriter) str(s string) {
	j.sep()
	j.buf = appendString(j.buf, s)
	j.done('"')
}

// strOrNull writes null for "".
func (j *jsonWriter) strOrNull(s string) {
	if s == "" {
		j.null()
		return
	}
	j.str(s)
}

func (j *jsonWriter) strings(list []string) {
	j.open('[')
	for _, s := range list {
		j.str(s)
	}
	j.close(']')
}

func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			b = appendASCII(b, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = append(b, "\uFFFD"...)
		case r == '\u2028' || r == '\u2029' || r < 0xa0: // line separators and C1 controls: safe to show
			b = append(b, '\\', 'u', hexDigits[r>>12], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
		default:
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return append(b, '"')
}

func appendASCII(b []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(b, '\\', c)
	case c == '\n':
		return append(b, '\\', 'n')
	case c == '\r':
		return append(b, '\\', 'r')
	case c == '\t':
		return append(b, '\\', 't')
	case c < 0x20 || c == 0x7f:
		return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
	return append(b, c)
}
