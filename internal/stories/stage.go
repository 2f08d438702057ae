package stories

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// A Stage plays lines into a tracker.
type Stage struct {
	session.Tracker

	now    int64
	conns  map[string]*fact.Conn
	serial map[string]int
	from   map[string]netip.Addr // clients' addresses, by connection
}

// New is an empty stage.
func New() *Stage {
	return &Stage{now: 1e18, conns: map[string]*fact.Conn{}, serial: map[string]int{}, from: map[string]netip.Addr{}}
}

// Play plays a line.
func (s *Stage) Play(line string) error {
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
	case "quic":
		n, err := strconv.ParseInt(words[1], 10, 64)
		s.Add(&fact.Stats{QUIC: n})
		return err
	case "gaps", "encrypted":
		n, err := strconv.ParseInt(words[1], 10, 64)
		s.Add(&fact.Stats{Gaps: map[bool]int64{true: n}[words[0] == "gaps"], Encrypted: map[bool]int64{true: n}[words[0] == "encrypted"]})
		if words[0] == "encrypted" {
			s.Add(&fact.TLS{Conn: s.conn("tls"), Time: s.now, Reason: "no key"})
		}
		return err
	}
	if words[1] == "from" {
		addr, err := netip.ParseAddr(words[2])
		s.from[words[0]] = addr
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
		failure := ""
		if why, ok := strings.CutPrefix(body, "FAILED("); ok {
			failure, body = strings.TrimSuffix(why, ")"), ""
		}
		s.Add(&fact.Request{Conn: c, Exchange: s.serial[name], Failure: failure, Start: s.now, End: s.now, Method: words[2], Target: target, Host: "example.com",
			Proto: proto(name), Protocol: map[bool]string{true: "websocket"}[words[2] == "CONNECT" && proto(name) == "HTTP/2"], Header: lines(fields), Body: []byte(body), BodySize: int64(len(body))})
	case "<":
		status, err := strconv.Atoi(words[2])
		if err != nil {
			return err
		}
		body, kind := bodyOf(rest)
		size := int64(len(body))
		if n, ok := strings.CutPrefix(rest, "GONE("); ok {
			size, _ = strconv.ParseInt(strings.TrimSuffix(n, ")"), 10, 64)
		}
		header := lines(fields)
		if size != 0 {
			header = append(header, "Content-Type: "+kind+"\r\n"...)
		}
		s.Add(&fact.Response{Conn: c, Exchange: s.serial[name], Start: s.now, End: s.now, Status: status, Body: []byte(body),
			BodySize: size, Incomplete: strings.HasPrefix(rest, "GONE"), Header: header})
	case "hides":
		c.Hidden = fact.Logged
		for _, what := range strings.Split(words[2], ",") {
			c.Hidden |= map[string]fact.Hidden{"cookies": fact.HidesCookies, "connection": fact.HidesConnection, "refusal": fact.HidesRefusal, "messages": fact.HidesMessages}[what]
		}
	case "malformed":
		dir := map[string]fact.Dir{"in": fact.In}[words[2]]
		s.Add(&fact.Malformed{Conn: c, Time: s.now, Dir: dir, What: rest})
	case "missing":
		n, err := strconv.ParseInt(words[2], 10, 64)
		s.Add(&fact.Missing{Conn: c, Time: s.now, Dir: fact.Out, Bytes: n})
		return err
	case "in", "out":
		s.message(c, s.serial[name], words[1] == "in", strings.Join(words[2:], " "))
	case "gaveup":
		n, err := strconv.Atoi(words[3])
		s.Add(&fact.Reset{Conn: c, Exchange: n, Time: s.now, By: map[string]fact.Dir{"server": fact.In}[words[2]], Code: 8})
		return err
	case "over":
		s.Add(&fact.Closed{Conn: c, Time: s.now})
	case "end", "reset", "refused":
		by := fact.Out
		if words[2] == "server" {
			by = fact.In
		}
		s.Add(&fact.Closed{Conn: c, Time: s.now, By: by, Known: true, Reset: words[1] != "end", Refused: words[1] == "refused"})
	default:
		return fmt.Errorf("not understood")
	}
	return nil
}

func (s *Stage) message(c *fact.Conn, serial int, in bool, text string) {
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
	s.Add(m)
}

func (s *Stage) conn(name string) *fact.Conn {
	name, server, ok := strings.Cut(name, "@")
	if c := s.conns[name]; c != nil {
		return c
	}
	if !ok {
		server = "10.0.0.1:80"
	}
	n := len(s.conns) + 1
	client, ok := s.from[name]
	if !ok {
		client = netip.MustParseAddr("10.9.9.9")
	}
	c := &fact.Conn{ID: n, Client: netip.AddrPortFrom(client, uint16(40000+n)), Server: netip.MustParseAddrPort(server)}
	if over, stream, ok := strings.Cut(name, "/"); ok {
		c.Over = s.conn(over)
		c.Client, c.Server = c.Over.Client, c.Over.Server
		n, _ := strconv.Atoi(stream)
		c.Stream = uint32(n)
	}
	s.conns[name] = c
	s.Add(&fact.Opened{Conn: c, Time: s.now, SYN: true})
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
		if arg != "" {
			return "", "application/json"
		}
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
