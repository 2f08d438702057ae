package plain

import (
	"fmt"
	"strings"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// Freed says what of a source that goes on for long was let go of to make room, and what that leaves whole; "" where
// nothing was. Of packets it speaks where they are kept for being shown.
func Freed(w lang.Words, t *session.Tracker) string {
	f := t.Freed
	var parts []string
	if shown := t.Options.MaxRows == 0; shown && f.Payloads > 0 {
		parts = append(parts, w.S("payloads of the first %s packets", Number(f.Payloads)))
	}
	if shown := t.Options.MaxRows == 0; shown && f.Rows > 0 {
		parts = append(parts, w.S("the first %s rows of packets", Number(f.Rows)))
	}
	if f.Requests > 0 {
		parts = append(parts, w.S("%s requests", Number(f.Requests)))
	}
	if f.Sessions > 0 {
		parts = append(parts, w.S("%s sessions that were over", Number(f.Sessions)))
	}
	memory := bytesText(t.Options.Memory)
	switch {
	case len(parts) == 0:
		return ""
	case f.Sessions > 0:
		return w.S("To stay within %s, this was let go of: %s; it is in the verdict and in all counts", memory, w.List(parts))
	}
	return w.S("To stay within %s, this was let go of: %s; counts and timelines are whole", memory, w.List(parts))
}

// bytesText is a number of bytes that somebody chose.
func bytesText(n int64) string {
	if n < 1e9 {
		return fmt.Sprintf("%d MB", (n+5e5)/1e6)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/1e9), ".0") + " GB"
}
