package session

// Options bound what a Tracker keeps. The zero value keeps counts and requests only, as a report needs them.
type Options struct {
	KeepRows     bool  // a Row for every packet, for the packet table and the ticks: 72 bytes each
	MaxRows      int   // rows kept; 0 means 20 million. Later rows are counted and not kept
	KeepPayloads bool  // payloads and heads, for the detail view
	MaxPayload   int   // bytes kept of one payload; 0 means 64 KiB
	MaxKept      int64 // bytes kept of all payloads; 0 means 256 MiB
	// KeepLatest is for a source that may run for days: past MaxKept the oldest payloads are forgotten (see Gone), where
	// otherwise new ones are not kept.
	KeepLatest bool
	// TrimRows is the same for rows: past MaxRows the older half of them goes, and what is left moves to the front of
	// Tracker.Rows. It is for those who hold no index of a row from one fact to the next.
	TrimRows     bool
	MaxExchanges int // HTTP exchanges kept; 0 means 4 million. Later ones are counted and not kept
	MaxSessions  int // sessions kept; 0 means 250,000. Requests that would begin later ones are counted and not kept

	NodeHeader string // the response header that names the node, as the user says; "" to learn one
}

// Live are the options with the bounds of a source that happens now, and may run for days: old payloads make room for new
// ones, what else is past the limits is counted and not kept.
func (o Options) Live() Options {
	o.MaxRows, o.MaxKept, o.MaxExchanges = 2_000_000, 128<<20, 500_000 // rows: 140 MB
	o.KeepLatest = true
	return o
}
