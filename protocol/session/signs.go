package session

import (
	"bytes"
	"strings"

	"sioscope/protocol/fact"
)

func (t *Tracker) requestSigns(f *fact.Request) RequestSigns {
	s := RequestSigns{Host: t.strings.of([]byte(f.Host))}
	f.Header.Each(func(name, value []byte) bool {
		var buf [64]byte
		switch string(lowered(&buf, name)) {
		case "origin":
			s.Origin = t.strings.of(value)
		case "user-agent":
			s.UserAgent = t.strings.of(value)
		case "referer":
			s.Referer = t.strings.of(value)
		case "x-forwarded-for":
			s.ForwardedFor = t.strings.of(firstOf(value))
		case "forwarded":
			if s.ForwardedFor == "" {
				s.ForwardedFor = t.strings.of(forwardedFor(value))
			}
		case "cookie":
			s.Cookies = t.cookies(value)
		case "upgrade":
			s.Upgrade = hasToken(value, "websocket")
		case "connection":
			s.Connection = t.strings.of(value)
		case "sec-websocket-key":
			s.WebSocketKey = true
		case "authorization":
			s.Authorization = true
		}
		return true
	})
	return s
}

// responseSigns reads an answer's head. Every field that is not known to be something else may name a node.
func (t *Tracker) responseSigns(h fact.Header) ResponseSigns {
	var s ResponseSigns
	h.Each(func(name, value []byte) bool {
		var buf [64]byte
		n := lowered(&buf, name)
		switch string(n) {
		case "date":
			s.LowerCase = name[0] == 'd'
		case "server":
			s.Server = t.strings.of(value)
		case "via":
			s.Via = t.strings.of(value)
		case "x-cache", "cf-cache-status":
			s.XCache = t.strings.of(value)
		case "age":
			s.Age = t.strings.of(value)
		case "content-type":
			s.ContentType = t.strings.of(value)
		case "location":
			s.Location = t.strings.of(value)
		case "connection":
			s.Connection = t.strings.of(value)
		case "x-powered-by":
			s.PoweredBy = t.strings.of(value)
		case "keep-alive":
			s.KeepAlive = t.strings.of(value)
		case "access-control-allow-credentials":
			s.AllowCredentials = t.strings.of(value)
		case "access-control-allow-origin":
			s.AllowOrigin, s.HasAllowOrigin = t.strings.of(value), true
		case "set-cookie":
			s.SetCookies = append(s.SetCookies, t.setCookie(value))
		default:
			if mayNameNode(n) && len(value) <= 200 && len(s.NodeHeaders) < 16 {
				s.NodeHeaders = append(s.NodeHeaders, NamedValue{t.strings.of(n), t.strings.of(value)})
			}
		}
		return true
	})
	s.LowerCase = s.LowerCase && s.Server == ""
	return s
}

// lowered is name in lower case, in buf where it fits.
func lowered(buf *[64]byte, name []byte) []byte {
	if len(name) > len(buf) {
		return bytes.ToLower(name)
	}
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	return buf[:len(name)]
}

// mayNameNode leaves out the fields that say something about the message, the caller or the browser's policy.
func mayNameNode(lower []byte) bool {
	switch string(lower) {
	case "etag", "expires", "last-modified", "vary", "transfer-encoding", "upgrade", "pragma", "allow",
		"x-request-id", "x-correlation-id", "x-trace-id", "traceparent", "tracestate", "x-amzn-trace-id",
		"x-amzn-requestid", "x-amz-cf-id", "x-amz-cf-pop", "x-cloud-trace-context", "x-azure-ref", "x-ms-request-id",
		"cf-ray", "x-xss-protection", "x-frame-options", "x-content-type-options", "strict-transport-security",
		"referrer-policy", "x-dns-prefetch-control", "x-download-options", "x-permitted-cross-domain-policies",
		"alt-svc", "nel", "report-to", "x-runtime", "x-response-time", "x-envoy-upstream-service-time", "server-timing",
		"fly-request-id", "x-vercel-id", "rndr-id", "x-railway-request-id", "retry-after", "www-authenticate",
		"x-cache-hits", "x-timer", "x-robots-tag", "x-ua-compatible", "origin-agent-cluster", "accept-ranges":
		return false
	}
	for _, prefix := range [...]string{"access-control-", "content-", "sec-", "cross-origin-", "cache-", "x-ratelimit-", "ratelimit"} {
		if len(lower) >= len(prefix) && string(lower[:len(prefix)]) == prefix {
			return false
		}
	}
	return true
}

func (t *Tracker) cookies(value []byte) []Cookie {
	var out []Cookie
	for len(value) > 0 && len(out) < 64 {
		var pair []byte
		pair, value, _ = bytes.Cut(value, []byte(";"))
		name, v, ok := bytes.Cut(bytes.TrimSpace(pair), []byte("="))
		if ok {
			out = append(out, Cookie{Name: t.strings.of(name), Value: t.strings.of(v)})
		}
	}
	return out
}

func (t *Tracker) setCookie(value []byte) Cookie {
	pair, attrs, _ := bytes.Cut(value, []byte(";"))
	name, v, _ := bytes.Cut(bytes.TrimSpace(pair), []byte("="))
	return Cookie{t.strings.of(name), t.strings.of(v), t.strings.of(bytes.TrimSpace(attrs))}
}

func firstOf(list []byte) []byte {
	first, _, _ := bytes.Cut(list, []byte(","))
	return bytes.TrimSpace(first)
}

// forwardedFor returns the first for= of a Forwarded field, RFC 7239 §5.2.
func forwardedFor(value []byte) []byte {
	for _, pair := range bytes.Split(firstOf(value), []byte(";")) {
		name, v, ok := bytes.Cut(bytes.TrimSpace(pair), []byte("="))
		if ok && strings.EqualFold(string(name), "for") {
			return bytes.Trim(v, `"`)
		}
	}
	return nil
}

func hasToken(list []byte, token string) bool {
	for _, v := range bytes.Split(list, []byte(",")) {
		if strings.EqualFold(string(bytes.TrimSpace(v)), token) {
			return true
		}
	}
	return false
}
