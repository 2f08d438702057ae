package http2

import "sioscope/protocol/fact"

// Like says whether p, the bytes of a TCP segment, begins with a frame of HTTP/2 and what follows it: HEADERS whose first
// field is one that every message begins with. from is who sends such.
func Like(p []byte) (from fact.Dir, ok bool) {
	if len(p) < frameHeader+6 || p[0] != 0 || p[3] != typeHeaders {
		return 0, false
	}
	f := parseFrame(p)
	skip := frameHeader
	if f.has(flagPadded) {
		skip++
	}
	if f.has(flagPriority) {
		skip += 5
	}
	if n, _ := frames(fact.In, p); n < 0 || skip >= len(p) || skip-frameHeader >= f.length {
		return 0, false
	}
	r, ok := parseRepresentation(p[skip:])
	switch { // places in the static table, RFC 7541 appendix A
	case !ok:
	case 1 <= r.index && r.index <= 7 && !r.resize: // :authority, :method, :path, :scheme
		return fact.Out, true
	case 8 <= r.index && r.index <= 14 && !r.resize: // :status
		return fact.In, true
	}
	return 0, false
}
