package redact

import (
	"strconv"
	"strings"
)

// maxName is how long a name may be that is asked about.
const maxName = 96

// SecretName says whether what goes by a name is a secret, wherever it stands: "token", "apiKey", "Password", "connect.sid".
func (r Redactor) SecretName(name string) bool { return secretName(name) }

// SecretText says whether a text that goes by a name is a secret.
func (r Redactor) SecretText(name, text string) bool {
	return secretName(name) && !doubtOf(name).spares(text, true)
}

// SecretNumber says whether a number that goes by a name is a secret.
func (r Redactor) SecretNumber(name string) bool {
	return secretName(name) && !counts(name) && doubtOf(name) != someToken
}

func secretName(name string) bool {
	if len(name) < 3 || len(name) > maxName {
		return false
	}
	if strings.Contains(name, `\u`) {
		name = unescaped(name)
	}
	var room [maxName]byte
	key, wide := plainName(&room, name)
	if wide {
		return spokenSecret(name)
	}
	return len(key) > 0 && plainSecret(key)
}

// unescaped is a name with the characters that a program wrote by their numbers.
func unescaped(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); {
		if name[i] != '\\' {
			b.WriteByte(name[i])
			i++
			continue
		}
		rest := strings.TrimLeft(name[i:], `\`)
		if n, err := strconv.ParseUint(rest[min(1, len(rest)):min(5, len(rest))], 16, 16); err == nil && len(rest) > 4 && rest[0] == 'u' {
			b.WriteRune(rune(n))
			rest = rest[5:]
		}
		i = len(name) - len(rest)
	}
	return b.String()
}

// plainName is a name in lower case, without what divides its words; wide, that it is not of ASCII.
func plainName(room *[maxName]byte, name string) (key []byte, wide bool) {
	n := 0
	for i := range min(len(name), maxName) {
		c := name[i]
		switch {
		case c == '_' || c == '-' || c == '.' || c == ' ':
			continue
		case 'A' <= c && c <= 'Z':
			c |= 0x20
		case c >= 0x80:
			wide = true
		}
		room[n] = c
		n++
	}
	return room[:n], wide
}

// plainSecret judges a name in lower case, without what divides its words.
func plainSecret(name []byte) bool {
	switch string(name) {
	case "pass", "pid", "auth", "authorization", "session", "signature", "otp", "pin", "totp", "ssn", "cvv", "cvc", "pem", "sessid", "setcookie2",
		"creditcard", "creditcardnumber", "cardnumber", "connectsid", "socialsecuritynumber",
		"mdp", "senha", "novasenha", "senhaatual", "confirmarsenha", "sifre":
		return true
	}
	if len(name) > 3 && name[len(name)-1] == 's' {
		name = name[:len(name)-1]
	}
	for _, end := range ends[name[len(name)-1]] {
		if len(name) >= len(end) && string(name[len(name)-len(end):]) == end {
			return true
		}
	}
	return false
}

// ends are the ends of names of secrets, by their last letter.
var ends = [256][]string{
	'n': {"token", "authorization"},
	't': {"secret", "jwt", "passwort", "kennwort"},
	'd': {"password", "passwd", "pwd", "sessionid", "accesskeyid", "sessid", "wachtwoord", "losenord", "passord"},
	'e': {"passphrase", "cookie", "passcode", "pincode", "otpcode", "mfacode", "motdepasse", "adgangskode"},
	'a': {"contrasena", "salasana"},
	'o': {"heslo", "haslo", "jelszo"},
	'y': {"apikey", "privatekey", "secretkey", "accesskey", "sessionkey", "authkey", "encryptionkey", "signingkey"},
	'l': {"credential"},
	'f': {"csrf", "xsrf"},
	'r': {"bearer"},
}

// spoken are names of secrets that are not of ASCII, in lower case, with which longer names end.
var spoken = [...]string{"パスワード", "暗証番号", "トークン", "認証", "認証情報", "認証コード", "認証キー", "認証番号", "秘密鍵", "合言葉", "パスフレーズ",
	"クレジットカード", "クレジットカード番号", "カード番号", "セキュリティコード", "シークレット", "マイナンバー", "個人番号", "apiキー", "アクセスキー", "セッションid", "クッキー",
	"пароль", "密码", "密碼", "口令", "비밀번호", "암호", "contraseña", "hasło", "lösenord", "şifre", "jelszó"}

func spokenSecret(name string) bool {
	name = strings.ToLower(name)
	for _, end := range spoken {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// counts says that a number by a secret's name is none: a process, how many there are, a session's place in a list.
func counts(name string) bool {
	switch strings.ToLower(name) {
	case "pid", "session", "sessions", "cookie", "cookies", "auth":
		return true
	}
	return false
}
