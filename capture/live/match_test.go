package live

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"os/exec"
	"slices"
	"testing"

	"golang.org/x/net/bpf"

	"sioscope/capture/link"
)

// A sample is a packet, and what of it is captured by which filter.
type sample struct {
	name  string
	frame []byte // Ethernet
	ours  bool   // we accept it where tcpdump does not: see Match.assemble
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

// ip4 is an IPv4 packet of a protocol with two ports, after n bytes of options, at a fragment's offset.
func ip4(src, dst string, proto byte, sport, dport uint16, options int, fragment uint16) []byte {
	b := make([]byte, 20+options)
	b[0] = 0x40 | byte(5+options/4)
	binary.BigEndian.PutUint16(b[6:], fragment)
	b[9] = proto
	copy(b[12:], addr(src).AsSlice())
	copy(b[16:], addr(dst).AsSlice())
	return append(b, ports(sport, dport)...)
}

func ip6(src, dst string, next byte, sport, dport uint16) []byte {
	b := make([]byte, 40)
	b[0], b[6] = 0x60, next
	copy(b[8:], addr(src).AsSlice())
	copy(b[24:], addr(dst).AsSlice())
	return append(b, ports(sport, dport)...)
}

func ports(sport, dport uint16) []byte {
	b := binary.BigEndian.AppendUint16(nil, sport)
	return append(binary.BigEndian.AppendUint16(b, dport), make([]byte, 16)...)
}

func ethernet(kind uint16, payload []byte) []byte {
	return append(binary.BigEndian.AppendUint16(make([]byte, 12), kind), payload...)
}

func tagged(kind uint16, payload []byte) []byte {
	return ethernet(0x8100, append([]byte{0, 7, byte(kind >> 8), byte(kind)}, payload...))
}

func samples() []sample {
	const tcp, udp, icmp = 6, 17, 1
	return []sample{
		{"to the port", ethernet(0x800, ip4("10.0.0.1", "10.0.0.2", tcp, 40000, 3000, 0, 0)), false},
		{"from the port", ethernet(0x800, ip4("10.0.0.2", "10.0.0.1", tcp, 3000, 40000, 0, 0)), false},
		{"another port", ethernet(0x800, ip4("10.0.0.1", "10.0.0.2", tcp, 40000, 3001, 0, 0)), false},
		{"UDP", ethernet(0x800, ip4("10.0.0.1", "10.0.0.2", udp, 40000, 3000, 0, 0)), false},
		{"ICMP", ethernet(0x800, ip4("10.0.0.1", "10.0.0.2", icmp, 40000, 3000, 0, 0)), false},
		{"options", ethernet(0x800, ip4("10.0.0.1", "10.0.0.2", tcp, 40000, 3000, 8, 0)), false},
		{"the port within the options", ethernet(0x800, ip4("10.0.0.1", "10.0.0.2", tcp, 1, 2, 40, 0)), false},
		{"do not fragment", ethernet(0x800, ip4("10.0.0.1", "10.0.0.2", tcp, 40000, 3000, 0, 0x4000)), false},
		{"first fragment", ethernet(0x800, ip4("10.0.0.1", "10.0.0.2", tcp, 40000, 3000, 0, 0x2000)), false},
		{"later fragment", ethernet(0x800, ip4("10.0.0.1", "10.0.0.2", tcp, 0, 0, 0, 0x2010)), true},
		{"another network", ethernet(0x800, ip4("192.168.1.1", "192.168.1.2", tcp, 40000, 3000, 0, 0)), false},
		{"to a host of the network", ethernet(0x800, ip4("192.168.1.1", "10.0.0.77", tcp, 40000, 3000, 0, 0)), false},
		{"IPv6", ethernet(0x86dd, ip6("fd00::1", "fd00::2", tcp, 40000, 3000)), false},
		{"IPv6 back", ethernet(0x86dd, ip6("fd00::2", "fd00::1", tcp, 3000, 40000)), false},
		{"IPv6, another port", ethernet(0x86dd, ip6("fd00::1", "fd00::2", tcp, 40000, 3001)), false},
		{"IPv6, another host", ethernet(0x86dd, ip6("fd00::1", "fd00::3", tcp, 40000, 3000)), false},
		{"IPv6, another network", ethernet(0x86dd, ip6("fd01::1", "fd01::3", tcp, 40000, 3000)), false},
		{"IPv6 UDP", ethernet(0x86dd, ip6("fd00::1", "fd00::2", udp, 40000, 3000)), false},
		{"IPv6 fragment", ethernet(0x86dd, ip6("fd00::1", "fd00::2", 44, 0x0600, 16)), true},
		{"in a VLAN", tagged(0x800, ip4("10.0.0.1", "10.0.0.2", tcp, 40000, 3000, 0, 0)), true},
		{"in a VLAN, another port", tagged(0x800, ip4("10.0.0.1", "10.0.0.2", tcp, 40000, 3001, 0, 0)), true},
		{"in a VLAN in a VLAN", ethernet(0x88a8, append([]byte{0, 1, 0x81, 0, 0, 2, 0x86, 0xdd}, ip6("fd00::1", "fd00::2", tcp, 3000, 1)...)), true},
		{"ARP", ethernet(0x806, make([]byte, 28)), false},
		{"cut short", ethernet(0x800, ip4("10.0.0.1", "10.0.0.2", tcp, 40000, 3000, 0, 0)[:21]), false},
		{"nothing", nil, false},
	}
}

func matches() []Match {
	nets := func(list ...string) (all []netip.Prefix) {
		for _, s := range list {
			all = append(all, netip.MustParsePrefix(s))
		}
		return all
	}
	return []Match{
		{},
		{Ports: []uint16{3000}},
		{Ports: []uint16{80, 3000, 443}},
		{Hosts: nets("10.0.0.2/32")},
		{Hosts: nets("10.0.0.0/24", "fd00::/16")},
		{Hosts: nets("10.0.0.64/27"), Ports: []uint16{3000}},
		{Hosts: nets("fd00::2/128")},
		{Hosts: nets("fd00::3/128", "fd00::2/127"), Ports: []uint16{3000, 3001}},
		{Hosts: nets("192.168.1.0/24", "10.0.0.1/32", "fd00::1/128"), Ports: []uint16{3001, 40000}},
	}
}

// passes runs a program as the kernel would.
func passes(t *testing.T, program []bpf.RawInstruction, frame []byte) bool {
	t.Helper()
	list, whole := bpf.Disassemble(program)
	if !whole {
		t.Fatalf("not all of %v is known", program)
	}
	vm, err := bpf.NewVM(list)
	if err != nil {
		t.Fatal(err)
	}
	n, err := vm.Run(frame)
	if err != nil {
		t.Fatal(err)
	}
	return n > 0
}

// want is what a match means, from the frame's own words.
func (m *Match) want(frame []byte) bool {
	if len(m.Ports)+len(m.Hosts) == 0 {
		return true
	}
	for len(frame) >= 18 && (frame[12] == 0x81 || frame[12] == 0x88) {
		frame = append(slices.Clone(frame[:12]), frame[16:]...)
	}
	if len(frame) < 14+20 {
		return false
	}
	ip := frame[14:]
	var src, dst netip.Addr
	proto, head, fragment := byte(0), 0, false
	switch binary.BigEndian.Uint16(frame[12:]) {
	case 0x800:
		src, _ = netip.AddrFromSlice(ip[12:16])
		dst, _ = netip.AddrFromSlice(ip[16:20])
		proto, head, fragment = ip[9], int(ip[0]&15)*4, binary.BigEndian.Uint16(ip[6:])&0x1fff != 0
	case 0x86dd:
		src, _ = netip.AddrFromSlice(ip[8:24])
		dst, _ = netip.AddrFromSlice(ip[24:40])
		proto, head, fragment = ip[6], 40, ip[6] == 44
	default:
		return false
	}
	within := func(p netip.Prefix) bool { return p.Contains(src) || p.Contains(dst) }
	if len(m.Hosts) > 0 && !slices.ContainsFunc(m.Hosts, within) {
		return false
	}
	switch {
	case len(m.Ports) == 0:
		return true
	case fragment:
		return proto == 6 || proto == 17 || proto == 44
	case proto != 6 && proto != 17 || len(ip) < head+4:
		return false
	}
	return slices.Contains(m.Ports, binary.BigEndian.Uint16(ip[head:])) || slices.Contains(m.Ports, binary.BigEndian.Uint16(ip[head+2:]))
}

func TestMatch(t *testing.T) {
	t.Parallel()
	passed := map[bool]int{}
	for _, m := range matches() {
		program, err := m.compile(link.Ethernet)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range samples() {
			got := passes(t, program, s.frame)
			passed[got]++
			if want := m.want(s.frame); got != want {
				t.Errorf("%q, %s: passes %v, want %v", m.String(), s.name, got, want)
			}
		}
	}
	if passed[true] < 50 || passed[false] < 50 {
		t.Errorf("passed and not: %v; this tells little", passed)
	}
}

// TestMatchWithoutEthernet: the same packets, as tunnels, all interfaces together and BSD's loopback show them.
func TestMatchWithoutEthernet(t *testing.T) {
	t.Parallel()
	for _, m := range matches() {
		for kind, before := range map[link.Type][]byte{link.Raw: nil, link.SLL2: nil, link.Null: {2, 0, 0, 0}} {
			program, err := m.compile(kind)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range samples() {
				if len(s.frame) < 14 || s.frame[12] != 8 && s.frame[12] != 0x86 || s.name == "ARP" {
					continue
				}
				if got, want := passes(t, program, append(slices.Clone(before), s.frame[14:]...)), m.want(s.frame); got != want {
					t.Errorf("%v, %q, %s: passes %v, want %v", kind, m.String(), s.name, got, want)
				}
			}
		}
	}
}

// TestManyWords: jumps reach over a program of the greatest length.
func TestManyWords(t *testing.T) {
	t.Parallel()
	var m Match
	for i := range maxWords {
		m.Ports = append(m.Ports, uint16(1000+i))
		m.Hosts = append(m.Hosts, netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), 32), netip.PrefixFrom(netip.AddrFrom16([16]byte{0xfd, 15: byte(i)}), 128))
	}
	if _, err := m.compile(link.Ethernet); err == nil {
		t.Error("200 addresses are compiled")
	}
	for half := range 2 {
		n := Match{Ports: m.Ports}
		for i := half; i < len(m.Hosts); i += 2 {
			n.Hosts = append(n.Hosts, m.Hosts[i])
		}
		program, err := n.compile(link.Ethernet)
		if err != nil || len(program) > 4096 {
			t.Fatalf("%d instructions, %v", len(program), err)
		}
		for _, frame := range [][]byte{
			ethernet(0x800, ip4("1.1.1.1", "10.0.0.99", 6, 1, 1099, 0, 0)), ethernet(0x800, ip4("1.1.1.1", "10.0.0.100", 6, 1, 1099, 0, 0)),
			ethernet(0x86dd, ip6("fd00::63", "fe80::1", 6, 1, 1099)), ethernet(0x86dd, ip6("fd00::64", "fe80::1", 6, 1, 1099)),
		} {
			if got, want := passes(t, program, frame), n.want(frame); got != want {
				t.Errorf("half %d: passes %v, want %v", half, got, want)
			}
		}
	}
}

// TestAgainstTcpdump: tcpdump's program for the same words has the same opinion of every sample, but where Match says
// otherwise; and a filter of tcpdump's goes together with ours.
func TestAgainstTcpdump(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("tcpdump"); err != nil {
		t.Skip("tcpdump is not here")
	}
	for _, m := range matches() {
		words := Match{Filter: m.String()}
		if words.Filter == "" {
			continue
		}
		ours, err := m.compile(link.Ethernet)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := words.compile(link.Ethernet)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range samples() {
			a, b := passes(t, ours, s.frame), passes(t, theirs, s.frame)
			if a != b && !(s.ours && a) {
				t.Errorf("%q, %s: we %v, tcpdump %v", words.Filter, s.name, a, b)
			}
		}
	}
	both := Match{Ports: []uint16{3000}, Filter: "udp and not net 192.168.0.0/16"}
	program, err := both.compile(link.Ethernet)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range samples() {
		if passes(t, program, s.frame) {
			names = append(names, s.name)
		}
	}
	if fmt.Sprint(names) != "[UDP IPv6 UDP]" {
		t.Errorf("%s lets pass %q", both.String(), names)
	}
	if _, err := (&Match{Filter: "port of call"}).compile(link.Ethernet); err == nil {
		t.Error("nonsense is compiled")
	} else {
		t.Log(err)
	}
}

func TestParseHost(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"10.0.0.7": "[10.0.0.7/32]", "10.1.2.3/8": "[10.0.0.0/8]", "::1": "[::1/128]", "fe80::1%eth0": "[fe80::1/128]", "::ffff:10.0.0.1": "[10.0.0.1/32]"} {
		if got, err := ParseHost(in); err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: %v, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"", "10.0.0.0/99", "http://x", "10.0.0.7:80"} {
		if got, err := ParseHost(in); err == nil {
			t.Errorf("%q is %v", in, got)
		}
	}
}

func TestParseProgram(t *testing.T) {
	t.Parallel()
	got, err := parseProgram("2\n40 0 0 12\n6 0 0 262144\n")
	if err != nil || !slices.Equal(got, []bpf.RawInstruction{{Op: 40, K: 12}, {Op: 6, K: 262144}}) {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"", "1", "3\n6 0 0 0", "1\n6 0 0", "1\n6 0 0 -1"} {
		if got, err := parseProgram(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
