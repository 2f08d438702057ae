package report

import (
	"slices"

	"sioscope/capture/check"
	"sioscope/protocol/compare"
	"sioscope/protocol/lang"
)

// configured are experiments whose figures tell how a service is set up, not how often something came about.
var configured = []string{check.UpgradeHeader, check.CORS, check.Versions, check.Messages, check.HTTP2}

// Told is what experiments told, for a comparison.
func Told(w lang.Words, list []check.Experiment) []compare.Result {
	var out []compare.Result
	for _, e := range list {
		if e.State != check.Done || e.Tells == "" {
			continue
		}
		out = append(out, compare.Result{ID: e.ID, Name: e.Title, Answer: string(e.Result), Text: e.Tells})
		if !slices.Contains(configured, e.ID) {
			continue
		}
		for _, f := range e.Figures {
			out = append(out, compare.Result{ID: e.ID + "/" + f.Name, Name: w.S("%s: %s", e.Title, w.Said(f.Name)), Answer: f.Value, Text: f.Value})
		}
	}
	return out
}
