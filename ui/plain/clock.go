package plain

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// Place is what a capture is called: as the user named it, else by its file without the directories.
func Place(f *fact.File) string {
	return cmp.Or(f.Label, path.Base(strings.ReplaceAll(f.Name, `\`, "/")))
}

// File says what a file holds, and how its clock is known; reference is the one it was compared with, or nil.
func File(w lang.Words, f, reference *fact.File) string {
	text := w.Count(int(f.Packets), "packet")
	if f.Log {
		text = w.Plural(int(f.Packets), "HAR entry", "HAR entries")
	}
	if f.Label != "" {
		text = w.S("%s, %s", f.Name, text)
	}
	text = w.S("%s: %s", Place(f), text)
	name := ""
	if reference != nil {
		name = Place(reference)
	}
	if clock := Clock(w, &f.Clock, name); clock != "" {
		text = w.S("%s; %s", text, clock)
	}
	return text
}

// Clock says in a clause how the clock of a file is known, and what was done about it; reference is the Place of the file
// that it was compared with.
func Clock(w lang.Words, c *fact.Clock, reference string) string {
	seen := w.Plural(c.Pairs, "request seen in both", "requests seen in both")
	if c.Left > 0 {
		seen = w.S("%s, %d more that contradict them left out", seen, lang.Amount(c.Left))
	}
	switch {
	case c.Basis == fact.ClockReference:
		return w.S("all times are by its clock")
	case c.Basis == fact.ClockContinued:
		return w.S("it goes on where %s ends, by the same clock", reference)
	case c.Basis == fact.ClockDirection:
		return w.S("it has the other direction of the connections of %s, with which it was put together", reference)
	case c.Basis == fact.ClockUnknown && c.Pairs > 0:
		return w.S("its clock is %s that of %s (± %s, by %s) and its times stand as recorded: %s", Ahead(w, c), reference, Span(c.Uncertainty), seen, w.Said(c.Unknown))
	case c.Basis == fact.ClockUnknown:
		return w.S("its times stand as recorded, its clock could not be compared: %s", w.Said(c.Unknown))
	case c.Basis != fact.ClockRequests:
		return ""
	case c.Ahead == 0 && c.Drift == 0:
		return w.S("its clock agrees with that of %s (± %s, by %s)", reference, Span(c.Uncertainty), seen)
	}
	return w.S("its clock was %s that of %s (± %s, by %s)%s: its times are put right", Ahead(w, c), reference, Span(c.Uncertainty), seen, pace(w, c))
}

// Ahead is "3600.002 s behind", or "12 ms ahead of".
func Ahead(w lang.Words, c *fact.Clock) string {
	by := max(c.Ahead, -c.Ahead)
	far := Span(by)
	if by >= 1e9 {
		far = fmt.Sprintf("%.3f s", float64(by)/1e9)
	}
	if c.Ahead < 0 {
		return w.S("%s behind", far)
	}
	return w.S("%s ahead of", far)
}

const day = 24 * 3600

// pace is how a clock ran against the other.
func pace(w lang.Words, c *fact.Clock) string {
	switch by := c.Drift * day * 1e9; {
	case c.Settings == 1:
		return w.S(", until one of them was set")
	case c.Settings > 1:
		return w.S(", and one of them was set %d times", c.Settings)
	case by > 0:
		return w.S(", and gained %s a day", Span(int64(by)))
	case by < 0:
		return w.S(", and lost %s a day", Span(int64(-by)))
	}
	return ""
}
