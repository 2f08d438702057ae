package redact

import (
	"encoding/json"
	"strings"
	"testing"
)

// leaks are texts with the word SEKRET in each secret; what must stay readable of them is in keeps.
var leaks = []struct {
	name, in string
	keeps    []string
}{
	{"cookie in JSON", `42["conf",{"headers":{"Cookie":"a=SEKRET48c","accept":"x"}}]`, []string{`"Cookie":"a=`, `"accept":"x"`}},
	{"setCookie", `42["setCookie","connect.sid=s%3ASEKRET45cs.abc"]`, []string{"setCookie"}},
	{"set-cookie in JSON", `{"set-cookie":["a=SEKRET; Path=/","b=SEKRET"],"n":1}`, []string{`"n":1`}},
	{"express' sid", `connect.sid=s%3ASEKRETaaaaaa.SEKRETbb; x`, []string{"connect.sid="}},
	{"express' sid in JSON", `{"connect.sid":"SEKRET","sid":"32ZQ1nFjLnuHUbr3AAAA"}`, []string{`"sid":"32ZQ1nFjLnuHUbr3AAAA"`}},
	{"express' sid by another name", `sid=s%3ASEKRETaaaaaa.SEKRETbb`, nil},
	{"bearer", `{"bearer":"SEKRET54"}`, nil},
	{"pin and otp", `["login",{"user":"bob","pin":"SEKRET","otp":"SEKRET"}]`, []string{`"user":"bob"`, "login"}},
	{"session's id", `{"session_id":"SEKRET07sessid","sessionKey":"SEKRET","sessionId":"SEKRET"}`, nil},
	{"array", `{"secret":["SEKRET1",{"a":"SEKRET2"},[["SEKRET3"]]],"n":"x"}`, []string{`"a":`, `"n":"x"`}},
	{"object", `{"credentials":{"p":"SEKRET","deep":{"q":"SEKRET"}},"ok":true}`, []string{`"p":`, `"q":`, `"ok":true`}},
	{"object within a string", `"{\"credentials\":{\"p\":\"SEKRET\"},\"n\":\"x\"}"`, []string{`\"p\":`, `\"n\":\"x\"`}},
	{"string within a string", `"{\"pin\":\"SEKRET\\\"SEKRET\",\"n\":\"x\"}"`, []string{`\"n\":\"x\"`}},
	{"array as programs print it", `{ secret: [ 'SEKRET', 'SEKRET' ], user: 'ann' }`, []string{`user: 'ann'`}},
	{"a list of bare words", `credentials = {SEKRET: SEKRETx, y}`, nil},
	{"csrf", `{"csrf":"SEKRET","_csrf":"SEKRET","csrfToken":"SEKRET"}`, nil},
	{"csrf in HTML", `<input type="hidden" name="csrf" value="SEKRET"><input name="user" value="ann">`, []string{`name="user" value="ann"`}},
	{"csrf in HTML's head", `<meta name="csrf-token" content="SEKRET"><meta name="viewport" content="width=device-width">`, []string{`width=device-width`}},
	{"ssn", `{"ssn":"SEKRET","cvv":"SEKRET"}`, nil},
	{"private key", "42[\"conf\",{\"privateKey\":\"-----BEGIN PRIVATE KEY-----\\nSEKRET52\\n-----END PRIVATE KEY-----\",\"n\":1}]", []string{`"n":1`}},
	{"private key anywhere", "see\n-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nSEKRET/52+\n-----END RSA PRIVATE KEY-----\nand more", []string{"-----END RSA PRIVATE KEY-----\nand more"}},
	{"private key, cut", `{"x":"-----BEGIN EC PRIVATE KEY-----\nSEKRET","n":"y"}`, []string{`"n":"y"`}},
	{"a name in Japanese", `42["日本","パスワード: SEKRET46",{"パスワード":"SEKRET47ja","名前":"花子"}]`, []string{`"名前":"花子"`, "日本"}},
	{"names in Japanese", `{"暗証番号":"SEKRET","トークン":"SEKRET","認証":{"x":"SEKRET"},"クレジットカード番号":"SEKRET","結果":"成功"}`, []string{`"結果":"成功"`}},
	{"Japanese of full width", `パスワード：SEKRET、よろしく`, []string{"、よろしく"}},
	{"event", `42["token","SEKRET44evtoken"]`, []string{`42["token",`}},
	{"event with a namespace", `42/chat,7["authenticate","SEKRET","SEKRET",{"user":"ann"}]`, []string{`42/chat,7["authenticate",`, `"user":"ann"`}},
	{"event as rows have it", `["authenticate", "SEKRET"]`, nil},
	{"event of which the end is missing", `["token","SEKRET`, nil},
	{"key of AWS", `{"aws":"AKIASEKRETODNN7SEKRE"}`, nil},
}

func TestLeaks(t *testing.T) {
	t.Parallel()
	for _, tt := range leaks {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, r := range []Redactor{{}, {Fill: new(Filler).Fill}} {
				got := r.Text(tt.in)
				if strings.Contains(got, "SEKRE") {
					t.Errorf("%s\nleaks: %s", tt.in, got)
				}
				for _, keep := range tt.keeps {
					if !strings.Contains(got, keep) {
						t.Errorf("%s\nlost %s: %s", tt.in, keep, got)
					}
				}
				if r.Fill != nil && len(got) != len(tt.in) {
					t.Errorf("%s\nhas another length: %s", tt.in, got)
				}
				if twice := r.Text(got); twice != got {
					t.Errorf("masked twice: %s, then %s", got, twice)
				}
				if off := (Redactor{Off: true}).Text(tt.in); off != tt.in {
					t.Errorf("Off changed %s to %s", tt.in, off)
				}
				if json.Valid([]byte(tt.in)) && !json.Valid([]byte(got)) {
					t.Errorf("%s\nis no JSON any more: %s", tt.in, got)
				}
			}
		})
	}
}

// TestMaskedStaysJSON: whoever reads what was written has JSON still, and sees where bytes followed.
func TestMaskedStaysJSON(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{`["bin",{"token":{"_placeholder":true,"num":1}}]`, `["bin",{"token":{"_placeholder":true,"num":1}}]`},
		{`["bin",{"secret":[{"num":0,"_placeholder":true},"x"]}]`, `["bin",{"secret":[{"num":0,"_placeholder":true},"***"]}]`},
		{`{"pin":1234,"n":5}`, `{"pin":"***","n":5}`},
		{`{"token":-1.5e3}`, `{"token":"***"}`},
		{`{"token":[1,true,null,"x",{"a":2}]}`, `{"token":["***",true,null,"***",{"a":"***"}]}`},
		{`{"token":[]}`, `{"token":[]}`},
		{`{"token" : { } }`, `{"token" : { } }`},
		{`{"credentials":{"a":"]}\"","b":"x"},"n":"y"}`, `{"credentials":{"a":"***","b":"***"},"n":"y"}`},
		{`{"password":true}`, `{"password":true}`},
	} {
		for _, nested := range []bool{false, true} {
			in, want := tt.in, tt.want
			if nested {
				in, want = quoted(in), quoted(want)
			}
			got := Redactor{}.Text(in)
			if got != want || !json.Valid([]byte(got)) {
				t.Errorf("Text(%s)\n got %s\nwant %s", in, got, want)
			}
		}
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// TestHealthy: what is no secret can still be read.
func TestHealthy(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		`0{"sid":"32ZQ1nFjLnuHUbr3AAAA","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`,
		`40{"sid":"wZX3oN0bSVIhsaknAAAI"}`,
		`42["message","hello"]`,
		`42["typing",{"user":"ann","on":true}]`,
		`42["ping",{"pinned":["a","b"],"pins":{"a":"b"},"spin":"left","shopping":"list"}]`,
		`["session started","ok"]`,
		`{"author":"Ann","authorName":"Ann","authenticated":"yes","monkey":"x","key":"Enter","keyCode":"KeyA","publicKey":"x"}`,
		`{"pid":4711,"sessions":3,"cookies":2,"session":1}`,
		`{"tokenized":"no","secretary":"Bob","passport":"blue","opinion":"good","signatureless":"x"}`,
		`{"statusCode":"ok","バージョン":"1.2","メッセージ":"こんにちは","認証結果":"成功"}`,
		"パスワードが違います", "トークンが無効です: もう一度", "認証に失敗しました: 401",
		`<input name="user" value="ann">`, `<meta name="description" content="A page">`,
		`the session: "32ZQ1nFjLnuHUbr3AAAA" was not known by [A, B]`,
		`io("https://x.test", { transports: ["websocket"], path: "/socket.io/", auth: true })`,
		`-----BEGIN CERTIFICATE-----`, `-----BEGIN PRIVATE KEY----- is missing`,
		"12:30:45 [A] GET 200", `{"a":"b","c":["d",{"e":"f"}]}`, "a=b", `x: [1,2,3]`, "", ":", `":`, `"":""`, `\":\"`,
	} {
		if got := (Redactor{}).Text(s); got != s {
			t.Errorf("%s\nbecame %s", s, got)
		}
	}
}

func TestSubprotocols(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"bearer, SEKRETE9":     "bearer, ***",
		"xyz":                  "***",
		"graphql-transport-ws": "graphql-transport-ws",
		"v12.stomp,mqtt":       "v12.stomp,mqtt",
		"base64url.bearer.authorization.k8s.io.SEKRET, v4.base64.channel.k8s.io": "***, v4.base64.channel.k8s.io",
	} {
		if got := (Redactor{}).Header("Sec-WebSocket-Protocol", in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// FuzzFields: nothing fails, JSON stays JSON, and lengths stay where they must.
func FuzzFields(f *testing.F) {
	for _, tt := range leaks {
		f.Add(tt.in)
	}
	f.Add(`{"token":{"_placeholder":true,"num":1}}`)
	f.Add(`"{\"token\":[{\\\"`)
	for _, tt := range judged {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := (Redactor{Fill: new(Filler).Fill}).Text(s); len(got) != len(s) {
			t.Errorf("%q became %q", s, got)
		}
		if got := (Redactor{}).fields(s); json.Valid([]byte(s)) && !json.Valid([]byte(got)) {
			t.Errorf("%s is no JSON any more: %s", s, got)
		}
		if got := (Redactor{}).arrays(s); json.Valid([]byte(s)) && !json.Valid([]byte(got)) {
			t.Errorf("arrays: %s is no JSON any more: %s", s, got)
		}
		if got := (Redactor{}).event(s); json.Valid([]byte(s)) && !json.Valid([]byte(got)) {
			t.Errorf("event: %s is no JSON any more: %s", s, got)
		}
	})
}
