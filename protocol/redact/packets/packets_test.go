package packets

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
)

// packed is {type: 0, nsp: "/", data: {token: "geheim", pin: 1234, n: ["geheim"]}}, as a client sends it.
const packed = "\x83\xa4type\x00\xa3nsp\xa1/\xa4data\x83\xa5token\xa6geheim\xa3pin\xcd\x04\xd2\xa1n\x91\xa6geheim"

// event is {type: 2, data: ["login", {"password": "geheim", "user": "ann"}], nsp: "/"}.
const event = "\x83\xa4type\x02\xa4data\x92\xa5login\x82\xa8password\xa6geheim\xa4user\xa3ann\xa3nsp\xa1/"

func TestMask(t *testing.T) {
	t.Parallel()
	r := redact.Redactor{Fill: new(redact.Filler).Fill}
	for _, tt := range []struct {
		name, kind, in, want string
		dir                  fact.Dir
	}{
		{"revision 4", "text/plain", "40{\"token\":\"geheim\"}\x1e42[\"x\",\"token=geheim\"]\x1e2", "40{\"token\":\"*****1\"}\x1e42[\"x\",\"token=*****1\"]\x1e2", fact.Out},
		{"a value at a packet's end", "text/plain", "42[\"x\"]\x1e4token=geheim\x1e2", "42[\"x\"]\x1e4token=*****1\x1e2", fact.In},
		{"revision 3", "text/plain", "13:4token=geheim2:40", "13:4token=*****12:40", fact.In},
		{"revision 3, characters of two bytes", "text/plain", "21:42[\"a\",\"token=gehéim\"]1:2", "", fact.In},
		{"a form", "application/x-www-form-urlencoded", "d=" + url.QueryEscape(`40{"token":"geheim"}`), "d=40%7B%22token%22%3A%22*****1%22%7D", fact.Out},
		{"base64", "text/plain", "bdG9rZW49Z2VoZWlt", "bdG9rZW49KioqKiox", fact.In},
		{"an error", "application/json", `{"code":3,"message":"bad token=geheim"}`, `{"code":3,"message":"bad token=*****1"}`, fact.In},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, known := Body(r, []byte(tt.in), []byte(tt.kind), tt.dir)
			if known == (tt.name == "base64") || len(got) != len(tt.in) || strings.Contains(string(got), "geheim") || strings.Contains(string(got), "gehéim") {
				t.Errorf("got %q, known %v", got, known)
			}
			if tt.want != "" && string(got) != tt.want {
				t.Errorf("got %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestMessagePack(t *testing.T) {
	t.Parallel()
	for _, in := range []string{packed, event, "\x04" + packed} {
		for _, r := range []redact.Redactor{{}, {Fill: new(redact.Filler).Fill}} {
			got, known := Message(r, fact.Binary, []byte(in), fact.Out)
			if !known || len(got) != len(in) || bytes.Contains(got, []byte("geheim")) || bytes.Contains(got, []byte("\x04\xd2")) {
				t.Errorf("%q became %q, known %v", in, got, known)
			}
			if len(in) == len(event) && !bytes.Contains(got, []byte("\xa3ann")) {
				t.Errorf("%q lost what is no secret: %q", in, got)
			}
		}
	}
	if got, known := Message(redact.Redactor{}, fact.Binary, []byte("\x01\x02\xff"), fact.In); known || string(got) != "\x01\x02\xff" {
		t.Errorf("bytes of no meaning became %q, known %v", got, known)
	}
}

// TestMessagePackByPlace: what goes with an event that lets somebody in is masked, whatever keys it has.
func TestMessagePackByPlace(t *testing.T) {
	t.Parallel()
	const in = "\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x93\xa5login\xa6geheim\x82\xa4user\xa3ann\xa1p\xa6geheim"
	got, known := Message(redact.Redactor{}, fact.Binary, []byte(in), fact.Out)
	if want := strings.ReplaceAll(in, "geheim", "******"); !known || string(got) != want {
		t.Errorf("it became %q, known %v", got, known)
	}
}

// TestMessagePackIsJudged: names that mean more than secrets are judged by their values as in JSON.
func TestMessagePackIsJudged(t *testing.T) {
	t.Parallel()
	const in = "\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xa1x\x83\xa6tokens\x7b\xa7session\xa7morning\xa8password\xa6geheim"
	got, known := Message(redact.Redactor{}, fact.Binary, []byte(in), fact.In)
	if want := strings.Replace(in, "geheim", "******", 1); !known || string(got) != want {
		t.Errorf("it became %q, known %v", got, known)
	}
}

// FuzzSameLength: with a Fill of the same length nothing changes its length, and masking what is masked changes nothing
// in how it is framed.
func FuzzSameLength(f *testing.F) {
	f.Add([]byte("40{\"token\":\"geheim\"}\x1e42[\"x\"]"), "text/plain", true)
	f.Add([]byte("13:4token=geheim2:40"), "text/plain", false)
	f.Add([]byte("\x00\x09\xff4token=ab"), "application/octet-stream", false)
	f.Add([]byte(packed), "", true)
	f.Add([]byte("___eio[0](\"42[\\\"login\\\",\\\"g\\u00e9\\n\\\"]\");"), "text/javascript", false)
	f.Add([]byte("420[\"login\",\"ab\"]\x1e430[\"ab\"]"), "text/plain", true)
	f.Fuzz(func(t *testing.T, body []byte, kind string, out bool) {
		dir := fact.In
		if out {
			dir = fact.Out
		}
		before := bytes.Clone(body)
		r := redact.Redactor{Fill: new(redact.Filler).Fill, Asks: new(redact.Asks)}
		packets, form, ok := read(body, []byte(kind))
		if ok && bytes.Equal(form.write(packets), body) {
			if got, _ := Body(r, body, []byte(kind), dir); len(got) != len(body) {
				t.Errorf("%q became %q", body, got)
			}
		}
		for _, op := range []fact.Opcode{fact.Text, fact.Binary, fact.Close} {
			if got, _ := Message(r, op, body, dir); len(got) != len(body) {
				t.Errorf("message %q became %q", body, got)
			}
		}
		if !bytes.Equal(before, body) {
			t.Errorf("the input was changed")
		}
	})
}
