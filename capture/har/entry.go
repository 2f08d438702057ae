package har

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"io"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// An entry is what is read of an entry of the log. Durations are ns, unknown where the file does not tell them.
type entry struct {
	time                              int64
	blocked, dns, connect, send, wait int64
	receive                           int64
	connection                        string // what names its TCP connection, or ""
	serverIP                          string
	serverPort                        int
	resource                          string // Chrome's resource type
	cached                            bool   // answered from the browser's cache
	failure                           string // why it failed, or ""
	request, response                 message
	messages                          int64 // where the WebSocket messages begin; -1: there are none
	client, server                    netip.AddrPort
	own                               bool   // written by this package
	file                              string // own: the label of the capture
	joined                            bool   // own: a WebSocket whose request was not seen
	unasked                           bool   // own: an answer whose request was not seen
	requestPartial, responsePartial   bool   // own: bytes of it were missing
}

// A message is a request or a response.
type message struct {
	method, url, version, reason string
	status                       int
	head                         []byte // field lines
	authority, protocol          string // pseudo-header fields of HTTP/2
	cookies                      []byte // of the cookies member, as one field line's value each
	hasCookie                    bool
	mime                         string
	body                         []byte
	hasBody                      bool   // the file has the body
	file                         string // that has the messages of a WebSocket, one a line
	size, bodySize               int64  // content.size, bodySize; unknown where not told
	cut                          bool   // body is a prefix
	badBase64                    bool
	redirect                     string
}

// read reads the entry at a place of the file.
func (h *Reader) read(offset int64) (*entry, error) {
	s := h.scan
	s.seek(offset)
	e := &entry{time: unknown, blocked: unknown, dns: unknown, connect: unknown, send: unknown, wait: unknown, receive: unknown, messages: -1}
	e.request.size, e.request.bodySize, e.response.size, e.response.bodySize = unknown, unknown, unknown, unknown
	err := s.object(func(key []byte) error {
		switch string(key) {
		case "request":
			return h.readMessage(e, &e.request)
		case "response":
			return h.readMessage(e, &e.response)
		case "timings":
			return h.readTimings(e)
		case "_webSocketMessages":
			return h.findMessages(e)
		case "_sioscope":
			return h.readOwn(e)
		}
		return h.readField(e, string(key))
	})
	e.refuse()
	if m := &e.response; h.workers[offset] && len(m.body) == 0 {
		m.hasBody = false // of what a service worker fetched it is never there
	}
	return e, err
}

// refuse gives an entry without a status the one that its failure tells.
func (e *entry) refuse() {
	if n := refusal(e.failure); e.response.status == 0 && n != 0 {
		e.response.status, e.response.size, e.response.bodySize = n, unknown, unknown
	}
}

// refusal is the status of the answer to a WebSocket request of which a browser tells within its sentence of the failure
// alone, 0 where there is none: "Error during WebSocket handshake: Unexpected response code: 403".
func refusal(failure string) int {
	_, code, ok := strings.Cut(failure, "Unexpected response code: ")
	n, err := strconv.Atoi(strings.TrimSpace(code))
	if !ok || err != nil || n < 200 || n > 599 {
		return 0
	}
	return n
}

// readField reads a plain member of an entry.
func (h *Reader) readField(e *entry, key string) error {
	v, err := h.scan.scalar(256)
	if err != nil {
		return err
	}
	text := string(v.text)
	switch key {
	case "time":
		e.time = duration(v.text)
	case "connection":
		if e.connection == "" && text != "0" {
			e.connection = text
		}
	case "_connectionId":
		if text != "" && text != "0" {
			e.connection = text
		}
	case "serverIPAddress":
		e.serverIP = strings.Trim(text, "[]")
	case "_serverPort":
		e.serverPort, _ = strconv.Atoi(text)
	case "_resourceType":
		e.resource = text
	case "_fromCache":
		e.cached = text != "" && text != "false"
	case "_wasAborted":
		if text == "true" {
			e.failure = "aborted"
		}
	case "_error", "_failureText":
		if text != "" {
			e.failure = text
		}
	}
	return nil
}

func (h *Reader) readTimings(e *entry) error {
	return h.scan.object(func(key []byte) error {
		var into *int64
		switch string(key) {
		case "blocked":
			into = &e.blocked
		case "dns":
			into = &e.dns
		case "connect":
			into = &e.connect
		case "send":
			into = &e.send
		case "wait":
			into = &e.wait
		case "receive":
			into = &e.receive
		default:
			return h.scan.skip()
		}
		v, err := h.scan.scalar(64)
		*into = duration(v.text)
		return err
	})
}

// findMessages notes where the messages begin. They are read when their time comes.
func (h *Reader) findMessages(e *entry) error {
	c, err := h.scan.peek()
	if err == nil && c == '[' {
		e.messages = h.scan.offset()
	}
	if err != nil {
		return err
	}
	return h.scan.skip()
}

// readMessage reads a request or a response.
func (h *Reader) readMessage(e *entry, m *message) error {
	s := h.scan
	return s.object(func(key []byte) error {
		switch string(key) {
		case "headers":
			return s.array(func() error { return h.readHeader(m) })
		case "cookies":
			return s.array(func() error { return h.readCookie(m) })
		case "postData", "content":
			return h.readContent(m)
		}
		name := string(key)
		most := 256
		if name == "url" || name == "redirectURL" {
			most = cmp.Or(h.o.MaxHead, 64<<10)
		}
		v, err := s.scalar(most)
		if err != nil {
			return err
		}
		switch name {
		case "method":
			m.method = string(v.text)
		case "url":
			m.url = string(v.text)
		case "httpVersion":
			m.version = string(v.text)
		case "status":
			n, _ := strconv.Atoi(string(v.text))
			m.status = max(0, n)
		case "statusText":
			m.reason = string(v.text)
		case "bodySize":
			m.bodySize = count(v)
		case "redirectURL":
			m.redirect = string(v.text)
		case "fromDiskCache":
			e.cached = e.cached || string(v.text) == "true"
		case "_error", "_failureText":
			if len(v.text) > 0 {
				e.failure = string(v.text)
			}
		}
		return nil
	})
}

// count reads a number of bytes.
func count(v value) int64 {
	n, ok := scaled(v.text, 1)
	if !ok || n < 0 {
		return unknown
	}
	return n
}

// readPair reads an object with a name and a value.
func (h *Reader) readPair() (name, text string, err error) {
	err = h.scan.object(func(key []byte) error {
		k := string(key)
		if k != "name" && k != "value" {
			return h.scan.skip()
		}
		v, err := h.scan.scalar(cmp.Or(h.o.MaxHead, 64<<10))
		if k == "name" {
			name = string(v.text)
		} else {
			text = string(v.text)
		}
		return err
	})
	return name, text, err
}

// readHeader reads one field. Chrome joins fields of one name with a line feed.
func (h *Reader) readHeader(m *message) error {
	name, text, err := h.readPair()
	if err != nil {
		return err
	}
	switch {
	case name == ":authority":
		m.authority = text
	case name == ":protocol":
		m.protocol = text
	case name == ":method" && m.method == "":
		m.method = text
	}
	if name == "" || name[0] == ':' || strings.ContainsAny(name, "\r\n:") {
		return nil
	}
	if strings.EqualFold(name, "cookie") || strings.EqualFold(name, "set-cookie") {
		m.hasCookie = true
	}
	for line := range strings.SplitSeq(text, "\n") {
		h.addField(m, name, strings.Trim(line, "\r"))
	}
	return nil
}

func (h *Reader) addField(m *message, name, text string) {
	if len(m.head)+len(name)+len(text)+4 > cmp.Or(h.o.MaxHead, 64<<10) {
		return
	}
	m.head = append(m.head, name...)
	m.head = append(m.head, ": "...)
	m.head = append(m.head, strings.ReplaceAll(text, "\r", " ")...)
	m.head = append(m.head, "\r\n"...)
}

// readCookie keeps a cookie, for logs that take them out of the fields.
func (h *Reader) readCookie(m *message) error {
	name, text, err := h.readPair()
	if err == nil && name != "" && len(m.cookies) < 16<<10 && !strings.ContainsAny(name+text, "\r\n;") {
		m.cookies = append(m.cookies, name+"="+text+"\n"...)
	}
	return err
}

// readContent reads a body: the content of a response or the postData of a request.
func (h *Reader) readContent(m *message) error {
	s := h.scan
	var coding, file string
	var form []byte
	most := cmp.Or(h.o.MaxBody, 8<<20)
	err := s.object(func(key []byte) error {
		switch string(key) {
		case "text":
			v, err := s.scalar(most/3*4 + 8)
			m.hasBody = v.text != nil || v.quoted
			m.body, m.cut = bytes.Clone(v.text), v.cut()
			return err
		case "params":
			return s.array(func() error {
				name, text, err := h.readPair()
				if len(form) < most {
					form = append(form, '&')
					form = append(form, url.QueryEscape(name)...)
					form = append(form, '=')
					form = append(form, url.QueryEscape(text)...)
				}
				return err
			})
		}
		name := string(key)
		v, err := s.scalar(256)
		switch name {
		case "encoding":
			coding = string(v.text)
		case "mimeType":
			m.mime = string(v.text)
		case "size":
			m.size = count(v)
		case "_file":
			file = string(v.text)
		}
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case m.hasBody && strings.EqualFold(coding, "base64"):
		m.unbase64()
	case strings.HasSuffix(file, ".jsonl"): // Playwright: the messages of a WebSocket
		m.file, m.body, m.hasBody = file, nil, false
	case file != "" && len(m.body) == 0: // Playwright leaves an empty text beside it
		h.attached(m, file, most)
	case !m.hasBody && len(form) > 1:
		m.body, m.hasBody = form[1:], true
	}
	if len(m.body) > most {
		m.body, m.cut = m.body[:most], true
	}
	return nil
}

// unbase64 decodes the body in place, as far as it is base64.
func (m *message) unbase64() {
	raw := m.body
	enc := base64.StdEncoding
	if m.cut {
		raw = raw[:len(raw)/4*4]
	}
	if bytes.ContainsAny(raw, "-_") {
		enc = base64.URLEncoding
	}
	if !bytes.HasSuffix(raw, []byte("=")) && len(raw)%4 != 0 {
		enc = enc.WithPadding(base64.NoPadding)
	}
	out := make([]byte, enc.DecodedLen(len(raw)))
	n, err := enc.Decode(out, raw)
	m.body, m.badBase64 = out[:n], err != nil
}

// attached reads a body from the file beside the log, or in the archive, that holds it.
func (h *Reader) attached(m *message, name string, most int) {
	if h.o.Attached == nil {
		return
	}
	f, err := h.o.Attached(name)
	if err != nil {
		return
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err == nil {
		m.body, m.hasBody = b, true
	}
}

// readOwn reads what this package writes beside what other programs know.
func (h *Reader) readOwn(e *entry) error {
	s := h.scan
	e.own = true
	return s.object(func(key []byte) error {
		name := string(key)
		v, err := s.scalar(256)
		text := string(v.text)
		switch name {
		case "client":
			e.client, _ = netip.ParseAddrPort(text)
		case "server":
			e.server, _ = netip.ParseAddrPort(text)
		case "file":
			e.file = text
		case "joined":
			e.joined = text == "true"
		case "unasked":
			e.unasked = text == "true"
		case "requestPartial":
			e.requestPartial = text == "true"
		case "responsePartial":
			e.responsePartial = text == "true"
		}
		return err
	})
}
