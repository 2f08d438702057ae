package bench

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"time"

	decoder "sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

// A TLS is one TLS connection in which the server sends and the client receives. The bytes differ every time.
type TLS struct {
	Pieces  []decoder.Piece // TCP segments
	KeyLog  string
	Bytes   int64 // of all pieces
	Content int   // bytes inside
}

// Suites are cipher suites to measure: 0 is TLS 1.3 with AES-128-GCM.
func Suites() []uint16 {
	return []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 0, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
	}
}

// SuiteName says which suite a measurement is of.
func SuiteName(suite uint16) string {
	if suite == 0 {
		return "TLS 1.3 AES_128_GCM_SHA256"
	}
	return "TLS 1.2 " + tls.CipherSuiteName(suite)[len("TLS_ECDHE_ECDSA_WITH_"):]
}

// NewTLS has a server send records of a size until content bytes are sent.
func NewTLS(suite uint16, size, content int) (*TLS, error) {
	server, client, err := tlsConfigs(suite)
	if err != nil {
		return nil, err
	}
	t := &TLS{}
	var log bytes.Buffer
	client.KeyLogWriter = &log
	near, far := net.Pipe()
	errs := make(chan error, 1)
	go func() {
		s := tls.Server(far, server)
		defer far.Close()
		for record := make([]byte, size); t.Content < content; t.Content += size {
			if _, err := s.Write(record); err != nil {
				errs <- err
				return
			}
		}
		errs <- nil
	}()
	c := tls.Client(&noted{Conn: near, tls: t}, client)
	buf := make([]byte, 64<<10)
	for err == nil {
		_, err = c.Read(buf)
	}
	if err := <-errs; err != nil {
		return nil, fmt.Errorf("making TLS: %w", err)
	}
	t.KeyLog = log.String()
	return t, nil
}

func tlsConfigs(suite uint16) (server, client *tls.Config, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	server = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert}, PrivateKey: key}},
		DynamicRecordSizingDisabled: true, SessionTicketsDisabled: true}
	client = &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"} // it talks to this process alone
	if suite != 0 {
		server.MaxVersion, server.CipherSuites = tls.VersionTLS12, []uint16{suite}
		client.CipherSuites = server.CipherSuites
	}
	return server, client, nil
}

// noted is the client's end of a connection whose bytes become pieces.
type noted struct {
	net.Conn
	tls *TLS
}

func (n *noted) Read(p []byte) (int, error) {
	k, err := n.Conn.Read(p)
	n.tls.note(fact.In, p[:k])
	return k, err
}

func (n *noted) Write(p []byte) (int, error) {
	n.tls.note(fact.Out, p)
	return n.Conn.Write(p)
}

// note cuts bytes into full segments, as a stream of them would be cut: a piece that is not full is filled up first.
func (t *TLS) note(dir fact.Dir, p []byte) {
	t.Bytes += int64(len(p))
	for len(p) > 0 {
		last := len(t.Pieces) - 1
		if last < 0 || t.Pieces[last].Dir != dir || len(t.Pieces[last].Data) == maxSegment {
			t.Pieces = append(t.Pieces, decoder.Piece{Dir: dir, Time: int64(last + 2)})
			last++
		}
		q := &t.Pieces[last]
		k := min(maxSegment-len(q.Data), len(p))
		q.Data, p = append(q.Data, p[:k]...), p[k:]
	}
}
