package cli

import (
	"context"
	"fmt"
	"strings"

	"sioscope/capture/check"
	"sioscope/capture/dial"
	"sioscope/protocol/compare"
	"sioscope/protocol/redact"
	"sioscope/ui/report"
)

// checkPair checks two services, one after the other, and holds what was found against each other.
func (p *Program) checkPair(ctx context.Context, args []string, o check.Options, out openFlags) int {
	var urls, labels [2]string
	for i, arg := range args {
		labels[i], urls[i] = labelled(arg)
		if _, err := check.New(urls[i], o); err != nil { // before anything is sent to the other
			return p.fail("check: %v", err)
		}
	}
	mask := redact.Redactor{Off: out.noRedact}
	pair := report.Pair{Names: sideNames(labels[0], labels[1]), Redact: mask}
	var sides [2]compare.Side
	for i, in := range [...]*report.Input{&pair.A, &pair.B} {
		w := p.Stdout
		if out.format != "text" {
			w = p.Stderr
		}
		fmt.Fprintf(w, "%s: ", pair.Names[i])
		r, _, ended, err := p.checkOne(ctx, urls[i], o, out)
		if err != nil && !ended && i == 1 {
			return p.fail("check: nothing is compared: %s: %s; %s: %s", pair.Names[1], dial.Explain(nil, err), pair.Names[0], mask.Text(pair.A.Diagnosis.Verdict.Summary))
		}
		if err != nil && !ended {
			return p.fail("check: %s: %s", pair.Names[i], dial.Explain(nil, err))
		}
		if ended {
			fmt.Fprintf(p.Stderr, "%s: check: interrupted; nothing was compared\n", p.Name)
			return interrupted
		}
		*in = r
		pair.Sources[i] = mask.Target(urls[i])
		sides[i] = compare.Side{Name: pair.Names[i], Tracker: r.Tracker, Diagnosis: r.Diagnosis, Results: report.Told(r.Words, r.Experiments)}
	}
	return p.compared("check", pair, sides, out)
}

// labelled takes LABEL=URL apart; a URL with "=" in it is a URL.
func labelled(arg string) (label, url string) {
	label, url, ok := strings.Cut(arg, "=")
	if !ok || label == "" || strings.ContainsAny(label, ":/?#.") {
		return "", arg
	}
	return label, url
}
