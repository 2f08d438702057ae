package redact

import (
	"regexp"
	"strings"
)

// Patterns of secrets in free text. They are matched in the order of Text.
var (
	urlPattern    = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"'<>\\]+`)
	queryPattern  = regexp.MustCompile(`\?[A-Za-z0-9_.~%\[\]-]+=[^\s"'<>\\)]*`)
	cookiePattern = regexp.MustCompile(`(?i)\b(set-cookie|cookie)(:[ \t]*)([^\s=;,]+=[^\r\n]*)`)
	authPattern   = regexp.MustCompile(`(?i)\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)((?:bearer|basic|digest|negotiate|token|apikey)\s+)?([^\s"',;]+)`)
	bearerPattern = regexp.MustCompile(`(?i)\b(bearer)(\s+)([A-Za-z0-9._~+/-]{6,}=*)`)
	basicPattern  = regexp.MustCompile(`(?i)\b(basic|negotiate)(\s+)([A-Za-z0-9+/]{8,}={0,2})`)
	pairPattern   = regexp.MustCompile(`(?i)([A-Za-z0-9_.-]*(?:token|secret|passw(?:or)?d|pwd|passphrase|api[_-]?key|jwt|credential|passwort|kennwort|mot[_-]?de[_-]?passe|contrasena|wachtwoord|losenord|salasana|heslo|haslo|adgangskode)s?\\?["']?\s*[=:]\s*)(\\"[^"\\]*(?:\\")?|"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"'&;,)}\]]+)`)
	pidPattern    = regexp.MustCompile(`(\\?"pid\\?"\s*:\s*\\?")([^"\\]+)`) // lets a client resume a session, Socket.IO 4.6
	wordPattern   = regexp.MustCompile(`(?i)\b((?:token|password|passphrase|secret|api[ _-]?key|jwt)\s+["']?)([A-Za-z0-9._~+/-]*[0-9][A-Za-z0-9._~+/-]*)`)
	pemPattern    = regexp.MustCompile(`(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----)((?:[^"\\-]|-{1,4}[^"\\-]|\\+[nr/])+)`)
	signedPattern = regexp.MustCompile(`(?i)\b(s%3A)([A-Za-z0-9_-]+\.[^\s"'&;,)}\]\\]+)`) // as express signs the id of a session
	htmlPattern   = regexp.MustCompile(`(?i)(\bname=\\?["']?([A-Za-z0-9_.-]+)\\?["']?\s+(?:value|content)=)(\\?["'][^"'\\>]+|[^\s"'\\>]+)`)
	awsPattern    = regexp.MustCompile(`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b`)
	assignPattern = regexp.MustCompile(`(?i)\b((?:[A-Za-z0-9_.-]*[_-])?(?:auth|session(?:[_-]?(?:id|key))?|key|signature|sig|otp|pin|[cx]srf|ssn|(?:php|j)sess(?:ion)?id|connect\.sid|bearer)=)([^\s"'&;,)}\]]+)`)
)

// Text masks what looks like a secret in an error body, a message or a line of evidence: queries and user information
// of URLs, cookies, credentials, JSON Web Tokens, "token=…" and "password: …" pairs, and long random values.
// A sid is shorter than what is taken for a secret, and stays.
func (r Redactor) Text(s string) string {
	if r.Off || s == "" {
		return s
	}
	found := seek(s)
	if found != 0 {
		s = r.search(s, found)
	}
	return r.random(s)
}

// search masks the kinds of secrets that a text may have.
func (r Redactor) search(s string, found hints) string {
	equals := strings.IndexByte(s, '=') >= 0
	assigns := equals || strings.IndexByte(s, ':') >= 0
	if found&hintName != 0 {
		s = r.event(s)
		s = r.arrays(s)
		if assigns {
			s = r.fields(s)
		}
	}
	if found&hintSpoken != 0 {
		s = r.spoken(s)
	}
	if found&hintEncoded != 0 {
		s = r.encoded(s)
	}
	for i := range patterns {
		if p := &patterns[i]; found&p.hint != 0 && (!p.assigns || assigns) && (!p.equals || equals) {
			s = p.mask(r, s)
		}
	}
	return s
}

// A pattern masks one kind of secret.
type pattern struct {
	hint    hints
	assigns bool // there is an equals sign or a colon too
	equals  bool // there is an equals sign
	mask    func(r Redactor, s string) string
}

var patterns = [...]pattern{
	{hintPEM, false, false, func(r Redactor, s string) string { return pemPattern.ReplaceAllStringFunc(s, r.pem) }},
	{hintSigned, false, false, func(r Redactor, s string) string { return r.last(signedPattern, s) }},
	{hintInput, false, true, Redactor.inputs},
	{hintXML, false, false, Redactor.elements},
	{hintIssued, false, false, Redactor.issued},
	{hintAWS, false, false, func(r Redactor, s string) string { return awsPattern.ReplaceAllStringFunc(s, r.mask) }},
	{hintURL, false, false, func(r Redactor, s string) string { return urlPattern.ReplaceAllStringFunc(s, r.Target) }},
	{hintQuery, false, true, func(r Redactor, s string) string {
		return queryPattern.ReplaceAllStringFunc(s, func(q string) string { return "?" + r.query(q[1:]) })
	}},
	{hintCookie, false, true, Redactor.replaceCookies},
	{hintAuthorization, true, false, func(r Redactor, s string) string { return r.last(authPattern, s) }},
	{hintBearer, false, false, func(r Redactor, s string) string { return bearerPattern.ReplaceAllStringFunc(s, r.afterScheme) }},
	{hintBasic, false, false, func(r Redactor, s string) string { return basicPattern.ReplaceAllStringFunc(s, r.afterScheme) }},
	{hintPair, true, false, func(r Redactor, s string) string { return pairPattern.ReplaceAllStringFunc(s, r.assignment) }},
	{hintPID, true, false, func(r Redactor, s string) string { return r.last(pidPattern, s) }},
	{hintWord, false, false, func(r Redactor, s string) string { return wordPattern.ReplaceAllStringFunc(s, r.word) }},
	{hintAssign, false, true, func(r Redactor, s string) string { return r.last(assignPattern, s) }},
}

// last masks what the last group of a pattern matches, with which its matches end.
func (r Redactor) last(pattern *regexp.Regexp, s string) string {
	return pattern.ReplaceAllStringFunc(s, func(m string) string {
		g := pattern.FindStringSubmatch(m)
		secret := g[len(g)-1]
		return m[:len(m)-len(secret)] + r.mask(secret)
	})
}

func (r Redactor) replaceCookies(s string) string {
	return cookiePattern.ReplaceAllStringFunc(s, func(m string) string {
		g := cookiePattern.FindStringSubmatch(m)
		if strings.EqualFold(g[1], "set-cookie") {
			return g[1] + g[2] + r.setCookie(g[3])
		}
		return g[1] + g[2] + r.cookies(g[3])
	})
}

// afterScheme masks what follows "Bearer" or "Basic", unless it is a plain word: "Bearer authentication failed".
func (r Redactor) afterScheme(m string) string {
	i := strings.LastIndexAny(m, " \t\r\n")
	if isLetters(m[i+1:]) && strings.ToLower(m[i+2:]) == m[i+2:] {
		return m
	}
	return m[:i+1] + r.mask(m[i+1:])
}

// word masks what follows the word "token" or "password", unless it is as short as a number in a sentence.
func (r Redactor) word(m string) string {
	g := wordPattern.FindStringSubmatch(m)
	if len(g[2]) < 6 {
		return m
	}
	return g[1] + r.mask(g[2])
}

// assignment masks the value of "key=value" or "key: value", inside the quotes where it is quoted.
func (r Redactor) assignment(m string) string {
	g := pairPattern.FindStringSubmatch(m)
	key, value := g[1], g[2]
	open := value[:len(value)-len(strings.TrimLeft(value, `\"'[{`))] // arrays and objects are fields' business
	end := value[min(len(value), max(len(open), len(strings.TrimRight(value, `\"'`)))):]
	secret := value[len(open) : len(value)-len(end)]
	switch secret {
	case "", "true", "false", "null", "undefined":
		return m
	}
	if doubtOf(nameOf(key)).spares(secret, open != "") {
		return m
	}
	return key + open + r.mask(secret) + end
}

// nameOf is the name in "name: ".
func nameOf(key string) string {
	key = strings.TrimRight(key, "=: \t\r\n\\\"'")
	for i := len(key); ; i-- {
		if i == 0 || !isName(key[i-1]) {
			return key[i:]
		}
	}
}

// pem masks a private key; what a sentence says of one stays.
func (r Redactor) pem(m string) string {
	g := pemPattern.FindStringSubmatch(m)
	if word := strings.TrimLeft(g[2], " \t"); word != g[2] && len(strings.Fields(word)) > 0 && len(strings.Fields(word)[0]) < 16 {
		return m
	}
	return g[1] + r.mask(g[2])
}
