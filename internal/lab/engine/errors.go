package engine

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"sioscope/protocol/engineio"
)

// A refusal is why a request is not served.
type refusal struct {
	code    int
	message string
	field   string // a further line of the head
}

func refuse(code int) *refusal { return &refusal{code: code, message: messages[code]} }

var messages = [...]string{
	engineio.TransportUnknown:   "Transport unknown",
	engineio.SessionUnknown:     "Session ID unknown",
	engineio.BadHandshakeMethod: "Bad handshake method",
	engineio.BadRequest:         "Bad request",
	engineio.Forbidden:          "Forbidden",
	engineio.UnsupportedVersion: "Unsupported protocol version",
}

// write answers a plain request: {"code":1,"message":"Session ID unknown"}, in chunks as Node's server does.
func (e *refusal) write(w http.ResponseWriter) {
	status := http.StatusBadRequest
	if e.code == engineio.Forbidden {
		status = http.StatusForbidden
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	body, _ := json.Marshal(struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}{e.code, e.message})
	w.(http.Flusher).Flush() // no Content-Length
	w.Write(body)
}

// writeTo answers a request that carried Upgrade, in plain text and with 400 whatever the code, and closes.
func (e *refusal) writeTo(c net.Conn) {
	defer c.Close()
	c.SetWriteDeadline(time.Now().Add(writeTimeout))
	c.Write(e.text())
}

// text is the whole answer to a request with Upgrade.
func (e *refusal) text() []byte {
	return fmt.Appendf(nil, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-type: text/html\r\nContent-Length: %d\r\n%s\r\n%s", len(e.message), e.field, e.message)
}

// empty answers with a status and no body.
func empty(w http.ResponseWriter, status int) {
	w.WriteHeader(status)
	w.(http.Flusher).Flush()
}
