package tlskeys_test

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"sioscope/protocol/fact"
)

// A station is an OpenSSL server behind a proxy that notes what passes.
type station struct {
	t       *testing.T
	dir     string
	tape    tape
	address string // of the proxy
	server  *program
	mu      sync.Mutex
	ends    []chan struct{} // two of each connection that was made
}

// A program is an OpenSSL process.
type program struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string // what it prints
}

func (s *station) start(args ...string) *program {
	s.t.Helper()
	p := &program{cmd: exec.Command("openssl", args...), lines: make(chan string, 10_000)}
	p.cmd.Dir = s.dir
	p.cmd.Env = append(os.Environ(), "OPENSSL_CONF="+filepath.Join(s.dir, "openssl.cnf"))
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		s.t.Fatal(err)
	}
	r, w := io.Pipe()
	p.cmd.Stdout, p.cmd.Stderr = w, w
	if err := p.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		for scan := bufio.NewScanner(r); scan.Scan(); {
			p.lines <- scan.Text()
		}
		close(p.lines)
	}()
	ended := make(chan struct{})
	go func() { _ = p.cmd.Wait(); w.Close(); close(ended) }()
	s.t.Cleanup(func() { p.in.Close(); _ = p.cmd.Process.Kill(); <-ended })
	return p
}

// await returns the first line that matches.
func (p *program) await(t *testing.T, pattern string) string {
	t.Helper()
	var seen []string
	for line := range p.lines {
		seen = append(seen, line)
		if regexp.MustCompile(pattern).MatchString(line) {
			return line
		}
	}
	t.Fatalf("%v ended and never said %q:\n%s", p.cmd.Args, pattern, strings.Join(seen, "\n"))
	return ""
}

func (p *program) say(text string) { _, _ = io.WriteString(p.in, text) }

// newStation starts s_server. Without -rev among the arguments what it says comes from the test.
func newStation(t *testing.T, args ...string) *station {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	s := &station{t: t, dir: t.TempDir()}
	c := certificates()
	ec, err := x509.MarshalECPrivateKey(c.ecKey)
	if err != nil {
		t.Fatal(err)
	}
	s.write("rsa.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.rsa}),
		pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(c.rsaKey)}))
	s.write("ec.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.ec}),
		pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: ec}))
	s.write("openssl.cnf", []byte("openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = defaults\n[defaults]\nCipherString = ALL:@SECLEVEL=0\n"))
	s.server = s.start(append([]string{"s_server", "-accept", "127.0.0.1:0", "-cert", "rsa.pem", "-key", "rsa.pem",
		"-dcert", "ec.pem", "-dkey", "ec.pem"}, args...)...)
	line := s.server.await(t, "^ACCEPT ")
	s.proxy(strings.TrimPrefix(line, "ACCEPT "))
	return s
}

func (s *station) write(name string, parts ...[]byte) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), bytes.Join(parts, nil), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// proxy passes connections on.
func (s *station) proxy(to string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.address = l.Addr().String()
	s.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", to)
			if err != nil {
				client.Close()
				return
			}
			n := s.tape.begin()
			out, in := make(chan struct{}), make(chan struct{})
			s.mu.Lock()
			s.ends = append(s.ends, out, in)
			s.mu.Unlock()
			go s.pass(n, out, fact.Out, client, server)
			go s.pass(n, in, fact.In, server, client)
		}
	}()
}

// passed waits until all connections have ended.
func (s *station) passed() {
	s.mu.Lock()
	ends := slices.Clone(s.ends)
	s.mu.Unlock()
	for _, end := range ends {
		<-end
	}
}

func (s *station) pass(n int, end chan struct{}, dir fact.Dir, from, to net.Conn) {
	defer close(end)
	buf := make([]byte, 32<<10)
	for {
		k, err := from.Read(buf)
		s.tape.note(n, dir, buf[:k])
		if _, werr := to.Write(buf[:k]); err != nil || werr != nil {
			to.Close()
			return
		}
	}
}

// dial starts s_client.
func (s *station) dial(args ...string) *program {
	s.t.Helper()
	return s.start(append([]string{"s_client", "-connect", s.address, "-servername", "example.org", "-keylogfile", "keys.log"}, args...)...)
}

// log reads what the client logged, once all connections have ended.
func (s *station) log() string {
	s.t.Helper()
	s.passed()
	b, err := os.ReadFile(filepath.Join(s.dir, "keys.log"))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(b)
}

// backwards is what s_server -rev answers to a line.
func backwards(line string) string {
	b := []byte(strings.TrimSuffix(line, "\n"))
	slices.Reverse(b)
	return string(b) + "\n"
}

// chat sends lines, waits for the answer to each, and ends the connection.
func (s *station) chat(c *program, lines ...string) (out, in string) {
	s.t.Helper()
	for _, line := range lines {
		c.say(line + "\n")
		c.await(s.t, regexp.QuoteMeta(strings.TrimSuffix(backwards(line), "\n")))
		out, in = out+line+"\n", in+backwards(line)
	}
	c.say("Q\n")
	return out, in
}

func TestOpenSSLSuites(t *testing.T) {
	t.Parallel()
	for _, suite := range []string{
		"AES128-SHA", "AES256-SHA", "AES128-SHA256", "AES256-SHA256", "AES128-GCM-SHA256", "AES256-GCM-SHA384",
		"DHE-RSA-AES128-SHA256", "DHE-RSA-AES256-SHA", "DHE-RSA-AES256-GCM-SHA384", "DHE-RSA-CHACHA20-POLY1305",
		"ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES128-SHA256", "ECDHE-RSA-AES256-SHA384",
		"ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
		"ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-CHACHA20-POLY1305",
		"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
	} {
		flags := [][]string{nil}
		if !strings.Contains(suite, "GCM") && !strings.Contains(suite, "POLY") {
			flags = append(flags, []string{"-no_etm"}) // encrypt-then-MAC is the default
		}
		for _, flag := range flags {
			t.Run(strings.Join(append([]string{suite}, flag...), " "), func(t *testing.T) {
				t.Parallel()
				s := newStation(t, "-rev")
				args := append([]string{"-tls1_2", "-cipher", suite}, flag...)
				if strings.HasPrefix(suite, "TLS_") {
					args = []string{"-ciphersuites", suite}
				}
				c := s.dial(args...)
				c.await(t, "Cipher is "+suite+"$")
				out, in := s.chat(c, lines...)
				log := s.log()
				want(t, read(keysOf(log), s.tape.conns[0]), out, in)
				checkSplits(t, log, s.tape.conns[0])
			})
		}
	}
}

var lines = []string{"hello", "world", "a longer " + strings.Repeat("line, ", 300), "end"}

// TestOpenSSLWithoutEMS: the master secret without the extension of RFC 7627, which is the default.
func TestOpenSSLWithoutEMS(t *testing.T) {
	t.Parallel()
	s := newStation(t, "-rev")
	s.write("openssl.cnf", []byte("openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = defaults\n[defaults]\nOptions = -ExtendedMasterSecret\n"))
	c := s.dial("-tls1_2")
	c.await(t, "Extended master secret: no")
	out, in := s.chat(c, lines...)
	want(t, read(keysOf(s.log()), s.tape.conns[0]), out, in)
}

// TestOpenSSLResumption: the second connection is read with the first one's key alone, as if it had not been logged.
func TestOpenSSLResumption(t *testing.T) {
	t.Parallel()
	for name, flags := range map[string][]string{"ticket": {"-tls1_2"}, "id": {"-tls1_2", "-no_ticket"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStation(t, "-rev")
			out, in := s.chat(s.dial(append(flags, "-sess_out", "session.pem")...), lines...)
			log := s.log()
			c := s.dial(append(flags, "-sess_in", "session.pem")...)
			c.await(t, "^Reused, ")
			s.chat(c, lines...)
			s.log()
			keys := keysOf(log)
			for n := range 2 {
				want(t, read(keys, s.tape.conns[n]), out, in)
			}
		})
	}
}

// TestSessionLine: keys as "RSA Session-ID:… Master-Key:…", which old programs write.
func TestSessionLine(t *testing.T) {
	t.Parallel()
	s := newStation(t, "-rev")
	c := s.dial("-tls1_2", "-no_ticket", "-sess_out", "session.pem")
	id := strings.TrimPrefix(c.await(t, "Session-ID: [0-9A-F]+"), "    Session-ID: ")
	key := strings.TrimPrefix(c.await(t, "Master-Key: [0-9A-F]+"), "    Master-Key: ")
	s.chat(c, "hello")
	s.log()
	c = s.dial("-tls1_2", "-no_ticket", "-sess_in", "session.pem")
	c.await(t, "^Reused, ")
	out, in := s.chat(c, lines...)
	s.log()
	want(t, read(keysOf("RSA Session-ID:"+id+" Master-Key:"+key+"\r\n"), s.tape.conns[1]), out, in)
}

func TestOpenSSLKeyUpdate(t *testing.T) {
	t.Parallel()
	for _, suite := range []string{"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"} {
		t.Run(suite, func(t *testing.T) {
			t.Parallel()
			s := newStation(t, "-rev")
			c := s.dial("-ciphersuites", suite)
			c.await(t, "Cipher is "+suite+"$")
			var out, in string
			for i, update := range []string{"k", "K"} { // the client's keys; both sides' keys
				line := fmt.Sprint("line ", i)
				c.say(line + "\n")
				c.await(t, backwards(line)[:len(line)])
				c.say(update + "\n")
				c.await(t, "KEYUPDATE")
				out, in = out+line+"\n", in+backwards(line)
			}
			more, answers := s.chat(c, "the last")
			log := s.log()
			want(t, read(keysOf(log), s.tape.conns[0]), out+more, in+answers)
			checkSplits(t, log, s.tape.conns[0])
		})
	}
}

func TestOpenSSLResumption13(t *testing.T) {
	t.Parallel()
	s := newStation(t, "-rev")
	s.chat(s.dial("-sess_out", "session.pem"), "hello")
	s.log()
	c := s.dial("-sess_in", "session.pem")
	c.await(t, "^Reused, TLSv1.3")
	out, in := s.chat(c, lines...)
	log := s.log()
	want(t, read(keysOf(log), s.tape.conns[1]), out, in)
}

// TestOpenSSLEarlyData: early data is read once the server took it, and not where it was refused, for then the client
// sends it again.
func TestOpenSSLEarlyData(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		server []string
		taken  bool
		twice  bool   // the same ticket again, which is refused
		leave  string // a label that the key log lacks
		before string // what is read before the lines
	}{
		{name: "taken", taken: true, before: "early word\n"},
		{name: "handshake not logged", taken: true, leave: "HANDSHAKE", before: "early word\n"},
		{name: "key not logged", taken: true, leave: "EARLY", before: "<0 missing>"},
		{name: "hello retry", server: []string{"-groups", "P-384"}},
		{name: "refused", twice: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newStation(t, append(tt.server, "-early_data")...)
			s.write("early.txt", []byte("early word\n"))
			args := []string{"-groups", "X25519:P-384"}
			talk := func(c *program, words string) {
				c.await(t, words)
				s.server.say("from the server\n")
				c.await(t, "from the server$") // tickets came before it
				c.say("from the client\n")
				s.server.await(t, "from the client$")
				c.say("Q\n")
				s.passed()
			}
			talk(s.dial(append(args, "-sess_out", "session.pem")...), "Cipher is")
			args = append(args, "-sess_in", "session.pem", "-early_data", "early.txt")
			if tt.twice {
				talk(s.dial(args...), "Early data was accepted")
			}
			talk(s.dial(args...), map[bool]string{true: "Early data was accepted", false: "Early data was rejected"}[tt.taken])
			var log strings.Builder
			for line := range strings.Lines(s.log()) {
				if tt.leave == "" || !strings.Contains(line, tt.leave) {
					log.WriteString(line)
				}
			}
			pieces := s.tape.conns[len(s.tape.conns)-1]
			want(t, read(keysOf(log.String()), pieces), tt.before+"from the client\n", "from the server\n")
			checkSplits(t, log.String(), pieces)
		})
	}
}
