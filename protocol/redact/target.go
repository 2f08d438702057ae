package redact

import "strings"

// Target masks the query values and the user information of a request target or of a whole URL. Parameters that
// Engine.IO itself defines keep their values, as do names; JSON Web Tokens and long random values of the path go too.
func (r Redactor) Target(target string) string {
	if r.Off {
		return target
	}
	rest, fragment, hasFragment := strings.Cut(target, "#")
	path, query, hasQuery := strings.Cut(rest, "?")
	out := r.path(r.userinfo(path))
	if hasQuery {
		out += "?" + r.query(query)
	}
	if hasFragment {
		out += "#" + r.fragment(fragment)
	}
	return out
}

// path looks at one segment at a time: the slash is a sign of base64 too.
func (r Redactor) path(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = r.random(s)
	}
	return strings.Join(segments, "/")
}

// userinfo masks "user:password@" of "scheme://user:password@host/…".
func (r Redactor) userinfo(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	authority, path := rest, ""
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	at := strings.LastIndexByte(authority, '@')
	if at < 0 {
		return url
	}
	return scheme + "://" + r.mask(authority[:at]) + authority[at:] + path
}

// fragment masks a fragment's values where it has the form of a query ("#access_token=…"), as OAuth uses it.
func (r Redactor) fragment(fragment string) string {
	if strings.Contains(fragment, "=") {
		return r.query(fragment)
	}
	return r.random(fragment)
}

func (r Redactor) query(query string) string {
	var b strings.Builder
	for len(query) > 0 {
		pair := query
		i := strings.IndexAny(query, "&;")
		if i >= 0 {
			pair, query = query[:i], query[i:]
		} else {
			query = ""
		}
		b.WriteString(r.pair(pair))
		if query != "" {
			b.WriteByte(query[0])
			query = query[1:]
		}
	}
	return b.String()
}

// pair masks the value of "key=value". A lone word may be a token itself, so it is looked at like free text.
func (r Redactor) pair(pair string) string {
	key, value, ok := strings.Cut(pair, "=")
	if !ok {
		return r.random(pair)
	}
	if value == "" || plainParameter(key, value) {
		return pair
	}
	return r.random(key) + "=" + r.mask(value)
}

// plainParameter tells whether Engine.IO defines the parameter ("Engine.IO v4, Query parameters"; b64 and j of v3)
// and its value has a form Engine.IO gives it: an application's own "t=<token>" does not pass.
func plainParameter(key, value string) bool {
	switch key {
	case "EIO", "j", "b64":
		return len(value) <= 8 && isDigits(value) || value == "true" || value == "false"
	case "transport":
		return value == "polling" || value == "websocket" || value == "webtransport" || len(value) <= 12 && isLetters(value)
	case "sid":
		return len(value) <= 64 && !looksLikeJWT(value)
	case "t":
		return len(value) <= 24
	}
	return false
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func isLetters(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return s != ""
}
