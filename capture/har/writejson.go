package har

import (
	"encoding/base64"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sioscope/protocol/fact"
)

// requestJSON is the request member of an entry.
func (h *Writer) requestJSON(f *fact.Request, address string) []byte {
	b := append([]byte(nil), `{"method":`...)
	b = appendString(b, f.Method)
	b = append(b, `,"url":`...)
	b = appendString(b, address)
	b = append(b, `,"httpVersion":`...)
	b = appendString(b, f.Proto)
	b = h.appendHead(b, f.Header, "cookie")
	b = append(b, `,"queryString":[`...)
	b = appendQuery(b, address)
	b = append(b, `],"headersSize":-1,"bodySize":`...)
	b = strconv.AppendInt(b, f.BodySize, 10)
	if len(f.Body) > 0 {
		kind, _ := f.Header.Get("Content-Type")
		b = append(b, `,"postData":{"mimeType":`...)
		b = appendString(b, string(kind))
		b = appendBody(b, h.body(f.Body, kind, fact.Out))
		b = append(b, '}')
	}
	return append(b, '}')
}

// responseJSON is the response member of an entry. A status of 0 is none, and failure says why.
func (h *Writer) responseJSON(f *fact.Response, version, failure string) []byte {
	b := append([]byte(nil), `{"status":`...)
	b = appendInt(b, f.Status)
	b = append(b, `,"statusText":`...)
	b = appendString(b, f.Reason)
	b = append(b, `,"httpVersion":`...)
	b = appendString(b, version)
	b = h.appendHead(b, f.Header, "set-cookie")
	kind, _ := f.Header.Get("Content-Type")
	mime := string(kind)
	if mime == "" {
		mime = "x-unknown"
	}
	body := h.body(f.Body, kind, fact.In)
	b = append(b, `,"content":{"size":`...)
	b = appendInt(b, len(body))
	b = append(b, `,"mimeType":`...)
	b = appendString(b, mime)
	if f.Status != 0 && f.Status != 101 {
		b = appendBody(b, body)
	}
	location, _ := f.Header.Get("Location")
	b = append(b, `},"redirectURL":`...)
	b = appendString(b, h.o.Redact.Header("location", string(location)))
	b = append(b, `,"headersSize":-1,"bodySize":`...)
	b = strconv.AppendInt(b, f.BodySize, 10)
	b = append(b, `,"_transferSize":`...)
	b = strconv.AppendInt(b, f.BodySize, 10)
	b = append(b, `,"_error":`...)
	if failure == "" {
		b = append(b, "null"...)
	} else {
		b = appendString(b, failure)
	}
	return append(b, '}')
}

// appendHead writes the headers and cookies members.
func (h *Writer) appendHead(b []byte, head fact.Header, cookie string) []byte {
	b = append(b, `,"headers":[`...)
	var cookies []string
	first := true
	head.Each(func(name, value []byte) bool {
		if !first {
			b = append(b, ',')
		}
		first = false
		text := h.o.Redact.Header(string(name), string(value))
		b = appendPair(b, string(name), text)
		if strings.EqualFold(string(name), cookie) {
			cookies = append(cookies, text)
		}
		return true
	})
	b = append(b, `],"cookies":[`...)
	first = true
	for _, line := range cookies {
		pairs := []string{line}
		if cookie == "cookie" {
			pairs = strings.Split(line, ";")
		}
		for _, p := range pairs {
			p, _, _ = strings.Cut(p, ";")
			name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
			if !first {
				b = append(b, ',')
			}
			first = false
			b = appendPair(b, name, value)
		}
	}
	return append(b, ']')
}

func appendPair(b []byte, name, value string) []byte {
	b = append(b, `{"name":`...)
	b = appendString(b, name)
	b = append(b, `,"value":`...)
	b = appendString(b, value)
	return append(b, '}')
}

// appendQuery writes the elements of queryString.
func appendQuery(b []byte, address string) []byte {
	_, query, _ := strings.Cut(address, "?")
	first := true
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		name, value, _ := strings.Cut(part, "=")
		b = appendPair(b, unescaped(name), unescaped(value))
	}
	return b
}

func unescaped(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// appendBody writes the text of a body, in base64 where it is not text.
func appendBody(b, body []byte) []byte {
	if utf8.Valid(body) {
		b = append(b, `,"text":`...)
		return appendString(b, string(body))
	}
	b = append(b, `,"encoding":"base64","text":"`...)
	b = base64.StdEncoding.AppendEncode(b, body)
	return append(b, '"')
}

const hexDigits = "0123456789abcdef"

// appendString writes a JSON string. What is not UTF-8 becomes U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r < 0x20 || r == 0x7F || r == 0x2028 || r == 0x2029:
			b = append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

func appendInt(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) }

// appendDecimal writes ns as a number with so many digits behind the point: 9 for seconds, 6 for milliseconds.
func appendDecimal(b []byte, ns int64, digits int) []byte {
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	b = strconv.AppendInt(b, ns/unit, 10)
	fraction := strconv.FormatInt(ns%unit+unit, 10)[1:]
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		b = append(b, '.')
		b = append(b, fraction...)
	}
	return b
}

func appendTime(b []byte, ns int64) []byte {
	return time.Unix(0, ns).UTC().AppendFormat(b, "2006-01-02T15:04:05.000000000Z")
}

func appendAddr(b []byte, a netip.AddrPort) []byte {
	if !a.IsValid() {
		return append(b, `""`...)
	}
	return appendString(b, a.String())
}
