package session

import (
	"slices"

	"sioscope/protocol/fact"
)

// A Tracker turns facts into sessions. It is not safe for concurrent use. The exported fields are for reading.
type Tracker struct {
	Options Options

	Sessions  []*Session  // in order of appearance; by number: SessionAt
	Exchanges []*Exchange // HTTP exchanges of Engine.IO, in order of the request; by number: ExchangeAt
	Conns     []*Conn     // by the fact's ID; by number: ConnAt
	Refused   []*Exchange // handshakes that got no sid, set by Resolve
	Lost      []*Exchange // requests for a sid that no answer in the capture ever honoured, set by Resolve
	Legacy    []LegacyUse // Socket.IO 0.9, the first thousand requests
	Tunnels   []Tunnel    // that forward proxies refused, the first thousand
	Rows      []Row
	Nodes     []Node    // set by Resolve
	Restarts  []Restart // set by Resolve
	Signals   []Signal  // headers and cookies that may tell nodes, set by Resolve
	Stats     fact.Stats
	Files     []fact.File // in the order of their numbers
	Notes     []fact.Note

	First, Last                   int64 // time of the first and last fact
	DroppedRows, DroppedExchanges int64 // past the limits of Options: counted and not kept
	FirstRow                      int32 // the number of Rows[0]: those before it are gone
	Freed                         Freed // what was kept, and made room

	bySID     map[string]*Session
	latest    *Conn // that a fact was of
	conns     int   // how many there were
	sessions  int   // likewise, those that were proven
	exchanges int   // likewise
	trials    int   // requests of a check's experiments, on any hop
	past      past
	unnamed   []*Exchange          // handshakes, see wordless
	unproven  []*Session           // made for a sid; some were proven since
	waiting   map[hopKey]*Exchange // the last of a chain
	swept     int                  // how many may wait before those that are too old are looked for again
	logs      bool                 // some source is a log of requests (a HAR)
	loose     bool                 // there are captures by clocks that could not be compared
	between   map[endpoints]*Conn  // the latest, see twin
	spare     []Exchange           // a slab that new ones are taken from
	paths     map[string]bool      // under which Engine.IO was seen
	kept      kept
	strings   interner
	signs     signBuffer

	noRequest  RequestFields // of exchanges whose request was not seen
	noResponse ResponseFields
}

// connState is what the Tracker must know of a connection while it lives.
type connState struct {
	open    []*Exchange // requests without an answer yet, oldest first
	ws      *socket
	streams []*Conn // connections that are open streams of it
	// foreign is the last request of the connection that is none of Engine.IO's: what becomes a WebSocket by it is not either
	foreign int
	tunnel  Tunnel // that its last request asks for, and
	tunnels int    // the number of that request
}

// Add takes the next fact. It keeps nothing of it but *fact.Conn.
func (t *Tracker) Add(f fact.Fact) {
	switch f := f.(type) {
	case *fact.Message:
		t.seen(f.End)
		t.message(f)
	case *fact.Request:
		t.seen(f.Start)
		t.request(f)
	case *fact.Response:
		t.seen(f.End)
		t.response(f)
	case *fact.Reset:
		t.seen(f.Time)
		t.reset(f)
	case *fact.Opened:
		t.seen(f.Time)
		t.opened(f)
	case *fact.Closed:
		t.seen(f.Time)
		t.closed(f)
	case *fact.Missing:
		t.missing(f)
	case *fact.Malformed:
		t.malformed(f)
	case *fact.TLS:
		t.tls(f)
	case *fact.Stats:
		t.Stats = *f
	case *fact.File:
		t.file(f)
	case *fact.Note:
		t.Notes = append(t.Notes, *f)
	}
}

func (t *Tracker) file(f *fact.File) {
	i, known := slices.BinarySearchFunc(t.Files, f.Number, func(g fact.File, n int) int { return g.Number - n })
	if known {
		t.Files[i] = *f
	} else {
		t.Files = slices.Insert(t.Files, i, *f)
	}
	t.loose = t.loose || len(t.Files) > 1 && slices.ContainsFunc(t.Files, func(f fact.File) bool { return f.Clock.Basis == fact.ClockUnknown })
}

// File is the input of that number, nil where nothing is known of it.
func (t *Tracker) File(number int) *fact.File {
	for i := range t.Files {
		if t.Files[i].Number == number {
			return &t.Files[i]
		}
	}
	return nil
}

// Empty says whether files were read, and no packet and no entry of a HAR was in any of them.
func (t *Tracker) Empty() bool {
	return len(t.Files) > 0 && !slices.ContainsFunc(t.Files, func(f fact.File) bool { return f.Packets > 0 })
}

// OfLogs says whether all that was read is HARs, which have entries and no packets.
func (t *Tracker) OfLogs() bool {
	if len(t.Files) == 0 { // they are told of when they were read
		return t.Stats.Packets == 0 && t.Stats.Entries > 0
	}
	return !slices.ContainsFunc(t.Files, func(f fact.File) bool { return !f.Log })
}

func (t *Tracker) seen(at int64) {
	if t.First == 0 || at != 0 && at < t.First {
		t.First = at
	}
	t.Last = max(t.Last, at)
}

// Pass tells that time went on to now without a fact: a source that is watched as it happens lasts until then.
func (t *Tracker) Pass(now int64) { t.Last = max(t.Last, now) }

// Payload returns the bytes that r names, nil where they are gone. They must not be changed.
func (t *Tracker) Payload(r Ref) []byte { return t.kept.get(r) }

// Gone says that bytes were kept once, and had to make room for later ones.
func (t *Tracker) Gone(r Ref) bool { return t.kept.gone(r) }

// KeptBytes is how much of payloads and heads is in memory.
func (t *Tracker) KeptBytes() int64 { return t.kept.total }

// AllSessions is how many there were, those that are gone, too.
func (t *Tracker) AllSessions() int { return len(t.Sessions) + int(t.Freed.Sessions) }

// Session returns the session with that sid, or nil.
func (t *Tracker) Session(sid string) *Session { return t.bySID[sid] }
