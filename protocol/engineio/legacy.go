package engineio

import (
	"bytes"
	"strconv"
	"strings"
)

// Legacy is what the traffic of Socket.IO 0.9 tells. That protocol is older than Engine.IO and not decoded.
type Legacy struct {
	SID        string
	Transport  string   // of a request after the handshake: "websocket", "xhr-polling", …
	Heartbeat  int      // seconds, from the handshake's answer; 0: none
	Close      int      // seconds, likewise
	Transports []string // offered by the handshake's answer
}

// Recognise09 says whether a request is Socket.IO 0.9's: GET /socket.io/1/?t=… answered by
// "sid:heartbeat:close:transport,transport", then /socket.io/1/<transport>/<sid>. path is the request target, with or
// without its query; body is the answer to it, or nil where it was not seen.
func Recognise09(path string, body []byte) (Legacy, bool) {
	path, _, _ = strings.Cut(path, "?")
	_, rest, ok := strings.Cut(path, "/socket.io/1/")
	if !ok {
		return Legacy{}, false
	}
	if rest != "" {
		transport, sid, _ := strings.Cut(rest, "/")
		return Legacy{SID: strings.TrimSuffix(sid, "/"), Transport: transport}, sid != ""
	}
	l, ok := handshake09(body)
	return l, ok || len(body) == 0
}

func handshake09(body []byte) (l Legacy, ok bool) {
	parts := strings.Split(string(bytes.TrimSpace(body[:min(len(body), 4096)])), ":")
	if len(parts) != 4 || parts[0] == "" || parts[3] == "" {
		return l, false
	}
	l = Legacy{SID: parts[0], Transports: strings.Split(parts[3], ",")}
	for i, to := range []*int{&l.Heartbeat, &l.Close} {
		text := parts[i+1]
		if text == "" { // the server has none
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return Legacy{}, false
		}
		*to = n
	}
	return l, true
}
