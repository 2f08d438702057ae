package report

import (
	"fmt"
	"io"

	"sioscope/protocol/compare"
)

// CompareSchema names the form of what JSONPair prints. Fields may be added to it, never changed:
//
//	{ "schema":  "sioscope.compare/1",
//	  "summary": "…",                                  // one sentence: which side is on WebSocket, which is not, and why
//	  "names":   {"a": "A", "b": "production"},        // what the sentences call the sides
//	  "sources": {"a": "dev.pcap", "b": "prod.pcap"},  // files, or the URLs that were checked
//	  "explains": [ {"side": "a|b",                    // whose fault it is
//	      "finding": "no-affinity-per-connection", "severity": "error|warning", "confidence": "certain|likely|possible",
//	      "rows": ["nodes", "affinity"],               // ids of the rows whose difference explains it
//	      "text": "…"} ],                              // how, in a sentence
//	  "wouldTell": "…",                                // what would tell, where nothing explains it for sure; or ""
//	  "rows": [ {"id": "nodes", "name": "nodes", "a": "1"|null, "b": "at least 2"|null,  // null: that side does not show it
//	      "same": true|false|null,                     // null: one side does not show it
//	      "explains": true, "why": "…"} ],
//	  "a": {…}, "b": {…},                              // the reports of both sides, each as Schema says
//	  "secrets": "masked|not masked" }
const CompareSchema = "sioscope.compare/1"

// JSONPair prints a comparison for machines, as CompareSchema says.
func JSONPair(w io.Writer, pair Pair) error {
	in := Input{Redact: pair.Redact}
	j := &jsonReport{jsonWriter: jsonWriter{w: w, buf: make([]byte, 0, jsonBuffer+4096)}, in: &in}
	c := &pair.Comparison
	j.open('{')
	j.key("schema").str(CompareSchema)
	j.newline()
	j.key("summary").str(j.in.Redact.Text(c.Summary))
	j.two("names", pair.Names)
	j.two("sources", [2]string{in.Redact.File(pair.Sources[0]), in.Redact.File(pair.Sources[1])})
	j.list("explains", len(c.Explains), func(i int) { j.explanation(&c.Explains[i]) })
	j.key("wouldTell").str(j.in.Redact.Text(c.WouldTell))
	j.list("rows", len(c.Rows), func(i int) { j.comparedRow(&c.Rows[i]) })
	for i, in := range [...]*Input{&pair.A, &pair.B} {
		j.newline()
		j.key([...]string{"a", "b"}[i])
		j.in, j.refusedBy = in, in.refusedBy()
		j.report()
	}
	j.in = &in
	j.secrets()
	j.newline()
	j.close('}')
	j.buf = append(j.buf, '\n')
	j.flush()
	if j.err != nil {
		return fmt.Errorf("writing the comparison: %w", j.err)
	}
	return nil
}

func (j *jsonReport) two(name string, values [2]string) {
	j.newline()
	j.key(name).open('{')
	j.key("a").str(j.in.Redact.Text(values[0]))
	j.key("b").str(j.in.Redact.Text(values[1]))
	j.close('}')
}

func (j *jsonReport) explanation(e *compare.Explanation) {
	side := "a"
	if e.B {
		side = "b"
	}
	j.open('{')
	j.key("side").str(side)
	j.key("finding").str(e.Finding)
	j.key("severity").str(e.Severity.String())
	j.key("confidence").str(e.Confidence)
	j.key("rows").strings(e.Rows)
	j.key("text").str(j.in.Redact.Text(e.Text))
	j.close('}')
}

func (j *jsonReport) comparedRow(r *compare.Row) {
	j.open('{')
	j.key("id").str(r.ID)
	j.key("name").str(r.Name)
	j.key("a").strOrNull(j.in.Redact.Text(r.A))
	j.key("b").strOrNull(j.in.Redact.Text(r.B))
	j.key("same")
	if r.Same == compare.Unknown {
		j.null()
	} else {
		j.bool(r.Same == compare.Same)
	}
	j.key("explains").bool(r.Explains())
	j.key("why").str(j.in.Redact.Text(r.Why))
	j.close('}')
}
