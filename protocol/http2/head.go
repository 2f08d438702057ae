package http2

import (
	"bytes"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
)

// A head is what a header block says. It is used again for the next one.
type head struct {
	method, path, authority, protocol, status string // pseudo fields, RFC 9113 §8.3, RFC 8441 §4
	header                                    []byte // the other fields, as fact.Header has them
	cookie                                    []byte // Cookie comes in pieces, RFC 9113 §8.2.3
	lost                                      bool   // fields are missing that refer to what was not seen, or past the limit
	broken                                    bool   // it cannot be read, and what others refer to is unknown from now on
}

// readHead reads a header block into c.head.
func (c *Conn) readHead(dir fact.Dir, at int64, b *block) *head {
	d, t := &c.head, &c.half[dir].table
	*d = head{header: d.header[:0], cookie: d.cookie[:0]}
	if b.wrong != "" {
		d.broken = true
		c.malformed(dir, b.at, b.wrong, nil)
		t.lose("an earlier header block could not be read")
		return d
	}
	for rest := b.data; len(rest) > 0; {
		var what outcome
		f, what, after := t.next(rest)
		switch what {
		case aField:
			c.addField(dir, at, d, f.Name, f.Value)
		case unknown:
			d.lost = true
			if t.lost != "" && !t.told {
				t.told = true
				c.malformed(dir, at, t.lost+": header fields that refer to earlier ones are not known", nil)
			}
		case broken:
			d.broken = true
			c.malformed(dir, at, "a header block that cannot be read", rest)
			t.lose("an earlier header block could not be read")
			return d
		}
		rest = after
	}
	if len(d.cookie) > 0 {
		d.header = append(append(append(d.header, "cookie: "...), d.cookie...), "\r\n"...)
	}
	return d
}

func (c *Conn) addField(dir fact.Dir, at int64, d *head, name, value string) {
	if name[0] == ':' {
		d.pseudo(name, value)
		return
	}
	if len(d.header)+len(d.cookie)+len(name)+len(value)+4 > c.maxHead() {
		d.lost = true
		c.malformed(dir, at, "a header list too long", nil)
		return
	}
	if strings.ContainsAny(name, ": \t\r\n\x00") {
		c.malformed(dir, at, "a field name that is none", []byte(name))
		return
	}
	if name == "cookie" {
		if len(d.cookie) > 0 {
			d.cookie = append(d.cookie, "; "...)
		}
		d.cookie = appendValue(d.cookie, value)
		return
	}
	d.header = append(append(d.header, name...), ": "...)
	d.header = append(appendValue(d.header, value), "\r\n"...)
}

func (d *head) pseudo(name, value string) {
	switch name {
	case ":method":
		d.method = value
	case ":path":
		d.path = value
	case ":authority":
		d.authority = value
	case ":protocol":
		d.protocol = value
	case ":status":
		d.status = value
	}
}

// appendValue appends a value, which must not end its line, RFC 9113 §8.2.1.
func appendValue(dst []byte, value string) []byte {
	n := len(dst)
	dst = append(dst, value...)
	if strings.ContainsAny(value, "\r\n\x00") {
		for i, b := range dst[n:] {
			if b == '\r' || b == '\n' || b == 0 {
				dst[n+i] = ' '
			}
		}
	}
	return dst
}

func (c *Conn) maxHead() int {
	if n := c.opt.HTTP.MaxHead; n > 0 {
		return n
	}
	return http1.DefaultMaxHead
}

// statusCode is :status, 0 where that is none.
func (d *head) statusCode() int {
	if len(d.status) != 3 {
		return 0
	}
	n := 0
	for i := range 3 {
		b := d.status[i]
		if b < '0' || b > '9' {
			return 0
		}
		n = n*10 + int(b-'0')
	}
	return n
}

// origin is the path of :path, without an authority that some clients put before it.
func origin(path string) string {
	if i := strings.Index(path, "://"); i > 0 && path[0] != '/' {
		rest := path[i+3:]
		if j := strings.IndexByte(rest, '/'); j >= 0 {
			return rest[j:]
		}
		return "/"
	}
	return path
}

// host is :authority, or Host where a proxy from HTTP/1 kept that, RFC 9113 §8.3.1.
func (d *head) host() string {
	if d.authority != "" {
		return d.authority
	}
	host, _ := fact.Header(d.header).Get("host")
	return string(bytes.TrimSpace(host))
}
