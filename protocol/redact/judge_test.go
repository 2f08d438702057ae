package redact

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// judged are texts, each with what becomes of it; where want is "", nothing does.
var judged = []struct{ in, want string }{
	// secrets, whatever they look like
	{`{"password":"hello world"}`, `{"password":"***"}`},
	{`{"password":"none"}`, `{"password":"***"}`},
	{`{"Passwort":"x","userPassword":"abc","db_pwd":"abc"}`, `{"Passwort":"***","userPassword":"***","db_pwd":"***"}`},
	{`{"passphrase":"correct horse battery staple"}`, `{"passphrase":"***"}`},
	{`{"passwords":123456}`, `{"passwords":"***"}`},
	{`{"pass":"hello","Pass":"x"}`, `{"pass":"***","Pass":"***"}`},
	{`{"bypass":"lane 2","compass":"north"}`, ``},
	{`{"secret":"tea"}`, `{"secret":"***"}`},
	{`{"cookie":"chocolate"}`, `{"cookie":"***"}`},
	{`{"pin":"Downtown"}`, `{"pin":"***"}`},
	{`{"otp":481516}`, `{"otp":"***"}`},
	{`{"credentials":{"user":"ann","n":3}}`, `{"credentials":{"user":"***","n":"***"}}`},
	{`["authenticate","ann","tea time"]`, `["authenticate","***","***"]`},
	{`{"api_key":"abc","apiKey":"abc","x-api-key":"abc"}`, `{"api_key":"***","apiKey":"***","x-api-key":"***"}`},
	{`{"csrf":"abc","jwt":"abc"}`, `{"csrf":"***","jwt":"***"}`},
	// tokens
	{`{"token":"abc"}`, `{"token":"***"}`},
	{`{"token":483920}`, `{"token":"***"}`},
	{`{"token":"Bearer abc"}`, `{"token":"***"}`},
	{`{"access_token":"the cat"}`, `{"access_token":"***"}`},
	{`{"refreshToken":"hello","idToken":"hello"}`, `{"refreshToken":"***","idToken":"***"}`},
	{`{"tokens":{"access":"abc","refresh":"def","expires":3600}}`, `{"tokens":{"access":"***","refresh":"***","expires":3600}}`},
	{`{"tokens":["abc","def"]}`, `{"tokens":["***","***"]}`},
	{`42["token","a8f3k2p9qq"]`, `42["token","***"]`},
	{`42["token","aB3 xY9"]`, `42["token","***"]`},
	{`token: 483920`, `token: ***`},
	{`bad token=tea, sorry`, `bad token=***, sorry`},
	{`{"tokens":123,"n":1}`, ``},
	{`{"max_tokens":1000,"usage":{"prompt_tokens":12,"completionTokens":30,"totalTokens":42}}`, ``},
	{`tokens: 123, max_tokens=1000`, ``},
	{`used 128,000 tokens: 12.5 a second`, ``},
	{`42["token"," the"]`, ``},
	{`42["token",{"token":"Once upon a time, in 2026"}]`, ``},
	{`{"token":"こんにちは"}`, ``},
	{`{"token":"expired"}`, ``},
	{`the token: invalid`, ``},
	{`{"tokenizer":"bpe","tokenCount":12,"token_type":"bearer"}`, ``},
	{`{"tokens":[464,3290,318]}`, ``},
	// sessions
	{`{"session":"a8f3k2p9"}`, `{"session":"***"}`},
	{`{"session":"550e8400-e29b-41d4-a716-446655440000"}`, `{"session":"***"}`},
	{`{"session":"s:abc.def"}`, `{"session":"***"}`},
	{`{"session":"q7hJ2kLp0ZxT4vB8nM3c"}`, `{"session":"***"}`},
	{`{"session":"deadbeefcafe0123456789ab"}`, `{"session":"***"}`},
	{`{"session":{"id":"q7hJ2kLp0ZxT4vB8nM3c","title":"Keynote","pin":1234,"seats":300}}`, `{"session":{"id":"***","title":"Keynote","pin":"***","seats":300}}`},
	{`{"session_id":"abc","sessionKey":"abc"}`, `{"session_id":"***","sessionKey":"***"}`},
	{`session=abc; path=/`, `session=***; path=/`},
	{`session="abc"`, `session="***"`},
	{`{"session":"morning"}`, ``},
	{`{"session":"keynote2026"}`, ``},
	{`42["join",{"session":"Yoga for beginners","room":"room-12"}]`, ``},
	{`42["session","room-12",{"seats":3}]`, ``},
	{`session: "32ZQ1nFjLnuHUbr3AAAA" is not known`, ``},
	{`{ session: 'opening', sessions: [ 'opening', 'closing' ] }`, ``},
	{`{"session":"朝の部"}`, ``},
	// other names that mean more than one thing
	{`{"signature":"MEUCIQDx"}`, `{"signature":"***"}`},
	{`{"signature":"Best regards, Ann"}`, ``},
	{`{"auth":"abc"}`, `{"auth":"***"}`},
	{`{"auth":"required"}`, ``},
	{`{"pin":{"lat":35.1,"lng":139.2,"title":"Tokyo"}}`, ``},
	{`{"pin":{"code":"x","password":"abc"}}`, `{"pin":{"code":"x","password":"***"}}`},
	{`the private key -----BEGIN PRIVATE KEY----- is missing`, ``},
	{`-----BEGIN PRIVATE KEY----- MIIEvQIBADANBgkqhkiG`, `-----BEGIN PRIVATE KEY-----***`},
	// as they are written
	{`"{\"user\":\"ann\",\"password\":\"abc\"}"`, `"{\"user\":\"ann\",\"password\":\"***\"}"`},
	{`"\"{\\\"password\\\":\\\"abc\\\"}\""`, `"\"{\\\"password\\\":\\\"***\\\"}\""`},
	{`{"パスワード":"abc","名前":"花子"}`, `{"パスワード":"***","名前":"花子"}`},
	{`{"\u30d1\u30b9\u30ef\u30fc\u30c9":"abc","\u540d\u524d":"x"}`, `{"\u30d1\u30b9\u30ef\u30fc\u30c9":"***","\u540d\u524d":"x"}`},
	{`{"pässword":"x","password":"pässwörd €"}`, `{"pässword":"x","password":"***"}`},
	{`a=1&data=%7B%22user%22%3A%22ann%22%2C%22token%22%3A%22abc%22%7D`, `a=1&data=%7B%22user%22%3A%22ann%22%2C%22token%22%3A%22***%22%7D`},
	{`%22pin%22%3a1234%2c%22n%22%3a5`, `%22pin%22%3a***%2c%22n%22%3a5`},
	{`next=%2Fcb%3Faccess_token%3Dabc%26n%3D1`, `next=%2Fcb%3Faccess_token%3D***%26n%3D1`},
	{`%22credentials%22%3A%7B%22p%22%3A%22abc%22%7D end`, `%22credentials%22%3A*** end`},
	{`%E3%83%91%E3%82%B9%E3%83%AF%E3%83%BC%E3%83%89%3Dabc&x=1`, `%E3%83%91%E3%82%B9%E3%83%AF%E3%83%BC%E3%83%89%3D***&x=1`},
	{`title=a%3Ab&room%3Dblue`, ``},
	{`42["x","` + jwt + `"]`, `42["x","***"]`},
	{`{"data":{"list":["` + jwt + `","ok"]}}`, `{"data":{"list":["***","ok"]}}`},
	{`42["x","` + base64.StdEncoding.EncodeToString([]byte(`{"token":"abc"}`)) + `"]`, `42["x","***"]`},
	{`42["x","` + base64.RawURLEncoding.EncodeToString([]byte(`["login",{"pin":1234}]`)) + `"]`, `42["x","***"]`},
	{`42["x","` + base64.StdEncoding.EncodeToString([]byte(`{"room":"blue"}`)) + `"]`, ``},
	{"Set-Cookie: sid=abc; Path=/; HttpOnly", "Set-Cookie: sid=***; Path=/; HttpOnly"},
	{"Cookie: theme=dark; sid=abc", "Cookie: theme=***; sid=***"},
	{"Authorization: Bearer abcdef", "Authorization: Bearer ***"},
	{"authorization: Basic YW5uOnB3", "authorization: Basic ***"},
	{"Proxy-Authorization: Negotiate YIIabc==", "Proxy-Authorization: Negotiate ***"},
	{"GET /socket.io/?EIO=4&token=abc&access_token=abc&sid=32ZQ1nFjLnuHUbr3AAAA", "GET /socket.io/?EIO=4&token=***&access_token=***&sid=32ZQ1nFjLnuHUbr3AAAA"},
	{"wss://ann:pw@h.example/?auth=abc", "wss://***@h.example/?auth=***"},
	// events that let somebody in
	{`420["login","bob","hunter"]`, `420["login","***","***"]`},
	{`42["signIn","bob","correct horse battery"]`, `42["signIn","***","***"]`},
	{`42["2fa",482913]`, `42["2fa","***"]`},
	{`42["verify",12,true,null]`, ``},
	{`42["login",{"user":"ann","p":"hunter","remember":true,"numUsers":3}]`, `42["login",{"user":"ann","p":"***","remember":true,"numUsers":3}]`},
	{`42["login",{"numUsers":3}]`, ``},
	{`42["login:error","Wrong password, try again"]`, ``},
	{`42["login_failed",{"message":"no such user"}]`, ``},
	{`42["login:success","q7hJ2kLp"]`, `42["login:success","***"]`},
	{`42["login","ok"]`, ``},
	{`42["loginCount","a","b"]`, ``},
	{`42["logout","bob"]`, ``},
	{`42["log","in","the room"]`, ``},
	{`42["resumeVideo","intro"]`, ``},
	{`42["registered users","ann","bob"]`, ``},
	{`42["user joined",{"username":"ann","numUsers":3}]`, ``},
	{`42["join","blue","ann"]`, ``},
	{`42["message","how do I login?","please register"]`, ``},
	// a name and its value
	{`42["x",["token","abc"]]`, `42["x",["token","***"]]`},
	{`[["user","ann"],["password","abc"]]`, `[["user","ann"],["password","***"]]`},
	{`{"missing":["password","email"]}`, ``},
	{`{"fields":["password","name","age"]}`, ``},
	{`{"errors":["token","expired"]}`, ``},
	{`{"key":"password","value":"abc"}`, `{"key":"password","value":"***"}`},
	{`{"value":"abc","type":"text","name":"token"}`, `{"value":"***","type":"text","name":"token"}`},
	{`{"name":"pin","value":1234,"n":5}`, `{"name":"pin","value":"***","n":5}`},
	{`"{\"name\":\"token\",\"value\":\"abc\"}"`, `"{\"name\":\"token\",\"value\":\"***\"}"`},
	{`[{"name":"token"},{"name":"color","value":"red"}]`, ``},
	{`{"type":"token","content":"ing"}`, ``},
	{`{"key":"Enter","value":"token"}`, ``},
	// elements
	{`<login><user>ann</user><password>abc</password></login>`, `<login><user>ann</user><password>***</password></login>`},
	{`<wsse:Password Type="x"><![CDATA[abc]]></wsse:Password>`, `<wsse:Password Type="x"><![CDATA[***]]></wsse:Password>`},
	{`42["x","<token>a b1</token>"]`, `42["x","<token>***</token>"]`},
	{`<b>password</b> and <i>token</i>`, ``},
	{`<token>expired</token>`, ``},
	// tokens that are known by how they begin
	{`see ghp_16C7e42F292c6912E7 there`, `see *** there`},
	{`["x","sk_live_4eC39HqLyjWD"]`, `["x","***"]`},
	{`xoxb-123456789012-abc and glpat-a1b2c3d4e5f6g7h8i9j0`, `*** and ***`},
	{`sk_test_connection`, ``},
	{`sk-learn-tutorial-for-beginners-2026`, ``},
	{`ghp_workflow_name xoxo npm_config_registry hf_hub sg.example.com`, ``},
	// names in other languages
	{`{"mot_de_passe":"abc","passwort":"abc","contraseña":"abc","пароль":"abc","senha":"abc","密码":"abc","비밀번호":"abc","hasło":"abc"}`,
		`{"mot_de_passe":"***","passwort":"***","contraseña":"***","пароль":"***","senha":"***","密码":"***","비밀번호":"***","hasło":"***"}`},
	{`{"Пароль":"abc"}`, `{"Пароль":"***"}`},
	{`пароль: abc`, `пароль: ***`},
	{`passwort=abc&x=1`, `passwort=***&x=1`},
	{`{"desenha":"flor","parola":"ciao","clave":"x","сообщение":"пароль неверен"}`, ``},
	// texts that have words of secrets and no secret
	{`{"author":"Ann","keyboard":"qwerty","key":"Enter","monkey":3}`, ``},
	{`{"design":"flat","signal":"strong","pinned":true,"spin":"left","shopping":"list"}`, ``},
	{`{"passenger":"Ann","passed":true,"password":true,"compass":"N"}`, ``},
	{`{"cookies":2,"cookieBanner":"shown","sessions":3,"sessionCount":3}`, ``},
	{`{"assessment":"good","possess":"x","secretary":"Bob"}`, ``},
	{`no session, no token, no password`, ``},
}

func TestJudged(t *testing.T) {
	t.Parallel()
	for _, tt := range judged {
		want := tt.want
		if want == "" {
			want = tt.in
		}
		got := Redactor{}.Text(tt.in)
		if got != want {
			t.Errorf("%s\nbecame %s\n  want %s", tt.in, got, want)
		}
		if twice := (Redactor{}).Text(got); twice != got {
			t.Errorf("masked twice: %s, then %s", got, twice)
		}
		filled := Redactor{Fill: new(Filler).Fill}.Text(tt.in)
		if len(filled) != len(tt.in) || utf8.RuneCountInString(filled) != utf8.RuneCountInString(tt.in) || (filled == tt.in) != (want == tt.in) {
			t.Errorf("%s\nwas filled to %s", tt.in, filled)
		}
	}
}

// TestAuthIsNeverJudged: of what a client sends with its CONNECT no string is let through, whatever it looks like.
func TestAuthIsNeverJudged(t *testing.T) {
	t.Parallel()
	for _, in := range []string{`{"session":"morning"}`, `{"tokens":12}`, `{"x":"the cat sat"}`, `{"signature":"Best regards"}`} {
		got := Redactor{}.AuthPayload(in)
		if strings.ContainsAny(got, "0123456789") || strings.Contains(got, "morning") || strings.Contains(got, "the") || strings.Contains(got, "Best") {
			t.Errorf("%s became %s", in, got)
		}
	}
}

// TestHeadersOfTokens: how many are left is told, which they are is not.
func TestHeadersOfTokens(t *testing.T) {
	t.Parallel()
	for in, want := range map[[2]string]string{
		{"X-RateLimit-Remaining-Tokens", "149984"}: "149984", {"X-RateLimit-Remaining-Tokens", "abc"}: "***", {"X-Auth-Token", "149984"}: "***",
		{"X-Session", "morning"}: "***", {"Cookie", "session=morning"}: "session=***", {"Authorization", "none"}: "***",
	} {
		if got := (Redactor{}).Header(in[0], in[1]); got != want {
			t.Errorf("%s: %s became %s, want %s", in[0], in[1], got, want)
		}
	}
}

// FuzzEncoded: what is written as in a URL can still be read, and a secret in it cannot.
func FuzzEncoded(f *testing.F) {
	f.Add(`{"token":"abc"}`)
	f.Add(`{"x":[1,{"password":"ä%&="}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		in := url.QueryEscape(s + `,"password":"geheim47"`)
		if got := (Redactor{}).Text(in); strings.Contains(got, "geheim47") {
			t.Errorf("%s leaks: %s", in, got)
		}
		if got := (Redactor{Fill: new(Filler).Fill}).Text(in); len(got) != len(in) {
			t.Errorf("%s became %s", in, got)
		}
	})
}
