package session

import (
	"bytes"

	"sioscope/protocol/engineio"
)

// openPacketIn returns the first open packet's JSON in a handshake answer, whatever its framing: text of either
// revision, the binary framing of revision 3, or JSONP, where the quotes are escaped.
func openPacketIn(body []byte) ([]byte, bool) {
	head := body[:min(len(body), 64)]
	i := bytes.Index(head, []byte("0{"))
	if i < 0 {
		return nil, false
	}
	return body[i+1:], true
}

// openSID returns the sid that a handshake's answer gives, and the revision that the answer is framed in: servers
// before engine.io 4 answer in revision 3 whatever was asked for.
func openSID(body []byte, e *Exchange, contentType []byte) (sid string, rev int) {
	take := func(p engineio.Packet) {
		if p.Type != engineio.Open || sid != "" {
			return
		}
		if open, err := engineio.ParseOpen(p.Data); err == nil {
			sid = open.SID
		}
	}
	for _, rev = range [...]int{4, 3} {
		switch {
		case e.JSONP && bytes.HasPrefix(body, []byte("___eio[")):
			engineio.DecodeJSONP(rev, body, false, take)
		case rev == 3 && bytes.HasPrefix(contentType, []byte("application/octet-stream")):
			engineio.DecodePollingBinary(body, take)
		default:
			engineio.DecodePolling(rev, body, take)
		}
		if sid != "" {
			return sid, rev
		}
	}
	return "", 0
}
