package check

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"sioscope/protocol/lang"
)

// maxAddresses are the addresses of the name that are asked.
const maxAddresses = 4

// http2 asks what TLS would speak, and asks every address behind the name for a session.
func http2(r *run) {
	c := r.c
	var said []string
	res := No
	switch {
	case c.o.Client.Proxy != nil:
		said = append(said, r.S("the proxy stands before it, so neither is seen from here"))
		res = Unknown
	case c.url.Scheme != "https":
		said = append(said, r.S("without TLS browsers speak HTTP/1.1 alone"))
	default:
		alpn, connect, over, err := r.offered()
		switch {
		case err != nil:
			res = Unknown
			said = append(said, r.S("it cannot be told (%s)", r.Said(err.Error())))
		case alpn != "h2":
			said = append(said, r.S("HTTP/2 is not offered, so polling and WebSocket both go over HTTP/1.1"))
		case over.refused():
			res = No
			said = append(said, r.S("HTTP/2 promises WebSocket over it (extended CONNECT), and does not keep it: browsers, which then ask so, stay on polling"))
		case connect:
			res = Yes
			said = append(said, r.S("HTTP/2 is offered, with WebSocket over it (extended CONNECT)"))
		default:
			res = Yes
			said = append(said, r.S("HTTP/2 is offered, without WebSocket over it: browsers poll over HTTP/2 and open an HTTP/1.1 connection for the WebSocket"))
		}
		if err == nil {
			r.figure("ALPN", "%s", orNone(r.Words, alpn))
			r.figure("extended CONNECT", "%v", connect)
			if over.asked {
				r.figure("WebSocket over HTTP/2", "%s", r.became(over))
				c.mu.Lock()
				c.found.bridge = over
				c.mu.Unlock()
			}
		}
	}
	if c.o.Client.Proxy == nil {
		said = append(said, r.addresses())
	}
	r.tell(res, r.sentence(said))
}

// sentence makes one of clauses.
func (r *run) sentence(clauses []string) string {
	text := strings.Join(clauses, r.S("; "))
	if r.Words == nil {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	return r.S("%s.", text)
}

// became says what became of a WebSocket over HTTP/2.
func (r *run) became(b bridge) string {
	switch {
	case b.reset:
		return r.S("reset")
	case b.status == 0:
		return r.S("no answer")
	}
	return strconv.Itoa(b.status)
}

// offered connects once and gives the protocol chosen, whether HTTP/2 would carry a WebSocket (RFC 8441 §3), and what
// becomes of one where it would.
func (r *run) offered() (alpn string, connect bool, over bridge, err error) {
	c := r.c
	if err := r.spend(); err != nil {
		return "", false, over, err
	}
	ctx, cancel := context.WithTimeout(r.ctx, c.o.Client.Timeout)
	defer cancel()
	d := tls.Dialer{Config: &tls.Config{ServerName: c.url.Hostname(), RootCAs: c.o.Client.CAs, InsecureSkipVerify: c.o.Client.Insecure, NextProtos: []string{"h2", "http/1.1"}}}
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(c.url.Hostname(), port(c.url.Port(), c.url.Scheme)))
	if err != nil {
		return "", false, over, errors.New(lang.Mark("the connection fails"))
	}
	defer conn.Close()
	alpn = conn.(*tls.Conn).ConnectionState().NegotiatedProtocol
	if alpn != "h2" {
		return alpn, false, over, nil
	}
	conn.SetDeadline(time.Now().Add(c.patience()))
	connect, err = extendedConnect(conn)
	if connect && r.spend() == nil {
		over, _ = r.bridged(conn) // that nothing was answered is told by its zero status
	}
	conn.Write(frame(goawayFrame, 0, 0, make([]byte, 8)))
	return alpn, connect, over, err
}

// extendedConnect reads the server's SETTINGS (RFC 9113 §3.4, §6.5).
func extendedConnect(conn io.ReadWriter) (bool, error) {
	const settings, enableConnect = 4, 8
	hello := append([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 0, 0, 0, settings, 0, 0, 0, 0, 0)
	if _, err := conn.Write(hello); err != nil {
		return false, errors.New(lang.Mark("HTTP/2 was chosen and the connection ended"))
	}
	for range 8 {
		var head [9]byte
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			return false, errors.New(lang.Mark("HTTP/2 was chosen and no SETTINGS came"))
		}
		body := make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
		if len(body) > 1<<14 {
			return false, errors.New(lang.Mark("HTTP/2 was chosen and what came is none"))
		}
		if _, err := io.ReadFull(conn, body); err != nil {
			return false, errors.New(lang.Mark("HTTP/2 was chosen and no SETTINGS came"))
		}
		if head[3] != settings || head[4]&1 != 0 {
			continue
		}
		for ; len(body) >= 6; body = body[6:] {
			if binary.BigEndian.Uint16(body) == enableConnect {
				return binary.BigEndian.Uint32(body[2:]) == 1, nil
			}
		}
		return false, nil
	}
	return false, errors.New(lang.Mark("HTTP/2 was chosen and no SETTINGS came"))
}

func port(p, scheme string) string {
	switch {
	case p != "":
		return p
	case scheme == "https":
		return "443"
	}
	return "80"
}

// addresses asks each address of the name for a session, and says how that went.
func (r *run) addresses() string {
	c := r.c
	host := c.url.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		r.figure("addresses", "%s", ip)
		return r.S("the URL names one address")
	}
	ctx, cancel := context.WithTimeout(r.ctx, c.o.Client.Timeout)
	defer cancel()
	found, err := c.lookup(ctx, "ip", host)
	if err != nil || len(found) == 0 {
		return r.S("the name's addresses cannot be told")
	}
	var names []string
	for _, a := range found {
		names = append(names, a.Unmap().String())
	}
	r.figure("addresses", "%s", strings.Join(names, ", "))
	if len(found) == 1 {
		return r.S("the name has one address")
	}
	found = found[:min(len(found), maxAddresses)]
	var bad []string
	for _, ip := range found {
		if why := r.answers(ip.Unmap()); why != "" {
			bad = append(bad, r.S("%s: %s", ip.Unmap().String(), why))
			r.figure(ip.Unmap().String(), "%s", why)
		} else {
			r.figure(ip.Unmap().String(), "%s", r.S("answers"))
		}
	}
	c.mu.Lock()
	c.found.deaf = bad
	c.found.asked = len(found)
	c.mu.Unlock()
	if len(bad) == 0 {
		return r.S("all %d addresses of the name open sessions", len(found))
	}
	return r.S("%d of %d addresses of the name open no session (%s)", len(bad), len(found), strings.Join(bad, r.S("; ")))
}

// answers opens a session at one address, "" where it comes about, or why not.
func (r *run) answers(ip netip.Addr) string {
	cl, l := r.client(r.c.o.Client.Cookies), r.line()
	l.address = ip
	defer l.close()
	a, h, rev := cl.handshake(l)
	switch {
	case a.err != nil:
		return r.Said(a.err.Error())
	case rev == 0 && a.isError && a.said.Code == 0:
		return "" // it speaks Engine.IO, and takes WebSocket alone
	case rev == 0:
		return a.outcome(r.Words)
	}
	cl.leave(l, h.SID)
	return ""
}
