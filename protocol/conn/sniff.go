package conn

import (
	"bytes"
	"net/netip"

	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
	"sioscope/protocol/http2"
	"sioscope/protocol/tlshello"
)

// maxPrefix bounds what is kept of a direction until it is known what it carries.
const maxPrefix = 4 << 10

type verdict uint8

const (
	nothing verdict = iota // none of these
	more                   // more bytes are needed
	request
	response
	clientHello
	serverHello
	preface  // HTTP/2's
	settings // HTTP/2's first frame of a server, which may be seen before the preface
	proxy
)

// prefix is the first bytes of a direction, and when they were seen.
type prefix struct {
	data  []byte
	marks []mark
}

type mark struct {
	from int
	at   int64
}

func (p *prefix) add(at int64, data []byte) {
	if n := len(p.marks); n == 0 || p.marks[n-1].at != at {
		p.marks = append(p.marks, mark{len(p.data), at})
	}
	p.data = append(p.data, data...)
}

// replay decodes the bytes again, now that it is known what they are.
func (p *prefix) replay(c *Conn, dir fact.Dir) {
	for i, m := range p.marks {
		end := len(p.data)
		if i+1 < len(p.marks) {
			end = p.marks[i+1].from
		}
		if m.from < end {
			c.write(dir, m.at, p.data[m.from:end])
		}
	}
}

// cut removes the first n bytes.
func (p *prefix) cut(n int) {
	p.data = p.data[n:]
	for i := range p.marks {
		p.marks[i].from = max(0, p.marks[i].from-n)
	}
}

// sniff tells from the first bytes what a connection carries.
func (c *Conn) sniff(dir fact.Dir, at int64, data []byte) {
	p := c.prefix[dir]
	if p == nil {
		p = new(prefix)
		c.prefix[dir] = p
	}
	p.add(at, data)
	switch v := look(p.data); {
	case v == more && len(p.data) < maxPrefix:
	case v == request && c.maybeClient(dir):
		c.start(dir, inHTTP)
	case v == response && c.maybeClient(dir.Other()):
		c.start(dir.Other(), inHTTP)
	case v == clientHello && c.maybeClient(dir):
		c.start(dir, inTLS)
	case v == serverHello && c.maybeClient(dir.Other()):
		c.start(dir.Other(), inTLS)
	case v == preface && c.maybeClient(dir):
		c.start(dir, inHTTP2)
	case v == settings && c.maybeClient(dir.Other()):
		c.start(dir.Other(), inHTTP2)
	case v == proxy && c.maybeClient(dir):
		if n, via := parseProxy(p.data); n > 0 {
			c.via(via)
			rest := *p
			rest.cut(n)
			c.prefix[dir] = nil
			rest.replay(c, dir)
		}
	default:
		c.is(ignored)
	}
}

func (c *Conn) maybeClient(dir fact.Dir) bool {
	return dir == c.swap || c.of.Guessed && !c.opened
}

// start begins to decode what was told from the first bytes. client is the client's direction.
func (c *Conn) start(client fact.Dir, k kind) {
	c.client(client)
	held := c.prefix
	c.is(k)
	switch k {
	case inHTTP:
		c.newHTTP()
	case inHTTP2:
		c.newHTTP2()
	default:
		c.newTLS()
	}
	for i := range held {
		// The client speaks first, whatever was captured first.
		if dir := client ^ fact.Dir(i); held[dir] != nil {
			held[dir].replay(c, dir)
		}
	}
}

// via takes note of whom a PROXY protocol header names.
func (c *Conn) via(addr netip.AddrPort) {
	if !c.opened {
		c.of.Via = addr
	}
}

// look judges the first bytes of a direction. Once it is sure it stays so when bytes are added.
func look(p []byte) verdict {
	switch {
	case begins(p, proxy1) || begins(p, proxy2):
		if len(p) < len(proxy1) || p[0] != 'P' && len(p) < len(proxy2) {
			return more
		}
		return lookProxy(p)
	case begins(p, http2.Preface[:16]):
		if len(p) < 16 {
			return more
		}
		return preface
	case p[0] == 0:
		return lookSettings(p)
	case p[0] == tlshello.Handshake:
		return lookTLS(p)
	case http1.LikeResponse(p):
		if len(p) < len("HTTP/1.") {
			return more
		}
		return response
	}
	return lookRequest(bytes.TrimLeft(p, "\r\n"))
}

// begins reports whether p begins with what, or what with p.
func begins(p []byte, what string) bool {
	n := min(len(p), len(what))
	return string(p[:n]) == what[:n]
}

// lookRequest wants a method and the beginning of a target that HTTP/1 has and others have not: Redis, memcached and
// SMTP have lines of words too.
func lookRequest(p []byte) verdict {
	if !http1.LikeRequest(p) {
		return nothing
	}
	blank := bytes.IndexByte(p, ' ')
	if blank < 0 || blank+1 == len(p) {
		return more
	}
	target := p[blank+1:]
	switch {
	case target[0] == '/' || target[0] == '*' || string(p[:blank]) == "CONNECT":
		return request
	case begins(bytes.ToLower(target[:min(len(target), 4)]), "http"):
		if len(target) < 4 {
			return more
		}
		return request
	}
	return nothing
}

// lookSettings wants an ordinary SETTINGS frame, RFC 9113 §6.5.
func lookSettings(p []byte) verdict {
	const beginning = "\x00\x00?\x04\x00\x00\x00\x00\x00"
	for i, b := range p[:min(len(p), len(beginning))] {
		if i == 2 && b%6 != 0 || i != 2 && b != beginning[i] {
			return nothing
		}
	}
	if len(p) < len(beginning) {
		return more
	}
	return settings
}

func lookTLS(p []byte) verdict {
	switch {
	case len(p) > 1 && p[1] != 3:
		return nothing
	case len(p) < 6:
		return more
	case p[5] == tlshello.TypeClient:
		return clientHello
	case p[5] == tlshello.TypeServer:
		return serverHello
	}
	return nothing
}
