package http1

import "sioscope/protocol/fact"

// maxMarks bounds how finely the time is known within a start line.
const maxMarks = 256

// A message is a request or a response that is being read.
type message struct {
	start, end int64 // times of its first and its last byte
	head       []byte
	first      int    // length of the start line, line end included; 0 until it is complete
	marks      []mark // when the bytes of the start line were seen
	line       int    // where the line that is being read begins in head
	folded     bool   // some line begins with a blank
	lines      int    // bytes of the chunk's line, or of the trailers, so far

	exchange   int    // 0 until it is known
	method     string // of a request
	target     string
	proto      string // of a request
	status     int    // of a response
	fields     fields
	body       Body
	incomplete bool
	reported   bool // emitted already: the rest is skipped
	tunnel     bool // a response that ends HTTP on this connection
	bodiless   bool // a response that has no body whatever its fields say

	request  fact.Request
	response fact.Response
}

// header is the field lines, as many as are complete.
func (m *message) header() fact.Header {
	return fact.Header(m.head[m.first:max(m.first, m.line)])
}

// keep adds p to the body.
func (m *message) keep(p []byte, o *Options) {
	if m.incomplete || m.reported {
		m.body.Size += int64(len(p))
		return
	}
	m.body.Keep(p, o)
}

// report emits m unless that was done before.
func (c *Conn) report(dir fact.Dir, m *message) {
	if m.reported {
		return
	}
	m.reported = true
	if dir == fact.In && m.status == 101 && has(m.fields.protocol, "h2c") {
		return // the answer follows in HTTP/2
	}
	if dir == fact.Out {
		c.reportRequest(m)
	} else {
		c.reportResponse(m)
	}
}

func (c *Conn) reportRequest(m *message) {
	body, wrong := c.decode(m)
	if wrong != "" {
		c.malformed(fact.Out, m.start, "http: request body: "+wrong, m.body.kept)
	}
	target, host := origin(m.method, m.target)
	if host == "" {
		host = c.sameHost(m.fields.host)
	}
	m.request = fact.Request{
		Conn: c.of, Exchange: m.exchange, Start: m.start, End: m.end,
		Method: m.method, Target: target, Host: host, Proto: m.proto, Header: m.header(),
		Body: body, BodySize: m.body.Size, Truncated: m.body.Truncated, Incomplete: m.incomplete,
	}
	c.emit(&m.request)
}

func (c *Conn) reportResponse(m *message) {
	body, wrong := c.decode(m)
	_, reason, _ := parseStatusLine(trimEnd(m.head[:m.first]))
	m.response = fact.Response{
		Conn: c.of, Exchange: m.exchange, Start: m.start, End: m.end,
		Status: m.status, Reason: phrase(reason), Header: m.header(),
		Body: body, BodySize: m.body.Size, Truncated: m.body.Truncated, Incomplete: m.incomplete, BodyError: wrong,
	}
	c.emit(&m.response)
}

// sameHost is string(host) without a new string for every request of a connection.
func (c *Conn) sameHost(host []byte) string {
	if string(host) != c.host {
		c.host = string(host)
	}
	return c.host
}

// trimEnd removes a line end.
func trimEnd(line []byte) []byte {
	n := len(line)
	if n > 0 && line[n-1] == '\n' {
		n--
	}
	if n > 0 && line[n-1] == '\r' {
		n--
	}
	return line[:n]
}
