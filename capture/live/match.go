package live

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/bpf"

	"sioscope/capture/link"
	"sioscope/protocol/lang"
)

// A Match says which packets are captured. The zero value is all.
type Match struct {
	Ports []uint16       // from or to one of these, by TCP or UDP; none: any
	Hosts []netip.Prefix // from or to one of these; none: any
	// Filter is in the words of tcpdump, which compiles it; "" is none. A packet must pass it too.
	Filter string
}

// maxWords keeps programs below what kernels take: 4,096 instructions.
const maxWords = 100

// ParseHost reads an address, a network such as 10.0.0.0/8, or a name, which is looked up.
func ParseHost(text string) ([]netip.Prefix, error) {
	if p, err := ParseAddress(text); err == nil {
		return []netip.Prefix{p}, nil
	}
	if text == "" || strings.ContainsAny(text, "/: ") {
		return nil, lang.Say("want an address, a network such as 10.0.0.0/8, or a name")
	}
	found, err := net.DefaultResolver.LookupNetIP(context.Background(), "ip", text)
	if err != nil {
		return nil, lang.Say("no address of %s is known here; give the address itself", text)
	}
	var all []netip.Prefix
	for _, a := range found {
		all = append(all, whole(a))
	}
	return all, nil
}

// ParseAddress reads an address, or a network such as 10.0.0.0/8.
func ParseAddress(text string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), nil
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, lang.Say("want an address such as 10.0.0.7, or a network such as 10.0.0.0/8")
	}
	return whole(a), nil
}

// ParsePorts reads port numbers with commas or blanks between them.
func ParsePorts(list string) ([]uint16, error) {
	var ports []uint16
	for _, word := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.ParseUint(word, 10, 16)
		if err != nil || n == 0 {
			return nil, lang.Say("want a port from 1 to 65535")
		}
		ports = append(ports, uint16(n))
	}
	return ports, nil
}

func whole(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	return netip.PrefixFrom(a, a.BitLen())
}

// String is the match in the words of tcpdump.
func (m *Match) String() string {
	var all, ports, hosts []string
	for _, p := range m.Ports {
		ports = append(ports, fmt.Sprintf("port %d", p))
	}
	for _, h := range m.Hosts {
		if h.IsSingleIP() {
			hosts = append(hosts, "host "+h.Addr().String())
		} else {
			hosts = append(hosts, "net "+h.String())
		}
	}
	for _, list := range [][]string{hosts, ports} {
		if len(list) > 0 {
			all = append(all, "("+strings.Join(list, " or ")+")")
		}
	}
	if m.Filter != "" {
		all = append(all, "("+m.Filter+")")
	}
	if len(all) == 1 {
		return strings.TrimSuffix(strings.TrimPrefix(all[0], "("), ")")
	}
	return strings.Join(all, " and ")
}

// compile makes a BPF program that accepts what matches, of frames of a link type as the kernel shows them.
func (m *Match) compile(t link.Type) ([]bpf.RawInstruction, error) {
	if len(m.Ports) > maxWords || len(m.Hosts) > maxWords {
		return nil, lang.Say("more than %d ports or addresses; leave them out, or name a network", maxWords)
	}
	var program []bpf.RawInstruction
	if len(m.Ports)+len(m.Hosts) > 0 {
		own, err := bpf.Assemble(m.assemble(t))
		if err != nil {
			return nil, err
		}
		program = own
	}
	if m.Filter == "" {
		all, err := bpf.Assemble([]bpf.Instruction{bpf.RetConstant{Val: SnapLen}})
		return append(program, all...), err
	}
	theirs, err := tcpdump(m.Filter, t)
	return append(program, theirs...), err
}

// assemble is the program for ports and hosts. It runs into its end where a packet matches, and returns 0 where it does
// not. X is the place of the IP header, or of the header behind it.
//
// Where tcpdump goes another way: tags of VLANs that are in the frame are gone over, and IP fragments without a header
// of TCP pass, for the rest of their datagram may match.
func (m *Match) assemble(t link.Type) []bpf.Instruction {
	var a assembler
	switch t {
	case link.Ethernet:
		a.ethernet()
	case link.Null, link.Loop:
		a.ip(4)
	default:
		a.ip(0)
	}
	a.mark("ip4")
	m.ip4(&a)
	a.mark("ip6")
	m.ip6(&a)
	a.mark("drop")
	a.add(bpf.RetConstant{Val: 0})
	a.mark("accept")
	return a.program()
}

// ethernet finds the IP header behind an Ethernet header and up to two tags.
func (a *assembler) ethernet() {
	for at := uint32(12); at <= 20; at += 4 {
		a.add(bpf.LoadConstant{Dst: bpf.RegX, Val: at + 2}, bpf.LoadAbsolute{Off: at, Size: 2})
		a.equal(0x0800, "ip4")
		a.equal(0x86dd, "ip6")
		if at == 20 {
			break
		}
		tag := fmt.Sprint("tag ", at)
		for _, kind := range []uint32{0x8100, 0x88a8, 0x9100} {
			a.equal(kind, tag)
		}
		a.jump("drop")
		a.mark(tag)
	}
	a.jump("drop")
}

// ip finds out the version of the IP header at a place.
func (a *assembler) ip(at uint32) {
	a.add(bpf.LoadConstant{Dst: bpf.RegX, Val: at}, bpf.LoadAbsolute{Off: at, Size: 1}, bpf.ALUOpConstant{Op: bpf.ALUOpShiftRight, Val: 4})
	a.equal(4, "ip4")
	a.equal(6, "ip6")
	a.jump("drop")
}

func (m *Match) ip4(a *assembler) {
	if len(m.Hosts) > 0 {
		for _, at := range []uint32{12, 16} {
			for _, h := range m.Hosts {
				if b := h.Masked().Addr().AsSlice(); h.Addr().Is4() {
					a.masked(at, h.Bits())
					a.equal(word(b), "host4")
				}
			}
		}
		a.jump("drop")
		a.mark("host4")
	}
	if len(m.Ports) == 0 {
		a.jump("accept")
		return
	}
	a.add(bpf.LoadIndirect{Off: 9, Size: 1})
	a.equal(6, "ports4")
	a.equal(17, "ports4")
	a.jump("drop")
	a.mark("ports4")
	a.add(bpf.LoadIndirect{Off: 6, Size: 2}, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 0x1fff})
	a.unequal(0, "accept") // a later fragment
	a.add(bpf.LoadIndirect{Off: 0, Size: 1}, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 15}, bpf.ALUOpConstant{Op: bpf.ALUOpShiftLeft, Val: 2},
		bpf.ALUOpX{Op: bpf.ALUOpAdd}, bpf.TAX{})
	m.ports(a, 0)
}

func (m *Match) ip6(a *assembler) {
	if len(m.Hosts) > 0 {
		for _, at := range []uint32{8, 24} {
			for i, h := range m.Hosts {
				if h.Addr().Is6() {
					a.prefix6(at, h.Masked(), fmt.Sprint("next ", at, i))
				}
			}
		}
		a.jump("drop")
		a.mark("host6")
	}
	if len(m.Ports) == 0 {
		a.jump("accept")
		return
	}
	a.add(bpf.LoadIndirect{Off: 6, Size: 1})
	a.equal(44, "accept") // a fragment
	a.equal(6, "ports6")
	a.equal(17, "ports6")
	a.jump("drop")
	a.mark("ports6")
	m.ports(a, 40)
}

// prefix6 goes to host6 where the address at a place is within p, else to what follows.
func (a *assembler) prefix6(at uint32, p netip.Prefix, next string) {
	b := p.Addr().AsSlice()
	for i := range 4 {
		bits := min(max(p.Bits()-32*i, 0), 32)
		if bits == 0 {
			break
		}
		a.masked(at+4*uint32(i), bits)
		a.unequal(word(b[4*i:]), next)
	}
	a.jump("host6")
	a.mark(next)
}

// masked loads the leading bits of the four bytes at X and a place.
func (a *assembler) masked(at uint32, bits int) {
	a.add(bpf.LoadIndirect{Off: at, Size: 4})
	if bits < 32 {
		a.add(bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: uint32(^uint64(0) << (32 - bits))})
	}
}

// ports compares both ports of the header at X and some bytes.
func (m *Match) ports(a *assembler, at uint32) {
	for _, off := range []uint32{at, at + 2} {
		a.add(bpf.LoadIndirect{Off: off, Size: 2})
		for _, p := range m.Ports {
			a.equal(uint32(p), "accept")
		}
	}
	a.jump("drop")
}

func word(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

// An assembler makes a BPF program with names for the places that are jumped to. Every jump is one that may go far:
// those that depend on a comparison reach 255 instructions only.
type assembler struct {
	list   []bpf.Instruction
	jumps  map[int]string // by the jump's place
	places map[string]int
}

func (a *assembler) add(i ...bpf.Instruction) { a.list = append(a.list, i...) }

func (a *assembler) mark(name string) {
	if a.places == nil {
		a.places = map[string]int{}
	}
	a.places[name] = len(a.list)
}

func (a *assembler) jump(to string) {
	if a.jumps == nil {
		a.jumps = map[int]string{}
	}
	a.jumps[len(a.list)] = to
	a.add(bpf.Jump{})
}

// equal goes to a place where A is v.
func (a *assembler) equal(v uint32, to string) {
	a.add(bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: v, SkipTrue: 1})
	a.jump(to)
}

func (a *assembler) unequal(v uint32, to string) {
	a.add(bpf.JumpIf{Cond: bpf.JumpEqual, Val: v, SkipTrue: 1})
	a.jump(to)
}

// program fills in how far the jumps go.
func (a *assembler) program() []bpf.Instruction {
	list := slices.Clone(a.list)
	for at, to := range a.jumps {
		list[at] = bpf.Jump{Skip: uint32(a.places[to] - at - 1)}
	}
	return list
}
