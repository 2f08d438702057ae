package ui

import (
	"strings"
	"testing"

	"sioscope/ui/payload"
	"sioscope/ui/rows"
)

// TestHitsThatAreWrappedAreMarkedInBothLines: wherever a line is cut, all of a hit is marked, and it is counted once.
func TestHitsThatAreWrappedAreMarkedInBothLines(t *testing.T) {
	const word = "needle"
	wrapped := false
	for width := 20; width < 60; width++ {
		text := `["say",{"deep":{"text":"` + strings.Repeat("x", 30) + "NEEDLE" + strings.Repeat("y", 25) + "needle日本語needle" + `"}}]`
		d := &detail{words: []string{word}}
		v := &lineView{lines: payload.Pretty([]byte(text), width)}
		v.visible = payload.Folded(v.lines, nil)
		marked := ""
		for i, l := range v.lines {
			spans, begin := d.textSpans(v.lines, i)
			for _, s := range spans {
				marked += strings.ToLower(l.Text[s.From:s.To])
			}
			wrapped = wrapped || begin < len(spans)
		}
		v.spans = func(i int) ([]rows.Span, int) { return d.textSpans(v.lines, i) }
		if _, n := v.hits(); marked != word+word+word || n != 3 {
			t.Errorf("in lines of %d characters %q is marked, and counted %d times", width, marked, n)
		}
	}
	if !wrapped {
		t.Error("no hit is wrapped: nothing was shown")
	}
}
