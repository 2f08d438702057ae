package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"sioscope/capture/check"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
)

// evil is what a page, a ticket or a terminal must not take for more than text.
var evil = []string{
	`</script><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'"><svg/onload=alert(1)>`, `]]><!--`, `javascript:alert(1)`,
	"\u202egnp.exe\u202c", "a\u200bb\ufeffc", "nul\x00bell\x07esc\x1b[2Jdel\x7f", "\xff\xfe not UTF-8", "line\r\n| --- |\n# heading\n- [x] item",
	"`code` ``` fence", "| cell | cell |", "@everyone #1 !2 $3 GH-4 deadbeefcafe owner/repo#5 https://evil.example www.evil.example a@evil.example",
	"[link](https://evil.example) ![image](https://evil.example/x.png) <https://evil.example> **bold** _it_ ~~gone~~ &lt;b&gt;",
	strings.Repeat("long ", 200_000), strings.Repeat("x", 1<<20),
}

// hostile is the picture with such text wherever the wire can bring it.
func hostile(text string) Input {
	in := picture()
	in.Source = text
	for _, s := range in.Sessions {
		s.SID, s.Host, s.RealClient, s.Path = text, text, text, "/"+text
		s.Close.By, s.Close.Reason = "client", text
		s.Oddities = []string{text}
	}
	for i := range in.Nodes {
		in.Nodes[i].Label, in.Nodes[i].Basis = text, "header "+text
	}
	for _, e := range in.Exchanges {
		e.Method, e.Path, e.Target, e.BodyText = "GET"+text, "/"+text, "/"+text, text
		e.HasError, e.Error = true, engineio.Error{Code: 1, Message: text}
	}
	f := &in.Diagnosis.Findings[0]
	f.Title, f.Explanation, f.RuledOut, f.WouldTell = text, text, []string{text}, text
	f.Evidence[0].Text, f.Evidence[1].Text = text, text
	f.Fixes = []diagnose.Fix{{For: text, Text: text, Snippet: text + "\n" + text}}
	f.Tried = []diagnose.Trial{{For: text, Works: "yes", Text: text}}
	in.Diagnosis.Verdict.Title, in.Diagnosis.Verdict.Cause, in.Diagnosis.Verdict.Summary = text, text, text
	in.Experiments = []check.Experiment{{ID: check.Default, Number: 1, Title: text, Question: text, State: check.Done, Result: check.Yes, Tells: text, Figures: []check.Figure{{Name: text, Value: text}}}}
	in.Notes[0].File, in.Notes[0].Text = text, text
	return in
}

// spans are a ticket's code: fenced blocks and code spans, as CommonMark reads them.
var (
	fenced  = regexp.MustCompile("(?ms)^ *(````*)[a-z]*\n.*?^ *(````*)$")
	escapes = regexp.MustCompile(`[<>\[\]*_~@#!$&\\{}]|https?:|www\.|GH-`)
)

// outside is what is left of a ticket without code.
func outside(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	text = fenced.ReplaceAllString(text, "")
	for line := range strings.Lines(text) {
		for {
			at := strings.IndexByte(line, '`')
			if at < 0 {
				b.WriteString(line)
				break
			}
			b.WriteString(line[:at])
			n := len(line[at:]) - len(strings.TrimLeft(line[at:], "`"))
			fence, rest := line[at:at+n], line[at+n:]
			end := closing(rest, fence)
			if end < 0 {
				t.Errorf("a code span does not end in its line: %.200q", line)
				break
			}
			line = rest[end+n:]
		}
	}
	return b.String()
}

// closing is where the run of backticks is that ends a span: one of the very length.
func closing(s, fence string) int {
	for at := 0; at < len(s); {
		i := strings.IndexByte(s[at:], '`')
		if i < 0 {
			return -1
		}
		i += at
		n := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
		if n == len(fence) {
			return i
		}
		at = i + n
	}
	return -1
}

// TestHostileMarkdown: nothing of the wire becomes markup, a link or a mention, and a ticket stays within its limit.
func TestHostileMarkdown(t *testing.T) {
	t.Parallel()
	for _, text := range evil {
		var b bytes.Buffer
		if err := Markdown(&b, hostile(text)); err != nil {
			t.Fatal(err)
		}
		got := b.String()
		if n := utf8.RuneCountInString(got); n > maxMarkdown {
			t.Errorf("%.40q: %d characters, more than %d", text, n, maxMarkdown)
		}
		if !utf8.ValidString(got) || strings.IndexFunc(got, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || invisible(r) || unsafe(r)) }) >= 0 {
			t.Errorf("%.40q: control characters or marks of direction are left", text)
		}
		for line := range strings.Lines(outside(t, got)) {
			bare := strings.TrimLeft(strings.TrimRight(line, "\n"), "#> -|*")
			bare = strings.NewReplacer("**", "", "(#1)", "", "#2)", "").Replace(bare)
			if m := escapes.FindString(bare); m != "" && !strings.Contains(line, "no sid") {
				t.Errorf("%.40q: %q outside of code: %.200q", text, m, line)
			}
		}
	}
}

// TestMarkdownRows: a sid with bars and line ends stays in its cell.
func TestMarkdownRows(t *testing.T) {
	t.Parallel()
	in := picture()
	in.Sessions[0].SID = "a|b\n|c`|"
	var b bytes.Buffer
	if err := Markdown(&b, in); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(b.String()) {
		if strings.HasPrefix(line, "|") {
			rows++
			if n := strings.Count(line, "|"); n != 9 {
				t.Errorf("%d bars in %q, want 9", n, line)
			}
		}
	}
	if rows != 2+len(in.Sessions) {
		t.Errorf("%d rows, want %d", rows, 2+len(in.Sessions))
	}
}

// TestLargeMarkdown: thousands of sessions and findings are cut, which is said.
func TestLargeMarkdown(t *testing.T) {
	t.Parallel()
	in := picture()
	for i := range 5000 {
		s := *in.Sessions[1]
		s.Index, s.SID = i+3, strings.Repeat("s", 20)
		in.Sessions = append(in.Sessions, &s)
	}
	f := in.Diagnosis.Findings[0]
	for range 50 {
		f.Evidence = append(f.Evidence, f.Evidence...)
		if len(f.Evidence) > 1000 {
			break
		}
	}
	f.Sessions = in.Sessions
	for range 60 {
		in.Diagnosis.Findings = append(in.Diagnosis.Findings, f)
	}
	var b bytes.Buffer
	if err := Markdown(&b, in); err != nil {
		t.Fatal(err)
	}
	if n := utf8.RuneCountInString(b.String()); n > maxMarkdown || n < maxMarkdown/2 {
		t.Errorf("%d characters", n)
	}
	for _, want := range []string{"Left out for lack of room: ", "and 4\u00a0991 more", "What was read", "details of finding "} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not said", want)
		}
	}
}

// junitShape is what both schemas have in common: the attributes an element must have, and its children in their order.
var junitShape = map[string]struct{ attrs, children []string }{
	"testsuites": {nil, []string{"testsuite"}},
	"testsuite":  {[]string{"id", "name", "package", "hostname", "timestamp", "tests", "failures", "errors", "skipped", "time"}, []string{"properties", "testcase", "system-out", "system-err"}},
	"properties": {nil, []string{"property"}},
	"property":   {[]string{"name", "value"}, nil},
	"testcase":   {[]string{"name", "classname", "time"}, []string{"skipped", "failure"}},
	"skipped":    {nil, nil},
	"failure":    {[]string{"message", "type"}, nil},
	"system-out": {nil, nil},
	"system-err": {nil, nil},
}

func checkJUnit(t *testing.T, data []byte) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(data))
	var path []string
	var last []int // of each open element, the place of its last child in the order
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("no XML: %v", err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name := tok.Name.Local
			shape, known := junitShape[name]
			if !known {
				t.Fatalf("element %s", name)
			}
			if len(path) > 0 {
				order := -1
				for i, c := range junitShape[path[len(path)-1]].children {
					if c == name {
						order = i
					}
				}
				if order < 0 || order < last[len(last)-1] {
					t.Fatalf("%s does not belong there in %v", name, path)
				}
				last[len(last)-1] = order
			}
			for _, a := range shape.attrs {
				found := false
				for _, have := range tok.Attr {
					found = found || have.Name.Local == a && (have.Value != "" || a == "message" || a == "value")
				}
				if !found && !(name == "skipped" && a == "message") {
					t.Errorf("%s has no %s", name, a)
				}
			}
			path, last = append(path, name), append(last, 0)
		case xml.EndElement:
			path, last = path[:len(path)-1], last[:len(last)-1]
		}
	}
}

func TestJUnit(t *testing.T) {
	t.Parallel()
	for _, text := range append(evil, "") {
		in := hostile(text)
		if text == "" {
			in = picture()
		}
		list, err := Expectations("websocket,upgrade<=500ms,nodes>=2,reconnects<=1,no:no-affinity-per-connection,no:idle-timeout")
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := JUnit(&b, in, Judge(in, list)); err != nil {
			t.Fatal(err)
		}
		checkJUnit(t, b.Bytes())
		if text == "" {
			golden(t, "picture.junit.xml", b.Bytes())
		}
		if b.Len() > 400_000 {
			t.Errorf("%.40q: %d bytes", text, b.Len())
		}
	}
}

// TestJUnitCounts: a suite fails where, and only where, its expectation does.
func TestJUnitCounts(t *testing.T) {
	t.Parallel()
	in := picture()
	read := picture()
	read.Conns = read.Conns[:3] // without the one that is encrypted
	many := Input{Tracker: &session.Tracker{}, Diagnosis: in.Diagnosis}
	for i := range maxCases + 10 {
		s := *in.Sessions[1]
		s.Index = i
		if i == maxCases+5 {
			s = *in.Sessions[0]
		}
		many.Sessions = append(many.Sessions, &s)
	}
	for _, tt := range []struct {
		in              Input
		expect          string
		tests, failures int
	}{
		{in, "websocket", 3, 1}, {in, "nodes>=2", 1, 0}, {in, "nodes>=9", 1, 1}, {in, "no:idle-timeout", 4, 1}, {read, "no:idle-timeout", 3, 0},
		{Input{Tracker: &session.Tracker{}}, "websocket", 1, 1}, {many, "websocket", maxCases, 1},
	} {
		list, _ := Expectations(tt.expect)
		s := tt.in.suite(0, &Judge(tt.in, list)[0])
		if s.Tests != tt.tests || s.Failures != tt.failures {
			t.Errorf("%s: %d tests, %d failures; want %d, %d", tt.expect, s.Tests, s.Failures, tt.tests, tt.failures)
		}
	}
}
