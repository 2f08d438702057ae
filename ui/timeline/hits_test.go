package timeline

import (
	"image/color"
	"strings"
	"testing"
)

// TestSessionsWithHitsStandOut: those in which a search found packets say how many, and the names of the others step back.
func TestSessionsWithHitsStandOut(t *testing.T) {
	t.Parallel()
	tr := story()
	for _, tt := range []struct {
		hits map[int32]int32
		says string
		name func(*Palette) color.RGBA
	}{
		{nil, "", func(p *Palette) color.RGBA { return p.Text }},
		{map[int32]int32{}, "", func(p *Palette) color.RGBA { return p.Dim }},
		{map[int32]int32{0: 3}, "3 hits", func(p *Palette) color.RGBA { return p.Text }},
	} {
		var scene Scene
		in := input(t, tr)
		in.Hits = tt.hits
		Layout(in, &scene)
		if got := strings.Contains(labels(&scene), "hits"); got != (tt.says != "") || !strings.Contains(labels(&scene), tt.says) {
			t.Errorf("%v: it says\n%s", tt.hits, labels(&scene))
		}
		for _, s := range scene.Shapes {
			if s.Text == tr.Sessions[0].SID && s.Color != tt.name(in.Palette) {
				t.Errorf("%v: the name is written in %v", tt.hits, s.Color)
			}
		}
	}
}
