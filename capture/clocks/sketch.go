package clocks

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"sioscope/protocol/fact"
)

// A Sketch is what of a capture can be found again in another. It costs a few megabytes at most. The zero value is ready.
type Sketch struct {
	// Most is how many requests are kept, or twice as many for a while; 0 means 16,384. All captures that are to be compared
	// need not have the same.
	Most int

	marks map[key]seen
	limit key // the largest that is kept; 0: every one is
	conns map[*fact.Conn]*connection
	open  int // requests in conns
	logs  bool
}

// A mark is a request with its answer.
type mark struct {
	asked, answered int64
	ends            key // the connection's two endpoints
	status          int
	logged          bool
}

// seen is a request on all hops of a capture.
type seen struct {
	marks []mark
	many  bool // too many to be one request
}

const (
	maxKeys = 1 << 14 // see Most
	maxHops = 4       // of one request in one capture
	maxOpen = 1 << 16 // requests that await their answers
)

// A connection has requests that await their answers.
type connection struct {
	waits []request
	opens int64 // a WebSocket's request, where the sid is awaited
}

type request struct {
	number  int
	asked   int64
	keys    [2]key // 0: none
	sidless bool   // the answer will have a sid
	connect bool
}

// Add takes a fact of the capture.
func (s *Sketch) Add(f fact.Fact) {
	switch f := f.(type) {
	case *fact.Opened:
		s.logs = s.logs || f.Conn.Hidden&fact.Logged != 0
	case *fact.Request:
		s.request(f)
	case *fact.Response:
		s.response(f)
	case *fact.Message:
		s.message(f)
	case *fact.Closed:
		s.closed(f.Conn)
	}
}

// Logged says whether the capture is a log of requests.
func (s *Sketch) Logged() bool { return s.logs }

// Empty says whether nothing was seen that can be found again.
func (s *Sketch) Empty() bool { return len(s.marks) == 0 }

// Merge adds what another capture by the same clock has.
func (s *Sketch) Merge(o *Sketch) {
	for k, there := range o.marks {
		for _, m := range there.marks {
			s.keep(k, m)
		}
		if here, ok := s.marks[k]; ok && there.many {
			here.many = true
			s.marks[k] = here
		}
	}
}

func (s *Sketch) request(f *fact.Request) {
	if f.Incomplete && f.Start == 0 {
		return
	}
	r := request{number: f.Exchange, asked: f.Start, connect: f.Protocol == "websocket"}
	if r.keys, r.sidless = keysOf(f); r.keys == [2]key{} && !r.sidless {
		return
	}
	if s.open >= maxOpen { // answers are missing from the capture
		s.conns, s.open = nil, 0
	}
	c := s.conns[f.Conn]
	if c == nil {
		if s.conns == nil {
			s.conns = map[*fact.Conn]*connection{}
		}
		c = new(connection)
		s.conns[f.Conn] = c
	}
	c.waits = append(c.waits, r)
	s.open++
}

func (s *Sketch) response(f *fact.Response) {
	c := s.conns[f.Conn]
	if c == nil {
		return
	}
	i := slices.IndexFunc(c.waits, func(r request) bool { return r.number == f.Exchange })
	if i < 0 {
		return
	}
	r := c.waits[i]
	c.waits = slices.Delete(c.waits, i, i+1)
	s.open--
	m := markOf(f.Conn, r.asked, f.Start)
	if m.status = f.Status; r.connect && f.Status/100 == 2 {
		m.status = 101
	}
	for _, k := range r.keys {
		s.keep(k, m)
	}
	switch sid := sidIn(f.Body); {
	case !r.sidless:
	case m.status == 101:
		c.opens = r.asked
	case f.Status == 200 && sid != nil:
		s.keep(keyOf('S', string(sid), ""), m)
	}
}

// message takes the first of a WebSocket, which has its sid.
func (s *Sketch) message(f *fact.Message) {
	if f.Dir != fact.In || len(s.conns) == 0 {
		return
	}
	c := s.conns[f.Conn]
	if c == nil || c.opens == 0 {
		return
	}
	if sid := sidIn(f.Payload); sid != nil {
		m := markOf(f.Conn, c.opens, f.Start)
		m.status = 101
		s.keep(keyOf('S', string(sid), ""), m)
	}
	c.opens = 0
	if len(c.waits) == 0 {
		delete(s.conns, f.Conn)
	}
}

func (s *Sketch) closed(c *fact.Conn) {
	if o := s.conns[c]; o != nil {
		s.open -= len(o.waits)
		delete(s.conns, c)
	}
}

func markOf(c *fact.Conn, asked, answered int64) mark {
	return mark{asked: asked, answered: answered, ends: endsOf(c.Client, c.Server), logged: c.Hidden&fact.Logged != 0}
}

func endsOf(client, server netip.AddrPort) key {
	if !client.IsValid() || !server.IsValid() {
		return 0
	}
	var buf [96]byte
	return hash(server.AppendTo(client.AppendTo(buf[:0])))
}

// keep files a mark under a key.
func (s *Sketch) keep(k key, m mark) {
	if k == 0 || s.limit != 0 && k > s.limit || m.asked == 0 || m.answered == 0 {
		return
	}
	if s.marks == nil {
		s.marks = map[key]seen{}
	}
	here := s.marks[k]
	if len(here.marks) == maxHops {
		here.many = true
	} else {
		here.marks = append(here.marks, m)
	}
	s.marks[k] = here
	if most := cmp.Or(s.Most, maxKeys); len(s.marks) > 2*most {
		s.halve(most)
	}
}

func (s *Sketch) halve(most int) {
	keys := make([]key, 0, len(s.marks))
	for k := range s.marks {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	s.limit = keys[most-1]
	for _, k := range keys[most:] {
		delete(s.marks, k)
	}
}

// A key is a number that a request has wherever it is seen, and no other request has.
type key uint64

// hash is FNV-1a, its bits mixed so that the smallest are any.
func hash(p []byte) key {
	h := uint64(0xcbf29ce484222325)
	for _, c := range p {
		h = (h ^ uint64(c)) * 0x100000001b3
	}
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	return key(max(h, 1))
}

func keyOf(kind byte, a, b string) key {
	var buf [128]byte
	p := append(append(append(buf[:0], kind), a...), 0)
	return hash(append(p, b...))
}

// keysOf are the keys of an Engine.IO request. sidless says that its answer will give it one. Paths, hosts and other parts
// of the query are not in them: proxies change those.
func keysOf(f *fact.Request) (keys [2]key, sidless bool) {
	q := queryOf(f.Target)
	if q.transport == "" && q.sid == "" {
		return keys, false
	}
	if socket, ok := f.Header.Get("Sec-WebSocket-Key"); ok && len(socket) >= shortest {
		keys[0] = keyOf('W', string(socket), "")
	}
	switch {
	case q.sid == "":
		if sidless = true; len(q.stamp) >= shortestStamp {
			agent, _ := f.Header.Get("User-Agent")
			keys[1] = keyOf('H', f.Method+" "+string(agent), q.stamp)
		}
	case len(q.sid) < shortest:
	case q.stamp != "":
		keys[1] = keyOf('T', f.Method+" "+q.sid, q.stamp)
	case q.transport == "websocket":
		keys[1] = keyOf('U', q.sid, "")
	}
	return keys, sidless
}

const shortestStamp = 5 // of a timestamp in a query, which the client's own clock, or chance, has made

const shortest = 10 // of a sid: some servers merely count, and every node begins with 1

type query struct{ transport, sid, stamp string }

func queryOf(target string) (q query) {
	_, rest, _ := strings.Cut(target, "?")
	for rest != "" {
		var pair string
		pair, rest, _ = strings.Cut(rest, "&")
		name, value, _ := strings.Cut(pair, "=")
		switch name {
		case "transport":
			q.transport = value
		case "sid":
			q.sid = value
		case "t":
			q.stamp = value
		}
	}
	return q
}

// sidIn finds the sid of an open packet, which is at the beginning of what carries it. JSONP has its quotes escaped.
func sidIn(p []byte) []byte {
	p = p[:min(len(p), 512)]
	_, p, ok := bytes.Cut(p, []byte("sid"))
	if !ok {
		return nil
	}
	rest := bytes.TrimLeft(p, "\\\": ")
	n := bytes.IndexAny(rest, "\\\"")
	if n < shortest || len(p)-len(rest) < 3 {
		return nil
	}
	return rest[:n]
}
