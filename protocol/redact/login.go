package redact

import (
	"strings"
	"unicode"
)

// Events by which somebody is let in have secrets by their place, login(user, password), and no key tells which it is: all
// that goes with them is masked but what is surely harmless.

// isLogin says whether an event of a name lets somebody in, or says that somebody was let in: "login", "user:signIn",
// "verify_code", "resumeSession".
func isLogin(name string) bool {
	if len(name) < 3 || len(name) > maxName {
		return false
	}
	words := wordsOf(name)
	if n := len(words); n == 0 || isNoSubject(words[n-1]) {
		return false
	}
	for i, w := range words {
		if opens(w) || i > 0 && (w == "in" || w == "on" || w == "up") && (words[i-1] == "log" || words[i-1] == "sign" || words[i-1] == "logged") {
			return true
		}
	}
	return mayOpen(words)
}

// opens says whether a word is of nothing but being let in.
func opens(word string) bool {
	switch word {
	case "login", "signin", "logon", "signup", "relogin", "2fa", "mfa", "totp", "otp", "sso", "authenticate", "authenticated", "authentication",
		"authorize", "reauthenticate", "reauth", "anmelden", "connexion":
		return true
	}
	return false
}

// mayOpen says whether words that are said of other things too are said of whom to let in: "verify", "resume session".
func mayOpen(words []string) bool {
	found := false
	for _, w := range words {
		switch w {
		case "register", "verify", "resume", "identify", "reverify":
			found = true
		case "user", "account", "session", "client", "email", "phone", "sms", "code", "me", "device", "admin", "player", "member", "request", "req",
			"response", "res", "success", "ok", "error", "failed", "identity", "two", "factor", "auth", "token", "do", "on":
		case "twofactor", "2factor":
			found = true
		default:
			return false
		}
	}
	return found || strings.Join(words, "") == "twofactor"
}

// isNoSubject says of a name's last word that the event is of something about logins: "loginCount".
func isNoSubject(last string) bool {
	switch last {
	case "count", "counts", "page", "screen", "button", "history", "stats", "times", "url":
		return true
	}
	return false
}

// wordsOf are the words of a name, in lower case: "user:signIn" has three.
func wordsOf(name string) (list []string) {
	from, last := 0, ' '
	for i, c := range name + " " {
		letter := unicode.IsLetter(c) || unicode.IsDigit(c)
		if !letter || unicode.IsUpper(c) && unicode.IsLower(last) {
			if from < i {
				list = append(list, strings.ToLower(name[from:i]))
			}
			if from = i; !letter {
				from = i + len(string(c))
			}
		}
		last = c
	}
	return list
}

// doubtOfEvent says what the arguments of an event may be besides secrets.
func doubtOfEvent(name string) doubt {
	if secretName(name) {
		return doubtOf(name)
	}
	if words := wordsOf(name); len(words) > 0 {
		switch words[len(words)-1] {
		case "error", "fail", "failed", "failure", "denied", "rejected":
			return aToken // a sentence, more often than not
		}
	}
	return aState
}

// SecretMember says whether a text that goes by a key within what an event has with it is a secret because of the event.
func SecretMember(event, key, text string) bool {
	return isLogin(event) && !isHarmless(key, text) && !doubtOfEvent(event).spares(text, true)
}

// isHarmless says whether a key says of a text that it is no secret, wherever it stands.
func isHarmless(key, text string) bool {
	var room [maxName]byte
	plain, _ := plainName(&room, key)
	switch string(plain) {
	case "user", "username", "login", "name", "nick", "nickname", "displayname", "firstname", "lastname", "email", "mail", "room", "roomid", "lang",
		"language", "locale", "timezone", "device", "platform", "os", "browser", "useragent", "version", "app", "client", "type", "status", "state",
		"message", "msg", "error", "reason", "role", "roles", "avatar", "color", "result", "provider", "method", "action", "event":
		return true
	case "id", "userid", "deviceid", "clientid", "sid", "socketid":
		return !looksSecret(text)
	}
	return false
}
