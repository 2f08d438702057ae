package session

import (
	"bytes"
	"slices"
	"strings"

	"sioscope/protocol/fact"
)

// shareWithin is how many exchanges of a connection are looked back for one with the same signs.
const shareWithin = 4

// latest are the exchanges of a connection that may have the same signs as its last one.
func (c *Conn) latest() []*Exchange { return c.Exchanges[max(0, len(c.Exchanges)-shareWithin):] }

// A signBuffer is where a head is read to: what is kept of it is what no exchange before has.
type signBuffer struct {
	request  RequestFields
	response ResponseFields
	cookies  []Cookie
	named    []NamedValue
}

// requestSigns reads the head of f, which is e's request.
func (t *Tracker) requestSigns(e *Exchange, f *fact.Request) (s RequestSigns) {
	b := &t.signs
	t.readRequest(b, f)
	for _, o := range e.Conn.latest() {
		r := &o.Request
		if s.RequestFields == nil && *r.RequestFields == b.request {
			s.RequestFields = r.RequestFields
		}
		if s.Cookies == nil && slices.Equal(r.Cookies, b.cookies) {
			s.Cookies = r.Cookies
		}
	}
	if s.RequestFields == nil {
		fields := b.request
		s.RequestFields = &fields
	}
	if s.Cookies == nil {
		s.Cookies = cloned(b.cookies)
	}
	return s
}

// responseSigns reads the head of e's answer.
func (t *Tracker) responseSigns(e *Exchange, h fact.Header) (s ResponseSigns) {
	b := &t.signs
	t.readResponse(b, h)
	for _, o := range e.Conn.latest() {
		r := &o.Response
		if s.ResponseFields == nil && *r.ResponseFields == b.response {
			s.ResponseFields = r.ResponseFields
		}
		if s.NodeHeaders == nil && slices.Equal(r.NodeHeaders, b.named) {
			s.NodeHeaders = r.NodeHeaders
		}
	}
	if s.ResponseFields == nil {
		fields := b.response
		s.ResponseFields = &fields
	}
	if s.NodeHeaders == nil {
		s.NodeHeaders = cloned(b.named)
	}
	s.SetCookies = cloned(b.cookies)
	return s
}

// cloned is slices.Clone with room for nothing more, and nil for what is empty.
func cloned[T any](s []T) []T { return append([]T(nil), s...) }

func (t *Tracker) readRequest(b *signBuffer, f *fact.Request) {
	b.cookies = b.cookies[:0]
	b.request = RequestFields{Host: t.strings.same(f.Host), Proto: t.strings.same(f.Proto), Upgrade: f.Protocol == "websocket"}
	s := &b.request
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
			b.cookies = t.appendCookies(b.cookies[:0], value)
		case "upgrade":
			s.Upgrade = hasToken(value, "websocket")
		case "connection":
			s.Connection = t.strings.of(value)
		case "sec-websocket-key":
			s.WebSocketKey = true
		case "sec-websocket-protocol":
			s.Subprotocols = t.listed(s.Subprotocols, value)
		case "sec-websocket-extensions":
			s.Extensions = t.listed(s.Extensions, value)
		case "authorization":
			s.Authorization = true
		}
		return true
	})
}

// readResponse reads an answer's head. Every field that is not known to be something else may name a node.
func (t *Tracker) readResponse(b *signBuffer, h fact.Header) {
	b.cookies, b.named = b.cookies[:0], b.named[:0]
	b.response = ResponseFields{}
	s := &b.response
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
		case "x-cache", "cf-cache-status", "x-cache-status", "x-proxy-cache":
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
		case "sec-websocket-extensions":
			s.Extensions = t.strings.of(value)
		case "content-encoding":
			s.Coding = t.strings.of(value)
		case "keep-alive":
			s.KeepAlive = t.strings.of(value)
		case "access-control-allow-credentials":
			s.AllowCredentials = t.strings.of(value)
		case "access-control-allow-origin":
			s.AllowOrigin, s.HasAllowOrigin = t.strings.of(value), true
		case "set-cookie":
			b.cookies = append(b.cookies, t.setCookie(value))
		default:
			if m := markOf(n); m != 0 {
				s.Marks |= m
			} else if mayNameNode(n) && len(value) <= 200 && len(b.named) < 16 {
				b.named = append(b.named, NamedValue{t.strings.of(n), t.strings.of(value)})
			}
		}
		return true
	})
	s.LowerCase = s.LowerCase && s.Server == ""
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
		"x-amzn-requestid", "x-amz-cf-pop", "x-cloud-trace-context", "x-ms-request-id", "x-xss-protection", "x-frame-options", "x-content-type-options", "strict-transport-security",
		"referrer-policy", "x-dns-prefetch-control", "x-download-options", "x-permitted-cross-domain-policies",
		"alt-svc", "nel", "report-to", "x-runtime", "x-response-time", "server-timing", "retry-after", "www-authenticate",
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

func (t *Tracker) appendCookies(out []Cookie, value []byte) []Cookie {
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
