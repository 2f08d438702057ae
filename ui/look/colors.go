package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

type pair struct{ dark, light color.NRGBA }

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}
}

func both(dark, light uint32) (pair, bool) { return pair{rgb(dark), rgb(light)}, true }

// colors is the table of what differs from Fyne's default theme.
func colors(name fyne.ThemeColorName) (pair, bool) {
	switch name {
	case Back, theme.ColorNameInputBackground:
		return both(0x15171c, 0xf6f7f9)
	// A frame begins with all of the window in the colour of its background, for next to nothing: as most of it is panels,
	// these need not be filled once more, which is what a frame took longest for where a processor draws it.
	case Panel, theme.ColorNameBackground, theme.ColorNameHeaderBackground, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground:
		return both(0x1c1f26, 0xffffff)
	case theme.ColorNameButton:
		return both(0x282c37, 0xe9ecf2)
	case theme.ColorNameDisabledButton:
		return both(0x20232b, 0xf1f2f5)
	case theme.ColorNameForeground:
		return both(0xe6e8ee, 0x1b1e25)
	case Dim, theme.ColorNamePlaceHolder:
		return both(0x9aa1b0, 0x5a6272)
	case theme.ColorNameDisabled:
		return both(0x7b8292, 0x7a8190)
	case Line, theme.ColorNameSeparator:
		return both(0x2b2f39, 0xdfe2e8)
	case theme.ColorNameInputBorder: // of fields and of boxes to tick, which must be found
		return both(0x6b7280, 0x878e9c)
	case Grid:
		return both(0x2d323d, 0xd5d9e1)
	case Chosen, theme.ColorNameSelection:
		return both(0x273349, 0xd9e6f7)
	case ChosenBar:
		return both(0x1e2634, 0xe9eff8)
	case Bad, theme.ColorNameError:
		return both(0xf0665b, 0xb8322a)
	case Warn, theme.ColorNameWarning:
		return both(0xf0b429, 0x8a5a00)
	case Good, theme.ColorNameSuccess:
		return both(0x2fbf8f, 0x00734f)
	case Accent, theme.ColorNamePrimary, theme.ColorNameHyperlink:
		return both(0x56b4e9, 0x0068a8)
	case theme.ColorNameForegroundOnPrimary:
		return both(0x0d1117, 0xffffff)
	case Polling:
		return both(0xe69f00, 0xdb9800)
	case WebSocket:
		return both(0x009e73, 0x009a70)
	case Tick:
		return both(0xaab0bd, 0x5f6675)
	case Other:
		return both(0x6b7280, 0x8b92a0)
	case Found:
		return both(0x5c4a12, 0xffe79a)
	case FoundLine:
		return both(0xf0d442, 0x8a5a00)
	case theme.ColorNameShadow: // also what dims the window behind a dialog
		return pair{color.NRGBA{0, 0, 0, 120}, color.NRGBA{20, 30, 60, 36}}, true
	case theme.ColorNameHover:
		return pair{color.NRGBA{255, 255, 255, 14}, color.NRGBA{0, 0, 0, 12}}, true
	case theme.ColorNameFocus: // over what has the keyboard, and the item of a menu that is under the mouse
		return pair{color.NRGBA{86, 180, 233, 115}, color.NRGBA{0, 104, 168, 128}}, true
	case theme.ColorNameScrollBar:
		return pair{color.NRGBA{200, 205, 215, 110}, color.NRGBA{60, 66, 80, 110}}, true
	}
	return pair{}, false
}
