package timeline

import (
	"fmt"
	"html"
	"image/color"
	"strconv"
	"strings"
)

// An Ink names the colours of pictures, each a pair of what it is in the light and in the dark scheme, so that the pictures
// of a page share one sheet of styles. The zero value is ready.
type Ink struct {
	names map[inkKey]string
	rules strings.Builder // light
	dark  strings.Builder
}

type inkKey struct {
	light, dark color.RGBA
	stroke      bool
}

// class names a pair of colours, to fill or to stroke with.
func (k *Ink) class(light, dark color.RGBA, stroke bool) string {
	key := inkKey{light, dark, stroke}
	if name, ok := k.names[key]; ok {
		return name
	}
	if k.names == nil {
		k.names = map[inkKey]string{}
	}
	name := "k" + strconv.FormatInt(int64(len(k.names)), 36)
	k.names[key] = name
	rule := func(c color.RGBA) string {
		property, none := "fill", ""
		if stroke {
			property, none = "stroke", "fill:none;"
		}
		text := fmt.Sprintf("%s%s:#%02x%02x%02x", none, property, c.R, c.G, c.B)
		if c.A != 255 {
			text += fmt.Sprintf(";%s-opacity:%.2g", property, float64(c.A)/255)
		}
		return text
	}
	fmt.Fprintf(&k.rules, ".%s{%s}", name, rule(light))
	if light != dark {
		fmt.Fprintf(&k.dark, ".%s{%s}", name, rule(dark))
	}
	return name
}

// CSS are the styles of everything drawn so far; on paper the light ones hold.
func (k *Ink) CSS() string {
	const text = `.tl text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK JP",sans-serif;white-space:pre}.tl .b{font-weight:600}` +
		`.tl .m{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-weight:600}.tl .h{fill:none;pointer-events:all}`
	return text + k.rules.String() + "@media screen and (prefers-color-scheme:dark){" + k.dark.String() + "}"
}

// A Sheet is a picture: scenes below each other, each as laid out with a light and with a dark palette.
type Sheet struct {
	Light, Dark []*Scene
	Title, Desc string              // for those who do not see it
	ID          string              // of this picture among those of a page
	Say         func(string) string // makes text of the wire fit to be shown; nil: as it is
	Tip         func(Hit) string    // what is shown of a place under the mouse; nil: nothing
	Style       string              // CSS that it brings along; "" where the page has it
	Lang        string              // "" where the page says it
}

// SVG writes the picture. Its text is text, its colours follow the reader's scheme, and it refers to nothing outside.
func (s *Sheet) SVG(ink *Ink) string {
	w, h := 0, 0
	for _, sc := range s.Light {
		w, h = max(w, sc.Size.X), h+sc.Size.Y
	}
	d := &drawing{ink: ink, sheet: s}
	y := 0
	for i := range s.Light {
		d.scene(s.Light[i], s.Dark[i], y)
		y += s.Light[i].Size.Y
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="tl" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="%s-t %s-d"`, w, h, w, h, s.ID, s.ID)
	if s.Lang != "" {
		fmt.Fprintf(&b, ` xml:lang="%s" lang="%s"`, html.EscapeString(s.Lang), html.EscapeString(s.Lang))
	}
	fmt.Fprintf(&b, `><title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, s.ID, escape(s.Title), s.ID, escape(s.Desc))
	if d.defs.Len() > 0 {
		fmt.Fprintf(&b, `<defs>%s</defs>`, d.defs.String())
	}
	body := d.body.String()
	if s.Style != "" || s.Lang != "" {
		fmt.Fprintf(&b, `<style>%s%s</style>`, s.Style, ink.CSS())
	}
	b.WriteString(body)
	b.WriteString("</svg>")
	return b.String()
}

// escape makes text inert in XML and leaves out what it cannot hold.
func escape(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}

type drawing struct {
	ink        *Ink
	sheet      *Sheet
	body, defs strings.Builder
	hatches    map[string]string // ids by class
}

func (d *drawing) scene(light, dark *Scene, y int) {
	fmt.Fprintf(&d.body, `<svg x="0" y="%d" width="%d" height="%d">`, y, light.Size.X, light.Size.Y)
	fmt.Fprintf(&d.body, `<rect width="%d" height="%d" class="%s"/>`, light.Size.X, light.Size.Y, d.ink.class(light.Back, dark.Back, false))
	for i := range light.Shapes {
		d.shape(&light.Shapes[i], dark.Shapes[i].Color)
	}
	if d.sheet.Tip != nil {
		d.tips(light)
	}
	d.body.WriteString("</svg>")
}

// num writes a length to a tenth of a pixel.
func num(f float32) string {
	s := strconv.FormatFloat(float64(f), 'f', 1, 32)
	return strings.TrimSuffix(s, ".0")
}

func (d *drawing) shape(s *Shape, dark color.RGBA) {
	b := &d.body
	w, h := s.X1-s.X0, s.Y1-s.Y0
	if s.Kind != ClipPop && s.Kind != Text && s.Kind != Dashes && (w <= 0 || h <= 0) {
		w, h = max(w, 0), max(h, 0)
	}
	place := func() string {
		return fmt.Sprintf(`x="%s" y="%s" width="%s" height="%s"`, num(s.X0), num(s.Y0), num(w), num(h))
	}
	fill := func() string { return d.ink.class(s.Color, dark, false) }
	switch s.Kind {
	case ClipPush:
		fmt.Fprintf(b, `<svg %s viewBox="%s %s %s %s">`, place(), num(s.X0), num(s.Y0), num(w), num(h))
	case ClipPop:
		b.WriteString("</svg>")
	case Rect:
		fmt.Fprintf(b, `<rect %s class="%s"/>`, place(), fill())
	case Round:
		fmt.Fprintf(b, `<rect %s rx="%s" class="%s"/>`, place(), num(min(s.Width, h/2, w/2)), fill())
	case Outline:
		t := s.Width
		fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s" rx="%s" stroke-width="%s" class="%s"/>`, num(s.X0+t/2), num(s.Y0+t/2), num(max(w-t, 0)), num(max(h-t, 0)),
			num(min(9, h/2, w/2)), num(t), d.ink.class(s.Color, dark, true))
	case Hatch:
		fmt.Fprintf(b, `<rect %s fill="url(#%s)"/>`, place(), d.hatch(fill()))
	case Dashes:
		fmt.Fprintf(b, `<path d="M%s %sV%s" stroke-dasharray="2 4" class="%s"/>`, num(s.X0+0.5), num(s.Y0), num(s.Y1), d.ink.class(s.Color, dark, true))
	case Cross:
		fmt.Fprintf(b, `<path d="M%s %sL%s %sM%s %sL%s %s" stroke-width="%s" class="%s"/>`, num(s.X0), num(s.Y0), num(s.X1), num(s.Y1), num(s.X0), num(s.Y1), num(s.X1), num(s.Y0),
			num(s.Width), d.ink.class(s.Color, dark, true))
	case Text:
		d.text(s, fill())
	default:
		fmt.Fprintf(b, `<path d="%s" class="%s"/>`, outlineOf(s), fill())
	}
}

// outlineOf is the path of a small filled shape.
func outlineOf(s *Shape) string {
	mx, my := (s.X0+s.X1)/2, (s.Y0+s.Y1)/2
	switch s.Kind {
	case Diamond:
		return fmt.Sprintf("M%s %sL%s %sL%s %sL%s %sZ", num(mx), num(s.Y0), num(s.X1), num(my), num(mx), num(s.Y1), num(s.X0), num(my))
	case Down:
		return fmt.Sprintf("M%s %sL%s %sL%s %sZ", num(s.X0), num(s.Y0), num(s.X1), num(s.Y0), num(mx), num(s.Y1))
	case Right:
		return fmt.Sprintf("M%s %sL%s %sL%s %sZ", num(s.X0), num(s.Y0), num(s.X1), num(my), num(s.X0), num(s.Y1))
	}
	return fmt.Sprintf("M%s %sL%s %sL%s %sZ", num(mx), num(s.Y0), num(s.X1), num(s.Y1), num(s.X0), num(s.Y1)) // Triangle
}

// hatch is the id of the pattern of stripes in a colour.
func (d *drawing) hatch(class string) string {
	if id, ok := d.hatches[class]; ok {
		return id
	}
	if d.hatches == nil {
		d.hatches = map[string]string{}
	}
	id := fmt.Sprintf("%s-h%d", d.sheet.ID, len(d.hatches))
	d.hatches[class] = id
	fmt.Fprintf(&d.defs, `<pattern id="%s" width="7" height="7" patternUnits="userSpaceOnUse"><path d="M-1 4.5L4.5 -1L8 -1L-1 8ZM2.5 8L8 2.5L8 6L6 8Z" class="%s"/></pattern>`, id, class)
	return id
}

// text writes a label. Its length is given, so that it fits whatever fonts the reader has.
func (d *drawing) text(s *Shape, class string) {
	if s.Font == Bold {
		class += " b"
	} else if s.Font == Mono {
		class += " m"
	}
	text, length := s.Text, ""
	if d.sheet.Say != nil {
		text = d.sheet.Say(text)
	}
	if s.Advance > 0 && text == s.Text {
		length = fmt.Sprintf(` textLength="%s" lengthAdjust="spacingAndGlyphs"`, num(s.Advance))
	}
	fmt.Fprintf(&d.body, `<text x="%s" y="%s" font-size="%s"%s class="%s">%s</text>`, num(s.X0), num((s.Y0+s.Y1)/2+0.36*s.Size), num(s.Size), length, class, escape(text))
}

// maxTips is how many places of a picture tell more under the mouse.
const maxTips = 1500

// tips lays what tells more under the mouse over the picture.
func (d *drawing) tips(sc *Scene) {
	n := 0
	for i := range sc.Targets {
		t := &sc.Targets[i]
		switch t.Hit.Kind {
		case HitExchange, HitPhase, HitProbe:
		default:
			continue
		}
		x0, x1 := max(t.X0, 0), min(t.X1, float32(sc.Size.X))
		text := d.sheet.Tip(t.Hit)
		if text == "" || x1 <= x0 || n == maxTips {
			continue
		}
		n++
		fmt.Fprintf(&d.body, `<rect x="%s" y="%s" width="%s" height="%s" class="h"><title>%s</title></rect>`, num(x0), num(t.Y0), num(max(x1-x0, 3)), num(t.Y1-t.Y0), escape(text))
	}
}
