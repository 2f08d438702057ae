package bench

import (
	"io"
	"testing"
)

func BenchmarkWrite(b *testing.B) {
	for name, k := range kinds {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(10_000_000)
			for b.Loop() {
				if _, err := write(io.Discard, 10_000_000, k); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
