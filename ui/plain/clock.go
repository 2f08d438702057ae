package plain

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"sioscope/protocol/fact"
)

// Place is what a capture is called: as the user named it, else by its file without the directories.
func Place(f *fact.File) string {
	return cmp.Or(f.Label, path.Base(strings.ReplaceAll(f.Name, `\`, "/")))
}

// Clock says in a clause how the clock of a file is known, and what was done about it; reference is the Place of the file
// that it was compared with.
func Clock(c *fact.Clock, reference string) string {
	seen := fmt.Sprintf("%d requests seen in both", c.Pairs)
	if c.Pairs == 1 {
		seen = "1 request seen in both"
	}
	if c.Left > 0 {
		seen += fmt.Sprintf(", %d more that contradict them left out", c.Left)
	}
	switch {
	case c.Basis == fact.ClockReference:
		return "all times are by its clock"
	case c.Basis == fact.ClockContinued:
		return "it goes on where " + reference + " ends, by the same clock"
	case c.Basis == fact.ClockUnknown && c.Pairs > 0:
		return fmt.Sprintf("its clock is %s that of %s (± %s, by %s) and its times stand as recorded: %s", Ahead(c), reference, Span(c.Uncertainty), seen, c.Unknown)
	case c.Basis == fact.ClockUnknown:
		return "its times stand as recorded, its clock could not be compared: " + c.Unknown
	case c.Basis != fact.ClockRequests:
		return ""
	case c.Ahead == 0 && c.Drift == 0:
		return fmt.Sprintf("its clock agrees with that of %s (± %s, by %s)", reference, Span(c.Uncertainty), seen)
	}
	return fmt.Sprintf("its clock was %s that of %s (± %s, by %s)%s: its times are put right", Ahead(c), reference, Span(c.Uncertainty), seen, pace(c))
}

// Ahead is "3600.002 s behind", or "12 ms ahead of".
func Ahead(c *fact.Clock) string {
	by, way := c.Ahead, " ahead of"
	if by < 0 {
		by, way = -by, " behind"
	}
	if by < 1e9 {
		return Span(by) + way
	}
	return fmt.Sprintf("%.3f s", float64(by)/1e9) + way
}

const day = 24 * 3600

// pace is how a clock ran against the other.
func pace(c *fact.Clock) string {
	switch by := c.Drift * day * 1e9; {
	case c.Settings == 1:
		return ", until one of them was set"
	case c.Settings > 1:
		return fmt.Sprintf(", and one of them was set %d times", c.Settings)
	case by > 0:
		return ", and gained " + Span(int64(by)) + " a day"
	case by < 0:
		return ", and lost " + Span(int64(-by)) + " a day"
	}
	return ""
}
