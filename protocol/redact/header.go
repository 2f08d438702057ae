package redact

import (
	"regexp"
	"strings"
)

// Header masks the value of a header field where the field's name says that it is secret, and secrets within any
// other value. Schemes (Bearer), cookie names and the attributes of Set-Cookie are kept.
func (r Redactor) Header(name, value string) string {
	if r.Off || value == "" {
		return value
	}
	switch n := strings.ToLower(strings.TrimSpace(name)); {
	case n == "cookie" || n == "cookie2":
		return r.cookies(value)
	case n == "set-cookie" || n == "set-cookie2":
		return r.setCookie(value)
	case n == "authorization" || n == "proxy-authorization":
		return r.credentials(value)
	case n == "sec-websocket-protocol":
		return r.subprotocols(value)
	case isURLField(n):
		return r.Target(value)
	case secretField(n) && !(strings.HasSuffix(n, "tokens") && isCount(value)): // as limits are told in tokens
		return r.mask(value)
	}
	return r.Text(value)
}

func isURLField(name string) bool {
	switch name {
	case "referer", "location", "origin", "content-location", ":path", "x-original-url", "x-original-uri", "x-forwarded-uri", "x-rewrite-url":
		return true
	}
	return false
}

// secretField judges a field name in lower case. Names the protocols define, and that hold no secret, are exempt.
func secretField(name string) bool {
	switch name {
	case "sec-websocket-key", "sec-websocket-accept", ":authority", "www-authenticate", "proxy-authenticate", "authentication-info":
		return false
	}
	for _, word := range [...]string{"token", "secret", "key", "auth", "session", "password", "passwd", "credential", "csrf", "xsrf", "jwt", "signature"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// credentials keeps the scheme of "Bearer abc"; a value without a scheme is masked as a whole.
func (r Redactor) credentials(value string) string {
	scheme, secret, ok := strings.Cut(value, " ")
	if ok && isLetters(strings.ReplaceAll(scheme, "-", "")) {
		return scheme + " " + r.mask(secret)
	}
	return r.mask(value)
}

func (r Redactor) cookies(value string) string {
	parts := strings.Split(value, ";")
	for i, p := range parts {
		parts[i] = r.cookie(p)
	}
	return strings.Join(parts, ";")
}

// cookie masks "name=value"; a cookie without a name is all value.
func (r Redactor) cookie(pair string) string {
	name, value, ok := strings.Cut(pair, "=")
	switch {
	case ok && value == "":
		return pair
	case ok:
		return name + "=" + r.mask(value)
	case strings.TrimSpace(pair) == "":
		return pair
	}
	secret := strings.TrimLeft(pair, " ")
	return pair[:len(pair)-len(secret)] + r.mask(secret)
}

func (r Redactor) setCookie(value string) string {
	cookie, attributes, ok := strings.Cut(value, ";")
	if !ok {
		return r.cookie(cookie)
	}
	return r.cookie(cookie) + ";" + attributes
}

// subprotocols keeps the names of protocols that are known: browsers allow no other field, so tokens are sent in this one.
func (r Redactor) subprotocols(value string) string {
	parts := strings.Split(value, ",")
	for i, p := range parts {
		name := strings.TrimSpace(p)
		if name != "" && !subprotocol.MatchString(name) {
			at := strings.Index(p, name)
			parts[i] = p[:at] + r.mask(name) + p[at+len(name):]
		}
	}
	return strings.Join(parts, ",")
}

// subprotocol is what names a protocol and no secret: those of IANA's list that are in use, versions, and the words by
// which a token is announced.
var subprotocol = regexp.MustCompile(`(?i)^(?:v?\d{1,2}(?:\.\d{1,2})*|bearer|token|access[_-]?token|authorization|auth|jwt|json|binary|base64|text|websocket|` +
	`(?:socket|engine)\.io|graphql-(?:transport-)?ws|mqtt(?:v[\d.]+)?|wamp(?:\.2\.(?:json|msgpack|cbor)(?:\.batched)?)?|(?:v\d\d\.)?stomp|ocpp[\d.]+|soap|xmpp|sip|` +
	`chat|superchat|vite-(?:hmr|ping)|echo-protocol|actioncable-v1-json|phoenix|signalr|amqp|nats|(?:v\d\.)?(?:base64\.)?(?:channel|binary)\.k8s\.io)$`)
