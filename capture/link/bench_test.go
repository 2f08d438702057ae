package link

import (
	"strings"
	"testing"
)

// BenchmarkDecode decodes frames of 155 bytes, as polling has them. MB/s are of the frames' bytes.
func BenchmarkDecode(b *testing.B) {
	options := "\x01\x01\x08\x0a12345678"
	v4 := ip4(protoTCP, "", join(tcpHeader(options), []byte(strings.Repeat("x", 89))))
	v6 := ip6(protoTCP, join(tcpHeader(options), []byte(strings.Repeat("x", 69))))
	frames := []struct {
		name string
		link Type
		in   []byte
	}{
		{"Ethernet-IPv4", Ethernet, eth(etherIPv4, v4)},
		{"Ethernet-IPv6", Ethernet, eth(etherIPv6, v6)},
		{"SLL2-IPv4", SLL2, join(hex16(etherIPv4), make([]byte, 18), v4)},
		{"PPP-IPv4", PPP, join([]byte{0xff, 3, 0, 0x21}, v4)},
	}
	for _, f := range frames {
		b.Run(f.name, func(b *testing.B) {
			b.SetBytes(int64(len(f.in)))
			b.ReportAllocs()
			var d Decoder
			var seg Segment
			for b.Loop() {
				if d.Decode(f.link, 42, f.in, len(f.in), &seg) != TCP {
					b.Fatal("not TCP")
				}
			}
		})
	}
}

func TestDecodeDoesNotAllocate(t *testing.T) {
	var d Decoder
	var seg Segment
	in := eth(etherIPv4, ip4(protoTCP, "", segment("hello")))
	if n := testing.AllocsPerRun(100, func() { d.Decode(Ethernet, 42, in, len(in), &seg) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}
