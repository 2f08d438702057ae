package redact

import "strings"

// maxName is how long a name may be that is asked about.
const maxName = 96

// SecretName says whether what goes by a name is a secret, wherever it stands: "token", "apiKey", "Password", "connect.sid".
func (r Redactor) SecretName(name string) bool { return secretName(name) }

func secretName(name string) bool {
	if len(name) < 3 || len(name) > maxName {
		return false
	}
	var room [maxName]byte
	n, wide := 0, false
	for i := range len(name) {
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
	if wide {
		return japaneseSecret(name)
	}
	return plainSecret(room[:n])
}

// plainSecret judges a name in lower case, without what divides its words.
func plainSecret(name []byte) bool {
	switch string(name) {
	case "pid", "auth", "authorization", "session", "signature", "otp", "pin", "totp", "ssn", "cvv", "cvc", "pem", "sessid", "setcookie2",
		"creditcard", "creditcardnumber", "cardnumber", "connectsid", "socialsecuritynumber":
		return true
	}
	if len(name) > 3 && name[len(name)-1] == 's' {
		name = name[:len(name)-1]
	}
	for _, end := range ends(name) {
		if len(name) >= len(end) && string(name[len(name)-len(end):]) == end {
			return true
		}
	}
	return false
}

// ends are the ends of names of secrets that end as a name does.
func ends(name []byte) []string {
	switch name[len(name)-1] {
	case 'n':
		return []string{"token", "authorization"}
	case 't':
		return []string{"secret", "jwt"}
	case 'd':
		return []string{"password", "passwd", "pwd", "sessionid", "accesskeyid", "sessid"}
	case 'e':
		return []string{"passphrase", "cookie", "passcode", "pincode", "otpcode", "mfacode"}
	case 'y':
		return []string{"apikey", "privatekey", "secretkey", "accesskey", "sessionkey", "authkey", "encryptionkey", "signingkey"}
	case 'l':
		return []string{"credential"}
	case 'f':
		return []string{"csrf", "xsrf"}
	case 'r':
		return []string{"bearer"}
	}
	return nil
}

// inJapanese are names of secrets, with which longer names end.
var inJapanese = [...]string{"パスワード", "暗証番号", "トークン", "認証", "認証情報", "認証コード", "認証キー", "認証番号", "秘密鍵", "合言葉", "パスフレーズ",
	"クレジットカード", "クレジットカード番号", "カード番号", "セキュリティコード", "シークレット", "マイナンバー", "個人番号", "APIキー", "アクセスキー", "セッションID", "クッキー"}

func japaneseSecret(name string) bool {
	for _, end := range inJapanese {
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
