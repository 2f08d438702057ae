package conn

import (
	"encoding/binary"
	"unicode/utf8"

	"sioscope/protocol/fact"
	"sioscope/protocol/http2"
)

// sniffJoined tells what a connection carries that was joined in its middle, from what a segment begins with. HTTP is
// looked for in all bytes.
func (c *Conn) sniffJoined(dir fact.Dir, at int64, p []byte) {
	switch v := look(p); {
	case v == clientHello && c.maybeClient(dir):
		c.startTLS(dir, dir, at, p)
		return
	case v == serverHello && c.maybeClient(dir.Other()):
		c.startTLS(dir.Other(), dir, at, p)
		return
	case v == preface && c.maybeClient(dir):
		c.joinHTTP2(dir)
		c.write(dir, at, p)
		return
	case v == settings && c.maybeClient(dir.Other()):
		c.joinHTTP2(dir.Other())
		c.write(dir, at, p)
		return
	case v == proxy && c.maybeClient(dir):
		if n, via := parseProxy(p); n > 0 {
			c.client(dir)
			c.via(via)
			p = p[n:]
		}
	}
	client, like := http2.Like(p)
	if client == fact.Out {
		client = dir
	} else {
		client = dir.Other()
	}
	switch {
	case len(p) == 0:
	case like && c.maybeClient(client):
		c.joinHTTP2(client)
		c.http2.Join(dir ^ c.swap)
		c.write(dir, at, p)
	case likeRecords(p):
		c.startTLS(c.swap, dir, at, p)
	case c.likeWebSocket(dir, p):
		c.http = nil
		c.is(inWebSocket)
		c.ws = newWebSocket(c, nil)
		c.open()
		c.write(dir, at, p)
	default:
		c.writeHTTP(dir, at, p)
	}
}

func (c *Conn) startTLS(client, dir fact.Dir, at int64, p []byte) {
	c.client(client)
	c.http = nil
	c.is(inTLS)
	c.newTLS()
	c.write(dir, at, p)
}

// likeRecords reports whether p begins with a TLS record of application data, alert or handshake, RFC 8446 §5.1.
func likeRecords(p []byte) bool {
	for i := 0; i < 2; i++ {
		if len(p) < 5 {
			return i > 0 && len(p) == 0
		}
		n := int(binary.BigEndian.Uint16(p[3:]))
		if p[0] < 0x15 || p[0] > 0x17 || p[1] != 3 || p[2] > 4 || n == 0 || n > 16<<10+2048 {
			return false
		}
		if p = p[5:]; n >= len(p) {
			return true
		}
		p = p[n:]
	}
	return true
}

// likeWebSocket reports whether p, a segment, begins with WebSocket frames: at once where it is text that Engine.IO
// could have written, else after three segments that are whole frames.
func (c *Conn) likeWebSocket(dir fact.Dir, p []byte) bool {
	var f frame
	if !f.parse(p) || f.size > len(p) {
		c.luck[dir] = 0
		return false
	}
	client := dir
	if !f.masked {
		client = dir.Other()
	}
	whole := f.chain(p)
	sure := f.text(p)
	if whole {
		c.luck[dir]++
	} else {
		c.luck[dir] = 0
	}
	if !sure && c.luck[dir] < 3 || !c.maybeClient(client) {
		return false
	}
	c.client(client)
	return true
}

// frame is a frame's header, RFC 6455 §5.2.
type frame struct {
	first  byte
	masked bool
	size   int // of the header
	length uint64
}

// parse reports whether p begins with a header, or may do so: then size is more than p has.
func (f *frame) parse(p []byte) bool {
	f.size = 2
	if len(p) < 2 {
		return len(p) == 0 || validFirst(p[0])
	}
	f.first, f.masked, f.length = p[0], p[1]&0x80 != 0, uint64(p[1]&0x7f)
	if !validFirst(p[0]) || p[0]&8 != 0 && f.length > 125 {
		return false
	}
	wide := 0
	switch f.length {
	case 126:
		wide = 2
	case 127:
		wide = 8
	}
	f.size += wide
	if f.masked {
		f.size += 4
	}
	if len(p) < f.size {
		return true
	}
	switch wide {
	case 2:
		f.length = uint64(binary.BigEndian.Uint16(p[2:]))
		return f.length > 125
	case 8:
		f.length = binary.BigEndian.Uint64(p[2:])
		return f.length > 0xffff && f.length < 1<<40
	}
	return true
}

// validFirst checks FIN, RSV and opcode; the frame may not continue another.
func validFirst(b byte) bool {
	switch b & 0x3f {
	case 1, 2:
		return true
	case 8, 9, 10:
		return b == 0x80|b&15
	}
	return false
}

// chain reports whether p is whole frames of one kind of peer.
func (f *frame) chain(p []byte) bool {
	masked := f.masked
	for g := *f; ; {
		if g.masked != masked || g.size > len(p) || g.length > uint64(len(p)-g.size) {
			return false
		}
		p = p[g.size+int(g.length):]
		if len(p) == 0 {
			return true
		}
		if !g.parse(p) {
			return false
		}
	}
}

// text reports whether the frame is an Engine.IO packet as text: a type, or b for base64, and then no control
// characters. It must end with p, beyond it, or before another frame.
func (f *frame) text(p []byte) bool {
	if f.first&0x4f != 1 || f.length == 0 || len(p) <= f.size {
		return false
	}
	rest := p[f.size:]
	if f.length < uint64(len(rest)) {
		var next frame
		if !next.parse(rest[f.length:]) || next.masked != f.masked {
			return false
		}
		rest = rest[:f.length]
	}
	var start [32]byte
	n := copy(start[:], rest)
	if f.masked {
		for i := range start[:n] {
			start[i] ^= p[f.size-4+i&3]
		}
	}
	return likePacket(start[:n])
}

func likePacket(b []byte) bool {
	if (b[0] < '0' || b[0] > '6') && b[0] != 'b' {
		return false
	}
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == utf8.RuneError && n == 1 && len(b) > 3 {
			return false
		}
		b = b[n:]
	}
	return true
}
