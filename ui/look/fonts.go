package look

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"sioscope/assets"
	"sioscope/ui/timeline"
)

// Font is Fyne's own, Noto Sans and DejaVu Sans Mono, with Japanese before it: Fyne takes each letter from the first
// that has it of the theme's font, its own of that style, emoji, and what the system has. The Japanese font has nothing
// that Noto Sans has, so that all else stays Fyne's, but the blank: Fyne draws one from the font of the letter before it, and
// a box where that has none. By that blank Fyne measures lines: it is as Fyne's is.
func (t Theme) Font(s fyne.TextStyle) fyne.Resource {
	switch {
	case s.Symbol:
		return theme.DefaultTheme().Font(s)
	case s.Monospace:
		return japaneseMono()
	case s.Bold:
		return fyne.NewStaticResource("NotoSansJP-Bold.otf", assets.JapaneseBold)
	}
	return fyne.NewStaticResource("NotoSansJP-Regular.otf", assets.JapaneseRegular)
}

// Fonts are the interface's own faces, for the timeline's labels.
func Fonts() (*timeline.Fonts, error) {
	f, err := timeline.NewFonts(theme.DefaultTextFont().Content(), theme.DefaultTextBoldFont().Content(), theme.DefaultTextMonospaceFont().Content())
	if err != nil {
		return nil, err
	}
	if err := f.Beyond(assets.JapaneseRegular, assets.JapaneseBold); err != nil {
		return nil, fmt.Errorf("reading the Japanese fonts: %w", err)
	}
	return f, nil
}
