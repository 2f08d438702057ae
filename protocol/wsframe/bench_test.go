package wsframe

import (
	"bytes"
	"compress/flate"
	"fmt"
	"strings"
	"testing"
)

// event is a Socket.IO event whose frame, its header included, is n bytes long.
func event(n int, mask *[4]byte) []byte {
	for pad := 0; ; pad++ {
		f := AppendFrame(nil, true, Text, mask, false, []byte(`42["event",{"n":1,"text":"`+strings.Repeat("x", pad)+`"}]`))
		if len(f) >= n {
			return f
		}
	}
}

// One frame arrives with each Write.
func BenchmarkDecoder(b *testing.B) {
	for _, n := range []int{155, 1448, 64 << 10} {
		for name, mask := range map[string]*[4]byte{"masked": {1, 2, 3, 4}, "plain": nil} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				frame, d := event(n, mask), Decoder{FromClient: mask != nil}
				benchWrite(b, &d, frame)
			})
		}
	}
}

// A segment of 1,448 bytes is full of small frames.
func BenchmarkDecoderPacked(b *testing.B) {
	for name, mask := range map[string]*[4]byte{"masked": {1, 2, 3, 4}, "plain": nil} {
		b.Run(name, func(b *testing.B) {
			frame, d := event(62, mask), Decoder{FromClient: mask != nil}
			benchWrite(b, &d, bytes.Repeat(frame, 1448/len(frame)))
		})
	}
}

// A frame arrives in two halves.
func BenchmarkDecoderSplit(b *testing.B) {
	frame, d := event(1448, &[4]byte{1, 2, 3, 4}), Decoder{FromClient: true}
	emit := func(*Message) {}
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		d.Write(1, frame[:700], emit)
		d.Write(1, frame[700:], emit)
	}
}

// Megabytes are those of the inflated text. With takeover every message refers to the one before.
func BenchmarkInflate(b *testing.B) {
	for _, n := range []int{155, 1448, 16 << 10} {
		for _, takeover := range []bool{true, false} {
			b.Run(fmt.Sprintf("%d/takeover=%v", n, takeover), func(b *testing.B) {
				text := realistic(n)
				z := newDeflater(b, takeover)
				first, second := z.frame(text), z.frame(text)
				d := Decoder{Deflate: Deflate{Enabled: true, ServerNoContextTakeover: !takeover}}
				emit := func(m *Message) {
					if len(m.Payload) != n || m.Incomplete {
						b.Fatalf("%d bytes, want %d", len(m.Payload), n)
					}
				}
				d.Write(1, first, emit)
				b.SetBytes(int64(n))
				b.ReportAllocs()
				for b.Loop() {
					d.Write(1, second, emit)
				}
			})
		}
	}
}

func benchWrite(b *testing.B, d *Decoder, p []byte) {
	seen := 0
	emit := func(m *Message) { seen += len(m.Payload) }
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Write(1, p, emit); err != nil {
			b.Fatal(err)
		}
	}
	if seen == 0 {
		b.Fatal("nothing was emitted")
	}
}

// realistic is n bytes of JSON that deflate shortens about as much as events of a real service.
func realistic(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`42["event",[`)
	for i := uint32(1); b.Len() < n; i = i*1664525 + 1013904223 {
		fmt.Fprintf(&b, `{"id":%d,"name":"sensor-%d","value":%d.%d,"ok":true},`, i>>8, i>>28, i>>20&255, i>>12&63)
	}
	return b.Bytes()[:n]
}

// A deflater writes compressed messages as an endpoint does, RFC 7692 §7.2.1.
type deflater struct {
	tb       testing.TB
	takeover bool
	out      bytes.Buffer
	zw       *flate.Writer
}

func newDeflater(tb testing.TB, takeover bool) *deflater {
	z := &deflater{tb: tb, takeover: takeover}
	var err error
	if z.zw, err = flate.NewWriter(&z.out, 6); err != nil {
		tb.Fatal(err)
	}
	return z
}

// message compresses one message.
func (z *deflater) message(text []byte) []byte {
	z.out.Reset()
	if !z.takeover {
		z.zw.Reset(&z.out)
	}
	z.zw.Write(text)
	z.zw.Flush()
	p, ok := bytes.CutSuffix(z.out.Bytes(), []byte("\x00\x00\xff\xff"))
	if !ok {
		z.tb.Fatal("flush wrote no empty block")
	}
	return bytes.Clone(p)
}

// frame is that message in one frame of a server.
func (z *deflater) frame(text []byte) []byte {
	return AppendFrame(nil, true, Text, nil, true, z.message(text))
}
