package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"sioscope/capture"
	"sioscope/protocol/compare"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/report"
)

// compareFiles reads two captures and holds them against each other.
func (p *Program) compareFiles(ctx context.Context, names []string, f openFlags) int {
	if len(names) != 2 {
		return p.fail("open: --compare takes two captures, one a side, got %d; to join captures of one side first, use mergecap", len(names))
	}
	inputs, lost, err := openInputs(names)
	if err == nil {
		err = f.spares(paths(inputs)...)
	}
	if err == nil && len(lost) > 0 {
		err = lost[0]
	}
	if err != nil {
		return p.fail("open: %v", err)
	}
	pair := report.Pair{Names: sideNames(inputs[0].Label, inputs[1].Label), Sources: sources(inputs[0].Path, inputs[1].Path), Redact: redact.Redactor{Off: f.noRedact}}
	var sides [2]compare.Side
	for i, in := range [...]*report.Input{&pair.A, &pair.B} {
		t := &session.Tracker{Options: session.Options{NodeHeader: f.nodeHeader}}
		if i > 0 {
			t.Options.Before = sides[0].Tracker.Nodes
		}
		// the label names the side here, not a node
		if err := p.read(ctx, []capture.Input{{Path: inputs[i].Path}}, f.keys(), t.Add); err != nil && ctx.Err() == nil {
			return p.fail("open: %v", err)
		}
		if ctx.Err() != nil {
			fmt.Fprintf(p.Stderr, "%s: open: interrupted; nothing was compared\n", p.Name)
			return interrupted
		}
		t.Finish()
		*in = p.report(t, p.past(&f), pair.Sources[i], f)
		sides[i] = compare.Side{Name: pair.Names[i], Tracker: in.Tracker, Diagnosis: in.Diagnosis}
	}
	return p.compared("open", pair, sides, f)
}

// compared holds the sides of a pair against each other, prints what came of it and gives the exit code.
func (p *Program) compared(verb string, pair report.Pair, sides [2]compare.Side, f openFlags) int {
	pair.Comparison = compare.Compare(pair.A.Words, sides[0], sides[1])
	err := p.written(f, func(w io.Writer) error {
		switch f.format {
		case "json":
			return report.JSONPair(w, pair)
		case "md":
			return report.MarkdownPair(w, pair)
		}
		return report.TextPair(w, pair, p.textOptions(f))
	})
	if err != nil {
		return p.fail("%s: %v", verb, err)
	}
	return p.judgePair(pair, f.expect)
}

// judgePair gives the exit code for what --expect asked of both sides.
func (p *Program) judgePair(pair report.Pair, list expectations) int {
	a := p.judgeSide(pair.A, list, pair.Names[0])
	return max(a, p.judgeSide(pair.B, list, pair.Names[1]))
}

// comparable finds what a comparison cannot be printed as.
func (f *openFlags) comparable() error {
	switch f.format {
	case "har":
		return errors.New("--compare has no --format har; write each capture as a HAR by itself")
	case "text", "json", "md":
		return nil
	}
	return fmt.Errorf("a comparison can be text, json or md, not %s; for that, report on each side by itself", f.format)
}

// sideNames are what the sides are called: as the user labels them, else A and B.
func sideNames(a, b string) [2]string {
	names := [2]string{"A", "B"}
	if a != "" && b != "" && a != b {
		names = [2]string{a, b}
	}
	return names
}

// sources are paths as short as tells them apart.
func sources(a, b string) [2]string {
	pa, pb := strings.Split(filepath.ToSlash(a), "/"), strings.Split(filepath.ToSlash(b), "/")
	n := 1
	for n < min(len(pa), len(pb)) && pa[len(pa)-n] == pb[len(pb)-n] {
		n++
	}
	return [2]string{strings.Join(pa[len(pa)-n:], "/"), strings.Join(pb[len(pb)-n:], "/")}
}
