// Package report prints what was found, for people and for machines: the same sessions, nodes and findings in each
// form. It decides nothing, reads nothing and knows no window; secrets are masked on the way out.
package report

import (
	"net/netip"

	"sioscope/capture/check"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// An Input is what a report is made of: a resolved tracker and its diagnosis.
type Input struct {
	lang.Words // the language it is told in; the zero value is English

	*session.Tracker
	Diagnosis diagnose.Diagnosis
	Redact    redact.Redactor // the zero value masks

	Experiments []check.Experiment // of a check; a capture has none
	Trial       timeline.Trial     // requests of a check that are sent to be refused; may be nil

	Expected []Judgement // what became of --expect, for JSON

	Moments []timeline.Note // what somebody wrote about moments, by time

	Source string // what was read, for a heading: names of files, a URL, an interface; secrets masked
	By     string // the program and its version, for a page's foot; "" leaves it out
}

// refusals are the handshakes that were refused but for trials, which experiments tell of.
func (in *Input) refusals() (list []*session.Exchange) {
	if in.Trial == nil {
		return in.Refused
	}
	for _, e := range in.Refused {
		if !in.Trial(e) {
			list = append(list, e)
		}
	}
	return list
}

// node is the node with the given index, nil where it is unknown.
func (in *Input) node(i int) *session.Node {
	if i < 0 || i >= len(in.Nodes) {
		return nil
	}
	return &in.Nodes[i]
}

// refusedBy gives for every refused handshake the id of the worst finding that explains it.
func (in *Input) refusedBy() map[*session.Exchange]string {
	by := make(map[*session.Exchange]string)
	for _, f := range in.Diagnosis.Findings {
		for _, e := range f.Refused {
			if by[e] == "" {
				by[e] = f.ID
			}
		}
	}
	return by
}

// evidence is what a piece of evidence says, with its secrets where the user asked for them.
func (in *Input) evidence(e diagnose.Evidence) string {
	if in.Redact.Off && e.Unmasked != "" {
		return e.Unmasked
	}
	return e.Text
}

// refusal is what a refused request was told, and the code of an Engine.IO error, -1 where there was none.
func refusal(e *session.Exchange) (code int, message string) {
	if e.HasError {
		return e.Error.Code, e.Error.Message
	}
	return -1, e.BodyText
}

// client is who sent the exchange, "" where the capture does not know.
func client(e *session.Exchange) string {
	if e.Conn == nil || e.Conn.Conn == nil {
		return ""
	}
	return address(e.Conn.Client)
}

// server is the server's address, or its name where the source knows no addresses.
func server(s *session.Session) string {
	if a := address(s.Server); a != "" {
		return a
	}
	return s.Host
}

func address(a netip.AddrPort) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// connID is the number of an exchange's connection, 0 where it has none.
func connID(c *session.Conn) int {
	if c == nil || c.Conn == nil {
		return 0
	}
	return c.ID
}

// started is the earliest time known of an exchange, lasted the nanoseconds from there to the last byte seen of it.
func started(e *session.Exchange) int64 {
	for _, at := range [...]int64{e.Start, e.Sent, e.Answered, e.End} {
		if at != 0 {
			return at
		}
	}
	return 0
}

func lasted(e *session.Exchange) int64 {
	return max(e.Sent, e.Answered, e.End, started(e)) - started(e)
}
