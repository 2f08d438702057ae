package dial

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"sioscope/capture/tap"
)

// DefaultTimeout is how long connecting may take, and how long the answer to a handshake, where no other time is set.
const DefaultTimeout = 10 * time.Second

// Limits of what a server may send.
const (
	maxHead = 256 << 10 // bytes of an answer's head
	maxBody = 16 << 20  // bytes of an answer's body, and of a WebSocket message
)

// A Network says how requests leave. Every connection it opens is tapped. It must not be copied once in use.
type Network struct {
	Tap      *tap.Tap       // never nil
	Insecure bool           // any certificate will do
	CAs      *x509.CertPool // authorities that are trusted; nil means the system's
	Proxy    *url.URL       // an HTTP proxy: CONNECT for https and WebSocket, absolute-form for polling over http; nil: none
	Address  netip.Addr     // the one of the name's addresses to connect to; zero: any
	Local    netip.Addr     // the address to connect from; zero: any
	Timeout  time.Duration  // to connect, TLS included; 0 means DefaultTimeout
	Trace    func(Event)    // told of what happens below the facts, from any goroutine; may be nil
}

// Dial opens a connection to the host of an http or https URL, through the proxy where there is one. What is read and
// written is what is inside of TLS. Errors are an *Error, or the context's.
func (n *Network) Dial(ctx context.Context, u *url.URL) (*tap.Conn, error) {
	return n.dial(ctx, u, n.Proxy != nil)
}

// Transport is a pool of connections of its own, which speaks HTTP/1.1 and changes nothing of the answers.
func (n *Network) Transport() *http.Transport {
	t := n.tunnelled()
	if n.Proxy == nil {
		return t
	}
	t.Proxy = func(r *http.Request) (*url.URL, error) {
		if r.URL.Scheme == "https" {
			return nil, nil // by CONNECT, in DialTLSContext
		}
		return n.Proxy, nil
	}
	t.DialContext = func(ctx context.Context, _, address string) (net.Conn, error) {
		return hide(n.dial(ctx, &url.URL{Scheme: "http", Host: address}, false))
	}
	return t
}

// tunnelled is a Transport that reaches every server through a tunnel of the proxy's, as browsers do for WebSocket.
func (n *Network) tunnelled() *http.Transport {
	to := func(scheme string) func(context.Context, string, string) (net.Conn, error) {
		return func(ctx context.Context, _, address string) (net.Conn, error) {
			return hide(n.Dial(ctx, &url.URL{Scheme: scheme, Host: address}))
		}
	}
	return &http.Transport{
		DialContext:            to("http"),
		DialTLSContext:         to("https"),
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHead,
		IdleConnTimeout:        90 * time.Second,
		Protocols:              http1(),
	}
}

func http1() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	return p
}

// hide keeps a nil *tap.Conn from becoming a net.Conn that is not nil.
func hide(c *tap.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (n *Network) timeout() time.Duration {
	if n.Timeout > 0 {
		return n.Timeout
	}
	return DefaultTimeout
}

// dial connects to u's host, or to the proxy's: with a tunnel to u's host, or, without, as it is.
func (n *Network) dial(ctx context.Context, u *url.URL, tunnel bool) (*tap.Conn, error) {
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, n.timeout())
	defer cancel()
	to := u
	if tunnel {
		to = n.Proxy
	}
	began := time.Now()
	c, err := n.connect(ctx, to, to == u && n.Proxy == nil)
	if err != nil {
		return nil, n.failed(outer, u, to, err)
	}
	opening := tap.Opening{Time: time.Now().UnixNano()}
	stop := context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	inner := c
	if tunnel {
		inner, err = n.tunnel(c, u)
	}
	if err == nil && u.Scheme == "https" {
		inner, opening.TLS, err = n.secure(ctx, inner, u.Hostname())
	}
	if err != nil {
		c.Close()
		if ctx.Err() != nil && outer.Err() == nil {
			err = n.stalled(u, to)
		}
		return nil, n.failed(outer, u, to, err)
	}
	if !stop() {
		c.Close()
		return nil, n.failed(outer, u, to, n.stalled(u, to))
	}
	tapped := n.Tap.Dialled(inner, opening)
	n.trace(Event{Kind: Connected, Host: u.Host, Conn: tapped.Fact(), TLS: opening.TLS, Took: time.Since(began)})
	return tapped, nil
}

// connect resolves the name and connects to one of its addresses.
func (n *Network) connect(ctx context.Context, to *url.URL, direct bool) (net.Conn, error) {
	host, port := to.Hostname(), portOf(to)
	if direct && n.Address.IsValid() {
		return n.dialer().DialContext(ctx, "tcp", netip.AddrPortFrom(n.Address, uint16(port)).String())
	}
	var mu sync.Mutex
	var found []netip.Addr
	began, took := time.Now(), time.Duration(0)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{DNSDone: func(info httptrace.DNSDoneInfo) {
		mu.Lock()
		defer mu.Unlock()
		took = time.Since(began)
		for _, a := range info.Addrs {
			if ip, ok := netip.AddrFromSlice(a.IP); ok {
				found = append(found, ip.Unmap())
			}
		}
	}})
	c, err := n.dialer().DialContext(ctx, "tcp", net.JoinHostPort(host, itoa(port)))
	mu.Lock()
	defer mu.Unlock()
	if len(found) > 0 {
		n.trace(Event{Kind: Resolved, Host: host, Addresses: found, Took: took})
	}
	return c, err
}

// dialer connects from the address that was chosen.
func (n *Network) dialer() *net.Dialer {
	d := new(net.Dialer)
	if n.Local.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(n.Local, 0))
	}
	return d
}

// tunnel asks the proxy for a connection to u's host (RFC 9110 §9.3.6).
func (n *Network) tunnel(c net.Conn, u *url.URL) (net.Conn, error) {
	address := net.JoinHostPort(u.Hostname(), itoa(portOf(u)))
	ask := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: address}, Host: address, Header: http.Header{}}
	ask.Header.Set("User-Agent", userAgent)
	if user := n.Proxy.User; user != nil {
		password, _ := user.Password()
		ask.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	if err := ask.Write(c); err != nil {
		return nil, err
	}
	r := bufio.NewReader(&bounded{c, maxHead})
	answer, err := http.ReadResponse(r, ask)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		n.tellRefusal(c, address, answer.Status)
		return nil, proxyRefused(n.Proxy, address, answer)
	}
	if r.Buffered() > 0 {
		early, _ := r.Peek(r.Buffered())
		return &ahead{Conn: c, early: early}, nil
	}
	return c, nil
}

// bounded reads at most so many bytes.
type bounded struct {
	net.Conn
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// ahead is a connection of which some bytes were read already.
type ahead struct {
	net.Conn
	early []byte
}

func (a *ahead) Read(p []byte) (int, error) {
	if len(a.early) > 0 {
		n := copy(p, a.early)
		a.early = a.early[n:]
		return n, nil
	}
	return a.Conn.Read(p)
}

// secure begins TLS.
func (n *Network) secure(ctx context.Context, c net.Conn, name string) (net.Conn, *tap.TLS, error) {
	t := tls.Client(c, &tls.Config{ServerName: name, RootCAs: n.CAs, InsecureSkipVerify: n.Insecure, NextProtos: []string{"http/1.1"}})
	if err := t.HandshakeContext(ctx); err != nil {
		return nil, nil, err
	}
	state := t.ConnectionState()
	known := &tap.TLS{Version: versionOf(state.Version), SNI: name}
	if state.NegotiatedProtocol != "" {
		known.ALPN = []string{state.NegotiatedProtocol}
	}
	return t, known, nil
}

func versionOf(v uint16) string {
	switch v {
	case tls.VersionTLS13:
		return "1.3"
	case tls.VersionTLS12:
		return "1.2"
	case tls.VersionTLS11:
		return "1.1"
	}
	return "1.0"
}

func (n *Network) trace(e Event) {
	if n.Trace != nil {
		e.Time = time.Now()
		n.Trace(e)
	}
}

// tellRefusal shows a refused tunnel to the tap, without what the proxy is told of its user: a tunnel is tapped once it is
// there.
func (n *Network) tellRefusal(c net.Conn, address, status string) {
	told := n.Tap.Dialled(&refusal{c, strings.NewReader("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n")}, tap.Opening{})
	io.WriteString(told, "CONNECT "+address+" HTTP/1.1\r\nHost: "+address+"\r\n\r\n")
	told.Read(make([]byte, maxHead))
	told.Close()
}

// refusal is a connection on which nothing is sent any more.
type refusal struct {
	net.Conn
	answer *strings.Reader
}

func (r *refusal) Read(p []byte) (int, error)  { return r.answer.Read(p) }
func (r *refusal) Write(p []byte) (int, error) { return len(p), nil }
func (r *refusal) Close() error                { return nil }
