package redact

import "strings"

// hints say which kinds of secrets a text may have: only for those is it searched. Most texts have none.
type hints uint32

const (
	hintName   hints = 1 << iota // a name of which the value is a secret
	hintSpoken                   // such a name in another language
	hintPair                     // token=…, "password: …"
	hintAssign                   // key=…, with the equals sign alone
	hintWord                     // the token …
	hintCookie
	hintAuthorization
	hintBearer
	hintBasic
	hintPID
	hintInput
	hintURL
	hintQuery
	hintSigned
	hintAWS
	hintPEM
	hintEncoded // of URLs
	hintBase64  // JSON in base64
	hintXML     // an element
	hintIssued  // a token that begins as its issuer begins all
)

// words are what a text has where it may have a secret, in lower case and without what divides words.
var words, pairs = byFirst(map[string]hints{
	"token": hintName | hintPair | hintWord, "secret": hintName | hintPair | hintWord, "passw": hintName | hintPair | hintWord, "pwd": hintName | hintPair,
	"passphrase": hintName | hintPair | hintWord, "jwt": hintName | hintPair | hintWord, "credential": hintName | hintPair, "apikey": hintName | hintPair | hintWord,
	"privatekey": hintName | hintPEM, "accesskey": hintName, "encryptionkey": hintName, "signingkey": hintName, "key=": hintAssign,
	"passcode": hintName, "mfacode": hintName, "pass": hintName, "pin": hintName | hintAssign, "otp": hintName | hintAssign, "pem": hintName, "cvv": hintName, "cvc": hintName,
	"creditcard": hintName, "cardnumber": hintName, "ssn": hintName | hintAssign, "socialsecurity": hintName, "csrf": hintName | hintAssign, "xsrf": hintName | hintAssign,
	"auth": hintName | hintAssign, "authorization": hintAuthorization, "bearer": hintName | hintAssign | hintBearer, "basic": hintBasic, "negotiate": hintBasic,
	"sess": hintName | hintAssign, "sig": hintName | hintAssign, "cookie": hintName | hintCookie, "connectsid": hintName | hintAssign, "pid": hintName | hintPID,
	"name=": hintInput, "://": hintURL, "s%3a": hintSigned, "akia": hintAWS, "asia": hintAWS,
	"%3a": hintEncoded, "%3d": hintEncoded, "eyj": hintBase64, "eya": hintBase64, "wyj": hintBase64, "w3s": hintBase64,
	"login": hintName, "signin": hintName, "logon": hintName, "loggedin": hintName, "signup": hintName, "register": hintName, "verify": hintName, "resume": hintName,
	"identify": hintName, "2fa": hintName, "mfa": hintName, "twofactor": hintName, "2factor": hintName, "sso": hintName, "anmelden": hintName, "connexion": hintName,
	"kennwort": abroad, "motdepasse": abroad, "mdp": hintName, "contrase": abroad, "senha": hintName, "wachtwoord": abroad,
	"losenord": abroad, "senord": abroad, "salasana": abroad, "heslo": abroad, "adgangskode": abroad, "haslo": abroad, "hasło": abroad, "ifre": hintName, "jelsz": abroad,
	"пароль": wide, "Пароль": wide, "ПАРОЛЬ": wide, "密码": wide, "密碼": wide, "口令": wide, "비밀번호": wide, "암호": wide,
	"</": hintXML, `<\/`: hintXML,
	"ghp_": hintIssued, "gho_": hintIssued, "ghu_": hintIssued, "ghs_": hintIssued, "ghr_": hintIssued, "github_pat_": hintIssued, "glpat-": hintIssued,
	"sk_live_": hintIssued, "sk_test_": hintIssued, "rk_live_": hintIssued, "rk_test_": hintIssued, "whsec_": hintIssued, "xox": hintIssued, "xapp-": hintIssued,
	"npm_": hintIssued, "pypi-": hintIssued, "hf_": hintIssued, "aiza": hintIssued, "ya29.": hintIssued, "sg.": hintIssued, "sk-": hintIssued, "dop_v1_": hintIssued,
	"shpat_": hintIssued, "shpss_": hintIssued, "glsa_": hintIssued, "dckr_pat_": hintIssued,
	`\u`:    hintName, // as programs write names that are not ASCII
	"パスワード": wide, "番号": wide, "トークン": wide, "認証": wide, "秘密鍵": wide, "合言葉": wide, "パスフレーズ": wide, "コード": wide, "シークレット": wide,
	"クレジットカード": wide, "キー": wide, "セッション": wide, "クッキー": wide, "マイナンバー": wide,
})

const (
	wide   = hintName | hintSpoken
	abroad = hintName | hintPair | hintSpoken
)

type word struct {
	text  string
	means hints
}

// A pairSet has a bit for each two bytes.
type pairSet [1 << 10]uint64

func (p *pairSet) has(a, b byte) bool { return p[uint(a)<<2|uint(b)>>6]>>(b&63)&1 != 0 }

// byFirst has words by the byte that they begin with, and what two bytes words begin with.
func byFirst(all map[string]hints) (by [256][]word, pairs *pairSet) {
	pairs = new(pairSet)
	for text, means := range all {
		by[text[0]] = append(by[text[0]], word{text, means})
		for _, a := range written(text[0], false) {
			for _, b := range written(text[1], text[0] < 0x80) {
				pairs[uint(a)<<2|uint(b)>>6] |= 1 << (b & 63)
			}
		}
	}
	return by, pairs
}

// written are the bytes that a letter may begin with, and what may stand before it within a word.
func written(letter byte, within bool) []byte {
	list := []byte{letter}
	switch {
	case letter == 'k':
		list = append(list, kelvin[0])
	case letter == 's':
		list = append(list, longS[0])
	}
	if 'a' <= letter && letter <= 'z' {
		list = append(list, letter&^0x20)
	}
	if within {
		list = append(list, "_-. "...)
	}
	return list
}

// seek finds out what a text may have. Few places of a text begin with the first two letters of a word.
func seek(s string) (found hints) {
	if strings.IndexByte(s, '?') >= 0 {
		found = hintQuery
	}
	for i := 1; i < len(s); i++ {
		if pairs.has(s[i-1], s[i]) {
			found |= wordsAt(s[i-1:], found)
		}
	}
	return found
}

// wordsAt are what the words mean that a text begins with, where that was not found.
func wordsAt(s string, found hints) hints {
	first, n := fold(s)
	if n == 1 && first >= 0x80 {
		for _, w := range words[first] {
			if strings.HasPrefix(s, w.text) {
				found |= w.means
			}
		}
		return found
	}
	list := words[first]
	for i := range list {
		if w := &list[i]; found&w.means != w.means && begins(s[n:], w.text[1:]) {
			found |= w.means
		}
	}
	return found
}

// begins says whether a text begins with the rest of a word, however its letters are written, and whatever divides them.
func begins(s, word string) bool {
	for i := 0; i < len(word); {
		c, n := fold(s)
		switch {
		case n == 0:
			return false
		case c == word[i]:
			i++
		case c != '_' && c != '-' && c != '.' && c != ' ':
			return false
		}
		s = s[n:]
	}
	return true
}

// What folds to k and s.
const (
	kelvin = "\u212A"
	longS  = "\u017F"
)

// fold is the first letter of a text in lower case, and its length.
func fold(s string) (c byte, n int) {
	switch {
	case s == "":
		return 0, 0
	case 'A' <= s[0] && s[0] <= 'Z':
		return s[0] | 0x20, 1
	case s[0] == kelvin[0] && strings.HasPrefix(s, kelvin):
		return 'k', len(kelvin)
	case s[0] == longS[0] && strings.HasPrefix(s, longS):
		return 's', len(longS)
	}
	return s[0], 1
}
