package report

import (
	"slices"
	"strings"

	"sioscope/ui/plain"
)

// notes tells what the capture hides or lacks, so that nobody takes its silence for health.
func (p *printer) notes() {
	notes := p.unplaced(p.in.inputNotes(), p.in.fileNames())
	if len(notes) > 0 {
		p.line()
	}
	for i, n := range notes {
		p.hang(p.noteSign(p.in, i)+" ", p.say(n))
	}
}

// noteSign stands before the i-th note of an input: a mark of exclamation where it tells of something amiss.
func (p *printer) noteSign(in *Input, i int) string {
	if i < len(in.Notes) && in.Notes[i].Fine {
		return p.paint(cyan, "i")
	}
	return p.paint(yellow, "!")
}

// inputNotes are the source's own notes, then what its counters say.
func (in *Input) inputNotes() []string {
	var out []string
	for _, n := range in.Notes {
		if n.File != "" && !strings.HasPrefix(n.Text, n.File) {
			out = append(out, in.S("%s: %s", n.File, n.In(in.Words)))
		} else {
			out = append(out, n.In(in.Words))
		}
	}
	s := in.Stats
	if s.Encrypted > 0 {
		out = append(out, in.N(int(s.Encrypted), "%s encrypted%s %s; what went over it is unknown", "%s encrypted%s %s; what went over them is unknown",
			in.Plural(int(s.Encrypted), "connection was", "connections were"), in.encryptedNames(), in.Undecrypted(in.Words)))
	}
	if text := in.Aborted(in.Words); text != "" {
		out = append(out, text)
	}
	if s.Gaps > 0 {
		out = append(out, in.S("%s in the connections, %s missing: packets in them are not counted", in.Count(int(s.Gaps), "gap"), bytesText(s.LostBytes)))
	}
	if n := in.oneWay(); n > 0 {
		out = append(out, in.S("of %s only one direction is in the capture, which hides most of what sessions did: capture where both pass", in.Count(n, "connection")))
	}
	if s.CutPackets > 0 {
		out = append(out, in.S("%s stored cut short by the capture: record with full length (tcpdump -s 0)", in.Plural(int(s.CutPackets), "packet was", "packets were")))
	}
	if s.Malformed > 0 {
		out = append(out, in.S("%s in the traffic could not be read as the protocol that was expected", in.Count(int(s.Malformed), "place")))
	}
	if n, first := in.undecodable(); n > 0 {
		out = append(out, in.S("%s of the sessions could not be decoded; the first: %s", in.Count(n, "packet"), first))
	}
	if s.DroppedFragments > 0 {
		out = append(out, in.S("%s never became a whole packet", in.Count(int(s.DroppedFragments), "IP fragment")))
	}
	if freed := plain.Freed(in.Words, in.Tracker); freed != "" {
		out = append(out, freed)
	}
	if in.DroppedExchanges > 0 {
		out = append(out, in.S("%s past the limit counted and not kept", in.Plural(int(in.DroppedExchanges), "request was", "requests were")))
	}
	return out
}

// oneWay counts the connections of which the capture has messages of one direction, and misses the other's bytes.
func (in *Input) oneWay() (n int) {
	for _, c := range in.Conns {
		if c.OneWay() {
			n++
		}
	}
	return n
}

// undecodable counts what sessions carried and could not be decoded, and gives the first of it.
func (in *Input) undecodable() (n int, first string) {
	for _, s := range in.Sessions {
		n += int(s.Undecodable)
		if first == "" && len(s.Oddities) > 0 {
			first = s.Oddities[0]
		}
	}
	return n, first
}

// encryptedNames lists the first few server names that closed connections asked for.
func (in *Input) encryptedNames() string {
	var names []string
	more := 0
	for _, c := range in.Conns {
		if c.TLS == nil || c.TLS.Reason == "" {
			continue
		}
		name := c.TLS.SNI
		if name == "" {
			name = address(c.Server)
		}
		if c.TLS.Version != "" {
			name += " TLS " + c.TLS.Version
		}
		switch {
		case slices.Contains(names, name):
		case len(names) < 3:
			names = append(names, name)
		default:
			more++
		}
	}
	if len(names) == 0 {
		return ""
	}
	text := in.enumerate(names, len(names)+more)
	return in.S(" (%s)", text)
}
