package conn

import (
	"encoding/binary"

	"sioscope/protocol/fact"
)

// From RFC 8446 §4, §5.1.
const (
	recordHandshake = 22
	helloClient     = 1
	helloServer     = 2

	extServerName        = 0
	extALPN              = 16
	extSupportedVersions = 43
)

// maxHello bounds a ClientHello or ServerHello.
const maxHello = 64 << 10

// tlsHello collects what a TLS connection says in the clear.
type tlsHello struct {
	info fact.TLS
	half [2]tlsHalf
}

type tlsHalf struct {
	done  bool // nothing more is wanted from this direction
	n     int  // bytes of the record's header
	head  [5]byte
	left  int // bytes of the record still to come
	hello []byte
}

func (c *Conn) writeTLS(raw fact.Dir, at int64, p []byte) {
	dir := raw ^ c.swap
	t := c.tls
	if t.info.Time == 0 {
		t.info.Time = at
	}
	h := &t.half[dir]
	if dir == fact.In && !h.done && h.n == 0 && h.hello == nil && p[0] == 'H' {
		c.plainAnswer(raw, at, p)
		return
	}
	if h.done {
		return
	}
	h.write(p)
	if h.done {
		t.parse(dir, h.hello)
		h.hello = nil
	}
	if t.half[fact.In].done && (t.half[fact.Out].done || t.half[fact.Out].hello == nil) {
		c.tellTLS()
		c.is(ignored)
	}
}

// plainAnswer reads what a server says in plain HTTP to a client that speaks TLS.
func (c *Conn) plainAnswer(dir fact.Dir, at int64, p []byte) {
	c.tellTLS()
	c.tls = nil
	c.is(inHTTP)
	c.newHTTP()
	c.http.Join(false)
	c.write(dir, at, p)
}

func (c *Conn) tellTLS() {
	if c.tls.info.Conn != nil {
		return
	}
	c.tls.info.Conn = c.of
	c.tls.info.Reason = "no key"
	c.open()
	c.emit(&c.tls.info)
}

// write collects the first handshake message from records.
func (h *tlsHalf) write(p []byte) {
	for len(p) > 0 && !h.done {
		if h.left == 0 {
			k := copy(h.head[h.n:], p)
			h.n, p = h.n+k, p[k:]
			if h.n < len(h.head) {
				return
			}
			h.n, h.left = 0, int(binary.BigEndian.Uint16(h.head[3:]))
			h.done = h.head[0] != recordHandshake || h.head[1] != 3
			continue
		}
		k := min(h.left, len(p))
		h.hello, p, h.left = append(h.hello, p[:k]...), p[k:], h.left-k
		if len(h.hello) >= 4 {
			want := 4 + int(binary.BigEndian.Uint32(h.hello)&0xffffff)
			h.done = len(h.hello) >= min(want, maxHello)
		}
	}
}

// parse reads a ClientHello or a ServerHello, RFC 8446 §4.1.
func (t *tlsHello) parse(dir fact.Dir, hello []byte) {
	r := reader(hello)
	kind := r.number(1)
	r = r.bytes(3)
	version := r.number(2)
	r.take(32)
	r.bytes(1)
	switch {
	case dir == fact.Out && kind == helloClient:
		r.bytes(2)
		r.bytes(1)
	case dir == fact.In && kind == helloServer:
		r.take(3)
	default:
		return
	}
	exts := r.bytes(2)
	for len(exts) > 0 {
		id := exts.number(2)
		ext := exts.bytes(2)
		switch {
		case id == extServerName && dir == fact.Out:
			t.serverName(ext)
		case id == extALPN:
			t.alpn(ext)
		case id == extSupportedVersions && dir == fact.In:
			version = ext.number(2)
		}
	}
	if dir == fact.In {
		t.info.Version = versionName(version)
	}
}

func versionName(version int) string {
	switch version {
	case 0x301:
		return "1.0"
	case 0x302:
		return "1.1"
	case 0x303:
		return "1.2"
	case 0x304:
		return "1.3"
	}
	return ""
}

// serverName reads RFC 6066 §3.
func (t *tlsHello) serverName(ext reader) {
	list := ext.bytes(2)
	if len(list) > 0 && list.number(1) == 0 {
		t.info.SNI = string(list.bytes(2))
	}
}

// alpn reads RFC 7301 §3.1.
func (t *tlsHello) alpn(ext reader) {
	t.info.ALPN = nil
	for list := ext.bytes(2); len(list) > 0; {
		t.info.ALPN = append(t.info.ALPN, string(list.bytes(1)))
	}
}

// reader reads big-endian numbers and vectors; past the end there are zeros and nothing.
type reader []byte

func (r *reader) take(n int) []byte {
	n = min(n, len(*r))
	b := (*r)[:n]
	*r = (*r)[n:]
	return b
}

func (r *reader) number(size int) (n int) {
	for _, b := range r.take(size) {
		n = n<<8 | int(b)
	}
	return n
}

// bytes reads a vector whose length has the given number of bytes.
func (r *reader) bytes(size int) reader {
	return r.take(r.number(size))
}
