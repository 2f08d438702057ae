package conn

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"
)

// The beginnings of PROXY protocol headers, version 1 and 2, which a balancer sends before the client's first byte
// (haproxy.org, "The PROXY protocol", §2.1 and §2.2).
const (
	proxy1 = "PROXY "
	proxy2 = "\r\n\r\n\x00\r\nQUIT\n"
)

// maxProxy1 is the longest header of version 1, line end included.
const maxProxy1 = 107

// lookProxy judges bytes that begin with one of the beginnings.
func lookProxy(p []byte) verdict {
	if p[0] == 'P' {
		switch {
		case bytes.IndexByte(p[:min(len(p), maxProxy1)], '\n') >= 0:
			return proxy
		case len(p) < maxProxy1:
			return more
		}
		return nothing
	}
	if len(p) < 16 || len(p) < 16+int(binary.BigEndian.Uint16(p[14:])) {
		return more
	}
	if p[12]>>4 != 2 {
		return nothing
	}
	return proxy
}

// parseProxy returns the length of the header that p begins with, 0 where it is incomplete, and whom it names: nobody
// for LOCAL, UNKNOWN and what is no address.
func parseProxy(p []byte) (n int, via netip.AddrPort) {
	if lookProxy(p) != proxy {
		return 0, via
	}
	if p[0] == 'P' {
		n = bytes.IndexByte(p, '\n') + 1
		return n, parseProxy1(bytes.TrimSpace(p[:n]))
	}
	n = 16 + int(binary.BigEndian.Uint16(p[14:]))
	return n, parseProxy2(p[:n])
}

// parseProxy1 reads "PROXY TCP4 source destination source-port destination-port".
func parseProxy1(line []byte) (via netip.AddrPort) {
	words := bytes.Split(line, []byte(" "))
	if len(words) != 6 || string(words[1]) != "TCP4" && string(words[1]) != "TCP6" {
		return via
	}
	addr, err := netip.ParseAddr(string(words[2]))
	port, err2 := strconv.ParseUint(string(words[4]), 10, 16)
	if err != nil || err2 != nil {
		return via
	}
	return netip.AddrPortFrom(addr.Unmap(), uint16(port))
}

func parseProxy2(p []byte) (via netip.AddrPort) {
	const local, inet, inet6 = 0, 1, 2
	if p[12]&15 == local {
		return via
	}
	switch body := p[16:]; {
	case p[13]>>4 == inet && len(body) >= 12:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(body)), binary.BigEndian.Uint16(body[8:]))
	case p[13]>>4 == inet6 && len(body) >= 36:
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(body)).Unmap(), binary.BigEndian.Uint16(body[32:]))
	}
	return via
}
