package cli

import (
	"context"
	"flag"
	"io"

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
		c, found := diagnose.Explain(words, names[0])
		if !found {
			return p.fail("there is no cause %q; did you mean %s? %s explain lists them", names[0], nearest(names[0], diagnose.Causes(words)), p.Name)
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

// nearest is the id that needs the fewest changes to be what was typed.
func nearest(typed string, causes []diagnose.Cause) string {
	best, least := "", 1<<30
	for _, c := range causes {
		if n := changes(typed, c.ID); n < least {
			best, least = c.ID, n
		}
	}
	return best
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
