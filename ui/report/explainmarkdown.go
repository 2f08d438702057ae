package report

import (
	"fmt"
	"io"
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
)

// ExplainMarkdown prints one cause of the catalogue for a ticket or a wiki.
func ExplainMarkdown(w io.Writer, words lang.Words, c diagnose.Cause) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n\n%s\n", markup(c.Title), markup(identity(words, c)), markup(c.About))
	listed(&b, words.S("What proves it on the wire"), c.Seen)
	listed(&b, words.S("What looks alike"), c.Unlike)
	listed(&b, words.S("Where it can be seen from"), []string{vantages(words, c.From)})
	if len(c.Fixes) > 0 {
		fmt.Fprintf(&b, "\n**%s**\n\n", words.S("What mends it"))
	}
	for _, f := range c.Fixes {
		fmt.Fprintf(&b, "- %s\n", words.S("%s: %s", "**"+markup(words.Said(f.For))+"**", markup(f.Text)))
		if f.Snippet != "" {
			fmt.Fprintf(&b, "\n  ```\n%s  ```\n\n", indented(f.Snippet))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// CatalogueMarkdown prints all causes of the catalogue as tables, as the README has them.
func CatalogueMarkdown(w io.Writer, words lang.Words) error {
	var b strings.Builder
	for i, f := range diagnose.Families(words) {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "| %s | | %s |\n|---|---|---|\n", markup(f.Name), words.S("at best"))
		for _, c := range f.Causes {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.ID, markup(c.Title), diagnose.Confidence(words, c.Best))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func listed(b *strings.Builder, title string, list []string) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n**%s**\n\n", title)
	for _, s := range list {
		fmt.Fprintf(b, "- %s\n", markup(s))
	}
}

// markup is a text in which nothing means anything to Markdown.
func markup(s string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "<", "&lt;", "`", "\\`").Replace(clean(s))
}

func indented(snippet string) string {
	var b strings.Builder
	for line := range strings.Lines(snippet) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	return b.String()
}
