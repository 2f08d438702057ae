package check

import (
	"bytes"
	"encoding/binary"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/http2/hpack"

	"sioscope/protocol/diagnose"
)

// A bridge is what became of a WebSocket that was asked for over HTTP/2, as browsers ask where the server's settings say
// that it takes an extended CONNECT (RFC 8441).
type bridge struct {
	asked  bool
	status int  // of the answer, 0 where there was none
	reset  bool // the stream was reset
}

// refused says whether the server does not keep what its settings promise.
func (b bridge) refused() bool { return b.asked && (b.reset || b.status >= 300) }

// Frames of HTTP/2 (RFC 9113 §6), as far as one request needs them.
const (
	headersFrame, resetFrame, settingsFrame, goawayFrame = 1, 3, 4, 7

	ackFlag, endHeadersFlag, paddedFlag, priorityFlag = 0x1, 0x4, 0x8, 0x20
)

func frame(kind, flags byte, stream uint32, body []byte) []byte {
	b := []byte{byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body)), kind, flags}
	b = binary.BigEndian.AppendUint32(b, stream)
	return append(b, body...)
}

// bridged asks for a WebSocket on a connection whose SETTINGS were read, and gives the answer.
func (r *run) bridged(conn io.ReadWriter) (b bridge, err error) {
	q := r.client(false).request("GET", "websocket", "")
	var block bytes.Buffer
	enc := hpack.NewEncoder(&block)
	write := func(name, value string) { enc.WriteField(hpack.HeaderField{Name: name, Value: value}) }
	write(":method", "CONNECT")
	write(":protocol", "websocket")
	write(":scheme", "https")
	write(":authority", r.c.url.Host)
	write(":path", q.url.RequestURI())
	write("sec-websocket-version", "13")
	for name, values := range q.header {
		switch name = strings.ToLower(name); name {
		case "connection", "upgrade", "host", "sec-websocket-key", "sec-websocket-version", "transfer-encoding", "content-length":
			continue
		}
		for _, v := range values {
			write(name, v)
		}
	}
	b.asked = true
	out := append(frame(settingsFrame, ackFlag, 0, nil), frame(headersFrame, endHeadersFlag, 1, block.Bytes())...)
	if _, err := conn.Write(out); err != nil {
		return b, err
	}
	for range 64 {
		kind, flags, stream, body, err := readFrame(conn)
		switch {
		case err != nil:
			return b, err
		case kind == resetFrame && stream == 1:
			b.reset = true
			return b, nil
		case kind == headersFrame && stream == 1:
			if b.status = statusOf(flags, body); b.status/100 == 1 {
				continue
			}
			conn.Write(frame(resetFrame, 0, 1, []byte{0, 0, 0, 8})) // CANCEL: it was only to be seen whether it opens
			return b, nil
		}
	}
	return b, io.ErrUnexpectedEOF
}

func readFrame(r io.Reader) (kind, flags byte, stream uint32, body []byte, err error) {
	var head [9]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, 0, 0, nil, err
	}
	n := int(head[0])<<16 | int(head[1])<<8 | int(head[2])
	if n > 1<<14 { // nobody was told that more is taken
		return 0, 0, 0, nil, io.ErrUnexpectedEOF
	}
	body = make([]byte, n)
	_, err = io.ReadFull(r, body)
	return head[3], head[4], binary.BigEndian.Uint32(head[5:]) & (1<<31 - 1), body, err
}

// statusOf is the status in a HEADERS frame, 0 where it has none that can be read.
func statusOf(flags byte, body []byte) int {
	pad := 0
	if flags&paddedFlag != 0 && len(body) > 0 {
		pad, body = int(body[0]), body[1:]
	}
	if flags&priorityFlag != 0 && len(body) >= 5 {
		body = body[5:]
	}
	if pad > len(body) {
		return 0
	}
	fields, _ := hpack.NewDecoder(4096, nil).DecodeFull(body[:len(body)-pad])
	for _, f := range fields {
		if f.Name == ":status" {
			n, _ := strconv.Atoi(f.Value)
			return n
		}
	}
	return 0
}

// bridges adds that browsers are refused what the server's HTTP/2 promises them, where other clients are not.
func (x *examiner) bridges() {
	b := x.bridge
	direct := false
	for _, d := range x.directs {
		direct = direct || d.sid != ""
	}
	if !b.refused() || !direct {
		return
	}
	title, seen := x.S("Browsers ask for the WebSocket over HTTP/2 here, and are refused: %d", b.status), x.S("experiment: an extended CONNECT over HTTP/2 is answered %d", b.status)
	if b.reset {
		title, seen = x.S("Browsers ask for the WebSocket over HTTP/2 here, and the request is reset"), x.S("experiment: an extended CONNECT over HTTP/2 is reset")
	}
	known, _ := diagnose.Explain(x.Words, "websocket-over-h2-unsupported")
	f := diagnose.Finding{
		ID: "websocket-over-h2-unsupported", Title: title,
		Explanation: x.S("The server's HTTP/2 settings say that it takes a WebSocket in an extended CONNECT (RFC 8441), and it does not. Browsers that poll over HTTP/2 ask for their WebSocket so, and stay on polling; clients other than browsers, such as this check, ask over HTTP/1.1 and are served."),
		Evidence:    []diagnose.Evidence{x.said(answer{}, seen)},
		RuledOut:    []string{x.S("WebSocket does not work at all: over HTTP/1.1 it opens sessions")},
		Fixes:       known.Fixes,
	}
	x.d.Add(f)
	x.blame(f)
}
