package session

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash/fnv"
	"net/netip"
	"strconv"
	"strings"
)

// What a cookie or header of a balancer says of a node is decoded where its form is known: an address, or a hash of one
// that the capture names. Nothing is guessed: a hash of an address that nobody names stays a hash.

// A meaning is what a value says.
type meaning struct {
	node string // what is the same for the same node
	how  string // "F5 BIG-IP cookie": the form that it was decoded from; "" where it stands for itself
}

// A decoder finds meanings. Its addresses are those that the capture names.
type decoder struct {
	addresses []netip.AddrPort
	hashes    map[string]meaning // of the addresses, by their hexadecimal form
	found     map[Cookie]meaning
	forms     map[string]string // how what was decoded was, by node
}

// newDecoder collects the addresses that the capture names: of servers, and in fields that are one.
func (t *Tracker) newDecoder() *decoder {
	d := &decoder{found: map[Cookie]meaning{}, forms: map[string]string{}}
	seen := map[netip.AddrPort]bool{}
	add := func(a netip.AddrPort) {
		if a.IsValid() && !seen[a] && len(seen) < maxAddresses {
			seen[a] = true
			d.addresses = append(d.addresses, a)
		}
	}
	for _, c := range t.Conns {
		add(c.Server)
	}
	for _, e := range t.Exchanges {
		for _, h := range e.Response.NodeHeaders {
			if strings.IndexByte(h.Value, ':') > 0 {
				if a, err := netip.ParseAddrPort(lastOf(h.Value)); err == nil {
					add(a)
				}
			}
		}
	}
	return d
}

const maxAddresses = 1 << 12

// meaning is what the value of a cookie (or of a header, where cookie is false) says.
func (d *decoder) meaning(name, value string, cookie bool) meaning {
	key := Cookie{Name: name, Value: value}
	if m, ok := d.found[key]; ok {
		return m
	}
	m := d.decode(name, value, cookie)
	if len(d.found) < 1<<16 {
		d.found[key] = m
		if m.how != "" {
			d.forms[m.node] = m.how
		}
	}
	return m
}

// how is the form that a node was decoded from, "" where it was not.
func (d *decoder) how(node string) string { return d.forms[node] }

func (d *decoder) decode(name, value string, cookie bool) meaning {
	value = strings.Trim(value, `"`)
	switch lower := strings.ToLower(name); {
	case strings.HasPrefix(lower, "bigipserver"):
		if a, ok := bigIP(value); ok {
			return meaning{a.String(), "F5 BIG-IP cookie"}
		}
	case strings.HasPrefix(lower, "x-upstream"):
		return meaning{node: lastOf(value)} // a list is a retry
	}
	if a, ok := envoy(value); ok {
		return meaning{a.String(), "Envoy session"}
	}
	if m, ok := d.hashed(strings.ToLower(value)); ok {
		return m
	}
	if cookie {
		return meaning{node: nodeOfCookie(name, value)}
	}
	return meaning{node: value}
}

// lastOf is the last of a list of addresses, which answered: "10.0.0.1:80, 10.0.0.2:80".
func lastOf(list string) string {
	if i := strings.LastIndexAny(list, ", "); i >= 0 {
		return list[i+1:]
	}
	return list
}

// bigIP decodes F5's persistence cookie (K6917): the address as a number with its bytes reversed, the port with its two
// bytes swapped; "vi" and "rd" begin the forms for IPv6 and for route domains.
func bigIP(value string) (a netip.AddrPort, ok bool) {
	switch {
	case strings.HasPrefix(value, "rd"):
		_, rest, _ := strings.Cut(value[2:], "o")
		address, port, found := strings.Cut(rest, "o")
		b, err := hex.DecodeString(address)
		n, bad := strconv.ParseUint(port, 10, 16)
		if !found || err != nil || bad != nil || len(b) != 16 {
			return a, false
		}
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(b)).Unmap(), uint16(n)), true
	case strings.HasPrefix(value, "vi"):
		address, port, found := strings.Cut(value[2:], ".")
		b, err := hex.DecodeString(address)
		n, bad := strconv.ParseUint(port, 10, 16)
		if !found || err != nil || bad != nil || len(b) != 16 {
			return a, false
		}
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(b)), swapped(uint16(n))), true
	}
	parts := strings.Split(value, ".")
	if len(parts) != 3 || parts[2] != "0000" {
		return a, false
	}
	address, err := strconv.ParseUint(parts[0], 10, 32)
	port, bad := strconv.ParseUint(parts[1], 10, 16)
	if err != nil || bad != nil {
		return a, false
	}
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], uint32(address))
	return netip.AddrPortFrom(netip.AddrFrom4(b), swapped(uint16(port))), true
}

func swapped(n uint16) uint16 { return n>>8 | n<<8 }

// envoy decodes Envoy's stateful session: base64 of an address, bare or in a message of protocol buffers whose first field
// it is.
func envoy(value string) (a netip.AddrPort, ok bool) {
	if len(value) < 12 || len(value) > 200 {
		return a, false
	}
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(value, "="))
	if err != nil || len(b) < 9 {
		return a, false
	}
	if b[0] == 0x0A && int(b[1]) <= len(b)-2 {
		b = b[2 : 2+int(b[1])]
	}
	a, err = netip.ParseAddrPort(string(b))
	return a, err == nil
}

// hashed finds a hash among those of the addresses that the capture names.
func (d *decoder) hashed(value string) (m meaning, ok bool) {
	switch len(value) {
	case 16, 32, 40:
	default:
		return m, false
	}
	if _, err := hex.DecodeString(value); err != nil {
		return m, false
	}
	if d.hashes == nil {
		d.hashes = map[string]meaning{}
		for _, a := range d.addresses {
			d.hash(a)
		}
	}
	m, ok = d.hashes[value]
	return m, ok
}

// hash notes the hashes that nginx and its sticky module (of the address as text, or as the system has it), and Traefik (of
// the server's URL) make of an address.
func (d *decoder) hash(a netip.AddrPort) {
	text := []byte(a.String())
	for _, p := range [...][]byte{text, sockaddr(a)} {
		m, s := md5.Sum(p), sha1.Sum(p)
		d.hashes[hex.EncodeToString(m[:])] = meaning{a.String(), "nginx sticky cookie"}
		d.hashes[hex.EncodeToString(s[:])] = meaning{a.String(), "nginx sticky cookie"}
	}
	for _, scheme := range [...]string{"http://", "https://", "h2c://"} {
		url := append([]byte(scheme), text...)
		s := sha256.Sum256(url)
		d.hashes[hex.EncodeToString(s[:8])] = meaning{a.String(), "Traefik sticky cookie"}
		one, two := fnv.New64(), fnv.New64a()
		one.Write(url)
		two.Write(url)
		d.hashes[hex.EncodeToString(one.Sum(nil))] = meaning{a.String(), "Traefik sticky cookie"}
		d.hashes[hex.EncodeToString(two.Sum(nil))] = meaning{a.String(), "Traefik sticky cookie"}
	}
}

// sockaddr is an IPv4 address as Linux has it in memory.
func sockaddr(a netip.AddrPort) []byte {
	b := make([]byte, 16)
	b[0] = 2 // AF_INET
	binary.BigEndian.PutUint16(b[2:], a.Port())
	if a.Addr().Is4() {
		v4 := a.Addr().As4()
		copy(b[4:], v4[:])
	}
	return b
}
