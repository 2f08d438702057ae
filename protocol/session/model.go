// Package session makes sessions of facts: which requests, posts and WebSocket belong to one Engine.IO session, what
// transport it was on and when, what it carried, and which node answered. It decides nothing about causes:
// protocol/diagnose does.
//
// All times are nanoseconds since the Unix epoch, UTC; 0 means unknown or not seen.
package session

import (
	"net/netip"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/socketio"
	"sioscope/protocol/wsframe"
)

// Transport is an Engine.IO transport.
type Transport uint8

const (
	NoTransport Transport = iota
	Polling
	WebSocket
	WebTransport
)

// String is the transport's name on the URL.
func (t Transport) String() string {
	return [...]string{"unknown", "polling", "websocket", "webtransport"}[t]
}

// Upgrade says how far a session came on its way to WebSocket.
type Upgrade uint8

const (
	UpgradeUnknown  Upgrade = iota // the capture began after the session did, or lacks what would tell
	UpgradeDirect                  // WebSocket from the start
	UpgradeDone                    // the upgrade packet was sent
	UpgradeFailed                  // tried, and refused, cut or never finished
	UpgradeNotTried                // no WebSocket request was seen
	UpgradePending                 // under way when the capture ended
)

// String is the word used in reports.
func (u Upgrade) String() string {
	return [...]string{"unknown", "direct", "done", "failed", "not-tried", "pending"}[u]
}

// Kind is what a request is for.
type Kind uint8

const (
	OtherRequest Kind = iota // for another sid form, or no Engine.IO at all
	Handshake                // opens a session, on either transport
	Poll
	Post
	UpgradeRequest // GET transport=websocket with a sid
	Preflight      // OPTIONS
)

// String is the word used in reports.
func (k Kind) String() string {
	return [...]string{"other", "handshake", "poll", "post", "upgrade", "preflight"}[k]
}

// A Conn is a TCP connection, or an HTTP/2 stream in the place of one, and what happened on it.
type Conn struct {
	*fact.Conn
	Opened, Closed int64 // Closed is 0 while open
	SYN            bool  // its opening was seen
	ClosedBy       string
	Reset          bool
	Refused        bool      // by an RST in answer to its SYN
	Protocol       string    // "http/1.1", "h2", "websocket", "tls", or "" while nothing was recognised
	TLS            *fact.TLS // a copy; nil where not encrypted; its Reason is "" where it was read all the same
	Requests       int       // HTTP requests seen, those of Engine.IO and others
	Exchanges      []*Exchange
	WebSocket      *Exchange // the request that became a WebSocket, nil where none did
	Session        *Session  // the session its WebSocket belongs to
	Gaps           int
	gapTimes       []int64
	LostBytes      int64
	Cut            [2]int   // gaps, by direction, of packets that the capture did not keep all of
	CutStarts      int      // those of them that are of an HTTP message of which nothing is known for it
	Malformed      []string // what could not be read, the first few
	LastByte       int64    // end of the last HTTP message or WebSocket message on it
	LastMessage    [2]int64 // by direction: the last WebSocket message or HTTP message end
	// Inner is true where this connection runs from a balancer to a node and its client side is in the capture too, or
	// where it is the copy of another one, captured at a second place.
	Inner bool

	state  connState
	used   bool    // see Release
	gone   bool    // likewise
	copyOf *Conn   // the first seen of the same connection, see twin
	copies []*Conn // of the first seen
}

// RefusedAtOnce says whether its server refused it, or ended it before anything was said.
func (c *Conn) RefusedAtOnce() bool {
	return c.Closed != 0 && c.Requests == 0 && c.LastByte == 0 && c.TLS == nil && c.ClosedBy == "server"
}

// An Exchange is one HTTP request of Engine.IO and its answer.
type Exchange struct {
	Index   int // its number, see Tracker.ExchangeAt
	Conn    *Conn
	Serial  int // of the request on its connection, from 1
	Session *Session
	Kind    Kind

	Method, Target, Path string
	SID                  string // of the URL, "" where it has none
	TransportParam       string // of the URL
	EIO                  int    // of the URL, 0 where it has none
	JSONP                bool
	Connect              bool  // an extended CONNECT (RFC 8441), HTTP/2's way to a WebSocket
	Start, Sent          int64 // request's first byte and last byte; 0 where only the answer was seen
	Answered, End        int64 // answer's first and last byte, 0 where none was seen
	Status               int   // 0 where no answer was seen
	Reason               string
	RequestBytes         int64 // of the body
	ResponseBytes        int64
	Incomplete           bool   // bytes of it are missing from the capture
	Reset                int64  // when its HTTP/2 stream was given up without an answer, 0 where it was not
	ResetBy              string // "client", "server"
	Failure              string // why it got no answer, in the words of the browser that logged it, or ""

	// Error is what the answer's body says where it is an Engine.IO server's error; Code is -1 where it gives none.
	Error     engineio.Error
	HasError  bool
	ByLength  bool   // Error is concluded from the length of the body, which is not in the log
	EmptyBody bool   // the answer had no body at all
	BodyText  string // the first 200 bytes of an answer that is neither packets nor an Engine.IO error, or of the first such message after a 101

	Request  RequestSigns
	Response ResponseSigns
	// The field lines as they stood on the wire, where Options.KeepPayloads.
	RequestHead, ResponseHead Ref

	Node      int  // index in Tracker.Nodes, -1 where unknown. Who answered
	WrongNode bool // it reached a node that did not issue the sid
	Crossed   bool // its sid was refused when the client had left already: it was under way then
	// Silence is how long the session had not been heard of when its sid was refused, in ns. Set by Resolve.
	Silence int64
	// Unanswered is how long the server's heartbeat had been without an answer when the sid was refused, in ns; 0 where
	// clients ping. Set by Resolve.
	Unanswered int64

	Outer *Exchange // the same request one hop nearer to the client, where the capture has both
	Inner *Exchange // the same request one hop nearer to the node
	// SecondAnswer is the status of an HTTP answer that followed a 101 in the same connection, 0 where none did.
	SecondAnswer int
	// Misread says that the second answer is the one that Node.js' HTTP server gives to what is no request, and came after a
	// frame of the client's: something still reads the connection as HTTP.
	Misread  bool
	Breach   wsframe.Breach // of a 101: what is wrong with it, see TurnedDown
	GotSID   string         // the sid that a handshake's answer gave
	Reopened string         // the sid of the open packet with which a request that had a sid already was answered; "" where it was not

	told     answerer  // what is about to be told of it, see findNodes
	mark     string    // Sec-WebSocket-Key, or the timestamp in the query of what asks for no WebSocket
	older    *Exchange // the one before it that awaits its repetition on another hop, with the same hopKey
	held     *held     // a handshake's answer that waits for the outer hop's
	row      int32     // its number, where the request has one
	attached bool      // it is filed under its session
	closes   bool      // a POST whose body has a close packet
	leaves   bool      // a POST with which the client left the one namespace that it was in
	unlogged bool      // it is of a log, which has no answer to it
	gone     bool      // see Release
}

// Switched says whether the answer made a WebSocket of the connection: 101, or any success for a CONNECT.
func (e *Exchange) Switched() bool {
	return e.Status == 101 || e.Connect && e.Status/100 == 2
}

// Succeeded says whether the answer was what the request asked for, as far as its status tells.
func (e *Exchange) Succeeded() bool {
	if e.Switched() {
		return e.SecondAnswer == 0
	}
	return e.Status == 200
}

// AsksWebSocket says whether the request asks for a WebSocket, with a sid or without.
func (e *Exchange) AsksWebSocket() bool {
	return e.TransportParam == "websocket" && (e.Method == "GET" || e.Connect)
}

// Cut is when a request without an answer was ended, and by whom: with its stream, or with its connection. 0 where it was
// not, as far as is known.
func (e *Exchange) Cut() (at int64, by string) {
	switch {
	case e.Status != 0:
		return 0, ""
	case e.Reset != 0:
		return e.Reset, e.ResetBy
	}
	return e.Conn.Closed, e.Conn.ClosedBy
}

// RequestSigns are what a request's head says about client and path. What exchanges of a connection have in common
// they share: it must not be changed.
type RequestSigns struct {
	*RequestFields
	Cookies []Cookie
}

// RequestFields are the fields that the next request of a connection mostly has too.
type RequestFields struct {
	Host, Origin, UserAgent, Referer string
	ForwardedFor                     string // X-Forwarded-For or Forwarded's for=
	Upgrade                          bool   // Upgrade: websocket arrived, or what HTTP/2 has instead
	Connection                       string // value of Connection
	WebSocketKey                     bool   // Sec-WebSocket-Key is there
	Subprotocols, Extensions         string // Sec-WebSocket-Protocol and Sec-WebSocket-Extensions
	Proto                            string
	Authorization                    bool
}

// ResponseSigns are what an answer's head says about server and proxies. They are shared as RequestSigns are.
type ResponseSigns struct {
	*ResponseFields
	SetCookies  []Cookie
	NodeHeaders []NamedValue // header fields that may name a node
}

// ResponseFields are the fields that the next answer on a connection mostly has too.
type ResponseFields struct {
	Server, Via, XCache, Age, ContentType, Location, Connection, PoweredBy string
	AllowOrigin, AllowCredentials                                          string
	HasAllowOrigin                                                         bool
	KeepAlive                                                              string
	Extensions                                                             string // Sec-WebSocket-Extensions
	Coding                                                                 string // Content-Encoding
	LowerCase                                                              bool   // field names came in lower case, as some proxies write them
	Marks                                                                  Marks  // fields that platforms add
}

// A NamedValue is a header field.
type NamedValue struct{ Name, Value string }

// A Cookie is a name and value, of Cookie or Set-Cookie; Attributes is the rest of Set-Cookie.
type Cookie struct{ Name, Value, Attributes string }

// A Phase is a stretch of a session on one transport.
type Phase struct {
	Transport Transport
	From, To  int64
}

// A Probe is an attempt to move a session to WebSocket, step by step; 0 where a step was not seen.
type Probe struct {
	Exchange *Exchange
	Request  int64  // GET transport=websocket&sid
	Answered int64  // 101, or the refusal
	Ping     int64  // 2probe
	Pong     int64  // 3probe
	Upgrade  int64  // 5
	Failed   int64  // when it was over without an upgrade packet
	ClosedBy string // "client" or "server": who sent the first Close frame meanwhile; "" where none did
	Over     int64  // until when a log has its WebSocket, which ended then, or the log was saved
	// Arrived and Replied are 2probe and 3probe on the hop nearest to the node, where that is in the capture beside the client's.
	Arrived, Replied int64
}

// Close says who ended a session, and how.
type Close struct {
	By     string // "client", "server", "network", "unknown"
	Reason string // one clause: "close packet", "websocket closed 1001", "connection reset"
}

// A Session is one Engine.IO session.
type Session struct {
	Index          int    // its number, see Tracker.SessionAt; -1 while nothing proves that there is such a session
	SID            string // "" where the capture never shows it
	EIO            int    // 3 or 4, 0 where unknown
	Path           string
	Client, Server netip.AddrPort
	Host           string // as the client asked for it, or ""
	RealClient     string // as PROXY header, X-Forwarded-For or Forwarded name it, or ""

	Opened              int64 // the handshake was answered; 0: before the capture
	FirstSeen, LastSeen int64
	Closed              int64
	Close               Close
	History             []Phase
	Upgrade             Upgrade
	Probes              []Probe
	UpgradedAt          int64
	upgradeImplied      bool // UpgradedAt is of what came after the upgrade packet, which was not seen

	Open       engineio.Handshake // what the open packet said; SID "" where it was not seen
	Packets    [2]int64           // Engine.IO packets, by fact.Dir
	Events     [2]int64
	Acks       [2]int64
	Bytes      [2]int64
	Largest    [2]int64 // bytes of the largest packet, by direction, as a limit counts it: inflated
	Namespaces []string

	Exchanges []*Exchange // on the hop nearest to the client, by time
	Hops      []*Exchange // the same seen behind a balancer
	Conns     []*Conn     // in order of first use, hop nearest to the client
	Rows      []int32     // the numbers of its rows, by time, see Tracker.RowAt
	Thinned   int         // exchanges that told nothing and are gone, see Tracker.Release

	PingGaps    [2]int64 // longest time between two heartbeat packets of a direction
	GapEnds     [2]int64 // when that longest time was over
	LastBeat    [2]int64 // time of the last of them
	LastPacket  [2]int64 // time of the last packet, by direction
	HeardAtEnd  [2]int64 // the same when the session ended: what was under way then may still arrive
	BeatAtEnd   [2]int64 // time of the last heartbeat packet when the session ended, by direction
	Node        int      // index in Tracker.Nodes, -1 unknown
	NodeBasis   string
	Reused      []*Exchange // further handshakes that were answered with this very sid: a cache, or a collision
	Shared      int         // such handshakes that are gone, see Tracker.Release
	Dark        int         // connections between its client and server that could not be read while it lived, for want of keys
	OffPolling  bool        // its client polls no more, and neither side was seen to end it: the WebSocket may not be in the capture
	Oddities    []string    // what could not be decoded, the first few
	Undecodable int64       // packets that could not be decoded

	Asked         int64          // when the client first asked for a namespace, 0 where it was not seen to
	AskedFor      string         // that namespace
	Asks          []Ask          // what it asked for and got no answer to, the first few
	Entered       []string       // namespaces that the server let it into
	ConnectErrors []ConnectError // namespaces that refused it, the first few

	CloseCode       int  // of the WebSocket Close frame, 0 where it had none
	CutWithoutClose bool // its WebSocket's connection ended without a Close frame
	Dismissed       bool // the last message left a namespace, or refused one: DISCONNECT of either side, or CONNECT_ERROR of the server

	scan      [2]socketio.Scanner
	refusedAt int64     // the last time an answer did not know the sid, or was another error, but for upgrades and goodbyes
	unheard   *Exchange // the first goodbye that was answered like that
	leaving   bool      // its client sent a close packet, honoured or not
	released  int64     // when a poll was answered with a noop, which servers do while the session moves to WebSocket
	joined    bool      // it tries a WebSocket whose request is not in the capture
	concluded bool      // Closed was concluded by Resolve: no packet or connection said so
	assumed   bool      // the last phase was concluded by Resolve: its messages are not in the log
	supposed  bool      // History was supposed by Resolve: nothing was carried yet
	cutAt     int64     // when its last poll was cut on the server's side, for one refused since
	honoured  int64     // start of the last request that an answer honoured
	told      origin    // what is about to be told of it, see findNodes
	gone      bool      // see Release
	anchor    bool      // its node is known by it, see Release
	chained   *lineage  // of the chain it was found to be of, see mark
	line      *lineage  // likewise, from a Release on

	unacked [2]map[ask]int64 // when events asked for an acknowledgement that has not come, by direction
}

// An Ask is a client's CONNECT to a namespace.
type Ask struct {
	Time      int64
	Namespace string
}

// A ConnectError is a CONNECT_ERROR (ERROR before revision 5) packet.
type ConnectError struct {
	Time      int64
	Conn      *Conn
	Namespace string
	Message   string // what the server said, "" where it said nothing that can be read
}

// Lasted is how long the session was seen, from the request that opened it to its end, or to the last of what is its own. A
// poll that waited may be answered after the end.
func (s *Session) Lasted() int64 {
	if s.Closed != 0 {
		return max(0, s.Closed-s.FirstSeen)
	}
	return s.LastSeen - s.FirstSeen
}

// Transport is the transport the session was on at the end of what was seen.
func (s *Session) Transport() Transport {
	if len(s.History) == 0 {
		return NoTransport
	}
	return s.History[len(s.History)-1].Transport
}

// CutInSilence says whether its WebSocket was cut from the server's side without a word of either: no Close frame, no close
// packet, and no DISCONNECT or CONNECT_ERROR as the last message.
func (s *Session) CutInSilence() bool {
	return s.CutWithoutClose && !s.Dismissed && s.Close.By == "server" && s.Close.Reason != closedByPacket
}

// A LegacyUse is a request of Socket.IO 0.9, which is recognised and not decoded.
type LegacyUse struct {
	Time      int64
	Conn      *Conn
	Target    string
	SID       string // "" on the handshake
	Transport string
}

// A Tunnel is a CONNECT with which a client asked a forward proxy for a way to a server, and which was refused.
type Tunnel struct {
	Time   int64 // of the answer
	Conn   *Conn
	To     string // host and port
	Status int
}

// A Node is a process that issues sids.
type Node struct {
	ID       string // "n1"
	Letter   string // "A"
	Color    int    // the number of its colour, from 0; mostly its place in Tracker.Nodes
	Label    string // what it is called by its basis, "node-a", "10.0.0.7:3000"; or its letter
	Basis    string // "named", "address", "header X", "cookie Y", "sid counter", "inferred"
	Sessions int    // those that are gone, too
	Restarts int
	Counts   [][]uint32 // the first of each counter, where several run side by side in the sids of a node by one name

	Confidence Confidence // that it is one node, and this one
	Decoded    string     // the form that the label was decoded from, "F5 BIG-IP cookie"; "" where it stands for itself

	first *Session // whose answer named it first, nil where it is not named by answers
	token bool     // its label is a random value, as of an encrypted cookie: nobody knows the node by that, and it may open a door
}

// RowKind says what a row of the packet table is.
type RowKind uint8

const (
	PacketRow    RowKind = iota // an Engine.IO packet
	RequestRow                  // a handshake or upgrade request or a preflight, which carries no packet
	RefusalRow                  // an answer that is an error
	SwitchRow                   // 101 Switching Protocols
	CloseRow                    // WebSocket Close frame
	ConnCloseRow                // the TCP connection of a WebSocket ended
	GapRow                      // bytes are missing from the capture
	MalformedRow                // bytes that could not be read
	ControlRow                  // WebSocket ping or pong
)

// Over is what carried a row.
type Over uint8

const (
	OverNone Over = iota
	OverGET
	OverPOST
	OverWebSocket
	OverOPTIONS
	OverWebTransport
)

// String is the word shown in the table.
func (o Over) String() string {
	return [...]string{"", "GET", "POST", "WebSocket", "OPTIONS", "WebTransport"}[o]
}

// A Row is a line of the packet table. Rows are appended in the order seen, which is by time within a connection.
type Row struct {
	Time        int64
	Session     int32 // see Tracker.SessionAt, -1 none
	Conn        int32 // ID - 1, see Tracker.ConnAt
	Exchange    int32 // see Tracker.ExchangeAt, -1 none
	Size        int32 // bytes of the packet as sent
	Data        Ref   // payload of the packet (Engine.IO data without the type), or the text of the other kinds
	ID          int64 // Socket.IO ack id, -1 none
	Kind        RowKind
	Over        Over
	Dir         fact.Dir
	Type        engineio.Type
	SIO         socketio.Type // meaningful where HasSIO
	HasSIO      bool
	Binary      bool
	Attachments uint8 // still to come, for a binary event's head
	Attachment  bool  // it is an attachment of an earlier packet
	MsgPack     bool
	Truncated   bool // Data is a prefix, or was dropped because of the limit
	Problem     bool // refused, undecodable, or an error
}

// A Ref names bytes kept by the Tracker; zero: none were kept.
type Ref struct {
	Chunk, Off, Len uint32
}
