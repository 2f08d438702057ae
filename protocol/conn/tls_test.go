package conn_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"

	"sioscope/internal/convo"
	"sioscope/protocol/fact"
)

// wire is one end of a connection that never blocks a writer, and notes what is written.
type wire struct {
	net.Conn // nil: nothing but Read and Write is used
	dir      fact.Dir
	in, out  chan []byte
	rest     []byte
	notes    *notes
}

type notes struct {
	sync.Mutex
	turns []convo.Turn
}

func (w *wire) Write(p []byte) (int, error) {
	p = bytes.Clone(p)
	w.notes.Lock()
	n := int64(len(w.notes.turns)) + 1
	w.notes.turns = append(w.notes.turns, convo.Turn{Dir: w.dir, At: n * 1e6, Data: p})
	w.notes.Unlock()
	w.out <- p
	return len(p), nil
}

func (w *wire) Read(p []byte) (int, error) {
	if len(w.rest) == 0 {
		w.rest = <-w.in
	}
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	return n, nil
}

// handshake records a TLS handshake and a few bytes under its protection.
func handshake(t *testing.T, client, server *tls.Config) []convo.Turn {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	server.Certificates = []tls.Certificate{{Certificate: [][]byte{cert}, PrivateKey: key}}
	client.InsecureSkipVerify = true

	seen := new(notes)
	up, down := make(chan []byte, 100), make(chan []byte, 100)
	done := make(chan error, 1)
	go func() {
		s := tls.Server(&wire{dir: fact.In, in: up, out: down, notes: seen}, server)
		_, err := s.Read(make([]byte, 5))
		done <- err
	}()
	c := tls.Client(&wire{dir: fact.Out, in: down, out: up, notes: seen}, client)
	if _, err := c.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	seen.Lock()
	defer seen.Unlock()
	return seen.turns
}

func TestTLS(t *testing.T) {
	t.Parallel()
	offer := []string{"h2", "http/1.1"}
	tests := []struct {
		name           string
		client, server *tls.Config
		want           string
	}{
		{"1.3", &tls.Config{ServerName: "example.org", NextProtos: offer}, &tls.Config{NextProtos: []string{"h2"}},
			`version="1.3" sni="example.org" alpn=["h2" "http/1.1"]`},
		{"1.2", &tls.Config{ServerName: "example.org", NextProtos: offer, MaxVersion: tls.VersionTLS12},
			&tls.Config{NextProtos: []string{"http/1.1"}}, `version="1.2" sni="example.org" alpn=["http/1.1"]`},
		{"hello retry", &tls.Config{ServerName: "example.org", CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP384}},
			&tls.Config{CurvePreferences: []tls.CurveID{tls.CurveP384}}, `version="1.3" sni="example.org" alpn=[]`},
		{"no name", &tls.Config{}, &tls.Config{}, `version="1.3" sni="" alpn=[]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			turns := handshake(t, tt.client, tt.server)
			got := convo.Facts(turns, play(true))
			lines := strings.Split(strings.TrimSpace(got), "\n")
			if len(lines) != 2 || !strings.Contains(lines[1], tt.want) || !strings.HasSuffix(lines[1], `reason="no key"`) {
				t.Errorf("got:\n%s\nwant one tls %s", got, tt.want)
			}
			convo.CheckSplits(t, turns, got, play(true))

			// Client and server guessed the wrong way round.
			for i := range turns {
				turns[i].Dir = turns[i].Dir.Other()
			}
			got = convo.Facts(turns, play(false))
			if !strings.Contains(got, "opened 10.0.0.2:80 > 10.0.0.1:50000") || !strings.Contains(got, tt.want) {
				t.Errorf("swapped:\n%s", got)
			}
		})
	}
}

// A hello in records of one byte each, as some clients send to slip past middleboxes.
func TestTLSTinyRecords(t *testing.T) {
	t.Parallel()
	turns := handshake(t, &tls.Config{ServerName: "example.org"}, &tls.Config{})
	var cut []byte
	for _, b := range turns[0].Data[5:] {
		cut = append(cut, 0x16, 3, 1, 0, 1, b)
	}
	turns[0].Data = cut
	got := convo.Facts(turns, play(true))
	if !strings.Contains(got, `tls version="1.3" sni="example.org"`) {
		t.Errorf("got:\n%s", got)
	}
	convo.CheckSplits(t, turns, got, play(true))
}
