// Package stream turns the TCP segments of a capture into the bytes that each side of each connection sent: in
// order, each once, with the time of the packet they came in, and with what is not in the capture said as a gap.
//
// It watches, and so differs from an endpoint in three ways. It cannot ask for what is missing: an
// acknowledgement of bytes it never saw proves that they arrived and that only the capture lost them. Packets may
// be swapped in the file: such proof counts only after a short tolerance. And it sees both directions: bytes are
// delivered in an order in which they can have been sent, so that no answer comes before its question.
//
// It does not check checksums, follow options, or look into the bytes. It starts no goroutine and reads no clock:
// time is packet time.
package stream

import (
	"time"

	"sioscope/capture/link"
)

// A Sink receives what an Assembler finds. It must not call the Assembler.
//
// Calls come in causal order per connection: what a segment acknowledges was delivered, or declared missing,
// before the segment's own bytes. Times are those of the packets, in nanoseconds; after a hole was waited for they
// may be a little earlier than those of calls made before.
type Sink interface {
	// Opened is the first call for every connection.
	Opened(c *Conn, at int64)

	// Data gives the next bytes of one side, A's or B's, captured at the given time. p holds during the call.
	Data(c *Conn, fromA bool, at int64, p []byte)

	// Gap says that the next n bytes of one side are not in the capture; 0: the number is unknown. cut: the packet
	// was captured, but not all of it was kept (snap length).
	Gap(c *Conn, fromA bool, at int64, n int64, cut bool)

	// Closed is the last call for a connection, made when both sides have ended, after a reset, or when nothing
	// more is to be expected. at is the time of the first FIN or RST, byA says who sent it, reset that it was an
	// RST. Neither is known where known is false: at is then when the connection was last heard of. A connection
	// that is open when the capture ends is not closed.
	Closed(c *Conn, at int64, byA, known, reset bool)
}

// A Conn is one TCP connection: a 4-tuple, from one opening to the next.
type Conn struct {
	ID   int           // 1, 2, … in order of appearance
	A, B link.Endpoint // A opened the connection, B answered

	// Guessed: the capture joined later, and A is the side with the higher port (the first that was heard of where
	// the ports are equal).
	Guessed bool

	// SYN: the opening was seen, so that the streams begin with their first bytes. It may become true after
	// Opened, where the opening and what followed are swapped in the capture.
	SYN bool

	// EndedA, EndedB: that side's FIN was seen, and all before it was delivered or declared missing.
	EndedA, EndedB bool

	// User is the Sink's own. It is set to nil after Closed.
	User any

	phase phase
	calm  bool // both sides are placed, nothing is held, nothing has ended: the short way is open
	close closing
	side  [2]side // what A sent, what B sent
	hold  *hold   // what arrived too early; nil nearly always
	prev  *generation
	seen  int64 // packet time of the latest segment
	check int64 // packet time since which a segment would save the connection from expiry
	age   elem  // its place in Assembler.ages[phase]
}

// An Assembler turns segments into streams. The zero value is ready to use; options hold from the first segment on.
//
// A connection costs about 350 bytes, its place in the table included, and 128 bytes more with each segment held,
// beside that segment's payload. So the defaults bound an Assembler to about 45 MB of connections and 64 MiB of
// held bytes, whatever the capture contains.
type Assembler struct {
	// MaxHeld bounds the bytes that wait for others, over all connections, bookkeeping included; 0 means 64 MiB.
	// Beyond it, the connection that has waited longest has its holes declared gaps.
	MaxHeld int64

	// MaxHeldPerConn is the same for one connection; 0 means 4 MiB. Beyond it, the oldest hole is declared a gap.
	MaxHeldPerConn int64

	// MaxConns bounds the connections known at a time, closed ones that are still remembered included; 0 means
	// 131,072. Beyond it, the first to go are closed ones, then those that were never answered, then half-closed
	// ones, then those that were silent longest.
	MaxConns int

	// A hole that an acknowledgement proves is the capture's loss is declared a gap after this many further
	// segments of its connection, or after this much packet time, whichever comes first. A hole that was proven
	// while another of its side was waited for may wait twice as long. 0 means 32 segments and 100 ms.
	ReorderPackets int
	ReorderTime    time.Duration

	// IdleTime is after how much silence a connection is given up, in packet time; 0 means an hour. Unanswered and
	// half-closed connections are given up, and closed ones forgotten, after two minutes. A connection may live up
	// to twice as long.
	IdleTime time.Duration

	conns   map[flow]*Conn
	recent  [recents]*Conn // those that segments came for of late
	sink    Sink           // of the current call
	opened  int            // the latest Conn.ID
	count   int64          // numbers what is held, in order of arrival
	held    int64          // bytes held over all connections
	holders list           // connections that hold something, the oldest first
	waits   list           // proven holes, the oldest first
	ages    [phases]list
	clock   clock
	due     int64 // packet time at which something in waits or ages may be due
}

// A phase is how far a connection has come. Each has its own silence after which it is given up.
type phase uint8

// In the order in which connections are given up where there are too many.
const (
	over    phase = iota // closed, and remembered so that late segments do not open it again
	opening              // SYN seen, and the handshake not complete
	ending               // one side has ended
	open
	phases
)

// closing is how a connection ended: by its first FIN or RST.
type closing struct {
	at    int64
	by    uint8
	known bool
	reset bool
}

// Limits that are not options.
const (
	shortTime = 2 * time.Minute // silence of all phases but open; Linux gives up a SYN after 127 s
	maxPieces = 4096            // held per side: inserting one moves the others
	near      = 16 << 20        // bytes: no window of a real stack is larger, so numbers further off need a second witness
	rstAhead  = 1 << 16         // bytes past the last known one at which an RST is believed: the largest unscaled window
)

// start fills in the defaults.
func (a *Assembler) start() {
	a.conns = make(map[flow]*Conn)
	a.MaxHeld = orDefault(a.MaxHeld, 64<<20)
	a.MaxHeldPerConn = orDefault(a.MaxHeldPerConn, 4<<20)
	a.MaxConns = orDefault(a.MaxConns, 1<<17)
	a.ReorderPackets = orDefault(a.ReorderPackets, 32)
	a.ReorderTime = orDefault(a.ReorderTime, 100*time.Millisecond)
	a.IdleTime = orDefault(a.IdleTime, time.Hour)
	a.waits.init()
	a.holders.init()
	for i := range a.ages {
		a.ages[i].init()
	}
}

func orDefault[T int | int64 | time.Duration](v, otherwise T) T {
	if v <= 0 {
		return otherwise
	}
	return v
}
