package tlskeys_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"sioscope/capture/tlskeys"
	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

// taped is the client's end of a connection of which everything is noted.
type taped struct {
	net.Conn
	tape *tape
	n    int
}

func (c *taped) Write(p []byte) (int, error) {
	c.tape.note(c.n, fact.Out, p)
	return c.Conn.Write(p)
}

func (c *taped) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.tape.note(c.n, fact.In, p[:n])
	}
	return n, err
}

// A goPair is a server and a client of crypto/tls.
type goPair struct {
	tape           tape
	log            bytes.Buffer
	client, server *tls.Config
}

func newGoPair() *goPair {
	c := certificates()
	p := &goPair{}
	p.server = &tls.Config{Certificates: []tls.Certificate{
		{Certificate: [][]byte{c.ec}, PrivateKey: c.ecKey}, {Certificate: [][]byte{c.rsa}, PrivateKey: c.rsaKey}}}
	p.client = &tls.Config{ServerName: "example.org", InsecureSkipVerify: true, KeyLogWriter: &p.log}
	return p
}

// talk has the client send words, each of which the server answers in capitals.
func (p *goPair) talk(t *testing.T, words ...string) *tls.ConnectionState {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	done := make(chan error, 1)
	go func() { done <- serve(l, p.server, words) }()
	raw, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := tls.Client(&taped{raw, &p.tape, p.tape.begin()}, p.client)
	for _, w := range words {
		if _, err := io.WriteString(c, w); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, make([]byte, len(w))); err != nil {
			t.Fatal(err)
		}
	}
	state := c.ConnectionState()
	c.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return &state
}

func serve(l net.Listener, config *tls.Config, words []string) error {
	raw, err := l.Accept()
	if err != nil {
		return err
	}
	s := tls.Server(raw, config)
	defer s.Close()
	for _, w := range words {
		if _, err := io.ReadFull(s, make([]byte, len(w))); err != nil {
			return err
		}
		if _, err := io.WriteString(s, strings.ToUpper(w)); err != nil {
			return err
		}
	}
	_, _ = io.Copy(io.Discard, s)
	return nil
}

var words = []string{"hello ", "world ", strings.Repeat("a long one, ", 1500), "and an end"}

// check reads the n-th connection and holds it against what was said.
func (p *goPair) check(t *testing.T, n int, keys *tlskeys.Keys) {
	t.Helper()
	all := strings.Join(words, "")
	want(t, read(keys, p.tape.conns[n]), all, strings.ToUpper(all))
	checkSplits(t, p.log.String(), p.tape.conns[n])
}

func TestGoSuites(t *testing.T) {
	t.Parallel()
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		if !slices.Contains(s.SupportedVersions, tls.VersionTLS12) {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			p := newGoPair()
			p.client.MaxVersion, p.client.CipherSuites = tls.VersionTLS12, []uint16{s.ID}
			p.server.CipherSuites = p.client.CipherSuites
			if state := p.talk(t, words...); state.CipherSuite != s.ID {
				t.Fatalf("they speak %s", tls.CipherSuiteName(state.CipherSuite))
			}
			if strings.Contains(s.Name, "RC4") || strings.Contains(s.Name, "3DES") {
				got := read(keysOf(p.log.String()), p.tape.conns[0])
				if wanted := "cipher suite " + s.Name + " is not supported"; got.state.Reason != wanted || got.print != "" {
					t.Errorf("reason %q, want %q; read %q", got.state.Reason, wanted, got.print)
				}
				return
			}
			p.check(t, 0, keysOf(p.log.String()))
		})
	}
}

func TestGoTLS13(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		set  func(*goPair)
		want func(*tls.ConnectionState) bool
	}{
		{"plain", func(*goPair) {}, func(*tls.ConnectionState) bool { return true }},
		{"hello retry", func(p *goPair) {
			p.client.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP384}
			p.server.CurvePreferences = []tls.CurveID{tls.CurveP384}
		}, func(s *tls.ConnectionState) bool { return s.HelloRetryRequest }},
		{"client certificate", func(p *goPair) {
			p.server.ClientAuth = tls.RequestClientCert
			p.client.Certificates = p.server.Certificates
		}, func(*tls.ConnectionState) bool { return true }},
		{"protocol", func(p *goPair) {
			p.client.NextProtos, p.server.NextProtos = []string{"h2", "http/1.1"}, []string{"http/1.1"}
		}, func(s *tls.ConnectionState) bool { return s.NegotiatedProtocol == "http/1.1" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newGoPair()
			tt.set(p)
			if state := p.talk(t, words...); !tt.want(state) {
				t.Fatalf("they speak %+v", state)
			}
			p.check(t, 0, keysOf(p.log.String()))
			if got := read(keysOf(p.log.String()), p.tape.conns[0]).state.ALPN; p.client.NextProtos != nil && !slices.Equal(got, []string{"http/1.1"}) {
				t.Errorf("ALPN %q", got)
			}
		})
	}
}

// TestGoResumption: Go's client logs no line for a TLS 1.2 session that it resumes.
func TestGoResumption(t *testing.T) {
	t.Parallel()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			t.Parallel()
			p := newGoPair()
			p.client.MaxVersion = version
			p.client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
			p.talk(t, words...)
			lines := strings.Count(p.log.String(), "\n")
			for range 2 {
				if state := p.talk(t, words...); !state.DidResume {
					t.Fatal("not resumed")
				}
			}
			if version == tls.VersionTLS12 && strings.Count(p.log.String(), "\n") != lines {
				t.Error("the resumed sessions were logged: this test shows nothing")
			}
			keys := keysOf(p.log.String())
			all := strings.Join(words, "")
			for n := range 3 {
				want(t, read(keys, p.tape.conns[n]), all, strings.ToUpper(all))
			}
			if version == tls.VersionTLS12 {
				got := read(keysOf(p.log.String()), p.tape.conns[1])
				if got.state.Reason != "the keys given are of other connections" {
					t.Errorf("resumed, and the session's beginning was not seen: %q", got.state.Reason)
				}
			}
		})
	}
}

// TestDark: why nothing is read is said.
func TestDark(t *testing.T) {
	t.Parallel()
	p := newGoPair()
	p.talk(t, words...)
	other := newGoPair()
	other.talk(t, words...)
	pieces, log := p.tape.conns[0], p.log.String()
	old := newGoPair()
	old.client.MinVersion, old.client.MaxVersion, old.server.MinVersion = tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS10
	old.talk(t, words...)
	hole := slices.Clone(pieces)
	hole[1].Data = hole[1].Data[20:]
	hole = slices.Insert(hole, 1, conn.Piece{Dir: hole[1].Dir, Time: hole[1].Time, Gap: true, Lost: 20})
	mixed := strings.NewReplacer(random(other.log.String()), random(log)).Replace(other.log.String())
	for _, tt := range []struct {
		name, log, want string
		pieces          []conn.Piece
	}{
		{"no keys", "# nothing\n", "no key", pieces},
		{"other keys", other.log.String(), "the keys given are of other connections", pieces},
		{"wrong keys", mixed, "the key given for it does not fit", pieces},
		{"half of the keys", strings.ReplaceAll(log, "SERVER_TRAFFIC_SECRET_0", "EXPORTER_SECRET"), "the keys given are of other connections", pieces},
		{"late", log, "the capture began after its handshake", pieces[6:]},
		{"server first", log, "the capture began after its handshake", pieces[1:2]},
		{"hole", log, "bytes of its handshake are missing in the capture", hole},
		{"no answer", log, "its handshake was not completed", pieces[:1]},
		{"refused", log, "its handshake was not completed", []conn.Piece{pieces[0], {Dir: fact.In, Time: 2, Data: []byte("\x15\x03\x03\x00\x02\x02\x28")}}},
		{"old", old.log.String(), "TLS 1.1 is not supported", old.tape.conns[0]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := read(keysOf(tt.log), tt.pieces)
			if got.state.Reason != tt.want || got.print != "" {
				t.Errorf("reason %q, want %q; read %q", got.state.Reason, tt.want, got.print)
			}
			checkSplits(t, tt.log, tt.pieces)
		})
	}
}

// random is the client random of a log's first line.
func random(log string) string { return strings.Fields(log)[1] }

// TestLateKeys: what came before the keys is read once they are there, with the times it had.
func TestLateKeys(t *testing.T) {
	t.Parallel()
	p := newGoPair()
	p.talk(t, words...)
	pieces, log := p.tape.conns[0], p.log.String()
	prompt := read(keysOf(log), pieces)
	for at := range len(pieces) + 1 {
		keys := &tlskeys.Keys{Grows: true}
		r := newReader(keys)
		for i, piece := range pieces {
			if i == at {
				keys.AddLog([]byte(log))
				for r.State().Ready != 0 {
					r.take(conn.Piece{})
				}
			}
			r.take(piece)
			if i > 2 && i < at && (r.text.state.Reason == "" || !r.text.state.Wait || !keys.Waiting()) {
				t.Fatalf("piece %d: it does not wait: %+v", i, r.text.state)
			}
		}
		keys.AddLog([]byte(log))
		if got := r.end(); got.print != prompt.print || got.state.Reason != "" {
			t.Errorf("keys before piece %d: %q:\n%.500s\nwant\n%.500s", at, got.state.Reason, got.print, prompt.print)
		}
		if keys.Waiting() {
			t.Errorf("keys before piece %d: something still waits", at)
		}
	}
}
