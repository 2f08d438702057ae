package timeline

import (
	"image"
	"testing"
)

// A frame is 1600x900, as big as a maximised window's timeline gets on most screens.
func big(b *testing.B, in Input) Input {
	in.W, in.H = 1600, 900
	in.View = Fit(in.Tracker.First, in.Tracker.Last, 1332)
	b.ResetTimer()
	return in
}

func BenchmarkLayoutMillionRows(b *testing.B) {
	in := big(b, input(b, crowd(1, 1_000_000, 1)))
	var scene Scene
	for b.Loop() {
		Layout(in, &scene)
	}
}

func BenchmarkLayoutMillionRows20Sessions(b *testing.B) {
	in := big(b, input(b, crowd(20, 50_000, 1)))
	var scene Scene
	for b.Loop() {
		Layout(in, &scene)
	}
}

func BenchmarkLayout500kRequests(b *testing.B) {
	in := big(b, input(b, crowd(1, 1, 500_000), 0))
	var scene Scene
	for b.Loop() {
		Layout(in, &scene)
	}
}

func BenchmarkDrawMillionRows20Sessions(b *testing.B) {
	in := big(b, input(b, crowd(20, 50_000, 1)))
	var scene Scene
	Layout(in, &scene)
	img := image.NewRGBA(image.Rect(0, 0, in.W, in.H))
	for b.Loop() {
		Draw(img, &scene, in.Fonts)
	}
}

func BenchmarkLines100kSessions(b *testing.B) {
	t := crowd(100_000, 1, 1)
	b.ResetTimer()
	for b.Loop() {
		Lines(t, every(t), nil)
	}
}

func BenchmarkDensityMillionRows(b *testing.B) {
	t := crowd(1, 1_000_000, 1)
	b.ResetTimer()
	for b.Loop() {
		var d Density
		d.Add(t)
	}
}
