// Package tlskeys decrypts TLS 1.2 and 1.3 that others spoke, with the keys that one of the two wrote down: lines of a
// key log (what SSLKEYLOGFILE names, draft-ietf-tls-keylogfile), in a file of their own or within a capture.
//
// Of TLS 1.2 it reads AES in GCM and CBC, the latter with and without encrypt-then-MAC, and ChaCha20-Poly1305, whatever
// the key exchange; of TLS 1.3 all three suites that are in use, updated keys and early data. Sessions that are resumed
// are found by their session id or ticket where no line is theirs. Behind a hole in the capture it goes on with the
// next record that the key fits. It does not follow a renegotiation, and checks no certificate.
package tlskeys

import (
	"crypto/sha256"
	"strings"
)

// A label says what a secret of a key log is for, draft-ietf-tls-keylogfile §2.
type label uint8

const (
	master label = iota // TLS 1.2
	clientEarly
	clientHandshake
	serverHandshake
	clientTraffic
	serverTraffic
	labels
)

var labelNames = map[string]label{
	"CLIENT_RANDOM":                   master,
	"CLIENT_EARLY_TRAFFIC_SECRET":     clientEarly,
	"CLIENT_HANDSHAKE_TRAFFIC_SECRET": clientHandshake,
	"SERVER_HANDSHAKE_TRAFFIC_SECRET": serverHandshake,
	"CLIENT_TRAFFIC_SECRET_0":         clientTraffic,
	"SERVER_TRAFFIC_SECRET_0":         serverTraffic,
}

// secrets are what is known of one connection.
type secrets [labels][]byte

// Limits of what Keys keep. Beyond them the oldest goes first.
const (
	maxConns    = 1 << 18 // connections with secrets, of 500 bytes each
	maxSessions = 1 << 16 // TLS 1.2 sessions that may be resumed, of 150 bytes each
	maxWaiting  = 64 << 20
	maxQueue    = 1 << 20 // of a connection
)

const maxBuffer = maxRecord + 5

// Keys are the secrets known so far, and the connections that wait for more. The zero value is ready. One goroutine
// uses them.
type Keys struct {
	Grows bool   // more may come at any time: connections without a key are kept for a while
	Miss  func() // called where a key is looked for and not there, to get more of them; may be nil

	conns    map[[32]byte]*secrets
	order    fifo
	sessions map[[32]byte][]byte // master secrets, by a hash of the session id or ticket
	aged     fifo
	count    int // of additions
	held     int // bytes that wait, over all connections
	waiting  []*Conn
	free     [][]byte // buffers of a record's size
	spent    int64    // bytes of records that were tried in vain, less what was earned
}

// Empty reports whether there never was a key.
func (k *Keys) Empty() bool { return k.count == 0 }

// Count is how often something was added: where it grew, connections that wait may go on.
func (k *Keys) Count() int { return k.count }

// Waiting reports whether connections wait for keys.
func (k *Keys) Waiting() bool { return len(k.waiting) > 0 }

func (k *Keys) add(random [32]byte, l label, secret []byte) {
	if k.conns == nil {
		k.conns = map[[32]byte]*secrets{}
	}
	s := k.conns[random]
	if s == nil {
		if old, full := k.order.push(random, maxConns); full {
			delete(k.conns, old)
		}
		s = new(secrets)
		k.conns[random] = s
	}
	if len(secret) > len(s[l]) { // a line may have been read before it was whole
		s[l] = secret
		k.count++
	}
}

// find gives the secrets of a client random; nil where there are none, or not all that are needed.
func (k *Keys) find(random [32]byte, enough func(*secrets) bool) *secrets {
	if s := k.conns[random]; s != nil && enough(s) {
		return s
	}
	k.more()
	if s := k.conns[random]; s != nil && enough(s) {
		return s
	}
	return nil
}

// more gets what keys there are by now.
func (k *Keys) more() {
	if k.Miss != nil {
		k.Miss()
	}
}

// A session is named by its id or its ticket.
func sessionKey(kind byte, name []byte) [32]byte {
	return sha256.Sum256(append([]byte{kind}, name...))
}

const byID, byTicket = 'i', 't'

// learn remembers the master secret of a session that may be resumed.
func (k *Keys) learn(kind byte, name, secret []byte) {
	if len(name) == 0 {
		return
	}
	key := sessionKey(kind, name)
	if _, known := k.sessions[key]; known {
		return
	}
	if k.sessions == nil {
		k.sessions = map[[32]byte][]byte{}
	}
	if old, full := k.aged.push(key, maxSessions); full {
		delete(k.sessions, old)
	}
	k.sessions[key] = secret
	k.count++
}

// session is the master secret of a session, nil where it is not known.
func (k *Keys) session(kind byte, name []byte) []byte {
	if len(name) == 0 {
		return nil
	}
	return k.sessions[sessionKey(kind, name)]
}

// wait makes room for n bytes of c, at the expense of those that wait longest, and reports whether there is some.
func (k *Keys) wait(c *Conn, n int) bool {
	if c.held+n > maxQueue {
		return false
	}
	if c.held == 0 {
		k.waiting = append(k.waiting, c)
	}
	c.held += n
	k.held += n
	for k.held > maxWaiting {
		oldest := k.waiting[0]
		if oldest.phase == greeting {
			oldest.reason = unfinished
		}
		oldest.giveUp(oldest.reason)
	}
	return c.phase != over
}

// done takes c from those that wait.
func (k *Keys) done(c *Conn) {
	if c.held == 0 {
		return
	}
	k.held -= c.held
	c.held = 0
	for i, w := range k.waiting {
		if w == c {
			k.waiting = append(k.waiting[:i], k.waiting[i+1:]...)
			return
		}
	}
}

// buffer lends a buffer.
func (k *Keys) buffer() []byte {
	if n := len(k.free); n > 0 {
		b := k.free[n-1]
		k.free = k.free[:n-1]
		return b
	}
	return make([]byte, 0, maxBuffer)
}

func (k *Keys) giveBack(b []byte) { k.free = append(k.free, b[:0]) }

// fifo holds names in the order in which they came.
type fifo struct {
	names [][32]byte
	next  int // once it is full: the oldest
}

// push adds a name, in place of the oldest where there are most already.
func (f *fifo) push(name [32]byte, most int) (old [32]byte, full bool) {
	if len(f.names) < most {
		f.names = append(f.names, name)
		return old, false
	}
	old, f.names[f.next] = f.names[f.next], name
	f.next = (f.next + 1) % most
	return old, true
}

// line takes a line of a key log. What it does not know it leaves out.
func (k *Keys) line(text string) {
	words := strings.Fields(text)
	if len(words) != 3 || words[0][0] == '#' {
		return
	}
	if words[0] == "RSA" {
		k.sessionLine(words[1], words[2])
		return
	}
	l, known := labelNames[words[0]]
	random, secret := unhex(words[1]), unhex(words[2])
	if !known || len(random) != 32 || !goodSize(l, len(secret)) {
		return
	}
	k.add([32]byte(random), l, secret)
}

// goodSize: master secrets have 48 bytes, others those of SHA-256 or SHA-384.
func goodSize(l label, n int) bool { return n == 48 || l != master && n == 32 }

// sessionLine reads "RSA Session-ID:… Master-Key:…", which OpenSSL's s_client prints in this form for Wireshark.
func (k *Keys) sessionLine(id, key string) {
	id, ok := strings.CutPrefix(id, "Session-ID:")
	key, ok2 := strings.CutPrefix(key, "Master-Key:")
	if secret := unhex(key); ok && ok2 && len(secret) == 48 {
		k.learn(byID, unhex(id), secret)
	}
}
