// Package tap gives the facts of connections that this process has itself: those its own client dials, and those its
// lab accepts. The bytes that pass go through protocol/conn, as those of a capture do, so that a session of our own is
// seen exactly as a sniffed one is. TLS is tapped inside: what is encrypted for the network is in the clear here.
//
// It reads no network and writes none by itself, and never delays or changes what passes.
package tap

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// A Tap numbers connections and emits their facts, one at a time and in the order of their times, from whichever
// goroutine reads or writes. Times are the clock's at the moment the bytes are handed over. It is safe for concurrent
// use; its emit must not call back into it.
type Tap struct {
	mu      sync.Mutex
	emit    fact.Emit
	options conn.Options
	stats   fact.Stats
	conns   int   // numbers given
	told    int64 // when the stats were last emitted
	open    map[*Conn]bool
	ended   bool
	last    int64
}

// New is a Tap whose facts go to emit.
func New(emit fact.Emit) *Tap {
	t := &Tap{emit: emit, open: map[*Conn]bool{}}
	t.options.Number = t.number
	return t
}

// number is the next connection's.
func (t *Tap) number() int {
	t.conns++
	return t.conns
}

// TLS is what is known of the TLS that a tapped connection is the inside of.
type TLS struct {
	Version string   // "1.2", "1.3"
	SNI     string   // server name asked for
	ALPN    []string // the protocol chosen, or none
}

// An Opening says how a connection came about. The zero value is one that was opened now, without TLS.
type Opening struct {
	Time int64  // ns since the epoch when it was opened; 0: now
	File string // what the place is called where it was seen, or ""
	TLS  *TLS   // nil: not encrypted
}

// Dialled taps a connection of which this process is the client.
func (t *Tap) Dialled(c net.Conn, o Opening) *Conn { return t.add(c, fact.Out, o) }

// Accepted taps a connection of which this process is the server.
func (t *Tap) Accepted(c net.Conn, o Opening) *Conn { return t.add(c, fact.In, o) }

const statsEvery = 200e6 // ns between two *fact.Stats

func (t *Tap) add(c net.Conn, write fact.Dir, o Opening) *Conn {
	client, server := addrPort(c.LocalAddr()), addrPort(c.RemoteAddr())
	if write == fact.In {
		client, server = server, client
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stats.Connections++
	of := &fact.Conn{ID: t.number(), Client: client, Server: server, File: o.File}
	tc := &Conn{Conn: c, tap: t, of: of, decoder: conn.New(of, &t.options), write: write}
	tc.emit = t.emit
	if o.TLS != nil {
		tc.emit = tc.withTLS(o.TLS)
	}
	at := o.Time
	if at == 0 {
		at = t.now()
	}
	tc.decoder.Open(at, true)
	t.open[tc] = true
	return tc
}

// now is the time, never before that of an earlier fact.
func (t *Tap) now() int64 {
	t.last = max(t.last, time.Now().UnixNano())
	return t.last
}

// Note says something the user must know.
func (t *Tap) Note(said lang.Sentence) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ended {
		t.emit(fact.NewNote("", said))
	}
}

// End emits what of open connections is complete, and the last *fact.Stats. Nothing is emitted after it.
func (t *Tap) End() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return
	}
	for c := range t.open {
		c.decoder.Close(t.now(), c.emit)
	}
	clear(t.open)
	t.report()
	t.ended = true
}

func (t *Tap) report() {
	t.told = t.last
	st := t.stats
	t.emit(&st)
}

// addrPort is an address as facts have it; the zero value where it is no IP address.
func addrPort(a net.Addr) netip.AddrPort {
	if tcp, ok := a.(*net.TCPAddr); ok {
		ap := tcp.AddrPort()
		return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	}
	return netip.AddrPort{}
}
