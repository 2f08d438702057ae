package pcapfile

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"sioscope/capture/link"
)

// frames is how many frames of 155 bytes, as polling has them, a benchmark's file holds.
const frames = 100_000

// frame is Ethernet, IPv4, TCP with timestamps, and 89 bytes of payload.
var frame = "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x08\x00" +
	"\x45\x00\x00\x8d\x12\x34\x40\x00\x40\x06\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02" +
	"\xc0\x00\x00\x50\x00\x00\x00\x01\x00\x00\x00\x02\x80\x18\x01\xf6\x00\x00\x00\x00\x01\x01\x08\x0a\x00\x00\x00\x01\x00\x00\x00\x02" +
	strings.Repeat("x", 89)

func benchFiles() map[string][]byte {
	ng := slices.Concat(sectionBlock(little), interfaceBlock(little, 1, 0), bytes.Repeat(enhancedBlock(little, 0, micro, len(frame), frame), frames))
	pcap := pcapFile(little, magicMicro, 1, bytes.Repeat(record(little, second, 1, len(frame), "", frame), frames))
	return map[string][]byte{"pcap": pcap, "pcapng": ng}
}

func BenchmarkRead(b *testing.B) {
	for name, file := range benchFiles() {
		b.Run(name, func(b *testing.B) { benchmark(b, file, func(Packet) bool { return true }) })
	}
}

func BenchmarkReadAndDecode(b *testing.B) {
	for name, file := range benchFiles() {
		b.Run(name, func(b *testing.B) {
			var d link.Decoder
			var seg link.Segment
			benchmark(b, file, func(p Packet) bool {
				return d.Decode(p.Link, p.Time, p.Data, p.OrigLen, &seg) == link.TCP && len(seg.Payload) == 89
			})
		})
	}
}

// benchmark reads a file of as many frames as b.N asks for. MB/s are of the frames' bytes.
func benchmark(b *testing.B, file []byte, use func(Packet) bool) {
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for n := 0; n < b.N; {
		f, err := NewReader(bytes.NewReader(file), "bench")
		if err != nil {
			b.Fatal(err)
		}
		for ; n < b.N; n++ {
			p, err := f.Next()
			if err == io.EOF {
				break
			}
			if err != nil || !use(p) {
				b.Fatal("a packet is not what was written", err)
			}
		}
	}
}
