package engineio

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Codes of the errors that servers answer instead of packets (engine.io, Server.errors).
const (
	NoCode             = -1 // nothing in the answer has a number
	TransportUnknown   = 0
	SessionUnknown     = 1
	BadHandshakeMethod = 2
	BadRequest         = 3
	Forbidden          = 4
	UnsupportedVersion = 5
)

// A Dialect is a server implementation as far as its answers tell.
type Dialect uint8

const (
	UnknownDialect Dialect = iota
	Node                   // engine.io, or one that answers alike: netty-socketio, zishang520/socket.io
	NodeUpgrade            // engine.io refusing a WebSocket handshake, in plain text
	Python                 // python-engineio
	Googollee              // googollee/go-socket.io
	Socketioxide           // socketioxide
	Netty                  // netty-socketio; no error of its own says so
	Zishang                // zishang520/socket.io; no error of its own says so
)

// String is the implementation's name, for people.
func (d Dialect) String() string {
	names := [...]string{"unknown", "engine.io", "engine.io", "python-engineio", "googollee/go-socket.io", "socketioxide", "netty-socketio", "zishang520/socket.io"}
	if int(d) < len(names) {
		return names[d]
	}
	return names[0]
}

// An Error is what an Engine.IO server answers instead of packets.
type Error struct {
	Code    int    // one of the codes above, also where the server says it in words; or NoCode
	Numeric bool   // the number stood in the answer
	Message string // as the server put it; may be empty
	Dialect Dialect
}

// maxErrorBody is the longest body that can be an error, in bytes.
const maxErrorBody = 16 << 10

// ParseError recognises the error answers of Engine.IO servers, causes and numbers as Node has them. ok is false for
// everything else, a proxy's page above all. status 0 means unknown; 101 is for what servers write after it.
func ParseError(status int, contentType, body []byte) (e Error, ok bool) {
	body = bytes.TrimSpace(body)
	if status != 0 && status != 101 && (status < 400 || status > 599) || len(body) == 0 || len(body) > maxErrorBody {
		return Error{}, false
	}
	switch body[0] {
	case '{':
		return jsonError(body)
	case '"':
		return pythonError(status, contentType, body)
	case '<':
		return Error{}, false
	}
	return textError(status, string(body))
}

// UnknownByLength says whether a JSON body of a 400 whose bytes are not known is, by its length, the answer to a sid that
// is not known: Node's, or Python's, which repeats the sid. None of their other answers to a request with a sid is as long.
func UnknownByLength(sid string, length int64) bool {
	return length == int64(len(`{"code":1,"message":"Session ID unknown"}`)) || length == int64(len(`"Invalid session "`)+len(sid))
}

// jsonError reads {"code":1,"message":"Session ID unknown"}, with a number (Node), or digits in a string
// (socketioxide), or just {"code":"why"} (engine.io 1.x, refused by allowRequest).
func jsonError(body []byte) (Error, bool) {
	var v map[string]json.RawMessage
	if json.Unmarshal(body, &v) != nil || v["code"] == nil {
		return Error{}, false
	}
	e := Error{Numeric: true, Dialect: Node}
	if m, ok := v["message"]; ok && json.Unmarshal(m, &e.Message) != nil {
		return Error{}, false
	}
	var text string
	if json.Unmarshal(v["code"], &e.Code) == nil {
		return e, TransportUnknown <= e.Code && e.Code <= UnsupportedVersion
	}
	if json.Unmarshal(v["code"], &text) != nil {
		return Error{}, false
	}
	if n, err := strconv.Atoi(text); err == nil {
		e.Code, e.Dialect = n, Socketioxide
		return e, TransportUnknown <= n && n <= UnsupportedVersion
	}
	return Error{Code: NoCode, Message: text, Dialect: Node}, len(v) == 1
}

// pythonError reads a JSON string: "Invalid session abc".
func pythonError(status int, contentType, body []byte) (Error, bool) {
	e := Error{Code: NoCode, Dialect: Python}
	if json.Unmarshal(body, &e.Message) != nil {
		return Error{}, false
	}
	known := true
	switch {
	case strings.HasPrefix(e.Message, "Invalid session"):
		e.Code = SessionUnknown
	case strings.Contains(e.Message, "unsupported version of the Socket.IO or Engine.IO protocols"):
		e.Code = UnsupportedVersion
	case strings.HasSuffix(strings.ToLower(e.Message), "not an accepted origin."): // newer versions name the origin before it
		e.Code = Forbidden
	case status == 401:
		e.Code = Forbidden
		known = len(contentType) == 0 || bytes.Contains(contentType, []byte("text/plain"))
	default: // "Invalid transport" is 0 without a sid and 3 with one: the caller knows
		known = strings.HasPrefix(e.Message, "Invalid transport") || bytes.Contains(contentType, []byte("text/plain"))
	}
	return e, known
}

// textError reads the plain texts of refused WebSocket handshakes, and googollee's.
func textError(status int, text string) (Error, bool) {
	if rest, ok := strings.CutPrefix(text, "invalid sid value"); ok && (rest == "" || rest[0] == ':') {
		return Error{Code: SessionUnknown, Message: text, Dialect: Googollee}, true
	}
	if status != 400 && status != 101 && status != 0 {
		return Error{}, false
	}
	e := Error{Code: NoCode, Message: text, Dialect: NodeUpgrade}
	switch text {
	case "Transport unknown":
		e.Code = TransportUnknown
	case "Session ID unknown":
		e.Code = SessionUnknown
	case "Bad handshake method":
		e.Code = BadHandshakeMethod
	case "Bad request":
		e.Code = BadRequest
	case "Forbidden":
		e.Code = Forbidden
	case "Unsupported protocol version":
		e.Code = UnsupportedVersion
	case "Invalid Upgrade header":
	default: // the ws library, where a proxy ate a header
		return e, len(text) < 100 && strings.Contains(text, "Sec-WebSocket-")
	}
	return e, true
}
