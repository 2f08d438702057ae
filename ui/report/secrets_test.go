package report

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sioscope/internal/stories"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/proof"
)

// everyReport is what there is of one input, by its form.
func everyReport(t *testing.T, in Input) map[string]string {
	t.Helper()
	pair := Pair{A: in, B: in, Redact: in.Redact, Sources: [2]string{"/home/bob/a.pcap", "/home/bob/b.pcap"}}
	x := Exhibit{Proof: proof.Proof{Session: -1}, Saved: time.Unix(0, 0), Files: []EvidenceFile{{"/home/bob/lb.pcap", 3, "abc"}}}
	list := map[string]string{}
	for name, write := range map[string]func(*strings.Builder) error{
		"text":          func(b *strings.Builder) error { return Text(b, in, Options{Width: 200}) },
		"Markdown":      func(b *strings.Builder) error { return Markdown(b, in) },
		"JSON":          func(b *strings.Builder) error { return JSON(b, in) },
		"page":          func(b *strings.Builder) error { return HTML(b, in, nil) },
		"SVG":           func(b *strings.Builder) error { return SVG(b, in) },
		"JUnit":         func(b *strings.Builder) error { return JUnit(b, in, nil) },
		"evidence":      func(b *strings.Builder) error { return Evidence(b, in, x) },
		"pair text":     func(b *strings.Builder) error { return TextPair(b, pair, Options{Width: 200}) },
		"pair Markdown": func(b *strings.Builder) error { return MarkdownPair(b, pair) },
		"pair JSON":     func(b *strings.Builder) error { return JSONPair(b, pair) },
	} {
		var b strings.Builder
		if err := write(&b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		list[name] = b.String()
	}
	return list
}

// TestSecretsAreTold: every report in which secrets are not masked says so, in the words of who was asked, and none else.
func TestSecretsAreTold(t *testing.T) {
	t.Parallel()
	tr := recorded(t, "direct-v4")
	for _, off := range []bool{false, true} {
		for name, text := range everyReport(t, Input{Tracker: tr, Redact: redact.Redactor{Off: off}}) {
			said := strings.Contains(strings.ReplaceAll(strings.ReplaceAll(text, "\\", ""), "&#39;", "'"), Secrets(nil, false))
			if strings.Contains(name, "JSON") || name == "evidence" {
				said = strings.Contains(text, `"secrets":"not masked"`)
				if !said && !strings.Contains(text, `"secrets":"masked"`) {
					t.Errorf("%s says nothing of secrets", name)
				}
			}
			if name != "SVG" && name != "JUnit" && said != off {
				t.Errorf("%s, masked %v: that secrets are not is said: %v", name, !off, said)
			}
		}
	}
}

// TestNoDirectoryIsPassedOn: what leaves the program does not tell the directory of a file, which has a user's name.
func TestNoDirectoryIsPassedOn(t *testing.T) {
	t.Parallel()
	tr := &session.Tracker{}
	for i, name := range []string{"/home/bob/lb.pcap", `C:\Users\bob\a.pcap`, "dir/c.pcap"} {
		tr.Add(&fact.File{Number: i + 1, Name: name, Packets: 10, Clock: fact.Clock{Basis: fact.ClockUnknown, Reference: i + 1, Unknown: "it is empty"}})
	}
	tr.Add(fact.NewNote("/home/bob/lb.pcap", lang.Say("reading /home/bob/lb.pcap: it ends early")))
	tr.Add(fact.NewNote("", lang.Say("no request is both in /home/bob/lb.pcap and in another")))
	tr.Add(fact.NewLoss("/home/bob/gone.pcap", errors.New("/home/bob/gone.pcap: no such file")))
	tr.Finish()
	for name, text := range everyReport(t, Input{Tracker: tr}) {
		if strings.Contains(text, "bob") {
			t.Errorf("%s has the directory: %s", name, text)
		}
		if !strings.Contains(text, "lb.pcap") && name != "SVG" && name != "JUnit" && name != "pair Markdown" {
			t.Errorf("%s lacks the name of the file: %s", name, text)
		}
	}
	if text := everyReport(t, Input{Tracker: tr, Redact: redact.Redactor{Off: true}})["JSON"]; !strings.Contains(text, `"name":"/home/bob/lb.pcap"`) || !strings.Contains(text, `"name":"dir/c.pcap"`) {
		t.Errorf("unmasked the directory is left out: %s", text)
	}
}

// TestNodesOfOpaqueCookies: a node that a random cookie tells is called by its letter, and neither the value nor its
// beginning, as a picture would have room for, is in any report.
func TestNodesOfOpaqueCookies(t *testing.T) {
	t.Parallel()
	st := stories.New()
	for line := range strings.Lines(`1 > GET /socket.io/?EIO=4&transport=polling&t=1
1 < 200 OPEN(aaaaaaaaaaaaaaaaAAAA) | Set-Cookie: ARRAffinity=9316b77c03715204be2a994c37583a300276e724e1647b4e57908b4c4ab7c5a8; Path=/
2 > GET /socket.io/?EIO=4&transport=websocket&sid=aaaaaaaaaaaaaaaaAAAA | Upgrade: websocket
2 < 400 UNKNOWN | Set-Cookie: ARRAffinity=3bf529c01a705ad82fbdfb16ad59ff34330e2759d96ff420c3242880eb9ddf87; Path=/
3 > GET /socket.io/?EIO=4&transport=polling&t=2
3 < 200 OPEN(bbbbbbbbbbbbbbbbAAAA) | Set-Cookie: ARRAffinity=3bf529c01a705ad82fbdfb16ad59ff34330e2759d96ff420c3242880eb9ddf87; Path=/
`) {
		if err := st.Play(strings.TrimSpace(line)); err != nil {
			t.Fatal(err)
		}
	}
	st.Finish()
	if len(st.Nodes) != 2 || st.Nodes[0].Basis != "cookie ARRAffinity" || st.Nodes[0].Titled() != "A" || st.Nodes[1].Name(nil) != "node B" {
		t.Fatalf("nodes %+v", st.Nodes)
	}
	for name, text := range everyReport(t, Input{Tracker: &st.Tracker, Diagnosis: diagnose.Diagnose(&st.Tracker)}) {
		if strings.Contains(text, "9316b77c") || strings.Contains(text, "3bf529c0") {
			t.Errorf("%s has the value of a cookie:\n%s", name, text)
		}
	}
}
