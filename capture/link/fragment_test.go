package link

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// cutInto gives the IPv4 fragments of a TCP segment, each of the given sizes and the last of what is left.
func cutInto(id uint16, body []byte, sizes ...int) [][]byte {
	var out [][]byte
	off := 0
	for _, n := range sizes {
		out = append(out, fragment4(protoTCP, id, 0x2000|uint16(off/8), "", body[off:off+n]))
		off += n
	}
	return append(out, fragment4(protoTCP, id, uint16(off/8), "", body[off:]))
}

func cutInto6(id uint32, body []byte, sizes ...int) [][]byte {
	var out [][]byte
	off := 0
	for _, n := range sizes {
		out = append(out, ip6(protoFragment, join(fragmentHeader6(protoTCP, id, off|1), body[off:off+n])))
		off += n
	}
	return append(out, ip6(protoFragment, join(fragmentHeader6(protoTCP, id, off), body[off:])))
}

// feed decodes the packets and expects the segment with the given payload at the end, and fragments before.
func feed(t *testing.T, d *Decoder, v6 bool, payload string, packets ...[]byte) {
	t.Helper()
	var seg Segment
	for i, p := range packets {
		want := Fragment
		if i == len(packets)-1 {
			want = TCP
		}
		if got := d.Decode(Raw, 42, p, len(p), &seg); got != want {
			t.Fatalf("packet %d: got %v, want %v", i, got, want)
		}
	}
	checkSegment(t, seg, v6, payload, 0)
	if len(d.held.order) != 0 || len(d.held.byKey) != 0 || d.held.bytes != 0 {
		t.Errorf("still holds %d bytes", d.held.bytes)
	}
}

func TestFragmentOrders(t *testing.T) {
	t.Parallel()
	payload := strings.Repeat("0123456789", 20) + "end"
	body := segment(payload)
	for _, v6 := range []bool{false, true} {
		whole := cutInto(7, body, 16, 64, 8, 80)
		if v6 {
			whole = cutInto6(7, body, 16, 64, 8, 80)
		}
		for range 30 {
			rand.Shuffle(len(whole), func(i, j int) { whole[i], whole[j] = whole[j], whole[i] })
			var d Decoder
			feed(t, &d, v6, payload, whole...)
			if d.Dropped != 0 {
				t.Errorf("dropped %d", d.Dropped)
			}
		}
	}
}

func TestFragmentsThatOverlap(t *testing.T) {
	t.Parallel()
	body := segment(strings.Repeat("a", 44)) // 64 bytes
	other := segment(strings.Repeat("b", 44))
	f := cutInto(7, body, 32, 16)
	t.Run("the first bytes win", func(t *testing.T) {
		t.Parallel()
		var d Decoder
		late := fragment4(protoTCP, 7, 0x2000|2, "", other[16:56]) // 32 to 48 are new in it
		feed(t, &d, false, strings.Repeat("a", 12)+strings.Repeat("b", 16+8)+strings.Repeat("a", 8),
			f[0], late, fragment4(protoTCP, 7, 7, "", body[56:]))
	})
	t.Run("a repetition changes nothing", func(t *testing.T) {
		t.Parallel()
		var d Decoder
		feed(t, &d, false, strings.Repeat("a", 44), f[0], f[0], f[1], f[1], f[2])
	})
	t.Run("a fragment behind the last one", func(t *testing.T) {
		t.Parallel()
		var d Decoder
		feed(t, &d, false, strings.Repeat("a", 44), f[2], fragment4(protoTCP, 7, 0x2000|8, "", other[:16]), f[1], f[0])
	})
	t.Run("a second last one", func(t *testing.T) {
		t.Parallel()
		var d Decoder
		feed(t, &d, false, strings.Repeat("a", 44), f[2], fragment4(protoTCP, 7, 4, "", other[:8]), f[1], f[0])
	})
	t.Run("a last one before what came", func(t *testing.T) {
		t.Parallel()
		var d Decoder
		feed(t, &d, false, strings.Repeat("a", 44), f[1], fragment4(protoTCP, 7, 4, "", other[:8]), f[2], f[0])
	})
}

func TestFragmentsOfSeveralDatagrams(t *testing.T) {
	t.Parallel()
	one, two := strings.Repeat("1", 44), strings.Repeat("2", 44)
	a, b := cutInto(1, segment(one), 32), cutInto(2, segment(two), 32)
	c := cutInto6(1, segment(two), 32)
	other := fragment4(protoUDP, 1, 0x2000, "", repeat("u", 32)) // the same identification and another protocol
	var d Decoder
	var seg Segment
	for _, p := range [][]byte{a[0], b[0], c[0], other} {
		if got := d.Decode(Raw, 42, p, len(p), &seg); got != Fragment {
			t.Fatalf("got %v", got)
		}
	}
	for _, tt := range []struct {
		last    []byte
		payload string
		v6      bool
	}{{b[1], two, false}, {c[1], two, true}, {a[1], one, false}} {
		if got := d.Decode(Raw, 42, tt.last, len(tt.last), &seg); got != TCP {
			t.Fatalf("got %v", got)
		}
		checkSegment(t, seg, tt.v6, tt.payload, 0)
	}
	if d.Flush(); d.Dropped != 1 {
		t.Errorf("dropped %d, want 1", d.Dropped)
	}
}

func TestFragmentsInTunnelsAndOfOtherProtocols(t *testing.T) {
	t.Parallel()
	packet := ip4(protoTCP, "", segment("hello"))
	var d Decoder
	feed(t, &d, false, "hello", fragment4(protoIPv4, 9, 0x2000, "", packet[:24]), fragment4(protoIPv4, 9, 3, "", packet[24:]))
	var seg Segment
	for i, want := range []Kind{Fragment, QUIC} {
		p := [][]byte{fragment4(protoUDP, 9, 0x2000, "", udp(443, 5, "\x402345678")), fragment4(protoUDP, 9, 2, "", repeat("x", 15))}[i]
		if got := d.Decode(Raw, 42, p, len(p), &seg); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	first := join(extension(protoTCP, 8), segment("hello"))
	feed(t, &d, true, "hello", ip6(protoFragment, join(fragmentHeader6(protoTCP, 9, 24), first[24:])),
		ip6(protoFragment, join(fragmentHeader6(protoDestination, 9, 1), first[:24]))) // the first one tells what comes next
}

func TestBadFragments(t *testing.T) {
	t.Parallel()
	body := repeat("x", 64)
	tests := []struct {
		name   string
		in     []byte
		onWire int
	}{
		{name: "not a multiple of eight", in: fragment4(protoTCP, 1, 0x2000, "", body[:33])},
		{name: "empty", in: fragment4(protoTCP, 1, 4, "", nil)},
		{name: "beyond what a datagram may have", in: fragment4(protoTCP, 1, 0x1fff, "", body)},
		{name: "cut by the snap length", in: fragment4(protoTCP, 1, 0x2000, "", body)[:52], onWire: 84},
		{name: "IPv6, not a multiple of eight", in: ip6(protoFragment, join(fragmentHeader6(protoTCP, 1, 1), body[:33]))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var d Decoder
			var seg Segment
			if got := d.Decode(Raw, 42, tt.in, max(tt.onWire, len(tt.in)), &seg); got != Fragment || d.Dropped != 1 || d.held.bytes != 0 {
				t.Errorf("got %v, %d dropped, %d bytes held", got, d.Dropped, d.held.bytes)
			}
		})
	}
}

func TestFragmentLimits(t *testing.T) {
	t.Parallel()
	start := func(id int) []byte { return fragment4(protoTCP, uint16(id), 0x2000, "", repeat("x", 64)) }
	far := func(id int) []byte { return fragment4(protoTCP, uint16(id), 0x2000|0x1ff7, "", repeat("x", 64)) }
	tests := []struct {
		name    string
		d       Decoder
		in      func(i int) (packet []byte, at int64)
		n       int
		dropped int64
		held    int
	}{
		{name: "datagrams", d: Decoder{MaxDatagrams: 10}, in: func(i int) ([]byte, int64) { return start(i), 0 }, n: 25, dropped: 15, held: 10},
		{name: "datagrams by default", in: func(i int) ([]byte, int64) { return start(i), 0 }, n: 300, dropped: 300 - defaultDatagrams, held: defaultDatagrams},
		{name: "bytes", d: Decoder{MaxHeld: 150_000}, in: func(i int) ([]byte, int64) { return far(i), 0 }, n: 10, dropped: 8, held: 2},
		{name: "bytes by default", in: func(i int) ([]byte, int64) { return far(i), 0 }, n: 250, dropped: 125, held: 125},
		{name: "less than one", d: Decoder{MaxHeld: 1}, in: func(i int) ([]byte, int64) { return start(i), 0 }, n: 3, dropped: 3, held: 0},
		{name: "age", d: Decoder{MaxAge: 10}, in: func(i int) ([]byte, int64) { return start(i), int64(i) * 2 }, n: 20, dropped: 14, held: 6},
		{name: "age by default", in: func(i int) ([]byte, int64) { return start(i), int64(i) * 10e9 }, n: 10, dropped: 6, held: 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var seg Segment
			for i := range tt.n {
				p, at := tt.in(i)
				tt.d.Decode(Raw, at, p, len(p), &seg)
				if most := or(tt.d.MaxHeld, defaultHeld); tt.d.held.bytes > most {
					t.Fatalf("holds %d bytes, more than %d", tt.d.held.bytes, most)
				}
			}
			if tt.d.Dropped != tt.dropped || len(tt.d.held.order) != tt.held || len(tt.d.held.byKey) != tt.held {
				t.Errorf("dropped %d and holds %d, want %d and %d", tt.d.Dropped, len(tt.d.held.order), tt.dropped, tt.held)
			}
			if tt.d.Flush(); tt.d.Dropped != int64(tt.n) || tt.d.held.bytes != 0 {
				t.Errorf("flushed: dropped %d of %d, holds %d bytes", tt.d.Dropped, tt.n, tt.d.held.bytes)
			}
		})
	}
}

// Fragments of fragments of fragments are nobody's: they must end.
func TestNestedFragments(t *testing.T) {
	t.Parallel()
	nest := func(levels int) []Kind {
		var d Decoder
		var seg Segment
		var kinds []Kind
		decode := func(body []byte) {
			p := ip6(protoFragment, body)
			kinds = append(kinds, d.Decode(Raw, 42, p, len(p), &seg))
		}
		inner := segment("hello!!!") // 28 bytes
		next := uint8(protoTCP)
		for id := range uint32(levels) {
			decode(join(fragmentHeader6(next, id, 8), inner[8:]))
			inner, next = join(fragmentHeader6(next, id, 1), inner[:8]), protoFragment
		}
		decode(inner)
		return kinds
	}
	if got := nest(maxTunnels); got[len(got)-1] != TCP {
		t.Errorf("as many as there may be: %v", got)
	}
	if got := nest(maxTunnels + 1); got[len(got)-1] != Malformed || slices.Contains(got, TCP) {
		t.Errorf("one more: %v", got)
	}
}
