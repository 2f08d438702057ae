package diagnose

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// testdata/stories.txt has a story a section: what went over which connection, a line each, and what must be said.
//
//	1 > GET TARGET [BODY] | Field: value | …    a request on connection 1 (1@10.0.0.9:80: to that server)
//	h1 …, h1/3 …                                over HTTP/2, over a stream of it that a CONNECT makes a connection of its own
//	h1 gaveup client 2                          its second request is ended by RST_STREAM
//	1 > POST TARGET LONG                        one with a body of a good thousand bytes
//	1 < STATUS BODY | Field: value | …          its answer; HTML, EMPTY, OPEN(sid), NOUPGRADES(sid), UNKNOWN for bodies
//	1 out TEXT, 1 in TEXT                       a WebSocket message; CLOSE or CLOSE1009 for a Close frame
//	1 end client, 1 end server, 1 reset server  the connection ends
//	+30s                                        time passes; every line takes 10 ms anyway
//	1 missing 12                                bytes of it are not in the capture
//	gaps 3, encrypted 2                         what the capture lacks
//	= STATE: id/severity, …                     the verdict and all findings, worst first
//	~ WORDS                                     the summary, the title or the cause of the verdict has these words, or is "healthy: true"
//	! WORDS                                     none of them has
//	? CONFIDENCE                                that of the first finding

func TestStories(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/stories.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse(b).Files {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			s := newStage()
			var want, sure string
			var words, not []string
			for line := range strings.Lines(string(f.Data)) {
				line = strings.TrimSpace(line)
				if w, ok := strings.CutPrefix(line, "= "); ok {
					want = w
				} else if w, ok := strings.CutPrefix(line, "~ "); ok {
					words = append(words, w)
				} else if w, ok := strings.CutPrefix(line, "! "); ok {
					not = append(not, w)
				} else if w, ok := strings.CutPrefix(line, "? "); ok {
					sure = w
				} else if line != "" {
					if err := s.play(line); err != nil {
						t.Fatalf("%s: %v", line, err)
					}
				}
			}
			s.t.Finish()
			d := Diagnose(&s.t)
			if got := said(d); got != want {
				t.Errorf("said %q\nwant %q\n%s", got, want, d.Verdict.Summary)
			}
			if sure != "" && d.Findings[0].Confidence != sure {
				t.Errorf("the first finding is %s, want %s", d.Findings[0].Confidence, sure)
			}
			checkFindings(t, d)
			checkWords(t, d.Verdict, words, not)
			if strings.Contains(f.Name, "token") && !strings.Contains(d.Findings[0].Evidence[0].Unmasked, "geheim") {
				t.Error("who asks for secrets does not get them")
			}
		})
	}
}

func said(d Diagnosis) string {
	var ids []string
	for _, f := range d.Findings {
		ids = append(ids, f.ID+"/"+f.Severity.String())
	}
	return strings.TrimSpace(string(d.Verdict.State) + ": " + strings.Join(ids, ", "))
}

func checkWords(t *testing.T, v Verdict, words, not []string) {
	text := v.Summary + "\n" + v.Title + "\n" + v.Cause + fmt.Sprintf("\nhealthy: %v", v.Healthy)
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("the verdict lacks %q:\n%s", w, text)
		}
	}
	for _, w := range not {
		if strings.Contains(text, w) {
			t.Errorf("the verdict says %q:\n%s", w, text)
		}
	}
}

// checkFindings holds what every finding owes its reader.
func checkFindings(t *testing.T, d Diagnosis) {
	for _, f := range d.Findings {
		if f.Title == "" || f.Explanation == "" || len(f.Evidence) == 0 {
			t.Errorf("%s lacks title, explanation or evidence", f.ID)
		}
		if f.Severity != Info && len(f.Fixes) == 0 && f.WouldTell == "" {
			t.Errorf("%s says neither what to do nor what would tell", f.ID)
		}
		for _, e := range f.Evidence {
			if e.Time == 0 || e.Text == "" || strings.Contains(e.Text, "geheim") {
				t.Errorf("%s: evidence %+v", f.ID, e)
			}
		}
		if !slices.Contains([]string{"certain", "likely", "possible"}, f.Confidence) {
			t.Errorf("%s: confidence %q", f.ID, f.Confidence)
		}
	}
	if d.Verdict.Title == "" || d.Verdict.Summary == "" {
		t.Error("the verdict says nothing")
	}
}

// A stage plays lines into a tracker.
type stage struct {
	t      session.Tracker
	now    int64
	conns  map[string]*fact.Conn
	serial map[string]int
}

func newStage() *stage {
	return &stage{now: 1e18, conns: map[string]*fact.Conn{}, serial: map[string]int{}}
}

func (s *stage) play(line string) error {
	s.now += 10e6
	head, fields, _ := strings.Cut(line, " | ")
	words := strings.Fields(head)
	if d, ok := strings.CutPrefix(words[0], "+"); ok {
		pause, err := time.ParseDuration(d)
		s.now += int64(pause)
		return err
	}
	if len(words) < 2 {
		return fmt.Errorf("not understood")
	}
	switch words[0] {
	case "gaps", "encrypted":
		n, err := strconv.ParseInt(words[1], 10, 64)
		s.t.Add(&fact.Stats{Gaps: map[bool]int64{true: n}[words[0] == "gaps"], Encrypted: map[bool]int64{true: n}[words[0] == "encrypted"]})
		if words[0] == "encrypted" {
			s.t.Add(&fact.TLS{Conn: s.conn("tls"), Time: s.now, Reason: "no key"})
		}
		return err
	}
	c := s.conn(words[0])
	name, _, _ := strings.Cut(words[0], "@")
	rest := strings.Join(words[min(3, len(words)):], " ")
	switch words[1] {
	case ">":
		s.serial[name]++
		target, body, _ := strings.Cut(rest, " ")
		if body == "LONG" {
			body = `42["` + strings.Repeat("x", 1000) + `"]`
		}
		s.t.Add(&fact.Request{Conn: c, Exchange: s.serial[name], Start: s.now, End: s.now, Method: words[2], Target: target, Host: "example.com",
			Proto: proto(name), Protocol: map[bool]string{true: "websocket"}[words[2] == "CONNECT"], Header: lines(fields), Body: []byte(body), BodySize: int64(len(body))})
	case "<":
		status, err := strconv.Atoi(words[2])
		if err != nil {
			return err
		}
		body, kind := bodyOf(rest)
		s.t.Add(&fact.Response{Conn: c, Exchange: s.serial[name], Start: s.now, End: s.now, Status: status, Body: []byte(body),
			BodySize: int64(len(body)), Incomplete: rest == "GONE", Header: append(lines(fields), "Content-Type: "+kind+"\r\n"...)})
	case "hides":
		c.Hidden = fact.Logged
		for _, what := range strings.Split(words[2], ",") {
			c.Hidden |= map[string]fact.Hidden{"cookies": fact.HidesCookies, "connection": fact.HidesConnection, "refusal": fact.HidesRefusal, "messages": fact.HidesMessages}[what]
		}
	case "missing":
		n, err := strconv.ParseInt(words[2], 10, 64)
		s.t.Add(&fact.Missing{Conn: c, Time: s.now, Dir: fact.Out, Bytes: n})
		return err
	case "in", "out":
		s.message(c, s.serial[name], words[1] == "in", strings.Join(words[2:], " "))
	case "gaveup":
		n, err := strconv.Atoi(words[3])
		s.t.Add(&fact.Reset{Conn: c, Exchange: n, Time: s.now, By: map[string]fact.Dir{"server": fact.In}[words[2]], Code: 8})
		return err
	case "end", "reset":
		by := fact.Out
		if words[2] == "server" {
			by = fact.In
		}
		s.t.Add(&fact.Closed{Conn: c, Time: s.now, By: by, Known: true, Reset: words[1] == "reset"})
	default:
		return fmt.Errorf("not understood")
	}
	return nil
}

func (s *stage) message(c *fact.Conn, serial int, in bool, text string) {
	m := &fact.Message{Conn: c, Exchange: serial, Start: s.now, End: s.now, Opcode: fact.Text, Payload: []byte(text), Size: int64(len(text))}
	if in {
		m.Dir = fact.In
		body, _ := bodyOf(text)
		m.Payload = []byte(body)
	}
	if code, ok := strings.CutPrefix(text, "CLOSE"); ok {
		n, _ := strconv.Atoi(code)
		m.Opcode, m.Payload = fact.Close, nil
		if n > 0 {
			m.Payload = []byte{byte(n >> 8), byte(n)}
		}
	}
	s.t.Add(m)
}

func (s *stage) conn(name string) *fact.Conn {
	name, server, ok := strings.Cut(name, "@")
	if c := s.conns[name]; c != nil {
		return c
	}
	if !ok {
		server = "10.0.0.1:80"
	}
	n := len(s.conns) + 1
	c := &fact.Conn{ID: n, Client: netip.MustParseAddrPort(fmt.Sprintf("10.9.9.9:%d", 40000+n)), Server: netip.MustParseAddrPort(server)}
	if over, stream, ok := strings.Cut(name, "/"); ok {
		c.Over = s.conn(over)
		c.Client, c.Server = c.Over.Client, c.Over.Server
		n, _ := strconv.Atoi(stream)
		c.Stream = uint32(n)
	}
	s.conns[name] = c
	s.t.Add(&fact.Opened{Conn: c, Time: s.now, SYN: true})
	return c
}

// proto is what a connection speaks, by its name.
func proto(conn string) string {
	if strings.HasPrefix(conn, "h") {
		return "HTTP/2"
	}
	return "HTTP/1.1"
}

func lines(fields string) fact.Header {
	if fields == "" {
		return nil
	}
	return fact.Header(strings.ReplaceAll(fields, " | ", "\r\n") + "\r\n")
}

// bodyOf spells out the bodies that stories repeat.
func bodyOf(text string) (body, contentType string) {
	name, arg, _ := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	switch name {
	case "OPEN":
		return `0{"sid":"` + arg + `","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`, "text/plain; charset=UTF-8"
	case "OPENED":
		return `0{"sid":"` + arg + `","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`, "text/plain; charset=UTF-8"
	case "OPEN3":
		in, _ := bodyOf("OPEN(" + arg + ")")
		return fmt.Sprintf("%d:%s2:40", len(in), in), "text/plain; charset=UTF-8"
	case "GONE": // it was there, and is not in the source
		return "", "text/plain"
	case "HTML":
		return "<html><body>Sorry.</body></html>", "text/html"
	case "EMPTY":
		return "", "text/plain"
	case "UNKNOWN":
		return `{"code":1,"message":"Session ID unknown"}`, "application/json"
	case "BAD":
		return `{"code":3,"message":"Bad request"}`, "application/json"
	}
	if strings.HasPrefix(text, "{") {
		return text, "application/json"
	}
	return text, "text/html"
}
