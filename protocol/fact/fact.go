// Package fact holds what every source of traffic reports: a file, an interface, a HAR, our own client.
//
// Facts are on the level of HTTP and WebSocket: what they mean for Engine.IO is protocol/session's business.
// A fact and everything it points to is the emitter's and valid only until the emitting call returns, except
// *Conn, of which there is one per connection and which stays.
//
// All times are nanoseconds since the Unix epoch, UTC, taken from the packets. 0 means unknown.
package fact

import (
	"net/netip"

	"sioscope/protocol/lang"
)

// Dir is the direction of traffic, always as the client sees it.
type Dir uint8

const (
	Out Dir = iota // client to server
	In             // server to client
)

// String is "out" or "in".
func (d Dir) String() string {
	if d == In {
		return "in"
	}
	return "out"
}

// Word is the direction in a language.
func (d Dir) Word(w lang.Words) string {
	if d == In {
		return w.S("in")
	}
	return w.S("out")
}

// Other is the opposite direction.
func (d Dir) Other() Dir { return d ^ 1 }

// Fact is one of *Opened, *Request, *Response, *Reset, *Message, *Missing, *Malformed, *TLS, *Closed, *Stats, *File, *Note.
type Fact interface{ fact() }

// Emit receives facts, in the order of their time as far as the capture knows it.
type Emit func(Fact)

// A Conn is one TCP connection, or what one HTTP/2 stream is for a WebSocket: there a CONNECT (RFC 8441) takes the place
// of a TCP connection of its own. The other requests of an HTTP/2 connection are that connection's.
type Conn struct {
	ID      int            // 1, 2, … in the order of appearance, without holes
	Client  netip.AddrPort // who opened the connection
	Server  netip.AddrPort
	Via     netip.AddrPort // the real client as a PROXY protocol header named it; zero where there was none
	File    string         // the label of the capture it was seen in ("node-a"), or ""
	Source  int            // the Number of the File that its capture begins with, 0 where there is none
	Guessed bool           // the capture did not see who opened it: Client and Server are inferred
	Over    *Conn          // the HTTP/2 connection that it is a stream of; nil: it is a TCP connection
	Stream  uint32         // that stream's number, else 0
	Place   int            // counts the TCP connections of the captures that are read, from 1; 0: it is none of a capture
	Hidden  Hidden         // what its source cannot show; 0: it has the bytes that passed
}

// TCP is the TCP connection that c is, or is a stream of.
func (c *Conn) TCP() *Conn {
	for c.Over != nil {
		c = c.Over
	}
	return c
}

// Hidden says what a source cannot show of a connection, so that nothing is concluded from its absence.
type Hidden uint8

const (
	// Logged: the source is a log of requests (a HAR) and not of bytes. It shows no node's address, no WebSocket control
	// frames, and no end of a connection.
	Logged Hidden = 1 << iota
	// HidesCookies: a Cookie or Set-Cookie that is not there may have been on the wire.
	HidesCookies
	// HidesConnection: which TCP connection carried a request is not told. All such requests to a server share a Conn.
	HidesConnection
	// HidesRefusal: the body of a WebSocket request's refusal is not there.
	HidesRefusal
	// HidesMessages: what went over a WebSocket is not there.
	HidesMessages
)

// Opened reports a connection. It precedes every other fact of that connection.
type Opened struct {
	Conn *Conn
	Time int64
	SYN  bool // the opening handshake was seen; false: the capture joined mid-stream
}

// A Request is an HTTP request, complete, or as much of it as could be seen.
type Request struct {
	Conn       *Conn
	Exchange   int   // counts the requests of a connection from 1; its Response has the same number
	Start, End int64 // first byte seen, last byte seen
	Method     string
	Target     string // as on the request line, "/socket.io/?EIO=4&…"; absolute-form is reduced to origin-form
	Host       string // from Host, or from the absolute-form target
	Proto      string // "HTTP/1.1", "HTTP/2"
	Protocol   string // what an extended CONNECT asks for, "websocket" (RFC 8441); an answer of 2xx then is what 101 is elsewhere
	Header     Header
	Body       []byte // transfer and content coding removed; a prefix where Truncated
	BodySize   int64  // bytes of the body as sent, transfer coding removed
	Truncated  bool   // Body is a prefix: it was longer than the limit
	Incomplete bool   // bytes of it are missing from the capture, or it was still being sent
	Failure    string // what a log says of why it got no answer, in the browser's words: "net::ERR_BLOCKED_BY_CLIENT"; or ""
	Unanswered bool   // a log has no answer to it, whether or not there was one
}

// A Response is a final answer (1xx but 101 are not reported), complete, or as much of it as could be seen.
type Response struct {
	Conn       *Conn
	Exchange   int // of its Request; a number no Request had where the request was not seen
	Start, End int64
	Status     int
	Reason     string
	Header     Header
	Body       []byte
	BodySize   int64
	Truncated  bool
	Incomplete bool
	BodyError  string // why the content coding could not be removed ("gzip: invalid checksum"), or ""; Body is then what could be read
}

// A Reset says that there will be no Response: the request's HTTP/2 stream was given up before one began (RFC 9113
// §5.4.2). HTTP/1 has no word for it but the end of the connection.
type Reset struct {
	Conn     *Conn
	Exchange int
	Time     int64
	By       Dir    // Out: the client gave it up
	Code     uint32 // RFC 9113 §7
}

// Opcode is the kind of a WebSocket message, RFC 6455 §11.8.
type Opcode uint8

const (
	Text   Opcode = 1
	Binary Opcode = 2
	Close  Opcode = 8
	Ping   Opcode = 9
	Pong   Opcode = 10
)

// A Message is one WebSocket message, its fragments joined, unmasked and inflated, or one control frame.
type Message struct {
	Conn       *Conn
	Exchange   int // the request that became this WebSocket; 0 where the capture joined after it
	Dir        Dir
	Start, End int64
	Opcode     Opcode
	Payload    []byte // a prefix where Truncated. Close: two bytes code and the reason, or nothing
	Size       int64  // bytes on the wire, frame headers left out
	Compressed bool
	Truncated  bool
	Incomplete bool // bytes of it are missing from the capture
}

// Missing says that bytes of a connection are not in the capture.
type Missing struct {
	Conn  *Conn
	Dir   Dir
	Time  int64
	Bytes int64 // 0 where the length is unknown
	Cut   bool  // the packet was captured, and not all of it kept (snaplen)
	Start bool  // likewise, and with it the end of a start line of HTTP: nothing is known of that message
}

// Malformed says that bytes were there and could not be read as the protocol that was expected.
type Malformed struct {
	Conn   *Conn
	Dir    Dir
	Time   int64
	What   string // one clause: "websocket: reserved opcode 3"
	Sample []byte // the first bytes in question, 64 at most
}

// TLS says that a connection is encrypted, and what its ClientHello and ServerHello tell in the clear. Where Reason is
// "", what is inside is known all the same, and its facts follow. Where a key comes late there is a second one, which
// replaces the first.
type TLS struct {
	Conn    *Conn
	Time    int64
	Version string   // "1.2", "1.3", or "" where unknown
	SNI     string   // server name asked for
	ALPN    []string // offered, or the one chosen where the answer was seen
	Random  string   // the client random, which a key log has with the key, in hexadecimal; "" where it was not seen
	Reason  string   // why it is not decoded, one clause: "no key"; "": it is, or there was nothing to decode
	Aborted bool     // it ended before its client can have sent a request, so that nothing in it is missed
}

// Closed says that a connection ended. Those that are streams of it end with it, and are not said to. Where a key comes
// after that, what it made readable follows, and then Closed again.
type Closed struct {
	Conn  *Conn
	Time  int64 // of the first FIN or RST
	By    Dir   // who sent the first FIN or RST: Out is the client
	Known bool  // By is known; false: the 4-tuple was used again without either
	Reset bool  // by RST

	Refused bool // by RST in answer to its SYN
}

// Stats counts what a source has read so far. Each one replaces the one before.
type Stats struct {
	Packets, Bytes   int64 // link-layer packets and their captured bytes
	Connections      int64 // TCP connections
	Gaps, LostBytes  int64 // holes in TCP streams, and the bytes in them where known
	CutPackets       int64 // packets the capture stored short (snaplen)
	Dropped          int64 // packets that came and that the capture program could not keep up with, as far as it says so
	Malformed        int64 // packets and stretches of bytes that could not be read
	Encrypted        int64 // TLS connections that could not be decrypted
	Aborted          int64 // TLS connections that ended before a request can have been sent in them; not among Encrypted
	NotTCP           int64 // packets of no TCP connection (ARP, UDP, …)
	QUIC             int64 // packets that look like QUIC: not decoded
	Done, Total      int64 // bytes of input read, and all there are; Total 0: unknown
	HeldBytes        int64 // bytes now held by reassembly
	DroppedFragments int64 // IP fragments that never became a whole packet
	Entries          int64 // entries of HAR files
}

// A File is an input: what it is called, and how its clock was put right. Each one replaces the one before of the same
// Number.
type File struct {
	Number      int    // from 1, in the order given
	Name        string // its path, or what stands for it
	Label       string // what the user calls the place it was made at, or ""
	Log         bool   // it is a HAR
	Packets     int64  // of a HAR its entries
	First, Last int64  // as recorded
	Clock       Clock
}

// A Clock is by how much the clock of a file differed from the one that all times are now of. What can be told of one
// file alone is the zero Clock.
type Clock struct {
	Basis       ClockBasis
	Reference   int     // the Number of the file whose clock its times are now of, or, ClockContinued, that it continues, or, ClockDirection, whose other half it is
	Ahead       int64   // ns by which it was ahead of that one in the middle of the file; negative: behind
	Uncertainty int64   // ns by which Ahead may be wrong
	Drift       float64 // by how much it ran faster than that one, as a share; 0: no drift can be seen
	Settings    int     // how often one of the two was set meanwhile
	Pairs       int     // requests seen in both, from which this was estimated
	Left        int     // requests that seemed to be seen in both and contradict the others
	Unknown     string  // why it could not be compared, one clause, where Basis is ClockUnknown
}

// ClockBasis says how a file's clock is known.
type ClockBasis string

const (
	ClockReference ClockBasis = "reference" // the others are compared with it
	ClockRequests  ClockBasis = "requests"  // from requests that were seen in more than one file
	ClockContinued ClockBasis = "continued" // it goes on where another file of the same place ends: the same clock
	ClockDirection ClockBasis = "direction" // it has the other direction of the connections of another file: the same clock
	ClockUnknown   ClockBasis = "unknown"   // its times stand as recorded
)

// A Note is something the user must know about the input, in one sentence.
type Note struct {
	File string
	Text string
	Said lang.Sentence // the same in any language; it may be empty
	Lost bool          // it says that a whole file could not be read
	Fine bool          // it says what was read, and of nothing that is amiss
}

// NewNote makes a note of a sentence.
func NewNote(file string, said lang.Sentence) *Note {
	return &Note{File: file, Text: said.String(), Said: said}
}

// NewLoss makes a note of a file that could not be read at all, among others that were.
func NewLoss(file string, err error) *Note {
	n := NewNote(file, lang.Say("%s; the other files were read", lang.Of(err)))
	n.Lost = true
	return n
}

// In is the note's text in a language.
func (n *Note) In(w lang.Words) string {
	if n.Said.Empty() {
		return w.Said(n.Text)
	}
	return n.Said.In(w)
}

func (*Opened) fact()    {}
func (*Request) fact()   {}
func (*Response) fact()  {}
func (*Reset) fact()     {}
func (*Message) fact()   {}
func (*Missing) fact()   {}
func (*Malformed) fact() {}
func (*TLS) fact()       {}
func (*Closed) fact()    {}
func (*Stats) fact()     {}
func (*File) fact()      {}
func (*Note) fact()      {}
