package har

import (
	"cmp"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"sioscope/protocol/fact"
)

// A connection is what a log tells of one.
type connection struct {
	fact   *fact.Conn
	key    string // in Reader.conns, "" where it is not there
	serial int
	due    int64 // when the latest answer to what was asked on it is whole
	opened bool
	own    bool // its end is told elsewhere
	many   bool // HTTP/2: what happens to one request says nothing of the others
	tls    *fact.TLS
}

// isSocket says whether an entry is a WebSocket, or would have been one.
func (e *entry) isSocket() bool {
	u := e.request.url
	return strings.HasPrefix(u, "ws:") || strings.HasPrefix(u, "wss:") || e.resource == "websocket" || e.response.status == 101 ||
		e.request.protocol == "websocket"
}

// An origin is the parts of a URL that say where a request went.
type origin struct {
	secure bool
	host   string // as in the URL, with its port
	name   string // without it
	port   uint16
	target string
}

func split(url string) (o origin) {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		scheme, rest = "http", url
	}
	switch strings.ToLower(scheme) {
	case "https", "wss":
		o.secure, o.port = true, 443
	default:
		o.port = 80
	}
	rest, _, _ = strings.Cut(rest, "#")
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	o.host, o.target = rest[:end], rest[end:]
	if i := strings.LastIndexByte(o.host, '@'); i >= 0 {
		o.host = o.host[i+1:]
	}
	if !strings.HasPrefix(o.target, "/") {
		o.target = "/" + o.target
	}
	o.name = o.host
	if i := strings.LastIndexByte(o.host, ':'); i >= 0 && !strings.HasSuffix(o.host, "]") {
		if p, err := strconv.ParseUint(o.host[i+1:], 10, 16); err == nil {
			o.name, o.port = o.host[:i], uint16(p)
		}
	}
	o.name = strings.Trim(o.name, "[]")
	return o
}

type serverAddr struct{ addr netip.AddrPort }

const maxNamed = 1 << 16 // connections and servers that are remembered by their names

// server is the address a request went to: as the entry says, or another entry of the same host, or the URL itself.
func (h *Reader) server(e *entry, o *origin) netip.AddrPort {
	if e.server.IsValid() {
		return e.server
	}
	key := o.name + ":" + strconv.Itoa(int(o.port))
	if a, err := netip.ParseAddr(e.serverIP); err == nil {
		port := o.port
		if e.serverPort > 0 && e.serverPort < 1<<16 {
			port = uint16(e.serverPort)
		}
		ap := netip.AddrPortFrom(a.WithZone(""), port)
		if len(h.servers) < maxNamed {
			h.servers[key] = serverAddr{ap}
		}
		return ap
	}
	if s, ok := h.servers[key]; ok {
		return s.addr
	}
	if a, err := netip.ParseAddr(o.name); err == nil {
		return netip.AddrPortFrom(a, o.port)
	}
	return netip.AddrPort{}
}

// connection returns the connection that carried an exchange. A WebSocket over HTTP/1.1 has one of its own, and so has
// what failed; other requests of which it is not known share one for each server.
func (h *Reader) connection(x *exchange, o *origin) *connection {
	e := x.e
	alone := e.connection == "" && (x.socket || x.failed)
	key := ""
	if !alone {
		key = o.name + ":" + strconv.Itoa(int(o.port)) + "|" + e.connection
		if e.own {
			key = "|" + e.connection
		}
		c := h.conns[key]
		if c != nil && x.socket && h.hidden(x)&^c.fact.Hidden != 0 {
			c, alone = nil, true // less is known of it than of the others
		}
		if c != nil {
			if x.socket {
				delete(h.conns, key) // frames from here on
			}
			return c
		}
	}
	label := h.o.Label
	if label == "" {
		label = e.file
	}
	_, own := h.ends[e.connection]
	c := &connection{own: own && e.own, many: two(e.request.version, e.response.version), fact: &fact.Conn{Client: e.client, Server: h.server(e, o), File: label, Source: h.o.Source, Hidden: h.hidden(x)}}
	if o.secure {
		c.tls = &fact.TLS{Conn: c.fact, SNI: sni(o.name)}
		if two(e.request.version, e.response.version) {
			c.tls.ALPN = []string{"h2"}
		}
	}
	if !alone && !x.socket {
		if len(h.conns) >= maxNamed {
			clear(h.conns)
		}
		c.key, h.conns[key] = key, c
	}
	return c
}

// fail says that a request ended without an answer, and its connection with it, as far as HTTP/1.1 goes.
func (h *Reader) fail(x *exchange, emit fact.Emit) {
	c := x.conn
	if c.own || c.many || c.fact.Hidden&fact.HidesConnection != 0 && c.key != "" {
		return
	}
	delete(h.conns, c.key)
	emit(&fact.Closed{Conn: c.fact, Time: x.end})
}

func sni(name string) string {
	if _, err := netip.ParseAddr(name); err == nil {
		return ""
	}
	return name
}

// hidden is what the log does not show of an exchange's connection.
func (h *Reader) hidden(x *exchange) fact.Hidden {
	e := x.e
	if c, ok := h.ends[e.connection]; ok && e.own {
		return c.hidden
	}
	v := fact.Logged
	if h.hidesCookies() {
		v |= fact.HidesCookies
	}
	if e.connection == "" && !x.socket {
		v |= fact.HidesConnection
		h.seen.nameless++
	}
	if x.socket && !e.accepted() && !e.response.hasBody {
		v |= fact.HidesRefusal
	}
	if x.socket && x.messages == nil {
		v |= fact.HidesMessages
	}
	return v
}

func two(versions ...string) bool {
	for _, v := range versions {
		switch v = strings.ToLower(v); {
		case v == "h2", strings.HasPrefix(v, "http/2"):
			return true
		}
	}
	return false
}

// request emits the request of an exchange, and that its connection was opened where it is the first there.
func (h *Reader) request(x *exchange, emit fact.Emit) {
	e := x.e
	o := split(e.request.url)
	c := h.connection(x, &o)
	x.conn = c
	if !c.opened {
		c.opened = true
		c.fact.ID = h.newConn()
		emit(&fact.Opened{Conn: c.fact, Time: x.start})
		if c.tls != nil {
			c.tls.Time = x.start
			emit(c.tls)
		}
		if end, ok := h.ends[e.connection]; ok && e.own && end.at > 0 {
			h.push(max(end.at, x.sent), closes, &exchange{conn: c, end: end.at, closing: &end.fact})
		}
	}
	if e.response.status != 0 {
		c.due = max(c.due, x.complete())
	}
	if e.joined {
		return
	}
	c.serial++
	if x.serial = c.serial; e.unasked {
		return
	}
	m := &e.request
	method := m.method
	if x.socket && method == "" {
		method = "GET"
	}
	h.finish(e, m, "Cookie", x.socket)
	f := &fact.Request{Conn: c.fact, Exchange: x.serial, Start: x.start, End: x.sent, Method: method, Target: o.target,
		Host: cmp.Or(m.authority, o.host), Proto: proto(m.version, e.response.version), Header: m.head, Body: m.body, BodySize: max(m.bodySize, int64(len(m.body))), Truncated: m.cut}
	if e.extended() {
		f.Protocol = "websocket"
	}
	if strings.HasPrefix(e.failure, "net::") || !e.own {
		f.Failure = e.failure
	}
	f.Unanswered = e.response.status == 0
	f.Incomplete = e.requestPartial || len(m.body) == 0 && m.bodySize > 0 || e.postMissing()
	emit(f)
}

func proto(versions ...string) string {
	if two(versions...) {
		return "HTTP/2"
	}
	for _, v := range versions {
		switch v = strings.ToLower(v); {
		case v == "h3", strings.HasPrefix(v, "http/3"):
			return "HTTP/3"
		case v == "http/1.0":
			return "HTTP/1.0"
		}
	}
	return "HTTP/1.1"
}

// finish adds to the field lines what logs keep elsewhere, or leave out.
func (h *Reader) finish(e *entry, m *message, cookie string, socket bool) {
	if !m.hasCookie && len(m.cookies) > 0 {
		lines := strings.Split(strings.TrimSuffix(string(m.cookies), "\n"), "\n")
		if cookie == "Cookie" {
			lines = []string{strings.Join(lines, "; ")}
		}
		for _, line := range lines {
			h.addField(m, cookie, line)
		}
	}
	head := fact.Header(m.head)
	if _, ok := head.Get("Content-Type"); !ok && m.mime != "" && m.mime != "x-unknown" {
		h.addField(m, "Content-Type", strings.NewReplacer("\r", "", "\n", "").Replace(m.mime))
	}
	if _, ok := head.Get("Location"); !ok && m.redirect != "" {
		h.addField(m, "Location", strings.NewReplacer("\r", "", "\n", "").Replace(m.redirect))
	}
	if _, ok := head.Get("Upgrade"); !ok && socket && cookie == "Cookie" && !e.own && !e.extended() {
		h.addField(m, "Upgrade", "websocket") // a browser's API sends nothing else
	}
}

// postMissing says whether the log lacks what was posted: nobody posts nothing on polling.
func (e *entry) postMissing() bool {
	return !e.own && e.request.method == "POST" && e.polls() && !e.request.hasBody && len(e.request.body) == 0
}

// bodyMissing says whether there was an answer's body that the log does not have.
func (e *entry) bodyMissing() bool {
	m := &e.response
	switch {
	case m.hasBody:
		return len(m.body) == 0 && m.size > 0
	case m.status == 0 || m.status == 101 || m.status == 204 || m.status == 304 || e.request.method == "HEAD":
		return false
	}
	return m.size > 0 || m.bodySize > 0 || m.size < 0 && m.bodySize < 0
}

// response emits the answer of an exchange.
func (h *Reader) response(x *exchange, emit fact.Emit) {
	e := x.e
	m := &e.response
	if e.joined {
		return
	}
	h.finish(e, m, "Set-Cookie", x.socket)
	f := &fact.Response{Conn: x.conn.fact, Exchange: x.serial, Start: x.answered, End: x.end, Status: m.status, Reason: m.reason,
		Header: m.head, Body: m.body, BodySize: max(m.bodySize, int64(len(m.body))), Truncated: m.cut}
	switch {
	case x.socket && e.accepted():
		f.End, f.Body, f.BodySize = x.answered, nil, 0
	case x.socket && !m.hasBody:
		f.Incomplete = true
	default:
		f.Incomplete = e.bodyMissing()
	}
	if f.Incomplete {
		f.BodySize = max(f.BodySize, m.size)
	}
	f.Incomplete = f.Incomplete || e.responsePartial
	if m.badBase64 {
		f.BodyError = fmt.Sprintf("base64: %d bytes of it could be read", len(m.body))
	}
	emit(f)
}
