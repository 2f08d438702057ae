package timeline

import (
	"image"
	"image/color"
	"testing"
)

var (
	black = color.RGBA{0, 0, 0, 255}
	white = color.RGBA{255, 255, 255, 255}
)

func drawn(tb testing.TB, w, h int, shapes ...Shape) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	Draw(img, &Scene{Size: image.Pt(w, h), Scale: 1, Back: black, Shapes: shapes}, fonts(tb))
	return img
}

func lit(img *image.RGBA) (n int) {
	for i := 0; i < len(img.Pix); i += 4 {
		if img.Pix[i] > 127 {
			n++
		}
	}
	return n
}

func TestShapesCoverTheirArea(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		shape Shape
		want  int // lit pixels
		slack int
	}{
		{"rect", Shape{Kind: Rect, X0: 2, Y0: 2, X1: 12, Y1: 12, Color: white}, 100, 0},
		{"rect outside", Shape{Kind: Rect, X0: -50, Y0: -50, X1: -10, Y1: 90, Color: white}, 0, 0},
		{"rect reaching out", Shape{Kind: Rect, X0: -50, Y0: -50, X1: 4, Y1: 4, Color: white}, 16, 0},
		{"round", Shape{Kind: Round, X0: 0, Y0: 0, X1: 20, Y1: 20, Width: 10, Color: white}, 314, 12},
		{"diamond", Shape{Kind: Diamond, X0: 0, Y0: 0, X1: 20, Y1: 20, Color: white}, 200, 24},
		{"triangle", Shape{Kind: Triangle, X0: 0, Y0: 0, X1: 20, Y1: 20, Color: white}, 200, 24},
		{"triangle down", Shape{Kind: Down, X0: 0, Y0: 0, X1: 20, Y1: 20, Color: white}, 200, 24},
		{"triangle right", Shape{Kind: Right, X0: 0, Y0: 0, X1: 20, Y1: 20, Color: white}, 200, 24},
		{"hatch", Shape{Kind: Hatch, X0: 0, Y0: 0, X1: 21, Y1: 21, Color: white}, 441 * 4 / 7, 12},
		{"outline", Shape{Kind: Outline, X0: 0, Y0: 0, X1: 20, Y1: 20, Width: 1, Color: white}, 60, 12},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := lit(drawn(t, 24, 24, tt.shape)); got < tt.want-tt.slack || got > tt.want+tt.slack {
				t.Errorf("%d pixels, want %d", got, tt.want)
			}
		})
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	img := drawn(t, 20, 20, Shape{Kind: ClipPush, X0: 5, Y0: 5, X1: 10, Y1: 10},
		Shape{Kind: Rect, X1: 20, Y1: 20, Color: white}, Shape{Kind: Text, X0: 0, Y0: 0, X1: 20, Y1: 20, Text: "MMMM", Size: 14, Color: white},
		Shape{Kind: ClipPop})
	if got := lit(img); got != 25 {
		t.Errorf("%d pixels are lit, the clip has 25", got)
	}
}

func TestTextIsDrawnInsideItsHeight(t *testing.T) {
	t.Parallel()
	img := drawn(t, 100, 40, Shape{Kind: Text, X0: 2, Y0: 10, X1: 100, Y1: 30, Text: "Ag|", Size: 12, Color: white})
	for y := range 40 {
		for x := range 100 {
			if r, _, _, _ := img.At(x, y).RGBA(); r>>8 > 60 && (y < 10 || y > 30) {
				t.Fatalf("a letter reaches %d, %d", x, y)
			}
		}
	}
	if lit(img) == 0 {
		t.Error("no letter is drawn")
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	for _, text := range []string{"", "a", "a longer text", "日本語のテキスト"} {
		full := f.Width(text, Regular, 12)
		for w := float32(-1); w < full+5; w++ {
			got := f.Cut(text, Regular, 12, w)
			if got != "" && f.Width(got, Regular, 12) > w+0.01 {
				t.Fatalf("%q cut to %g is %q, %g wide", text, w, got, f.Width(got, Regular, 12))
			}
		}
		if got := f.Cut(text, Regular, 12, full+1); got != text {
			t.Errorf("%q was cut to %q where there is room", text, got)
		}
	}
}

func TestDrawAtEveryScale(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1, 1.25, 2, 3} {
		in := input(t, story(), 0)
		in.Scale, in.W, in.H = scale, int(1268*scale), int(600*scale)
		var scene Scene
		Layout(in, &scene)
		img := image.NewRGBA(image.Rect(0, 0, in.W, in.H))
		Draw(img, &scene, in.Fonts)
		x, y := int((in.Left+in.View.X(t0+3000*ms))*scale), int((AxisHeight+22)*scale)
		if got := img.RGBAAt(x, y); got != in.Palette.Polling {
			t.Errorf("scale %g: the band is %v, want %v", scale, got, in.Palette.Polling)
		}
	}
}
