package report

import (
	"math"

	"sioscope/protocol/fact"
)

// inputFile is an input, and how its clock was put right.
func (j *jsonReport) inputFile(f *fact.File) {
	j.open('{')
	j.key("number").int(int64(f.Number))
	j.key("name").str(f.Name)
	j.key("label").str(f.Label)
	if f.Log {
		j.key("entries").int(f.Packets)
	} else {
		j.key("packets").int(f.Packets)
	}
	j.key("first").time(f.First)
	j.key("last").time(f.Last)
	j.key("clock")
	c := &f.Clock
	if c.Basis == "" {
		j.null()
		j.close('}')
		return
	}
	j.open('{')
	j.key("basis").str(string(c.Basis))
	j.key("reference").int(int64(c.Reference))
	j.key("offsetSeconds").seconds(c.Ahead)
	j.key("uncertainty").seconds(c.Uncertainty)
	j.key("driftPPM").seconds(int64(math.Round(c.Drift*1e9)) * 1e6)
	j.key("settings").int(int64(c.Settings))
	j.key("pairs").int(int64(c.Pairs))
	j.key("contradicting").int(int64(c.Left))
	j.key("unknown").strOrNull(c.Unknown)
	j.close('}')
	j.close('}')
}
