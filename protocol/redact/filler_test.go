package redact

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFiller(t *testing.T) {
	t.Parallel()
	f := &Filler{Keep: func(s string) bool { return s == "32ZQ1nFjLnuHUbr3AAAA" }}
	for _, tt := range []struct{ secret, want string }{
		{"geheim", "*****1"},
		{"anders", "*****2"},
		{"geheim", "*****1"},
		{"*****2", "*****2"},
		{"a", "1"},
		{"b", "2"},
		{"32ZQ1nFjLnuHUbr3AAAA", "32ZQ1nFjLnuHUbr3AAAA"},
		{"pä€s", "*·•1"},
		{"€", "•"},
		{"\xc3\x83\xc2\xa9x", "\xc3\x82\xc2\xb71"}, // é, encoded twice
		{"", ""},
	} {
		if got := f.Fill(tt.secret); got != tt.want {
			t.Errorf("Fill(%q) = %q, want %q", tt.secret, got, tt.want)
		}
	}
}

// TestSameLength: whatever is masked with a Filler is as long as before, byte for byte and character for character, and
// holds no secret.
func TestSameLength(t *testing.T) {
	t.Parallel()
	r := Redactor{Fill: new(Filler).Fill}
	check := func(in, got string) {
		t.Helper()
		if len(got) != len(in) || utf8.RuneCountInString(got) != utf8.RuneCountInString(in) {
			t.Errorf("%q became %q", in, got)
		}
		if strings.Contains(got, "geheim") || strings.Contains(got, "dozjgNryP4J3") {
			t.Errorf("%q leaks the secret", got)
		}
	}
	for _, in := range []string{
		"token=geheim", `{"password":"geheim \" w","n":1}`, `"{\"access_token\":\"geheim\"}"`, "Cookie: io=geheim; B=geheim2",
		"Set-Cookie: SERVERID=geheim; Path=/; Secure", "Authorization: Bearer geheim", "sent Bearer geheim.1 and more",
		"GET /x?auth=geheim → 400", "wss://geheim:b@example.com/?k=geheim", "bad token geheim12", `{"pid":"geheim"}`, "session=geheim", "x " + jwt + " y",
		"token=gehеimé", "key 00112233445566778899aabbccddeeff secret=geheim",
	} {
		check(in, r.Text(in))
	}
	for _, in := range []string{"/socket.io/?EIO=4&token=geheim&sid=32ZQ1nFjLnuHUbr3AAAA", "/" + jwt + "/?" + jwt, "https://u:geheim@h/#access_token=geheim"} {
		check(in, r.Target(in))
	}
	for _, h := range [][2]string{{"Cookie", "a=geheim; geheim"}, {"Set-Cookie", "a=geheim; Path=/"}, {"Authorization", "Basic geheim"}, {"Authorization", "geheim"}, {"X-Api-Key", "geheim"}, {"Referer", "https://h/?geheim=geheim2&c=geheim"}} {
		got := r.Header(h[0], h[1])
		if h[0] != "Referer" {
			check(h[1], got)
		} else if len(got) != len(h[1]) {
			t.Errorf("%q became %q", h[1], got)
		}
	}
	for _, in := range []string{`{"token":"geheim","n":-12.5e3,"a":["geheim",1],"é":"gehéim"}`, `geheim`, `"geheim"`} {
		got := r.AuthPayload(in)
		check(in, got)
		if json.Valid([]byte(in)) != json.Valid([]byte(got)) {
			t.Errorf("%q is JSON, or %q is, but not both", in, got)
		}
	}
}

// FuzzSameLength: nothing that is masked with a Filler changes its length.
func FuzzSameLength(f *testing.F) {
	f.Add("Cookie: a=b; c\r\nAuthorization: Basic abc?token=x \xff\xfe password: \"é\\\"")
	f.Add("/x?token=\xc3\x83\xc2\xa9&sid=1#a=b")
	f.Fuzz(func(t *testing.T, s string) {
		r := Redactor{Fill: new(Filler).Fill}
		for _, got := range []string{r.Text(s), r.Target(s), r.AuthPayload(s), r.Header("Cookie", s), r.Header("Set-Cookie", s), r.Header("X", s)} {
			if len(got) != len(s) {
				t.Errorf("%q became %q", s, got)
			}
		}
	})
}
