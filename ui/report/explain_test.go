package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"sioscope/protocol/diagnose"
)

var updateReadme = flag.Bool("update-readme", false, "write the table of causes into the README")

const (
	tableBegins = "<!-- causes: written by make readme -->\n"
	tableEnds   = "<!-- end of causes -->\n"
)

// TestReadmeHasTheCauses: the README's table of causes is the catalogue's.
func TestReadmeHasTheCauses(t *testing.T) {
	t.Parallel()
	const path = "../../README.md"
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), tableBegins)
	table, after, ended := strings.Cut(rest, tableEnds)
	if !ok || !ended {
		t.Fatal("the README has no place for the table of causes")
	}
	var want bytes.Buffer
	if err := CatalogueMarkdown(&want, nil); err != nil {
		t.Fatal(err)
	}
	if table == want.String() {
		return
	}
	if !*updateReadme {
		t.Fatal("the README's table of causes is not the catalogue's; make readme writes it")
	}
	if err := os.WriteFile(path, []byte(before+tableBegins+want.String()+tableEnds+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	for _, c := range diagnose.Causes(nil) {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			var text, markdown, machine bytes.Buffer
			if err := Explain(&text, nil, c, Options{Width: 72, ASCII: true}); err != nil {
				t.Fatal(err)
			}
			if err := ExplainMarkdown(&markdown, nil, c); err != nil {
				t.Fatal(err)
			}
			if err := ExplainJSON(&machine, []diagnose.Family{{Name: "f", Causes: []diagnose.Cause{c}}}); err != nil {
				t.Fatal(err)
			}
			var got struct {
				Causes []struct {
					ID, Family, Title string
					Fixes             []struct{ For, Text, Snippet string }
				}
			}
			if err := json.Unmarshal(machine.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if len(got.Causes) != 1 || got.Causes[0].ID != c.ID || len(got.Causes[0].Fixes) != len(c.Fixes) {
				t.Errorf("JSON has %+v", got)
			}
			for _, f := range c.Fixes {
				for line := range strings.Lines(f.Snippet) {
					if line = strings.TrimRight(line, "\n"); !strings.Contains(text.String(), line) || !strings.Contains(markdown.String(), line) {
						t.Errorf("a line of the snippet for %s is not as it was: %q", f.For, line)
					}
				}
			}
			for line := range strings.Lines(text.String()) {
				if strings.ContainsFunc(line, func(r rune) bool { return r >= 0x80 }) {
					t.Errorf("not ASCII: %q", line)
				}
			}
		})
	}
}
