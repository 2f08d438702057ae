package bench

import "fmt"

// What a browser sends with every request, and what a server behind nginx answers.
const (
	browser = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36\r\n" +
		"Origin: http://app.example.com\r\n" +
		"Accept-Encoding: gzip, deflate\r\n" +
		"Accept-Language: en-US,en;q=0.9\r\n"
	answer = "Server: nginx/1.26.2\r\n" +
		"Connection: keep-alive\r\n" +
		"Cache-Control: no-store\r\n" +
		"Access-Control-Allow-Origin: http://app.example.com\r\n" +
		"Access-Control-Allow-Credentials: true\r\n" +
		"Vary: Origin\r\n" +
		"X-Content-Type-Options: nosniff\r\n"
)

// get is a poll, or the handshake where the session has no sid yet.
func (s *session) get() []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: app.example.com\r\nConnection: keep-alive\r\nAccept: */*\r\n%sReferer: http://app.example.com/\r\nCookie: session=%s\r\n\r\n",
		s.target("polling"), browser, s.cookie)
}

func (s *session) post(body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: app.example.com\r\nConnection: keep-alive\r\nContent-Length: %d\r\nContent-type: text/plain;charset=UTF-8\r\nAccept: */*\r\n%sCookie: session=%s\r\n\r\n%s",
		s.target("polling"), len(body), browser, s.cookie, body)
}

// upgrade has the key of RFC 6455 §1.3; nobody checks that it is fresh.
func (s *session) upgrade() []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: app.example.com\r\nConnection: Upgrade\r\nPragma: no-cache\r\nCache-Control: no-cache\r\nUpgrade: websocket\r\n%s"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: session=%s\r\n\r\n",
		s.target("websocket"), browser, s.cookie)
}

const switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

// target is the request target, Engine.IO v4. t differs with every poll.
func (s *session) target(transport string) string {
	s.polls++
	t := fmt.Sprintf("/socket.io/?EIO=4&transport=%s", transport)
	if transport == "polling" {
		t += fmt.Sprintf("&t=%s%04x", s.cookie[:4], s.polls)
	}
	if s.sid != "" {
		t += "&sid=" + s.sid
	}
	return t
}

func ok(contentType string, body []byte) []byte {
	p := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nDate: Mon, 05 Jan 2026 09:00:00 GMT\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n", contentType, len(body), answer)
	return append(p, body...)
}
