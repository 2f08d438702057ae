package tlskeys_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sioscope/capture/tlskeys"
	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

// A tape is the bytes of connections as they passed. Every piece has a time of its own.
type tape struct {
	sync.Mutex
	conns [][]conn.Piece
	now   int64
}

// begin adds a connection and gives its number.
func (t *tape) begin() int {
	t.Lock()
	defer t.Unlock()
	t.conns = append(t.conns, nil)
	return len(t.conns) - 1
}

func (t *tape) note(n int, dir fact.Dir, p []byte) {
	t.Lock()
	defer t.Unlock()
	t.now++
	t.conns[n] = append(t.conns[n], conn.Piece{Dir: dir, Time: t.now, Data: bytes.Clone(p)})
}

// of is what passed on a connection until now; net/http may still read the end of one after its answers are there.
func (t *tape) of(n int) []conn.Piece {
	t.Lock()
	defer t.Unlock()
	return slices.Clone(t.conns[n])
}

// A text is what came out of a connection: what both said, the latest state, and where bytes are missing.
type text struct {
	said  [2]string
	print string // every piece in a line
	state conn.TLSState
}

// read decrypts a connection's pieces.
func read(keys *tlskeys.Keys, pieces []conn.Piece) text {
	r := newReader(keys)
	for _, p := range pieces {
		r.take(p)
	}
	return r.end()
}

type reader struct {
	conn.Decrypter
	text  text
	lines strings.Builder
}

func newReader(keys *tlskeys.Keys) *reader { return &reader{Decrypter: keys.Decrypter()} }

func (r *reader) take(p conn.Piece) {
	p.Data = bytes.Clone(p.Data)
	r.Decrypt(p, r.plain)
	for i := range p.Data { // nothing of it may be kept
		p.Data[i] = '!'
	}
	r.text.state = r.State()
}

func (r *reader) plain(p conn.Piece) {
	if p.Gap {
		r.text.said[p.Dir] += fmt.Sprintf("<%d missing>", p.Lost)
	} else {
		r.text.said[p.Dir] += string(p.Data)
	}
	fmt.Fprintf(&r.lines, "%d %s %q %v %d\n", p.Time, p.Dir, p.Data, p.Gap, p.Lost)
}

func (r *reader) end() text {
	r.take(conn.Piece{End: true})
	r.text.print = r.lines.String()
	return r.text
}

// keysOf reads a key log.
func keysOf(log string) *tlskeys.Keys {
	k := new(tlskeys.Keys)
	k.AddLog([]byte(log))
	return k
}

// split cuts pieces into smaller ones.
func split(pieces []conn.Piece, size func(left int) int) (out []conn.Piece) {
	for _, p := range pieces {
		if p.Gap {
			out = append(out, p)
		}
		for data := p.Data; len(data) > 0; {
			n := size(len(data))
			q := p
			q.Data, data = data[:n], data[n:]
			out = append(out, q)
		}
	}
	return out
}

// checkSplits: any split of the input gives the same.
func checkSplits(t *testing.T, log string, pieces []conn.Piece) {
	t.Helper()
	want := read(keysOf(log), pieces)
	for seed := range uint64(3) {
		r := mathrand.New(mathrand.NewPCG(seed, 1))
		got := read(keysOf(log), split(pieces, func(left int) int {
			if seed == 0 {
				return 1
			}
			return 1 + r.IntN(min(left, 1<<(1+r.IntN(10))))
		}))
		if got.print != want.print || got.state.Reason != want.state.Reason {
			t.Fatalf("split (seed %d):\n%.2000s %q\nwhole:\n%.2000s %q", seed, got.print, got.state.Reason, want.print, want.state.Reason)
		}
	}
}

// want holds what was read against what both said.
func want(t *testing.T, got text, out, in string) {
	t.Helper()
	if got.state.Reason != "" {
		t.Fatalf("dark: %s", got.state.Reason)
	}
	for d, want := range [2]string{out, in} {
		if got.said[d] != want {
			t.Errorf("%s: got %.300q (%d bytes), want %.300q (%d)", fact.Dir(d), got.said[d], len(got.said[d]), want, len(want))
		}
	}
}

// certificates are an RSA and an ECDSA one, made once.
var certificates = sync.OnceValue(func() (c struct {
	rsaKey  *rsa.PrivateKey
	ecKey   *ecdsa.PrivateKey
	rsa, ec []byte
}) {
	c.rsaKey, _ = rsa.GenerateKey(rand.Reader, 2048)
	c.ecKey, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"example.org"}, NotAfter: time.Now().Add(24 * time.Hour)}
	c.rsa, _ = x509.CreateCertificate(rand.Reader, template, template, c.rsaKey.Public(), c.rsaKey)
	c.ec, _ = x509.CreateCertificate(rand.Reader, template, template, c.ecKey.Public(), c.ecKey)
	return c
})
