package report

import (
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"

	"sioscope/protocol/lang"
	"sioscope/ui/timeline"
)

// A Drawing is how a timeline is drawn as a picture of pixels.
type Drawing struct {
	Width   int // pixels
	Palette *timeline.Palette
	Fonts   *timeline.Fonts // for this alone
}

// Limits of a picture of pixels.
const (
	LeastWidth, MostWidth = 600, 16000
	normalWidth           = 1120 // pixels at which things have the size that they have in the window
	maxPixels             = 120e6
)

// PNG prints the timeline as a picture: verdict, sessions, legend, as SVG has them. A wider picture shows more of the time,
// and from twice the width on larger things.
func PNG(w io.Writer, in Input, d Drawing) error {
	img, err := in.picture(d)
	if err != nil {
		return err
	}
	if err := png.Encode(w, img); err != nil {
		return fmt.Errorf("writing the picture: %w", err)
	}
	return nil
}

func (in *Input) picture(d Drawing) (image.Image, error) {
	if d.Width < LeastWidth || d.Width > MostWidth {
		return nil, lang.Say("a picture is %d to %d pixels wide", LeastWidth, MostWidth)
	}
	scenes, err := in.scenes(d)
	if err != nil {
		return nil, err
	}
	high := 0
	for _, sc := range scenes {
		high += sc.Size.Y
	}
	if high*d.Width > maxPixels {
		return nil, lang.Say("a picture of %d × %d pixels is too large; choose a smaller width", d.Width, high)
	}
	return below(scenes, d, high), nil
}

// scenes are what stands below each other in the picture, with the secrets in their texts masked.
func (in *Input) scenes(d Drawing) ([]*timeline.Scene, error) {
	p, err := in.timelinePicture()
	if err != nil {
		return nil, err
	}
	p.fonts = d.Fonts
	scale := max(1, d.Width/(2*normalWidth))
	height := headerHeight
	if in.Diagnosis.Verdict.Cause == "" {
		height -= causeHeight
	}
	scenes := []*timeline.Scene{{}}
	p.header(timeline.Input{W: d.Width, H: height * scale, Scale: float64(scale), Static: true, Fonts: d.Fonts, Palette: d.Palette}, scenes[0])
	if len(p.lines) > 0 && in.First != 0 {
		body, legend := p.scaled(p.lines, d, scale), p.scaled(nil, d, scale)
		scenes = append(scenes, &timeline.Scene{}, &timeline.Scene{})
		timeline.Layout(body, scenes[1])
		timeline.Legend(legend, scenes[2])
		scenes[2].Size.Y = int(scenes[2].Content) * scale
	}
	for _, sc := range scenes {
		for i := range sc.Shapes {
			if s := &sc.Shapes[i]; s.Kind == timeline.Text {
				s.Text = in.mask(s.Text, 200)
			}
		}
	}
	return scenes, nil
}

// scaled lays lines out as input does, in larger pixels.
func (p *timelinePicture) scaled(lines []timeline.Line, d Drawing, scale int) timeline.Input {
	in := p.input(lines, d.Width/scale)
	in.Scale, in.Palette, in.Fonts = float64(scale), d.Palette, d.Fonts
	in.W, in.H = d.Width, in.H*scale
	return in
}

// below draws scenes below each other.
func below(scenes []*timeline.Scene, d Drawing, high int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, d.Width, high))
	y := 0
	for _, sc := range scenes {
		part := image.NewRGBA(image.Rect(0, 0, d.Width, sc.Size.Y))
		timeline.Draw(part, sc, d.Fonts)
		draw.Draw(img, part.Rect.Add(image.Pt(0, y)), part, image.Point{}, draw.Src)
		y += sc.Size.Y
	}
	return img
}
