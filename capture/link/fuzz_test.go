package link

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"
)

func FuzzDecode(f *testing.F) {
	v4, v6 := ip4(protoTCP, "", segment("hello")), ip6(protoHopByHop, join(extension(protoTCP, 8), segment("hello")))
	f.Add(uint16(Ethernet), eth(etherVLAN, join([]byte{0, 1}, hex16(etherIPv4), v4)), 0)
	f.Add(uint16(Ethernet), eth(etherIPv4, ip4(protoUDP, "", udp(1, portVXLAN, "\x08\x00\x00\x00\x00\x00\x07\x00"+string(eth(etherIPv6, v6))))), 9)
	f.Add(uint16(Ethernet), eth(etherMPLS, join([]byte{0, 0, 0x21, 64}, v6)), 1500)
	f.Add(uint16(Raw), fragment4(protoTCP, 1, 0x2000, "", repeat("x", 64)), 0)
	f.Add(uint16(Raw), ip6(protoFragment, join(fragmentHeader6(protoTCP, 7, 0), segment("hello"))), 0)
	f.Add(uint16(Raw), ip4(protoGRE, "", join([]byte("\x10\x00\x88\xbeseq.12345678"), eth(etherIPv4, v4))), 0)
	f.Add(uint16(Null), join([]byte{2, 0, 0, 0}, v4), 0)
	f.Add(uint16(SLL2), join(hex16(etherIPv6), make([]byte, 18), v6), 0)
	f.Add(uint16(PKTAP), join([]byte{12, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}, eth(etherIPv4, v4)), 0)
	f.Add(uint16(PPP), join([]byte{0xff, 3, 0, 0x21}, v4), 0)
	f.Add(uint16(Radiotap), join([]byte("\x00\x00\x09\x00\x02\x00\x00\x00\x10"), wifi(etherIPv4, v4)), 0)
	f.Fuzz(func(t *testing.T, linkType uint16, in []byte, origLen int) {
		kept := bytes.Clone(in)
		data := append(in, "behind the frame"...)[:len(in)] // what a reader's buffer has there
		var d Decoder
		var seg, again Segment
		got := d.Decode(Type(linkType), 42, data, origLen, &seg)
		if string(data[:len(in)+16]) != string(kept)+"behind the frame" {
			t.Fatal("the frame was written to")
		}
		if got == TCP {
			n := len(seg.Payload)
			if seg.Missing < 0 || n > len(in) || !bytes.Contains(in, seg.Payload) {
				t.Fatalf("%+v", seg)
			}
		}
		d.Flush()
		if second := d.Decode(Type(linkType), 42, data, origLen, &again); second != got || got == TCP && !reflect.DeepEqual(seg, again) {
			t.Fatalf("%v %+v, the second time %v %+v", got, seg, second, again)
		}
		if d.held.bytes > defaultHeld {
			t.Fatalf("holds %d bytes", d.held.bytes)
		}
	})
}

// FuzzFragments cuts a datagram anyhow, in any order, with repetitions: it must come out as it was.
func FuzzFragments(f *testing.F) {
	f.Add([]byte("hello, fragmented world"), uint64(1))
	f.Add([]byte{}, uint64(2))
	f.Fuzz(func(t *testing.T, payload []byte, seed uint64) {
		if len(payload) > 40_000 {
			t.Skip()
		}
		random := rand.New(rand.NewPCG(seed, 0))
		body := segment(string(payload))
		var packets [][]byte
		for off, end := 0, 0; end < len(body); off = end {
			end = min(off+8*(1+random.IntN(8)*random.IntN(40)), len(body))
			place := uint16(off / 8)
			if end < len(body) {
				place |= 0x2000
			}
			packets = append(packets, fragment4(protoTCP, 5, place, "", body[off:end]))
		}
		if len(packets) == 1 {
			t.Skip()
		}
		packets = append(packets, packets[random.IntN(len(packets))])
		random.Shuffle(len(packets), func(i, j int) { packets[i], packets[j] = packets[j], packets[i] })
		var d Decoder
		var seg Segment
		for _, p := range packets {
			if d.Decode(IPv4, 42, p, len(p), &seg) == TCP {
				checkSegment(t, seg, false, string(payload), 0)
				return
			}
		}
		t.Fatalf("%d fragments did not become a datagram", len(packets))
	})
}
