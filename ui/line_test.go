package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"sioscope/ui/look"
	"sioscope/ui/walk"
)

// TestAVerdictIsWrittenSmallerBeforeItIsCut: its end is what matters.
func TestAVerdictIsWrittenSmallerBeforeItIsCut(t *testing.T) {
	walk.App(t)
	fonts, err := look.Fonts()
	if err != nil {
		t.Fatal(err)
	}
	l := newLine(fonts, 16.5, theme.ColorNameForeground, fyne.TextStyle{Bold: true})
	l.least = 13
	const verdict = "WebSocket ではなくポーリング：セッション 1 件がアップグレードせず"
	l.Set(verdict)
	for _, tt := range []struct {
		width, size float32
		cut         bool
	}{{700, 16.5, false}, {540, 16, false}, {470, 14, false}, {300, 13, true}, {700, 16.5, false}} {
		l.Resize(fyne.NewSize(tt.width, 20))
		if l.text.TextSize != tt.size || (l.text.Text != verdict) != tt.cut {
			t.Errorf("%v wide: %v high, %q", tt.width, l.text.TextSize, l.text.Text)
		}
	}
}
