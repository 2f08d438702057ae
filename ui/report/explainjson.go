package report

import (
	"fmt"
	"io"

	"sioscope/protocol/diagnose"
)

// ExplainJSON prints causes for machines: {"causes": [ … ]}, each with what a finding of it has too.
func ExplainJSON(w io.Writer, families []diagnose.Family) error {
	j := &jsonWriter{w: w}
	j.open('{')
	j.key("schema").str("sioscope.causes/1")
	j.key("causes").open('[')
	for _, f := range families {
		for i := range f.Causes {
			j.newline()
			j.cause(f.Name, &f.Causes[i])
		}
	}
	j.close(']')
	j.close('}')
	j.buf = append(j.buf, '\n')
	j.flush()
	if j.err != nil {
		return fmt.Errorf("writing what is known of the causes: %w", j.err)
	}
	return nil
}

func (j *jsonWriter) cause(family string, c *diagnose.Cause) {
	j.open('{')
	j.key("id").str(c.ID)
	j.key("family").str(family)
	j.key("severity").str(c.Severity.String())
	j.key("confidence").str(c.Best)
	if c.Within != "" {
		j.key("within").str(c.Within)
	}
	j.key("title").str(c.Title)
	j.key("about").str(c.About)
	j.key("seen").strings(c.Seen)
	j.key("unlike").strings(c.Unlike)
	from := make([]string, len(c.From))
	for i, v := range c.From {
		from[i] = string(v)
	}
	j.key("from").strings(from)
	j.key("fixes").open('[')
	for _, f := range c.Fixes {
		j.newline()
		j.open('{')
		j.key("for").str(f.For)
		j.key("text").str(f.Text)
		if f.Snippet != "" {
			j.key("snippet").str(f.Snippet)
		}
		j.close('}')
	}
	j.close(']')
	j.close('}')
}
