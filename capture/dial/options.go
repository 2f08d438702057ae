package dial

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"sioscope/protocol/lang"
)

// Names of transports, as in the URL.
const (
	Polling   = "polling"
	WebSocket = "websocket"
)

// Options say how a Client behaves. The zero value is socket.io-client 4 as it comes: polling, then WebSocket.
type Options struct {
	Transports []string        // Polling and WebSocket in the order of their use; nil means both, polling first
	EIO        int             // the revision of Engine.IO, 3 or 4; 0: 4, and 3 where the server speaks that
	Path       string          // of the server; "" means what the URL says, or DefaultPath
	Namespace  string          // "" means what the URL says, or "/"
	Auth       json.RawMessage // an object: sent with CONNECT, or as query parameters where the revision is 3
	Header     http.Header     // sent with every request
	Cookies    bool            // keep cookies and send them back, as a browser does on its own origin
	Query      url.Values      // sent with every request, beside what the URL has
	Origin     string          // the header Origin, which browsers send; "": none
	NoDeflate  bool            // do not offer permessage-deflate
	TakeTurns  bool            // polls and posts wait for each other: one connection carries both, as it does over HTTP/2

	Insecure bool           // as in Network
	CAs      *x509.CertPool // as in Network
	Proxy    *url.URL       // as in Network
	Address  netip.Addr     // as in Network
	Local    netip.Addr     // as in Network
	Timeout  time.Duration  // to connect, and again for the answer to a handshake; 0 means DefaultTimeout

	Emit      []Emission    // sent in order once the namespace is entered, after every reconnection again
	NoAck     bool          // leave events of the server that ask for an acknowledgement without one; else it is empty
	For       time.Duration // disconnect after that long; 0: never
	Reconnect bool          // connect again after a loss, with socket.io-client's back-off
	Until     Until         // disconnect once that is decided
	Trace     func(Event)   // told what is beside the facts, one at a time; may be nil
}

// Until is what a Client waits for.
type Until uint8

const (
	Forever Until = iota
	Decided       // the namespace is entered, and WebSocket is in use or known not to come; and what was emitted is acknowledged, or was not within Timeout
)

// An Emission is an event to send.
type Emission struct {
	Event       string
	Args        []json.RawMessage // {"$binary":"<base64>"} anywhere in them stands for bytes, which go as an attachment
	Acknowledge bool              // ask for an acknowledgement
	Mark        int               // the caller's: it comes back in the Event that tells what became of the acknowledgement
}

// ParseEmission reads an event's name and its arguments, JSON values one after the other: `"hi" {"a":1}` are two.
func ParseEmission(event, args string) (Emission, error) {
	e := Emission{Event: event}
	if event == "" {
		return e, lang.Say("an event needs a name")
	}
	if slices.Contains(reserved[:], event) {
		return e, lang.Say("%q is a name that Socket.IO keeps for itself; servers close the connection over it", event)
	}
	dec := json.NewDecoder(strings.NewReader(args))
	for {
		var arg json.RawMessage
		err := dec.Decode(&arg)
		if err == io.EOF {
			break
		}
		if open, at := unclosed(args); err == io.ErrUnexpectedEOF && open != 0 {
			return e, lang.Say("the arguments of %q are not complete: nothing closes the %s at character %d", event, string(open), at)
		}
		if err != nil {
			return e, lang.Say("the arguments of %q are no JSON; text needs its quotes, as in '\"hello\"'", event)
		}
		e.Args = append(e.Args, arg)
	}
	_, _, err := e.payload()
	return e, err
}

// unclosed is the innermost brace, bracket or quote that JSON leaves open, and which character it is, from 1 on; 0 where
// there is none.
func unclosed(args string) (open rune, at int) {
	type place struct {
		open rune
		at   int
	}
	var list []place
	n, quoted, escaped := 0, false, false
	for _, r := range args {
		n++
		switch {
		case escaped:
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"' && quoted:
			quoted, list = false, list[:len(list)-1]
		case quoted:
		case r == '"':
			quoted, list = true, append(list, place{r, n})
		case r == '{', r == '[':
			list = append(list, place{r, n})
		case (r == '}' || r == ']') && len(list) > 0:
			list = list[:len(list)-1]
		}
	}
	if len(list) == 0 {
		return 0, 0
	}
	last := list[len(list)-1]
	return last.open, last.at
}

var reserved = [...]string{"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}

// payload is the event as Socket.IO's JSON and attachments.
func (e Emission) payload() (data json.RawMessage, attachments [][]byte, err error) {
	name, _ := json.Marshal(e.Event)
	var b bytes.Buffer
	b.WriteByte('[')
	b.Write(name)
	for _, arg := range e.Args {
		b.WriteByte(',')
		arg, err = lift(arg, &attachments)
		if err != nil {
			return nil, nil, err
		}
		b.Write(arg)
	}
	b.WriteByte(']')
	return ascii(b.Bytes()), attachments, nil
}

// lift puts placeholders where JSON has {"$binary":…}, and adds the bytes to attachments.
func lift(arg json.RawMessage, attachments *[][]byte) (json.RawMessage, error) {
	if !bytes.Contains(arg, []byte(`"$binary"`)) {
		var b bytes.Buffer
		if err := json.Compact(&b, arg); err != nil {
			return nil, err
		}
		return b.Bytes(), nil
	}
	dec := json.NewDecoder(bytes.NewReader(arg))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	v, err := lifted(v, attachments)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func lifted(v any, attachments *[][]byte) (_ any, err error) {
	switch v := v.(type) {
	case []any:
		for i := range v {
			if v[i], err = lifted(v[i], attachments); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		if text, ok := v["$binary"].(string); ok && len(v) == 1 {
			data, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return nil, lang.Say(`{"$binary":…} needs base64, as in {"$binary":"AQID"}`)
			}
			*attachments = append(*attachments, data)
			return map[string]any{"_placeholder": true, "num": len(*attachments) - 1}, nil
		}
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			if v[k], err = lifted(v[k], attachments); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

// ascii writes what is not ASCII in JSON as \u escapes: servers of Socket.IO 1.x expect text of polling to be UTF-8
// encoded twice, and others do not; escapes are the same to both.
func ascii(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		switch {
		case r < 0x80:
			out = append(out, byte(r))
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
		}
	}
	return out
}

// check finds what cannot be right.
func (o *Options) check() error {
	for _, t := range o.Transports {
		if t != Polling && t != WebSocket {
			return lang.Say("%q is no transport; want polling, websocket, or both with a comma between", t)
		}
	}
	if len(o.Transports) > 2 || len(o.Transports) == 2 && o.Transports[0] == o.Transports[1] {
		return lang.Say("a transport is named twice")
	}
	if o.EIO != 0 && o.EIO != 3 && o.EIO != 4 {
		return lang.Say("there is no Engine.IO %d for this client; want 3 or 4", o.EIO)
	}
	if len(o.Auth) > 0 {
		var fields map[string]json.RawMessage
		if json.Unmarshal(o.Auth, &fields) != nil || fields == nil {
			return lang.Say(`the auth payload must be a JSON object, as in {"token":"…"}`)
		}
	}
	if o.Proxy != nil && o.Proxy.Scheme != "http" {
		return lang.Say("a proxy must be an http:// one, got %s://; it is used for https and WebSocket too", o.Proxy.Scheme)
	}
	return nil
}
