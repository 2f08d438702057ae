package redact

import (
	"regexp"
	"strings"
)

// spokenPattern is a secret's name that is not of ASCII, what divides it from its value, and that.
var spokenPattern = regexp.MustCompile(`(?i)((?:パスワード|暗証番号|トークン|認証(?:情報|コード|キー|番号)?|秘密鍵|合言葉|パスフレーズ|カード番号|セキュリティコード|シークレット|マイナンバー|個人番号|` +
	`APIキー|アクセスキー|セッションID|クッキー|` +
	`пароль|密码|密碼|口令|비밀번호|암호|contraseña|hasło|lösenord|jelszó)\\?["']?\s*[:=：＝]\s*\\?["'「『]?)([^\s"'\\「」『』、。，,;；)）\]}&\[{][^\s"'\\「」『』、。，,;；)）\]}&]*)`)

// spoken masks "パスワード: …".
func (r Redactor) spoken(s string) string { return r.last(spokenPattern, s) }

// inputs masks what the fields of a page's forms are filled with where their names are those of secrets.
func (r Redactor) inputs(s string) string {
	return htmlPattern.ReplaceAllStringFunc(s, func(m string) string {
		g := htmlPattern.FindStringSubmatch(m)
		if !secretName(g[2]) {
			return m
		}
		open := g[3][:len(g[3])-len(strings.TrimLeft(g[3], `\"'`))]
		return g[1] + open + r.mask(g[3][len(open):])
	})
}
