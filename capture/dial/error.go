package dial

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"sioscope/protocol/lang"
)

// A Reason is a kind of failure.
type Reason string

const (
	BadURL        Reason = "bad-url"
	NotResolved   Reason = "not-resolved"   // the name has no address
	PortRefused   Reason = "port-refused"   // nothing listens
	Unreachable   Reason = "unreachable"    // no way to the host
	NoConnection  Reason = "no-connection"  // connecting took too long
	NoAnswer      Reason = "no-answer"      // connected, and no answer in time
	ClosedSilent  Reason = "closed-silent"  // closed without an answer
	Untrusted     Reason = "untrusted"      // the certificate
	PlainPort     Reason = "plain-port"     // TLS was spoken to a port that does not
	TLSPort       Reason = "tls-port"       // and the other way round
	TLSFailed     Reason = "tls-failed"     // another failure of TLS
	ProxyRefused  Reason = "proxy-refused"  // the proxy's answer to CONNECT
	NotSocketIO   Reason = "not-socketio"   // what answers is something else
	Redirected    Reason = "redirected"     // to another URL, which is not followed
	WrongRevision Reason = "wrong-revision" // of Engine.IO
	Forbidden     Reason = "forbidden"      // the server turned the client away
	Refused       Reason = "refused"        // the server refused otherwise
	SessionLost   Reason = "session-lost"   // after the handshake, before the namespace was entered
	ServerLeft    Reason = "server-left"    // it closed the session as a server does that wants to
	NotAdmitted   Reason = "not-admitted"   // the namespace refused
	Garbled       Reason = "garbled"        // what came cannot be read
)

// An Error is a failure in one sentence, with the way out. It holds no secret of the request.
type Error struct {
	Reason Reason
	Said   lang.Sentence
	Err    error // what is behind it; may be nil
}

func (e *Error) Error() string { return e.Said.String() }
func (e *Error) Unwrap() error { return e.Err }

// In is the sentence in a language.
func (e *Error) In(w lang.Words) string { return e.Said.In(w) }

// Explain is an error of this package as a sentence for people, in their language.
func Explain(w lang.Words, err error) string {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.In(w)
	case errors.Is(err, context.Canceled):
		return w.S("interrupted")
	case errors.Is(err, context.DeadlineExceeded):
		return w.S("it took too long; --timeout gives it more time")
	}
	return w.Told(err)
}

// explained is an error within a sentence.
type explained struct{ error }

func (e explained) In(w lang.Words) string { return Explain(w, e.error) }

var errTooLong = errors.New("longer than is read")

func failure(reason Reason, err error, said lang.Sentence) *Error {
	return &Error{Reason: reason, Said: said, Err: err}
}

// failed says why there is no connection to u's host by way of to's, which is the proxy's where they differ.
func (n *Network) failed(ctx context.Context, u, to *url.URL, err error) error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ctx.Err()
	}
	at := net.JoinHostPort(to.Hostname(), itoa(portOf(to)))
	host, name, start := any(at), lang.Say("the name %s", to.Hostname()), lang.Say("start the server, or check the port")
	if n.Proxy != nil { // then nothing else is connected to
		host, name, start = lang.Say("the proxy %s", at), lang.Say("the proxy's name %s", to.Hostname()), lang.Say("check --proxy")
	}
	var dns *net.DNSError
	var header tls.RecordHeaderError
	switch {
	case errors.As(err, &dns):
		return unresolved(name, dns)
	case errors.Is(err, syscall.ECONNREFUSED):
		return failure(PortRefused, err, lang.Say("%s refuses connections: nothing listens there; %s", host, start))
	case timedOut(err):
		return failure(NoConnection, err, lang.Say("%s could not be connected to within %s; check host and port, and firewalls in between, or give it more time with --timeout", host, span(n.timeout())))
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return failure(Unreachable, err, lang.Say("there is no way to %s from here; check the network, a VPN perhaps", host))
	case errors.As(err, &header):
		return failure(PlainPort, err, lang.Say("%s does not speak TLS; use http:// (ws://) instead of https://", u.Host))
	}
	if said := untrusted(u.Hostname(), err); !said.Empty() {
		return failure(Untrusted, err, said)
	}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		if u.Scheme == "https" {
			return failure(ClosedSilent, err, lang.Say("%s closed the connection when TLS began; if it speaks plain HTTP, use http://", host))
		}
		return failure(ClosedSilent, err, lang.Say("%s closed the connection at once; check the port", host))
	case u.Scheme == "https":
		return failure(TLSFailed, err, lang.Say("%s and this client agree on no TLS (%s)", host, innermost(err)))
	}
	return failure(Unreachable, err, lang.Say("%s could not be connected to (%s)", host, innermost(err)))
}

// stalled is the error of a connection that was accepted, and on which nothing came then.
func (n *Network) stalled(u, to *url.URL) error {
	if to != u {
		return failure(NoAnswer, nil, lang.Say("the proxy %s did not make a tunnel to %s within %s; check both, or give them more time with --timeout", to.Host, u.Host, span(n.timeout())))
	}
	return failure(NoAnswer, nil, lang.Say("%s accepted the connection and did not answer to TLS within %s; check the port, or give it more time with --timeout", u.Host, span(n.timeout())))
}

func unresolved(name lang.Sentence, err *net.DNSError) *Error {
	switch {
	case err.IsNotFound:
		return failure(NotResolved, err, lang.Say("%s does not resolve; check its spelling, or the VPN whose name server knows it", name))
	case err.IsTimeout:
		return failure(NotResolved, err, lang.Say("no name server answered for %s; check the network", name))
	}
	return failure(NotResolved, err, lang.Say("%s could not be resolved (%s); check its spelling and the network", name, err.Err))
}

// untrusted says why a certificate is not trusted; it is empty for another error.
func untrusted(host string, err error) lang.Sentence {
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var verify *tls.CertificateVerificationError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		now, c := time.Now(), invalid.Cert
		if c != nil && now.Before(c.NotBefore) {
			return lang.Say("the certificate of %s is not trusted: it is valid from %s on; check this machine's clock, or accept it with --insecure", host, c.NotBefore.Format(time.DateOnly))
		}
		if c != nil {
			return lang.Say("the certificate of %s is not trusted: it expired on %s; renew it, or accept it with --insecure", host, c.NotAfter.Format(time.DateOnly))
		}
		return lang.Say("the certificate of %s is not trusted: it has expired; renew it, or accept it with --insecure", host)
	case errors.As(err, &name):
		return lang.Say("the certificate of %s is not trusted: it is for %s; use that name, or accept it with --insecure", host, namesOf(name.Certificate))
	case errors.As(err, &unknown):
		if c := unknown.Cert; c != nil && c.Issuer.String() == c.Subject.String() {
			return lang.Say("the certificate of %s is not trusted: it is self-signed; trust its authority with --ca FILE, or accept any certificate with --insecure", host)
		}
		return lang.Say("the certificate of %s is not trusted: its authority is unknown here; trust its authority with --ca FILE, or accept any certificate with --insecure", host)
	case errors.As(err, &verify), errors.As(err, &invalid):
		return lang.Say("the certificate of %s is not trusted (%s); trust its authority with --ca FILE, or accept any certificate with --insecure", host, innermost(err))
	}
	return lang.Sentence{}
}

// namesOf are the names a certificate is for, the first few: a text, or a sentence.
func namesOf(c *x509.Certificate) any {
	if c == nil {
		return lang.Say("another name")
	}
	names := c.DNSNames
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	switch {
	case len(names) == 0:
		return lang.Say("no name at all")
	case len(names) > 3:
		return lang.Say("%s and %d more", strings.Join(names[:3], ", "), lang.Amount(len(names)-3))
	}
	return strings.Join(names, ", ")
}

func proxyRefused(proxy *url.URL, address string, answer *http.Response) *Error {
	text := lang.Say("the proxy %s refused a tunnel to %s with %s", proxy.Host, address, clean(answer.Status, 80))
	if answer.StatusCode == http.StatusProxyAuthRequired {
		return failure(ProxyRefused, nil, lang.Say("%s; give it a user, as in --proxy http://user:password@%s", text, proxy.Host))
	}
	return failure(ProxyRefused, nil, lang.Say("%s; it may allow no CONNECT to that port, which WebSocket and https need", text))
}

func timedOut(err error) bool {
	var t net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}

// innermost is the text of the error at the bottom, without what wraps it.
func innermost(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return clean(err.Error(), 120)
		}
		err = inner
	}
}

// span is a time-out as it is given on the command line.
func span(d time.Duration) string {
	if d%time.Second == 0 {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}
