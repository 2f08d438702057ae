package har

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
)

// WriteOptions say how facts are written. The zero value masks secrets.
type WriteOptions struct {
	Redact  redact.Redactor
	Version string // of the program, for log.creator
	MaxHeld int    // bytes of unfinished entries kept in memory; 0 means 8 MiB. What is over goes to a temporary file
}

// A Writer makes a HAR 1.2 of facts, in the form that Chrome's importer reads: WebSocket messages are in
// _webSocketMessages, with the time in seconds, and what is not text in base64. What HAR has no place for is in
// _sioscope and _connections. An entry is written when it is complete: a request with its answer, a WebSocket with its end.
//
// It is not safe for concurrent use.
type Writer struct {
	out    *bufio.Writer
	o      WriteOptions
	conns  map[int]*outConn
	notes  []string
	names  []string // of files
	ends   []byte   // of connections, as the elements of log._connections
	wrote  bool
	buf    []byte
	spill  spill
	blind  int // binary messages and bodies that nobody looked for secrets in
	dark   int // encrypted connections, of which nothing is known to write
	asking int // bytes of requests without an answer
	err    error
}

// An outConn is what is unfinished on a connection.
type outConn struct {
	fact   *fact.Conn
	tls    bool
	alpn   []string
	asked  []*asked
	socket *outSocket
}

// An asked is a request without an answer yet.
type asked struct {
	exchange    int
	start, sent int64
	method, url string
	proto       string
	json        []byte // the request member
	partial     bool
	failure     string // see fact.Request
	socket      bool   // it asks for a WebSocket
	extended    bool   // within HTTP/2, RFC 8441
}

// maxAsked is how many bytes of requests may wait for their answers; the oldest are then written without.
const maxAsked = 64 << 20

// NewWriter begins a HAR.
func NewWriter(w io.Writer, o WriteOptions) *Writer {
	o.Redact.Asks = new(redact.Asks)
	h := &Writer{out: bufio.NewWriterSize(w, 64<<10), o: o, conns: map[int]*outConn{}}
	h.spill.most = o.MaxHeld
	if h.spill.most == 0 {
		h.spill.most = 8 << 20
	}
	h.buf = append(h.buf, `{"log":{"version":"1.2","creator":{"name":"sioscope","version":`...)
	h.buf = appendString(h.buf, o.Version)
	h.buf = append(h.buf, "},\"pages\":[],\"entries\":["...)
	h.flush()
	return h
}

// Add takes the next fact. It keeps nothing of it but *fact.Conn.
func (h *Writer) Add(f fact.Fact) {
	switch f := f.(type) {
	case *fact.Opened:
		h.conn(f.Conn)
	case *fact.TLS:
		c := h.conn(f.Conn)
		c.tls = true
		if f.Reason != "" {
			h.dark++
		}
		c.alpn = slices.Clone(f.ALPN)
	case *fact.Request:
		h.request(f)
	case *fact.Response:
		h.response(f)
	case *fact.Reset:
		h.reset(f)
	case *fact.Message:
		h.message(f)
	case *fact.Malformed:
		h.malformed(f)
	case *fact.Closed:
		h.closed(h.conn(f.Conn), f)
	case *fact.Note:
		if len(h.notes) < 64 {
			h.notes, h.names = append(h.notes, f.Text), append(h.names, f.File)
		}
	case *fact.File:
		h.names = append(h.names, f.Name)
	}
}

// Unsearched is how many binary messages and bodies were written that nobody could look for secrets in.
func (h *Writer) Unsearched() int { return h.blind }

// Close writes what is unfinished and ends the file.
func (h *Writer) Close() error {
	for _, id := range h.ids() {
		h.closed(h.conns[id], nil)
	}
	h.buf = append(h.buf, "\n],\"_connections\":["...)
	h.buf = append(h.buf, h.ends...)
	h.buf = append(h.buf, "],\"comment\":"...)
	comment := "written by sioscope"
	if !h.o.Redact.Off {
		comment += "; secrets are masked"
	}
	if h.blind > 0 {
		comment += fmt.Sprintf("; binary data that could not be searched for secrets: %d messages or bodies", h.blind)
	}
	if h.dark > 0 {
		comment += fmt.Sprintf("; encrypted connections that are not in it: %d", h.dark)
	}
	for _, n := range h.notes {
		comment += "; " + h.o.Redact.Text(h.o.Redact.Files(n, h.names...))
	}
	h.buf = appendString(h.buf, comment)
	h.buf = append(h.buf, "}}\n"...)
	h.flush()
	h.spill.close()
	if err := h.out.Flush(); h.err == nil {
		h.err = err
	}
	if h.err != nil {
		return lang.Say("writing the HAR: %s", h.err)
	}
	return nil
}

func (h *Writer) ids() []int {
	ids := make([]int, 0, len(h.conns))
	for id := range h.conns {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (h *Writer) flush() {
	if h.err == nil {
		_, h.err = h.out.Write(h.buf)
	}
	h.buf = h.buf[:0]
}

func (h *Writer) conn(f *fact.Conn) *outConn {
	c := h.conns[f.ID]
	if c == nil {
		c = &outConn{fact: f}
		h.conns[f.ID] = c
	}
	return c
}

// request keeps a request until its answer is seen.
func (h *Writer) request(f *fact.Request) {
	c := h.conn(f.Conn)
	upgrade, _ := f.Header.Get("Upgrade")
	a := &asked{exchange: f.Exchange, start: f.Start, sent: f.End, method: f.Method, proto: f.Proto, partial: f.Incomplete, failure: f.Failure}
	a.extended = f.Protocol == "websocket"
	a.socket = a.extended || strings.EqualFold(string(upgrade), "websocket") || strings.Contains(f.Target, "transport=websocket")
	a.url = c.url(f.Host, h.o.Redact.Target(f.Target), a.socket)
	a.json = h.requestJSON(f, a.url)
	h.asking += len(a.json)
	c.asked = append(c.asked, a)
	for h.asking > maxAsked {
		if !h.dropOldest() {
			break
		}
	}
}

// dropOldest writes the request that has waited longest, without its answer.
func (h *Writer) dropOldest() bool {
	var of *outConn
	for _, c := range h.conns {
		if len(c.asked) > 0 && (of == nil || c.asked[0].start < of.asked[0].start) {
			of = c
		}
	}
	if of == nil {
		return false
	}
	h.unanswered(of, of.asked[0], nil)
	h.forget(of, of.asked[0])
	return true
}

func (h *Writer) forget(c *outConn, a *asked) {
	if i := slices.Index(c.asked, a); i >= 0 {
		c.asked = slices.Delete(c.asked, i, i+1)
		h.asking -= len(a.json)
	}
}

// url is the address that was asked for.
func (c *outConn) url(host, target string, socket bool) string {
	scheme := "http"
	if socket {
		scheme = "ws"
	}
	if c.tls {
		scheme += "s"
	}
	if host == "" {
		host = c.fact.Server.String()
	}
	return scheme + "://" + host + target
}

// response writes a request with its answer, or begins a WebSocket.
func (h *Writer) response(f *fact.Response) {
	c := h.conn(f.Conn)
	i := slices.IndexFunc(c.asked, func(a *asked) bool { return a.exchange == f.Exchange })
	if i < 0 {
		if c.socket != nil { // an HTTP answer where frames belong
			return
		}
		a := &asked{exchange: f.Exchange, start: f.Start, sent: f.Start, method: "GET", url: c.url("", "/", false), proto: "HTTP/1.1"}
		a.json = h.requestJSON(&fact.Request{Method: "GET", Proto: a.proto}, a.url)
		h.answered(c, a, f, true)
		return
	}
	a := c.asked[i]
	h.forget(c, a)
	if (f.Status == 101 || a.extended && f.Status/100 == 2) && c.socket == nil {
		c.socket = &outSocket{asked: a, response: h.responseJSON(f, a.proto, ""), answered: f.Start, partial: f.Incomplete}
		return
	}
	h.answered(c, a, f, false)
}

// answered writes an entry of a request and its answer.
func (h *Writer) answered(c *outConn, a *asked, f *fact.Response, unasked bool) {
	start := a.start
	if start == 0 {
		start = f.Start
	}
	sent := max(start, a.sent)
	begun := max(sent, f.Start)
	end := max(begun, f.End)
	h.begin(start, end-start, a)
	h.buf = append(h.buf, h.responseJSON(f, a.proto, "")...)
	h.timings(sent-start, begun-sent, end-begun)
	h.place(c)
	h.own(c, a.partial, f.Incomplete, "unasked", unasked)
	h.end()
}

// unanswered writes an entry of a request that got no answer: because its connection closed, or until the source ended.
func (h *Writer) unanswered(c *outConn, a *asked, f *fact.Closed) {
	why, took := "", int64(0)
	if f != nil && f.Time > 0 {
		why, took = "the connection closed before an answer came", max(1, f.Time-a.start)
		if f.Known {
			why = "the connection was closed by the " + side(f.By) + " before an answer came"
		}
	}
	if a.failure != "" {
		why = a.failure
	}
	h.begin(a.start, took, a)
	h.buf = append(h.buf, h.responseJSON(&fact.Response{}, "", why)...)
	h.timings(max(0, a.sent-a.start), -1, -1)
	h.place(c)
	h.own(c, a.partial, false, "", false)
	h.end()
}

// reset writes a request whose stream was given up.
func (h *Writer) reset(f *fact.Reset) {
	c := h.conn(f.Conn)
	for _, a := range c.asked {
		if a.exchange == f.Exchange {
			h.unanswered(c, a, &fact.Closed{Time: f.Time, By: f.By, Known: true})
			h.forget(c, a)
			return
		}
	}
}

// closed writes what is unfinished on a connection. f is nil at the end of the source.
func (h *Writer) closed(c *outConn, f *fact.Closed) {
	for len(c.asked) > 0 {
		a := c.asked[0]
		h.unanswered(c, a, f)
		h.forget(c, a)
	}
	if c.socket != nil {
		h.socket(c, f)
	}
	h.ended(c, f)
	delete(h.conns, c.fact.ID)
}

// ended notes what is known of a connection, for the end of the file.
func (h *Writer) ended(c *outConn, f *fact.Closed) {
	if len(h.ends) > 0 {
		h.ends = append(h.ends, ',')
	}
	h.ends = append(h.ends, "\n{\"id\":"...)
	h.ends = appendInt(h.ends, c.fact.ID)
	if c.fact.Hidden != 0 {
		h.ends = append(h.ends, `,"hidden":`...)
		h.ends = appendInt(h.ends, int(c.fact.Hidden))
	}
	if f != nil && f.Time > 0 {
		h.ends = append(h.ends, `,"closed":"`...)
		h.ends = appendTime(h.ends, f.Time)
		h.ends = append(h.ends, '"')
		if f.Known {
			h.ends = append(h.ends, `,"by":"`+side(f.By)+`"`...)
		}
		if f.Reset {
			h.ends = append(h.ends, `,"reset":true`...)
		}
	}
	h.ends = append(h.ends, '}')
}

func side(d fact.Dir) string {
	if d == fact.Out {
		return "client"
	}
	return "server"
}

// begin writes an entry's first members.
func (h *Writer) begin(start, took int64, a *asked) {
	if h.wrote {
		h.buf = append(h.buf, ',')
	}
	h.wrote = true
	h.buf = append(h.buf, "\n{\"startedDateTime\":\""...)
	h.buf = appendTime(h.buf, start)
	h.buf = append(h.buf, `","time":`...)
	h.buf = appendDecimal(h.buf, took, 6)
	switch {
	case a.socket:
		h.buf = append(h.buf, `,"_resourceType":"websocket"`...)
	case strings.Contains(a.url, "transport=polling") && !strings.Contains(a.url, "&j="): // JSONP is a script
		h.buf = append(h.buf, `,"_resourceType":"xhr"`...)
	}
	h.buf = append(h.buf, `,"request":`...)
	h.buf = append(h.buf, a.json...)
	h.buf = append(h.buf, `,"response":`...)
}

// timings writes the phases of an entry, in ns; -1 is unknown, which HAR allows of none of these three.
func (h *Writer) timings(send, wait, receive int64) {
	h.buf = append(h.buf, `,"cache":{},"timings":{"blocked":-1,"dns":-1,"connect":-1,"ssl":-1`...)
	for _, p := range [...]struct {
		name string
		ns   int64
	}{{"send", send}, {"wait", wait}, {"receive", receive}} {
		h.buf = append(h.buf, `,"`+p.name+`":`...)
		h.buf = appendDecimal(h.buf, max(0, p.ns), 6)
	}
	h.buf = append(h.buf, '}')
}

// place writes where an entry went.
func (h *Writer) place(c *outConn) {
	if c.fact.Server.IsValid() {
		h.buf = append(h.buf, `,"serverIPAddress":"`+c.fact.Server.Addr().String()+`","_serverPort":`...)
		h.buf = strconv.AppendUint(h.buf, uint64(c.fact.Server.Port()), 10)
	}
	if c.fact.Client.IsValid() {
		h.buf = append(h.buf, `,"connection":"`...)
		h.buf = strconv.AppendUint(h.buf, uint64(c.fact.Client.Port()), 10)
		h.buf = append(h.buf, '"')
	}
	h.buf = append(h.buf, `,"_connectionId":"`...)
	h.buf = strconv.AppendInt(h.buf, int64(c.fact.ID), 10)
	h.buf = append(h.buf, '"')
}

// own writes what other programs do not know of.
func (h *Writer) own(c *outConn, request, response bool, flag string, set bool) {
	h.buf = append(h.buf, `,"_sioscope":{"client":`...)
	h.buf = appendAddr(h.buf, c.fact.Client)
	h.buf = append(h.buf, `,"server":`...)
	h.buf = appendAddr(h.buf, c.fact.Server)
	if c.fact.File != "" {
		h.buf = append(h.buf, `,"file":`...)
		h.buf = appendString(h.buf, c.fact.File)
	}
	for _, b := range [...]struct {
		name string
		set  bool
	}{{"requestPartial", request}, {"responsePartial", response}, {flag, set}} {
		if b.set {
			h.buf = append(h.buf, `,"`+b.name+`":true`...)
		}
	}
	h.buf = append(h.buf, '}')
}

func (h *Writer) end() {
	h.buf = append(h.buf, '}')
	h.flush()
}
