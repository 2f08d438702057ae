package tlskeys_test

import (
	"fmt"
	"testing"

	"sioscope/internal/bench"
	"sioscope/protocol/conn"
)

// BenchmarkDecrypt is per byte of the connection, in records as long as they may be and in segments of 1,448 bytes.
func BenchmarkDecrypt(b *testing.B) {
	for _, s := range bench.Suites() {
		for _, size := range []int{16 << 10, 1000} {
			b.Run(fmt.Sprintf("%s/%d", bench.SuiteName(s), size), func(b *testing.B) {
				talk, err := bench.NewTLS(s, size, 4<<20)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(talk.Bytes)
				b.ReportAllocs()
				for b.Loop() {
					d := keysOf(talk.KeyLog).Decrypter()
					n := 0
					for _, p := range talk.Pieces {
						d.Decrypt(p, func(p conn.Piece) { n += len(p.Data) })
					}
					if n != talk.Content {
						b.Fatalf("%d bytes inside, want %d", n, talk.Content)
					}
				}
			})
		}
	}
}
