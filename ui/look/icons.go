package look

import (
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// icons are those that were asked for, by their names.
var icons sync.Map

// Icon is Fyne's own.
func (t Theme) Icon(n fyne.ThemeIconName) fyne.Resource {
	if i, ok := icons.Load(n); ok {
		return i.(fyne.Resource)
	}
	own := theme.DefaultTheme().Icon(n)
	themed, ok := own.(fyne.ThemedResource)
	if !ok {
		return own
	}
	i, _ := icons.LoadOrStore(n, &icon{ThemedResource: themed})
	return i.(fyne.Resource)
}

// An icon is one of Fyne's as it was coloured last. Fyne's own is read, coloured and written anew whenever anything that
// has it is drawn.
type icon struct {
	fyne.ThemedResource

	mu      sync.Mutex
	color   color.Color
	content []byte
}

// Content is the icon in the colour that the theme gives it now.
func (i *icon) Content() []byte {
	c := color.NRGBAModel.Convert(theme.Color(i.ThemeColorName()))
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.content == nil || c != i.color {
		i.color, i.content = c, i.ThemedResource.Content()
	}
	return i.content
}
