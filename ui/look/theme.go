// Package look is how the window looks: its theme in dark and light, and the palette of the timeline made from it.
// It draws nothing.
package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Names of sioscope's own colours, for theme.Color and canvas objects.
const (
	Back      fyne.ThemeColorName = "sioBack"      // the canvas: timeline, detail
	Panel     fyne.ThemeColorName = "sioPanel"     // bars and columns beside it, where they lie on something else than the window
	Line      fyne.ThemeColorName = "sioLine"      // separators
	Grid      fyne.ThemeColorName = "sioGrid"      // vertical time lines
	Chosen    fyne.ThemeColorName = "sioChosen"    // the selected row
	ChosenBar fyne.ThemeColorName = "sioChosenBar" // the selected session's line
	Dim       fyne.ThemeColorName = "sioDim"       // secondary text
	Bad       fyne.ThemeColorName = "sioBad"
	Warn      fyne.ThemeColorName = "sioWarn"
	Good      fyne.ThemeColorName = "sioGood"
	Accent    fyne.ThemeColorName = "sioAccent"
	Polling   fyne.ThemeColorName = "sioPolling"
	WebSocket fyne.ThemeColorName = "sioWebSocket"
	Tick      fyne.ThemeColorName = "sioTick"
	Other     fyne.ThemeColorName = "sioOther"
	Found     fyne.ThemeColorName = "sioFound"     // behind what was searched for
	FoundLine fyne.ThemeColorName = "sioFoundLine" // and beneath it
)

// SectionText is the size of a section's heading.
const SectionText fyne.ThemeSizeName = "sioSectionText"

// MonoText is the size of lines to paste: Fyne cuts below the line, and of the monospaced face this size keeps the
// underscore where smaller ones lose it.
const MonoText fyne.ThemeSizeName = "sioMonoText"

// Choice is the user's wish for the variant.
type Choice string

const (
	System Choice = "system"
	Dark   Choice = "dark"
	Light  Choice = "light"
)

// A Theme is Fyne's default theme with sioscope's colours, tighter. The zero value follows the system.
type Theme struct{ Choice Choice }

// Variant is the one drawn, where the system prefers v.
func (t Theme) Variant(v fyne.ThemeVariant) fyne.ThemeVariant {
	switch t.Choice {
	case Dark:
		return theme.VariantDark
	case Light:
		return theme.VariantLight
	}
	if v != theme.VariantLight {
		return theme.VariantDark
	}
	return v
}

// Color looks a name up here and then in Fyne's default theme.
func (t Theme) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	v = t.Variant(v)
	if pair, ok := colors(name); ok {
		if v == theme.VariantLight {
			return pair.light
		}
		return pair.dark
	}
	return theme.DefaultTheme().Color(name, v)
}

// Size is Fyne's own, a little tighter: this window shows much at once.
func (t Theme) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNameText:
		return 13
	case theme.SizeNameCaptionText:
		return 11
	case theme.SizeNameSubHeadingText:
		return 16
	case MonoText:
		return 14
	case SectionText:
		return 15
	case theme.SizeNameHeadingText:
		return 20
	case theme.SizeNameInnerPadding:
		return 7
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return 5
	}
	return theme.DefaultTheme().Size(n)
}
