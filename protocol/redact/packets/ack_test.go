package packets

import (
	"strings"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
)

// TestAcknowledgements: what answers an event with secrets has some itself; what answers other events is left.
func TestAcknowledgements(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, event, answer string
		secret              bool
	}{
		{"login", `420["login","ann","pw"]`, `430["ok","geheim"]`, true},
		{"with an object", `427["signIn",{"user":"ann"}]`, `437[{"user":"ann","t":"geheim"}]`, true},
		{"of a namespace", `42/admin,3["token","abc"]`, `43/admin,3["geheim"]`, true},
		{"namespace with a query", `42/admin?a=b,3["otp",1234]`, `43/admin,3["geheim"]`, true},
		{"binary", `451-4["login",{"_placeholder":true,"num":0}]`, `434["geheim"]`, true},
		{"another id", `420["login","ann","pw"]`, `431["geheim"]`, false},
		{"another namespace", `420["login","ann","pw"]`, `43/admin,0["geheim"]`, false},
		{"another event", `420["join","blue"]`, `430["geheim"]`, false},
		{"a session of a conference", `420["session","morning"]`, `430["geheim"]`, false},
		{"no answer is wanted", `42["login","ann","pw"]`, `43["geheim"]`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, dir := range []fact.Dir{fact.Out, fact.In} {
				r := redact.Redactor{Fill: new(redact.Filler).Fill, Asks: new(redact.Asks)}
				back := fact.Out + fact.In - dir
				if got, _ := Message(r, fact.Text, []byte(tt.answer), back); string(got) != tt.answer {
					t.Errorf("before it was asked for it became %s", got)
				}
				if dir == fact.Out {
					_, _ = Body(r, []byte("2\x1e"+tt.event), []byte("text/plain"), dir)
				} else {
					_, _ = Message(r, fact.Text, []byte(tt.event), dir)
				}
				if got, _ := Message(r, fact.Text, []byte(tt.answer), dir); string(got) != tt.answer {
					t.Errorf("of the same direction it became %s", got)
				}
				got, _ := Message(r, fact.Text, []byte(tt.answer), back)
				if len(got) != len(tt.answer) || strings.Contains(string(got), "geheim") == tt.secret {
					t.Errorf("it became %s", got)
				}
				if again, _ := Message(r, fact.Text, got, back); string(again) != string(got) {
					t.Errorf("masked twice: %s, then %s", got, again)
				}
			}
		})
	}
}

// TestAcknowledgementsOfForms: a form's packets ask as others do.
func TestAcknowledgementsOfForms(t *testing.T) {
	t.Parallel()
	for _, form := range []string{`d=420%5B%22login%22%2C%22geheim%22%5D`, `d=18%3A420%5B%22login%22%2C%22geheim%22%5D`} {
		r := redact.Redactor{Fill: new(redact.Filler).Fill, Asks: new(redact.Asks)}
		got, _ := Body(r, []byte(form), []byte("application/x-www-form-urlencoded"), fact.Out)
		if len(got) != len(form) || strings.Contains(string(got), "geheim") {
			t.Errorf("%s became %s", form, got)
		}
		if got, _ := Message(r, fact.Text, []byte(`430["geheim"]`), fact.In); strings.Contains(string(got), "geheim") {
			t.Errorf("%s: the answer became %s", form, got)
		}
	}
}

// TestAcknowledgementsInMessagePack: they are known there too.
func TestAcknowledgementsInMessagePack(t *testing.T) {
	t.Parallel()
	const (
		event  = "\x84\xa4type\x02\xa4data\x92\xa5login\xa2pw\xa2id\x05\xa3nsp\xa1/"
		answer = "\x84\xa4type\x03\xa4data\x91\xa6geheim\xa2id\x05\xa3nsp\xa1/"
	)
	r := redact.Redactor{Asks: new(redact.Asks)}
	if got, _ := Message(r, fact.Binary, []byte(answer), fact.In); string(got) != answer {
		t.Errorf("before it was asked for it became %q", got)
	}
	_, _ = Message(r, fact.Binary, []byte(event), fact.Out)
	if got, known := Message(r, fact.Binary, []byte(answer), fact.In); string(got) != strings.Replace(answer, "geheim", "******", 1) {
		t.Errorf("it became %q, known %v", got, known)
	}
}

// TestAnswersOfJSONP: packets within a string of JavaScript are masked as others are, and stay as long.
func TestAnswersOfJSONP(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{`___eio[0]("430[\"ok\",\"geheim\"]");`, `___eio[0]("430[\"ok\",\"******\"]");`},
		{`___eio[0]("42[\"x\"]\u001e430[\"gehéim\"]");`, `___eio[0]("42[\"x\"]\u001e430[\"*******\"]");`},
		{`___eio[12]("42[\"login:ok\",\"g\u0065h\\n\"]");`, `___eio[12]("42[\"login:ok\",\"*\u002a*\/*\"]");`},
		{`___eio[0]("13:430[\"geheim\"]2:40");`, `___eio[0]("13:430[\"******\"]2:40");`},
		{`___eio[0]("42[\"x\",\"geh\u00e9im\"]");`, ``},
		{`___eio[0]("");`, ``},
		{`___eio[0]("\`, ``},
	} {
		r := redact.Redactor{Asks: new(redact.Asks)}
		_, _ = Message(r, fact.Text, []byte(`420["login","ann","pw"]`), fact.Out)
		want := tt.want
		if want == "" {
			want = tt.in
		}
		if got, _ := Body(r, []byte(tt.in), []byte("text/javascript"), fact.In); string(got) != want {
			t.Errorf("%s\nbecame %s\n  want %s", tt.in, got, want)
		}
	}
}
