package session

// Options bound what a Tracker keeps. The zero value keeps counts and requests only, as a report needs them.
type Options struct {
	KeepRows     bool  // a Row for every packet, for the packet table and the ticks: 72 bytes each
	MaxRows      int   // rows kept; 0 means 20 million. Later rows are counted and not kept
	KeepPayloads bool  // payloads and heads, for the detail view
	MaxPayload   int   // bytes kept of one payload; 0 means 64 KiB
	MaxKept      int64 // bytes kept of all payloads; 0 means 256 MiB. Later ones are counted and not kept
	MaxExchanges int   // HTTP exchanges kept; 0 means 4 million. Later ones are counted and not kept
	MaxSessions  int   // sessions kept; 0 means 250,000. Requests that would begin later ones are counted and not kept

	// Memory is for a source that may run for days: bytes that all of it may take together, 0 for no such bound. Past it
	// the oldest makes room for what comes: payloads first, then rows, and by Release requests that tell nothing and
	// sessions that are over. MaxRows then is how many rows are kept, the latest, and the other limits do not hold.
	Memory int64

	Trials bool // what a check tries (Session.Trial) counts as what clients do: Clients leaves nothing out

	NodeHeader string // the response header that names the node, as the user says; "" to learn one

	// Before are nodes that were seen before, as on the other side of a comparison: one that is seen again by its name keeps
	// its letter and its colour, and no other gets them.
	Before []Node
}

// LiveMemory is Options.Memory where nobody says otherwise.
const LiveMemory = 512e6

// LeastMemory is what nobody should bound a source to less than.
const LeastMemory = 16e6

// Live are the options with the bound of a source that happens now, and may run for days.
func (o Options) Live() Options {
	if o.Memory == 0 {
		o.Memory = LiveMemory
	}
	return o
}
