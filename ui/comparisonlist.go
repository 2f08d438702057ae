package ui

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/compare"
	"sioscope/ui/look"
	"sioscope/ui/pair"
	"sioscope/ui/timeline"
)

// An entryList has what differs, the most telling first; where that is ticked, all that was compared.
type entryList struct {
	c     *comparison
	list  *list
	head  *entryRow
	all   *tick
	count *line
	empty *line // that nothing differs
	shown int   // how many of pair.Entries are listed
	quiet bool

	object fyne.CanvasObject
}

func newEntryList(c *comparison) *entryList {
	h := &c.w.hears
	l := &entryList{c: c}
	l.list = newList(h, func() int { return l.shown }, func() fyne.CanvasObject { return newEntryRow(l) }, l.update)
	l.list.OnSelected = func(i int) {
		if !l.quiet {
			c.selectEntry(i)
		}
	}
	l.all = newTick(h, c.w.S("What is the same, too"), func(bool) { l.fill() })
	l.count = newLine(c.w.fonts, 11, look.Dim, fyne.TextStyle{})
	l.empty = newLine(nil, 13, look.Dim, fyne.TextStyle{})
	title := heading(c.w.S("What differs"))
	bar := container.NewBorder(nil, nil, container.NewHBox(gap(4), container.NewCenter(title), gap(4)), l.all, container.New(middle{}, l.count))
	l.head = newEntryRow(l)
	l.head.head = true
	l.object = container.NewBorder(container.New(stacked{}, container.New(padded(0, 0, 6, 6), bar), l.head, rule()),
		nil, nil, nil, container.NewStack(l.list, container.NewCenter(l.empty)))
	return l
}

// fill lists what is to be listed.
func (l *entryList) fill() {
	p := l.c.pair
	l.shown = 0
	l.count.Set("")
	l.empty.Set("")
	if p != nil {
		l.shown = len(p.Differing())
		if n := len(p.Entries) - l.shown; n > 0 {
			l.count.Set(l.c.w.N(n, "%d more does not differ", "%d more do not differ", n))
		}
		if l.all.Checked {
			l.shown = len(p.Entries)
			l.count.Set("")
		}
		if l.shown == 0 {
			l.empty.Set(l.c.w.S("Nothing that was seen differs."))
		}
	}
	l.head.names()
	l.list.Refresh()
	l.choose()
}

// choose marks the selected entry.
func (l *entryList) choose() {
	l.quiet = true
	defer func() { l.quiet = false }()
	if i := l.c.about.entry; i >= 0 && i < l.shown {
		l.list.Select(i)
		return
	}
	l.list.UnselectAll()
}

func (l *entryList) update(i int, o fyne.CanvasObject) {
	if p := l.c.pair; p != nil && i < len(p.Entries) {
		o.(*entryRow).set(i, &p.Entries[i])
	}
}

const (
	entryHeight = 44
	entryHead   = 20
	entryLeft   = 44 // dp of the number
)

// An entryRow is a number, what differs, and below it what each side shows, or how a fault is explained. As a head it
// has the names of the sides.
type entryRow struct {
	widget.BaseWidget
	list   *entryList
	at     int
	head   bool
	sign   *canvas.Rectangle
	number *canvas.Text
	title  *canvas.Text
	tag    *canvas.Text
	values [2]*canvas.Text
	texts  [4]string // title, tag, values
	square bool
	whole  bool // the first value has the width of both
}

func newEntryRow(l *entryList) *entryRow {
	r := &entryRow{list: l, sign: canvas.NewRectangle(color.Transparent)}
	for _, t := range []**canvas.Text{&r.number, &r.title, &r.tag, &r.values[0], &r.values[1]} {
		*t = canvas.NewText("", color.Transparent)
		(*t).TextSize = 12
	}
	r.title.TextStyle.Bold, r.number.TextStyle.Bold = true, true
	r.number.TextSize, r.tag.TextSize = 11, 11
	r.sign.StrokeWidth = 1.5
	r.ExtendBaseWidget(r)
	return r
}

// names makes a head of the row.
func (r *entryRow) names() {
	for i, e := range r.list.c.ends {
		r.texts[2+i] = e.name
		r.values[i].TextSize, r.values[i].TextStyle.Bold = 11, true
	}
	r.apply()
}

func (r *entryRow) set(at int, e *pair.Entry) {
	w := r.list.c.w
	r.at, r.square, r.whole = at, e.Explains, e.Fault
	r.number.Text = ""
	if e.Number > 0 {
		r.number.Text = strconv.Itoa(e.Number)
	}
	r.texts = [4]string{e.Title, "", e.Values[0], e.Values[1]}
	switch {
	case e.Fault:
		r.texts[1], r.texts[2] = w.S("fault of %s", r.list.c.ends[e.Of].name), e.Text
	case e.Explains:
		r.texts[1] = w.S("explains the fault")
	case e.Same == compare.Same:
		r.texts[1] = w.S("the same")
	case e.Same == compare.Unknown:
		r.texts[1] = w.S("one side only")
	}
	for i := range r.values {
		if !e.Fault && r.texts[2+i] == "" {
			r.texts[2+i] = "–"
		}
	}
	r.apply()
}

// apply cuts the texts to the row's width and puts them in their places.
func (r *entryRow) apply() {
	width := r.Size().Width
	if width < 60 {
		return
	}
	fonts := r.list.c.w.fonts
	left := float32(entryLeft)
	half := (width - left - 8) / 2
	r.placeSign()
	y := float32(3)
	if !r.head {
		tag := fonts.Cut(r.texts[1], timeline.Regular, 11, width/3)
		place(r.tag, tag, look.Dim, width-10-fonts.Width(tag, timeline.Regular, 11), y+2)
		title := fonts.Cut(r.texts[0], timeline.Bold, 12, width-left-24-fonts.Width(tag, timeline.Regular, 11))
		place(r.title, title, theme.ColorNameForeground, left, y)
		y += 19
	}
	font, c := timeline.Regular, theme.ColorNameForeground
	if r.head {
		font, c = timeline.Bold, look.Dim
	}
	for i, t := range r.values {
		room := half - 10
		if r.whole {
			room = 2 * half
		}
		place(t, fonts.Cut(r.texts[2+i], font, t.TextSize, room), c, left+float32(i)*half, y)
	}
}

func place(t *canvas.Text, s string, c fyne.ThemeColorName, x, y float32) {
	t.Text, t.Color = s, theme.Color(c)
	t.Move(fyne.NewPos(x, y))
	t.Refresh()
}

// placeSign draws the number as it stands above the timelines: in a square where it explains a fault, else in a circle.
func (r *entryRow) placeSign() {
	if r.sign.Hidden = r.number.Text == ""; r.sign.Hidden {
		r.number.Hide()
		return
	}
	c, radius := theme.Color(look.Accent), float32(9)
	if r.square {
		c, radius = theme.Color(look.Bad), 3
	}
	wide := max(18, fyne.MeasureText(r.number.Text, 11, r.number.TextStyle).Width+9)
	r.sign.StrokeColor, r.sign.CornerRadius = c, radius
	r.sign.Move(fyne.NewPos(12, 4))
	r.sign.Resize(fyne.NewSize(wide, 18))
	r.number.Alignment = fyne.TextAlignCenter
	r.number.Color = theme.Color(theme.ColorNameForeground)
	r.number.Move(fyne.NewPos(12, 4))
	r.number.Resize(fyne.NewSize(wide, 18))
	r.number.Show()
	r.sign.Refresh()
	r.number.Refresh()
}

// Refresh follows the theme.
func (r *entryRow) Refresh() {
	r.apply()
	r.BaseWidget.Refresh()
}

// Resize lays the texts out anew.
func (r *entryRow) Resize(s fyne.Size) {
	if s != r.Size() {
		r.BaseWidget.Resize(s)
		r.apply()
	}
}

// Tapped selects the row.
func (r *entryRow) Tapped(*fyne.PointEvent) {
	if !r.head {
		r.list.c.w.takeKeys()
		r.list.c.selectEntry(r.at)
	}
}

// MinSize is a row's height; any width will do.
func (r *entryRow) MinSize() fyne.Size {
	if r.head {
		return fyne.NewSize(100, entryHead)
	}
	return fyne.NewSize(100, entryHeight)
}

// CreateRenderer is for Fyne.
func (r *entryRow) CreateRenderer() fyne.WidgetRenderer {
	return &flat{objects: []fyne.CanvasObject{r.sign, r.number, r.title, r.tag, r.values[0], r.values[1]}, min: r.MinSize}
}
