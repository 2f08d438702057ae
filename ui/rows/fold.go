package rows

import "bytes"

// containsFold is bytes.Contains without regard to case; lower must be lower case.
func containsFold(p, lower []byte) bool { return indexFold(p, lower) >= 0 }

// indexFold is bytes.Index without regard to case; lower must be lower case. Letters whose cases differ in length are
// not found in the other one.
func indexFold(p, lower []byte) int {
	if len(lower) == 0 {
		return 0
	}
	first := lower[0]
	upper := first
	if 'a' <= first && first <= 'z' {
		upper -= 'a' - 'A'
	}
	for at := 0; len(p)-at >= len(lower); {
		i := indexEither(p[at:len(p)-len(lower)+1], first, upper)
		if i < 0 {
			return -1
		}
		at += i
		if bytes.EqualFold(p[at:at+len(lower)], lower) {
			return at
		}
		at++
	}
	return -1
}

func indexEither(p []byte, a, b byte) int {
	i := bytes.IndexByte(p, a)
	if a == b {
		return i
	}
	if i >= 0 {
		p = p[:i]
	}
	if j := bytes.IndexByte(p, b); j >= 0 {
		return j
	}
	return i
}
