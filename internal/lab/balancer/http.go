package balancer

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	maxHead = 64 << 10        // bytes of a request's head
	maxBody = 4 << 20         // bytes of a request's body
	quiet   = 2 * time.Minute // for the next request of a connection
)

// An exchange is a client's connection whose requests are read one by one, and the connections to nodes it has led to.
type exchange struct {
	b      *Balancer
	client net.Conn
	limit  *io.LimitedReader // of the head being read
	in     *bufio.Reader
	node   int               // of the whole connection, where the mode is one of connections
	ups    map[int]*upstream // by node
}

type upstream struct {
	conn net.Conn
	in   *bufio.Reader
	used bool
}

// serveHTTP serves a client's connection request by request. What is no HTTP ends it.
func (b *Balancer) serveHTTP(c net.Conn, node int) {
	x := &exchange{b: b, client: c, node: node, limit: &io.LimitedReader{R: c}, ups: map[int]*upstream{}}
	x.in = bufio.NewReader(x.limit)
	defer func() {
		for _, u := range x.ups {
			b.release(u.conn)
		}
	}()
	for {
		rules := b.rules.Load()
		idle := quiet
		if rules.Idle > 0 {
			idle = rules.Idle
		}
		c.SetReadDeadline(time.Now().Add(idle))
		x.limit.N = maxHead
		r, err := http.ReadRequest(x.in)
		if err != nil {
			return
		}
		x.limit.N = maxBody
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		c.SetReadDeadline(time.Time{})
		if !x.serve(rules, r, body) || r.Close {
			return
		}
	}
}

// serve answers one request. It says whether the connection goes on.
func (x *exchange) serve(rules *Rules, r *http.Request, body []byte) bool {
	upgrade := r.Header.Get("Upgrade") != ""
	switch {
	case upgrade && rules.RefuseUpgrade != 0:
		return x.page(rules.RefuseUpgrade)
	case upgrade && rules.StripUpgrade:
		for _, name := range []string{"Upgrade", "Connection", "Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Extensions"} {
			r.Header.Del(name)
		}
		upgrade = false
	}
	cacheable := rules.CacheFor > 0 && isHandshake(r)
	if cacheable {
		if answer := x.b.cache.get(r.URL, time.Now()); answer != nil {
			_, err := x.client.Write(answer)
			return err == nil
		}
	}
	node, brought := x.nodeFor(rules, r)
	answer, up, err := x.ask(rules, node, r, body)
	if err != nil {
		return x.failed(err)
	}
	defer answer.Body.Close()
	if rules.Mode == Cookie && !brought {
		answer.Header.Add("Set-Cookie", fmt.Sprintf("%s=%s; path=/", rules.cookieName(), cookieValue(node)))
	}
	if answer.StatusCode == http.StatusSwitchingProtocols {
		x.switched(rules, answer, up)
		return false
	}
	if cacheable && answer.StatusCode == http.StatusOK {
		return x.store(rules, r, answer, up)
	}
	return x.pass(answer, up)
}

func isHandshake(r *http.Request) bool {
	q := r.URL.Query()
	return r.Method == http.MethodGet && q.Get("transport") == "polling" && !q.Has("sid")
}

// nodeFor chooses the request's node; brought says that a cookie named it.
func (x *exchange) nodeFor(rules *Rules, r *http.Request) (node int, brought bool) {
	switch rules.Mode {
	case PerRequest:
		return x.b.next(), false
	case Source:
		return sourceNode(x.client.RemoteAddr(), len(x.b.nodes)), false
	case Single:
		return 0, false
	case Cookie:
		if c, err := r.Cookie(rules.cookieName()); err == nil {
			for i := range x.b.nodes {
				if c.Value == cookieValue(i) {
					return i, true
				}
			}
		}
		return x.b.next(), false
	}
	return x.node, false
}

func (r *Rules) cookieName() string {
	if r.CookieName == "" {
		return "SERVERID"
	}
	return r.CookieName
}

func cookieValue(node int) string { return fmt.Sprintf("s%d", node+1) }

var errClientGone = fmt.Errorf("the client is gone")

// ask sends the request to the node and waits for the answer. A kept-alive connection that the node has closed
// meanwhile is replaced once. A client that goes away takes the request with it.
func (x *exchange) ask(rules *Rules, node int, r *http.Request, body []byte) (*http.Response, *upstream, error) {
	for {
		u := x.ups[node]
		if u == nil {
			conn, err := x.b.dial(node)
			if err != nil {
				return nil, nil, err
			}
			u = &upstream{conn: conn, in: bufio.NewReader(conn)}
			x.ups[node] = u
		}
		if rules.Idle > 0 {
			u.conn.SetReadDeadline(time.Now().Add(rules.Idle))
		}
		answer, err := x.round(u, r, body)
		u.conn.SetReadDeadline(time.Time{})
		if err == nil {
			u.used = true
			return answer, u, nil
		}
		x.forget(u)
		if err == errClientGone || isTimeout(err) || !u.used {
			return nil, nil, err
		}
	}
}

// failed answers a request that no node did.
func (x *exchange) failed(err error) bool {
	switch {
	case err == errClientGone:
		return false
	case isTimeout(err):
		return x.page(http.StatusGatewayTimeout)
	}
	return x.page(http.StatusServiceUnavailable)
}

func (x *exchange) forget(u *upstream) {
	for node, o := range x.ups {
		if o == u {
			delete(x.ups, node)
		}
	}
	x.b.release(u.conn)
}

// round is one request and its answer on a connection to a node.
func (x *exchange) round(u *upstream, r *http.Request, body []byte) (*http.Response, error) {
	r.Body = io.NopCloser(bytes.NewReader(body))
	if len(body) == 0 {
		r.Body = http.NoBody
	}
	r.ContentLength, r.TransferEncoding = int64(len(body)), nil
	if r.Header.Get("User-Agent") == "" {
		r.Header["User-Agent"] = []string{""} // none is added
	}
	closes := r.Close
	r.Close = false
	err := r.Write(u.conn)
	r.Close = closes
	if err != nil {
		return nil, err
	}
	gone := false
	watched := make(chan struct{})
	go func() { // reads ahead, and so notices the end
		defer close(watched)
		x.limit.N = maxHead
		if _, err := x.in.Peek(1); err != nil && !isTimeout(err) {
			gone = true
			u.conn.SetReadDeadline(time.Unix(1, 0))
		}
	}()
	answer, err := http.ReadResponse(u.in, r)
	x.client.SetReadDeadline(time.Unix(1, 0)) // ends the Peek
	<-watched
	x.client.SetReadDeadline(time.Time{})
	if gone && err != nil {
		return nil, errClientGone
	}
	return answer, err
}

func isTimeout(err error) bool {
	t, ok := err.(net.Error)
	return ok && t.Timeout()
}

// pass sends the answer on.
func (x *exchange) pass(answer *http.Response, u *upstream) bool {
	if answer.Close {
		defer x.forget(u)
	}
	if answer.ContentLength < 0 && len(answer.TransferEncoding) == 0 { // its end is the connection's
		answer.Close = true
	}
	return answer.Write(x.client) == nil && !answer.Close
}

// page is an answer of the balancer's own.
func (x *exchange) page(status int) bool {
	text := fmt.Sprintf("%d %s", status, http.StatusText(status))
	why := map[int]string{403: "The rules of this proxy forbid the request.", 503: "No server is available for the request.", 504: "The server did not answer in time."}[status]
	body := "<html><head><title>" + text + "</title></head><body><h1>" + text + "</h1><p>" + why + "</p></body></html>\n"
	fmt.Fprintf(x.client, "HTTP/1.1 %s\r\nServer: lab-balancer\r\nCache-Control: no-cache\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", text, len(body), body)
	return false
}

// switched passes the bytes of a connection that has become a WebSocket, or swallows them.
func (x *exchange) switched(rules *Rules, answer *http.Response, u *upstream) {
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.1 %s\r\n", strings.TrimSpace(answer.Status))
	answer.Header.Write(&head)
	head.WriteString("\r\n")
	if _, err := x.client.Write(head.Bytes()); err != nil {
		return
	}
	x.limit.N = 1 << 62
	var fromClient, fromUp io.Reader = x.in, u.in
	if rules.Swallow {
		fromClient, fromUp = swallowing{x.in}, swallowing{u.in}
	}
	join(x.client, u.conn, fromClient, fromUp, rules.Idle)
}

// swallowing reads its reader to the end and gives nothing of it.
type swallowing struct{ io.Reader }

func (s swallowing) Read(p []byte) (int, error) {
	for {
		if _, err := s.Reader.Read(p); err != nil {
			return 0, err
		}
	}
}
