package tlskeys

import (
	"bytes"
	"encoding/hex"

	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/tlshello"
)

// Why a connection stays dark.
const (
	noKey      = "no key"
	noKeyHere  = "the keys given are of other connections"
	late       = "the capture began after its handshake"
	incomplete = "bytes of its handshake are missing in the capture"
	unfinished = "its handshake was not completed"
	wrongKey   = "the key given for it does not fit"
)

type phase uint8

const (
	greeting phase = iota // the hellos are awaited
	waiting               // a key is
	readable
	over // nothing more can be read
)

// A Conn decrypts one connection. It implements conn.Decrypter.
//
// Times of plaintext are those of the bytes that completed its record: before them nobody could read it.
type Conn struct {
	keys    *Keys
	phase   phase
	reason  string
	tried   int // Keys.Count when a key was looked for
	collect [2]tlshello.Collector
	client  tlshello.Client
	server  tlshello.Server
	suite   *suite
	secret  []byte // TLS 1.2: the master secret
	alpn    []string

	queue []conn.Piece // what waits for a key
	held  int          // bytes it costs
	lost  [2]int64     // bytes behind it that were not kept
	half  [2]half
	early early
	opens bool // a record was decrypted
	plain func(conn.Piece)
}

// Decrypter makes a Conn for a connection: conn.Options.Decrypt.
func (k *Keys) Decrypter() conn.Decrypter {
	c := &Conn{keys: k, tried: -1}
	for d := range c.half {
		c.half[d].conn, c.half[d].dir = c, fact.Dir(d)
	}
	return c
}

// State implements conn.Decrypter.
func (c *Conn) State() conn.TLSState {
	s := conn.TLSState{Reason: c.reason, Wait: c.phase == waiting, ALPN: c.alpn}
	if (c.phase == readable || c.phase == waiting && c.find()) && len(c.queue) > 0 {
		s.Ready = c.queue[0].Time
	}
	return s
}

// Decrypt implements conn.Decrypter.
func (c *Conn) Decrypt(p conn.Piece, plain func(conn.Piece)) {
	c.plain = plain
	if p.End && c.phase == waiting {
		c.keys.more()
	}
	switch asks := p.Data == nil && !p.Gap && !p.End; {
	case c.phase == greeting:
		c.greet(p)
	case c.phase == waiting && !c.find():
		c.keep(p)
		if p.End {
			c.giveUp(c.reason)
		}
	case c.phase == readable && asks:
		c.next()
	case c.phase == readable:
		c.drain()
		c.read(p)
	}
	if p.End {
		c.end(p.Time)
	}
	c.plain = nil
}

// end is for what is still open at the end of the connection.
func (c *Conn) end(at int64) {
	switch {
	case c.opens:
		c.early.decide(c, true) // the server's word is not in the capture
		for d := range c.half {
			if h := &c.half[d]; h.scan && h.now != nil && h.carries(tlshello.ApplicationData) {
				c.deliver(h.now.label, conn.Piece{Dir: h.dir, Time: at, Gap: true})
			}
		}
	case c.phase == readable && c.half[fact.Out].fails+c.half[fact.In].fails > 0:
		c.giveUp(lang.Mark(wrongKey))
	}
}

// greet takes what comes before both hellos were seen.
func (c *Conn) greet(p conn.Piece) {
	h := &c.collect[p.Dir]
	switch {
	case p.End && !c.collect[fact.Out].Done && c.collect[fact.Out].Message == nil:
		c.giveUp(lang.Mark(late))
		return
	case p.End:
		c.giveUp(lang.Mark(unfinished))
		return
	case p.Gap && !h.Done:
		c.giveUp(lang.Mark(incomplete))
		return
	}
	c.keep(p)
	if h.Write(p.Data); c.phase != greeting {
		return
	}
	if out := &c.collect[fact.Out]; c.collect[fact.In].Done && (out.Done || out.Message == nil) {
		c.decide()
	}
}

// decide tells from the hellos whether the connection can be read.
func (c *Conn) decide() {
	var isClient, isServer bool
	c.client, isClient = tlshello.ParseClient(c.collect[fact.Out].Message)
	c.server, isServer = tlshello.ParseServer(c.collect[fact.In].Message)
	v := c.server.Version
	switch {
	case !isClient:
		c.giveUp(lang.Mark(late))
		return
	case !isServer:
		c.giveUp(lang.Mark(unfinished))
		return
	case v != tlshello.VersionTLS12 && v != tlshello.VersionTLS13:
		name := tlshello.VersionName(v)
		if name == "" {
			name = "version " + hex.EncodeToString([]byte{byte(v >> 8), byte(v)})
		}
		c.giveUp("TLS " + name + " is not supported")
		return
	case c.server.Compression != 0:
		c.giveUp(lang.Mark("TLS compression is not supported"))
		return
	}
	if c.suite = findSuite(c.server.Suite, c.tls13()); c.suite == nil {
		c.giveUp("cipher suite " + suiteName(c.server.Suite) + " is not supported")
		return
	}
	c.phase = waiting
	if c.find() {
		c.drain()
		return
	}
	if c.reason = lang.Mark(noKeyHere); c.keys.Empty() {
		c.reason = lang.Mark(noKey)
	}
	if !c.keys.Grows {
		c.giveUp(c.reason)
	}
}

func (c *Conn) tls13() bool { return c.server.Version == tlshello.VersionTLS13 }

// find looks for the key where there are new ones, and reports whether there is one now.
func (c *Conn) find() bool {
	if c.tried == c.keys.Count() {
		return false
	}
	found := false
	if c.tls13() {
		found = c.find13()
	} else {
		found = c.find12()
	}
	c.tried = c.keys.Count()
	if found {
		c.phase, c.reason = readable, ""
	}
	return found
}

func (c *Conn) find12() bool {
	s := c.keys.find(c.client.Random, func(s *secrets) bool { return s[master] != nil })
	resumed := len(c.client.SessionID) > 0 && bytes.Equal(c.client.SessionID, c.server.SessionID)
	switch {
	case s != nil:
		c.secret = s[master]
	case resumed:
		if c.secret = c.keys.session(byTicket, c.client.Ticket); c.secret == nil {
			c.secret = c.keys.session(byID, c.server.SessionID)
		}
	}
	if c.secret == nil {
		return false
	}
	ciphers, err := derive12(c.suite, c.server.EncryptThenMAC, c.secret, c.client.Random, c.server.Random)
	if err != nil {
		return false
	}
	for d := range c.half {
		c.half[d].later = []epoch{{opener: ciphers[d]}}
	}
	c.keys.learn(byID, c.server.SessionID, c.secret)
	return true
}

func (c *Conn) find13() bool {
	s := c.keys.find(c.client.Random, func(s *secrets) bool { return s[clientTraffic] != nil && s[serverTraffic] != nil })
	if s == nil {
		return false
	}
	for d, ls := range [2][]label{{clientEarly, clientHandshake, clientTraffic}, {serverHandshake, serverTraffic}} {
		c.half[d].later = nil
		for _, l := range ls {
			if s[l] == nil {
				continue
			}
			o, err := derive13(c.suite, s[l])
			if err != nil {
				return false
			}
			c.half[d].later = append(c.half[d].later, epoch{opener: o, label: l, secret: s[l]})
		}
	}
	return true
}

// keep puts a piece aside until it can be read.
func (c *Conn) keep(p conn.Piece) {
	const overhead = 80
	n := len(p.Data)
	switch {
	case p.End || n == 0 && !p.Gap:
		return
	case c.lost != [2]int64{} || !c.keys.wait(c, n+overhead):
		c.lost[p.Dir] += p.Lost + int64(n)
		return
	}
	p.Data = bytes.Clone(p.Data)
	c.queue = append(c.queue, p)
}

// drain reads all that was kept.
func (c *Conn) drain() {
	for c.phase == readable && len(c.queue) > 0 {
		c.next()
	}
}

// next reads the oldest piece that was kept.
func (c *Conn) next() {
	if len(c.queue) == 0 {
		return
	}
	p := c.queue[0]
	c.queue[0] = conn.Piece{}
	if c.queue = c.queue[1:]; len(c.queue) == 0 {
		c.queue = nil
		c.keys.done(c)
	}
	c.read(p)
	if c.queue != nil {
		return
	}
	for d, n := range c.lost {
		if n > 0 {
			c.read(conn.Piece{Dir: fact.Dir(d), Time: p.Time, Gap: true, Lost: n})
		}
	}
	c.lost = [2]int64{}
}

func (c *Conn) read(p conn.Piece) {
	switch {
	case c.phase != readable:
	case p.Gap:
		c.half[p.Dir].gap(p.Time, p.Lost)
	default:
		c.half[p.Dir].write(p.Time, p.Data)
	}
}

// giveUp ends a connection that cannot be read, or not any further.
func (c *Conn) giveUp(reason string) {
	c.keys.done(c)
	c.phase, c.reason = over, reason
	c.queue, c.collect = nil, [2]tlshello.Collector{}
}
