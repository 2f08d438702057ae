package cli

import (
	"context"
	"flag"
	"io"
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/ui/report"
)

const explainHelp = `A cause is what a finding is called by, such as no-affinity-per-connection. Without one, all are listed.

  --format text|json|md
                        text for people (the default), sioscope.causes/1 for machines, or Markdown for a ticket
` + langHelp + `  --color auto|always|never
                        colours; auto (the default) on a terminal where NO_COLOR is not set

examples:
  sio explain
  sio explain no-affinity-per-connection
  sio explain --format md upgrade-header-stripped
`

func (p *Program) explainVerb() verb {
	return verb{
		name: "explain", arguments: "[flags] [CAUSE]", help: explainHelp, run: p.explain,
		about: "tells of a cause: what it is, what proves it, what looks alike, and what mends it",
	}
}

// explain prints the catalogue, or one cause of it.
func (p *Program) explain(_ context.Context, args []string) int {
	f := openFlags{format: "text", color: "auto"}
	fs := flag.NewFlagSet("explain", flag.ContinueOnError)
	fs.Var(oneOf{&f.format, []string{"text", "json", "md"}}, "format", "")
	fs.Var(oneOf{&f.color, []string{"auto", "always", "never"}}, "color", "")
	f.addLanguage(fs)
	names, err := parse(fs, args)
	if err != nil {
		return p.fail("explain: %v", err)
	}
	if len(names) > 1 {
		return p.fail("explain takes one cause, got %d; without one it lists them all", len(names))
	}
	words := p.words(f)
	families := diagnose.Families(words)
	write := func(w io.Writer) error { return report.Catalogue(w, words, p.textOptions(f)) }
	markdown := func(w io.Writer) error { return report.CatalogueMarkdown(w, words) }
	if len(names) == 1 {
		c, found := diagnose.Explain(words, strings.ToLower(names[0]))
		if !found {
			return p.fail("there is no cause %q; %s%s explain lists them", names[0], meant(names[0], diagnose.Causes(words)), p.Name)
		}
		families = []diagnose.Family{{Name: familyOf(c.ID, families), Causes: []diagnose.Cause{c}}}
		write = func(w io.Writer) error { return report.Explain(w, words, c, p.textOptions(f)) }
		markdown = func(w io.Writer) error { return report.ExplainMarkdown(w, words, c) }
	}
	switch f.format {
	case "json":
		write = func(w io.Writer) error { return report.ExplainJSON(w, families) }
	case "md":
		write = markdown
	}
	if err := write(p.Stdout); err != nil {
		return p.fail("explain: %v", err)
	}
	return ok
}

func familyOf(id string, families []diagnose.Family) string {
	for _, f := range families {
		for _, c := range f.Causes {
			if c.ID == id {
				return f.Name
			}
		}
	}
	return ""
}

// meant asks for the causes that may have been meant, "" where none is like what was typed.
func meant(typed string, causes []diagnose.Cause) string {
	list := alike(strings.ToLower(typed), causes)
	if len(list) == 0 {
		return ""
	}
	return "did you mean " + strings.Join(list[:min(len(list), 4)], " or ") + "? "
}

// alike are the ids that begin with what was typed, else those that contain it, else the one, or its kind, that begins
// like it, or needs the fewest changes to be it, where they are few.
func alike(typed string, causes []diagnose.Cause) (list []string) {
	if len(typed) < 3 {
		return nil
	}
	for _, fits := range [...]func(id string) bool{
		func(id string) bool { return strings.HasPrefix(id, typed) },
		func(id string) bool { return strings.Contains(id, typed) },
	} {
		for _, c := range causes {
			if fits(c.ID) {
				list = append(list, c.ID)
			}
		}
		if len(list) > 0 {
			return list
		}
	}
	least := max(1, len(typed)/4) + 1
	for _, c := range causes {
		begun := min(len(typed)+1, len(c.ID))
		n := min(changes(typed, c.ID), changes(typed, c.ID[:begun]), changes(typed, c.ID[:min(len(typed), len(c.ID))]))
		if n < least {
			least, list = n, nil
		}
		if n == least && n <= max(1, len(typed)/4) {
			list = append(list, c.ID)
		}
	}
	return list
}

// changes counts the letters to add, drop or replace that make a of b (Levenshtein's distance).
func changes(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			n := diagonal
			if a[i] != b[j] {
				n++
			}
			diagonal = row[j+1]
			row[j+1] = min(n, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
