package engineio

import (
	"bytes"
	"strings"
	"testing"
)

// event is a Socket.IO event of 100 bytes, as it stands in a message packet.
var event = `42["message",{"user":"jude","text":"` + strings.Repeat("x", 61) + `"}]`

func TestMessageDoesNotAllocate(t *testing.T) {
	p := []byte(event)
	for _, rev := range []int{3, 4} {
		if n := testing.AllocsPerRun(100, func() { _, _ = DecodeMessage(rev, false, p) }); n != 0 {
			t.Errorf("revision %d: %v allocations", rev, n)
		}
		if n := testing.AllocsPerRun(100, func() { _, _ = DecodeMessage(rev, true, []byte{4, 1, 2}) }); n != 0 {
			t.Errorf("revision %d, binary: %v allocations", rev, n)
		}
	}
}

func BenchmarkMessage(b *testing.B) {
	p := []byte(event)
	b.ReportAllocs()
	b.SetBytes(int64(len(p)))
	for b.Loop() {
		if _, err := DecodeMessage(4, false, p); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkPolling(b *testing.B, rev int, text string) {
	packets := make([]Packet, 10)
	for i := range packets {
		packets[i] = Packet{Type: Message, HasData: true, Data: []byte(text)}
	}
	body := Encoder{Rev: rev}.AppendPolling(nil, packets...)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if err := DecodePolling(rev, body, func(Packet) {}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPolling4(b *testing.B)      { benchmarkPolling(b, 4, event[1:]) }
func BenchmarkPolling3(b *testing.B)      { benchmarkPolling(b, 3, event[1:]) }
func BenchmarkPolling3Greek(b *testing.B) { benchmarkPolling(b, 3, strings.Repeat("αβγ", 33)) }

func BenchmarkPollingBinary(b *testing.B) {
	p := Packet{Type: Message, HasData: true, Data: bytes.Repeat([]byte("x"), 99)}
	body := Encoder{Rev: 3}.AppendPollingBinary(nil, p, p, p, p, p, p, p, p, p, p)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if err := DecodePollingBinary(body, func(Packet) {}); err != nil {
			b.Fatal(err)
		}
	}
}
