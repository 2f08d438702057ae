// Package tlshello reads what TLS 1.0 to 1.3 say in the clear: the record layer, ClientHello and ServerHello. It
// decrypts nothing, and takes what does not fit together for as much as can be read of it.
package tlshello

import "encoding/binary"

// Content types of records, RFC 8446 §5.1.
const (
	ChangeCipherSpec = 20
	Alert            = 21
	Handshake        = 22
	ApplicationData  = 23
)

// HeaderSize is the length of a record's header: type, version, length.
const HeaderSize = 5

// Types of handshake messages, RFC 8446 §4, RFC 5246 §7.4.
const (
	TypeClient              = 1
	TypeServer              = 2
	TypeNewSessionTicket    = 4
	TypeEncryptedExtensions = 8
	TypeFinished            = 20
	TypeKeyUpdate           = 24
)

// Versions, RFC 8446 §4.2.1.
const (
	VersionTLS12 = 0x303
	VersionTLS13 = 0x304
)

// Extensions that are read, RFC 8446 §4.2, RFC 5077, RFC 7366.
const (
	extServerName        = 0
	extALPN              = 16
	extEncryptThenMAC    = 22
	extSessionTicket     = 35
	extEarlyData         = 42
	extSupportedVersions = 43
)

// A Client is a ClientHello.
type Client struct {
	Random    [32]byte
	SessionID []byte // of the session to be resumed, or made up
	Ticket    []byte // of the session to be resumed, TLS 1.2
	SNI       string
	ALPN      []string // offered
	EarlyData bool     // offered
}

// A Server is a ServerHello, or a HelloRetryRequest, which has its form.
type Server struct {
	Version        int // chosen
	Random         [32]byte
	SessionID      []byte
	Suite          uint16
	Compression    byte
	ALPN           []string // chosen; TLS 1.3 has it in its EncryptedExtensions
	EncryptThenMAC bool
}

// ParseClient reads a handshake message, header included; it is no ClientHello where ok is false.
func ParseClient(message []byte) (c Client, ok bool) {
	r := body(message, TypeClient)
	if r == nil {
		return c, false
	}
	r.number(2)
	copy(c.Random[:], r.take(32))
	c.SessionID = r.bytes(1)
	r.bytes(2)
	r.bytes(1)
	r.extensions(func(id int, ext reader) {
		switch id {
		case extServerName:
			c.SNI = serverName(ext)
		case extALPN:
			c.ALPN = alpn(ext)
		case extSessionTicket:
			c.Ticket = ext
		case extEarlyData:
			c.EarlyData = true
		}
	})
	return c, true
}

// ParseServer reads a handshake message, header included; it is no ServerHello where ok is false.
func ParseServer(message []byte) (s Server, ok bool) {
	r := body(message, TypeServer)
	if r == nil {
		return s, false
	}
	s.Version = r.number(2)
	copy(s.Random[:], r.take(32))
	s.SessionID = r.bytes(1)
	s.Suite = uint16(r.number(2))
	s.Compression = byte(r.number(1))
	r.extensions(func(id int, ext reader) {
		switch id {
		case extALPN:
			s.ALPN = alpn(ext)
		case extEncryptThenMAC:
			s.EncryptThenMAC = true
		case extSupportedVersions:
			s.Version = ext.number(2)
		}
	})
	return s, true
}

// ParseEncryptedExtensions reads a handshake message, header included, RFC 8446 §4.3.1: the protocol that was chosen,
// and whether early data was accepted.
func ParseEncryptedExtensions(message []byte) (protocol []string, early bool) {
	r := body(message, TypeEncryptedExtensions)
	r.extensions(func(id int, ext reader) {
		switch id {
		case extALPN:
			protocol = alpn(ext)
		case extEarlyData:
			early = true
		}
	})
	return protocol, early
}

// VersionName is "1.0" to "1.3", and "" for others.
func VersionName(version int) string {
	switch version {
	case 0x301:
		return "1.0"
	case 0x302:
		return "1.1"
	case VersionTLS12:
		return "1.2"
	case VersionTLS13:
		return "1.3"
	}
	return ""
}

// body is what follows a handshake message's header; nil where it is of another type.
func body(message []byte, kind int) reader {
	r := reader(message)
	if r.number(1) != kind {
		return nil
	}
	r.number(3)
	return r
}

// serverName reads RFC 6066 §3.
func serverName(ext reader) string {
	list := ext.bytes(2)
	if len(list) == 0 || list.number(1) != 0 {
		return ""
	}
	return string(list.bytes(2))
}

// alpn reads RFC 7301 §3.1.
func alpn(ext reader) (names []string) {
	for list := ext.bytes(2); len(list) > 0; {
		names = append(names, string(list.bytes(1)))
	}
	return names
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

func (r *reader) extensions(use func(id int, ext reader)) {
	for list := r.bytes(2); len(list) > 0; {
		id := list.number(2)
		use(id, list.bytes(2))
	}
}

// maxHello bounds a hello.
const maxHello = 64 << 10

// A Collector collects the first handshake message of a direction from its records. The zero value is ready.
type Collector struct {
	Done    bool   // nothing more is wanted
	Message []byte // the handshake message, its header included; empty where the first record holds none

	n    int // bytes of the record's header
	head [HeaderSize]byte
	left int // bytes of the record still to come
}

// Began reports whether there was a byte yet.
func (c *Collector) Began() bool { return c.Done || c.n > 0 || c.left > 0 || c.Message != nil }

// Write takes the direction's next bytes.
func (c *Collector) Write(p []byte) {
	for len(p) > 0 && !c.Done {
		if c.left == 0 {
			k := copy(c.head[c.n:], p)
			c.n, p = c.n+k, p[k:]
			if c.n < len(c.head) {
				return
			}
			c.n, c.left = 0, int(binary.BigEndian.Uint16(c.head[3:]))
			c.Done = c.head[0] != Handshake || c.head[1] != 3
			continue
		}
		k := min(c.left, len(p))
		c.Message, p, c.left = append(c.Message, p[:k]...), p[k:], c.left-k
		if len(c.Message) >= 4 {
			want := min(4+int(binary.BigEndian.Uint32(c.Message)&0xffffff), maxHello)
			c.Done = len(c.Message) >= want
			c.Message = c.Message[:min(want, len(c.Message))]
		}
	}
}
