package report

import (
	"math"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// inputFile is an input, and how its clock was put right.
func (j *jsonReport) inputFile(f *fact.File) {
	j.open('{')
	j.key("number").int(int64(f.Number))
	j.key("name").str(j.in.Redact.File(f.Name))
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

// signal is a header or cookie that may tell nodes, and what it was found to tell.
func (j *jsonReport) signal(s *session.Signal) {
	j.open('{')
	j.key("name").str(s.Name)
	j.key("in")
	if s.Cookie {
		j.str("cookie")
	} else {
		j.str("header")
	}
	j.key("class").str(s.Class.String())
	j.key("prior").str(s.Prior.String())
	j.key("confidence").str(string(s.Confidence))
	j.key("chosen").bool(s.Chosen)
	for _, n := range [...]struct {
		name  string
		value int
	}{{"answers", s.Answers}, {"values", s.Values}, {"sids", s.Sids}, {"shared", s.Shared}, {"broken", s.Broken}, {"foretold", s.Foretold}, {"denied", s.Denied}} {
		j.key(n.name).int(int64(n.value))
	}
	j.key("decoded").bool(s.Decoded)
	j.key("why").str(s.Why(nil))
	j.close('}')
}
