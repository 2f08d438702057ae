package http1

import (
	"bytes"
	"strings"
)

// parseRequestLine reads "method SP request-target SP HTTP-version", RFC 9112 §3. A target with blanks in it, which
// some clients send, is taken as it is.
func parseRequestLine(line []byte) (method, target []byte, ok bool) {
	i, j := bytes.IndexByte(line, ' '), bytes.LastIndexByte(line, ' ')
	if i <= 0 || j <= i || !isVersion(line[j+1:]) {
		return nil, nil, false
	}
	method, target = line[:i], bytes.TrimSpace(line[i:j])
	return method, target, isToken(method) && len(target) > 0 && !hasControls(target)
}

// parseStatusLine reads "HTTP-version SP status-code [SP reason-phrase]", RFC 9112 §4.
func parseStatusLine(line []byte) (status int, reason []byte, ok bool) {
	if len(line) < 12 || !isVersion(line[:8]) || line[8] != ' ' || len(line) > 12 && line[12] != ' ' {
		return 0, nil, false
	}
	for _, b := range line[9:12] {
		if b < '0' || b > '9' {
			return 0, nil, false
		}
		status = status*10 + int(b-'0')
	}
	if len(line) > 12 {
		reason = line[13:]
	}
	return status, reason, status >= 100
}

// version is the HTTP-version that a request line ends with, without a new string for the usual ones.
func version(line []byte) string {
	switch v := line[len(line)-8:]; string(v) {
	case "HTTP/1.1":
		return "HTTP/1.1"
	default:
		return string(v)
	}
}

func isVersion(b []byte) bool {
	return len(b) == 8 && string(b[:7]) == "HTTP/1." && b[7] >= '0' && b[7] <= '9'
}

// LikeRequest reports whether p, the first bytes of a direction, may be the beginning of a request line. Once it is
// false for some bytes it is false for all that begin with them.
func LikeRequest(p []byte) bool {
	i := bytes.IndexByte(p, ' ')
	if i < 0 {
		return len(p) <= 24 && isToken(p)
	}
	if i == 0 || i > 24 || !isToken(p[:i]) {
		return false
	}
	if i+1 == len(p) {
		return true
	}
	b := p[i+1]
	return b == '/' || b == '*' || b == '[' || b == ' ' || isAlphanumeric(b)
}

// LikeResponse is LikeRequest for a status line.
func LikeResponse(p []byte) bool {
	const version = "HTTP/1."
	n := min(len(p), len(version))
	return string(p[:n]) == version[:n]
}

// isToken reports whether b is made of tchar, RFC 9110 §5.6.2.
func isToken(b []byte) bool {
	for _, c := range b {
		if !isAlphanumeric(c) && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return true
}

func isAlphanumeric(b byte) bool {
	return 'a' <= b|0x20 && b|0x20 <= 'z' || '0' <= b && b <= '9'
}

func hasControls(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c == 0x7f {
			return true
		}
	}
	return false
}

// origin splits an absolute-form target, RFC 9112 §3.2.2, into its origin-form and its authority.
func origin(method, target string) (path, host string) {
	if method == "CONNECT" {
		return target, target
	}
	i := strings.Index(target, "://")
	if i <= 0 || strings.ContainsAny(target[:i], "/?") {
		return target, ""
	}
	rest := target[i+3:]
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		return "/", rest
	}
	host, path = rest[:end], rest[end:]
	if path[0] != '/' {
		path = "/" + path
	}
	return path, host[strings.LastIndexByte(host, '@')+1:]
}

// word is string(b) without a new string for the usual methods.
func word(b []byte) string {
	switch string(b) {
	case "GET":
		return "GET"
	case "POST":
		return "POST"
	case "OPTIONS":
		return "OPTIONS"
	}
	return string(b)
}

// phrase is string(b) without a new string for the usual reasons.
func phrase(b []byte) string {
	switch string(b) {
	case "OK":
		return "OK"
	case "Bad Request":
		return "Bad Request"
	case "Switching Protocols":
		return "Switching Protocols"
	case "No Content":
		return "No Content"
	}
	return string(b)
}
