package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/pair"
	"sioscope/ui/timeline"
	"sioscope/ui/words"
)

// A pairDetail explains what is selected: in words, with the requests that show it side by side, and with their heads.
type pairDetail struct {
	c       *comparison
	page    page
	secrets bool

	text    words.Text    // about what differs
	after   words.Text    // what to do about it
	texts   [2]words.Text // about the request of each side
	meaning *prose
	columns [2]*prose
	todo    *prose
	scroll  *container.Scroll
	heads   *headList
	tabs    *container.AppTabs
	reveal  *tick
	object  fyne.CanvasObject
}

func newPairDetail(c *comparison) *pairDetail {
	w, h := c.w, &c.w.hears
	d := &pairDetail{c: c}
	d.meaning, d.todo = newProse(), newProse()
	d.columns = [2]*prose{newProse(), newProse()}
	both := container.New(sideBySide{}, d.columns[0], d.columns[1])
	d.scroll = container.NewVScroll(container.New(stretched{}, d.meaning, both, d.todo))
	d.page = page{hears: h, copyText: w.copy, scroll: d.scroll, jump: func(words.Place) {}}
	d.heads = newHeadList(c)
	d.tabs = container.NewAppTabs(container.NewTabItem(w.S("Meaning"), d.scroll), container.NewTabItem(w.S("Headers"), d.heads.object))
	d.tabs.OnSelected = func(*container.TabItem) { d.heads.seek() }
	d.reveal = newTick(h, w.S("Show secrets"), d.expose)
	copyIt := newButton(h, w.S("Copy"), theme.ContentCopyIcon(), func() { w.copy(d.current()) })
	copyIt.Importance = widget.LowImportance
	d.object = container.NewStack(newFill(look.Back, fyne.Size{}), d.tabs, container.New(upper{}, container.NewHBox(d.reveal, copyIt)))
	return d
}

// set shows another subject, from its beginning.
func (d *pairDetail) set() {
	d.fill()
	d.scroll.ScrollToTop()
	d.heads.seek()
}

// fill shows what is selected.
func (d *pairDetail) fill() {
	d.text, d.texts, d.after = words.Text{}, [2]words.Text{}, words.Text{}
	var fields []pair.Field
	if d.c.pair != nil {
		d.c.pair.Read(func(seen [2]pair.Seen) {
			d.text = d.entry(seen)
			for i := range d.texts {
				d.texts[i] = d.request(i, seen[i])
			}
			fields = d.fields(seen)
		})
	}
	headed := append([]words.Part{{Style: words.Section, Text: d.text.Title}}, d.text.Parts...)
	d.meaning.Set(segments(headed, true, &d.page)...)
	d.todo.Set(segments(d.after.Parts, true, &d.page)...)
	for i, r := range d.columns {
		r.Set(segments(d.texts[i].Parts, true, &d.page)...)
	}
	d.scroll.Refresh()
	d.heads.set(fields)
	if len(fields) == 0 {
		d.tabs.DisableIndex(1)
		d.tabs.SelectIndex(0)
	} else {
		d.tabs.EnableIndex(1)
	}
}

// expose shows secrets, or masks them.
func (d *pairDetail) expose(on bool) {
	d.secrets = on
	d.fill()
	d.c.w.showExposed(on || d.c.w.detail.secrets)
}

func (d *pairDetail) redactor() redact.Redactor { return redact.Redactor{Off: d.secrets} }

// entry is what differs in words: what each side shows, how it explains a fault, and what to do.
func (d *pairDetail) entry(seen [2]pair.Seen) (t words.Text) {
	w, e := d.c.w, d.c.entry()
	if e == nil {
		if d.c.about.places[0].Seen() || d.c.about.places[1].Seen() {
			t.Title = w.S("The same request on both sides")
		}
		return t
	}
	t.Title = e.Title
	if e.Text != "" {
		t.Parts = append(t.Parts, words.Part{Text: d.redactor().Text(e.Text)})
	}
	if e.Fault {
		d.fault(&t, e, seen)
		return t
	}
	for i := range e.Values {
		t.Parts = append(t.Parts, words.Part{Style: words.Item, Text: d.shows(i, e.Values[i])})
	}
	return t
}

// shows is what a side shows of a property.
func (d *pairDetail) shows(i int, value string) string {
	return d.c.w.S("%s: %s", d.c.ends[i].name, d.value(value))
}

// value is what is shown, for a sentence to go on after it.
func (d *pairDetail) value(value string) string {
	if value == "" {
		return d.c.w.S("not seen")
	}
	return d.redactor().Text(strings.TrimRight(value, ".。"))
}

// fault goes on with the properties that explain it, what would tell for sure, and the first fix.
func (d *pairDetail) fault(t *words.Text, e *pair.Entry, seen [2]pair.Seen) {
	w := d.c.w
	add := func(s words.Style, text string) { t.Parts = append(t.Parts, words.Part{Style: s, Text: text}) }
	for _, r := range d.c.pair.Comparison.Rows {
		for _, name := range e.By {
			if r.Name == name {
				ends := d.c.ends
				add(words.Item, w.S("%s: on %s %s; on %s %s", r.Name, ends[0].name, d.value(r.A), ends[1].name, d.value(r.B)))
			}
		}
	}
	f := e.Finding(seen)
	if f == nil {
		return
	}
	if f.Confidence != "certain" && d.c.pair.Comparison.WouldTell != "" {
		add(words.Dim, w.S("To be sure: %s", d.c.pair.Comparison.WouldTell))
	}
	if len(f.Fixes) > 0 {
		fix := f.Fixes[0]
		d.after.Parts = []words.Part{{Style: words.Section, Text: w.S("Fix")}, {Text: w.S("%s: %s", w.Said(fix.For), fix.Text)}}
		if fix.Snippet != "" {
			d.after.Parts = append(d.after.Parts, words.Part{Style: words.Code, Text: fix.Snippet})
		}
	}
}

// request is what a side's request is, in words.
func (d *pairDetail) request(i int, seen pair.Seen) (t words.Text) {
	w, at := d.c.w, d.c.about.places[i]
	if e := d.c.entry(); e == nil && !d.c.about.places[1-i].Seen() && !at.Seen() {
		return t
	}
	t.Parts = []words.Part{{Style: words.Section, Text: d.c.ends[i].name}}
	switch {
	case at.Exchange >= 0:
		zero := d.c.sides[i].zero
		wr := words.Writer{Words: w.Words, Tracker: seen.All, Redact: d.redactor(), Trial: d.c.ends[i].trial,
			Time: func(at int64) string { return timeline.Since(at-zero, 3) }}
		x := wr.Exchange(at.Exchange)
		style := words.Head
		if x.Bad {
			style = words.Bad
		}
		t.Parts = append(append(t.Parts, words.Part{Style: style, Text: w.S("%s: %s", timeline.Since(at.Time-zero, 3), x.Title)}), x.Parts...)
		for k := range t.Parts {
			t.Parts[k].Place = words.Place{} // its links lead into a capture that is open alone
		}
	case at.Seen():
		t.Parts = append(t.Parts, words.Part{Style: words.Dim, Text: w.S("At %s, in no request of its own.", timeline.Since(at.Time-d.c.sides[i].zero, 3))})
	default:
		t.Parts = append(t.Parts, words.Part{Style: words.Dim, Text: w.S("No request of this side shows it.")})
	}
	return t
}

// fields are the heads of both requests.
func (d *pairDetail) fields(seen [2]pair.Seen) []pair.Field {
	var trackers [2]*session.Tracker
	var es [2]*session.Exchange
	for i, at := range d.c.about.places {
		trackers[i] = seen[i].All
		if at.Exchange >= 0 {
			es[i] = seen[i].All.ExchangeAt(at.Exchange)
		}
	}
	if es[0] == nil && es[1] == nil {
		return nil
	}
	return pair.Fields(trackers, es, d.redactor())
}

// current is the text of the open tab, for the clipboard.
func (d *pairDetail) current() string {
	if d.tabs.SelectedIndex() == 1 {
		return d.heads.plain()
	}
	parts := []string{d.text.Plain()}
	for i := range d.texts {
		parts = append(parts, d.texts[i].Plain())
	}
	parts = append(parts, d.after.Plain())
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// open shows the i-th tab, where it has something to show.
func (d *pairDetail) open(i int) {
	if i < len(d.tabs.Items) && !d.tabs.Items[i].Disabled() {
		d.tabs.SelectIndex(i)
	}
}

// upper is a layout that puts its child in the upper corner at the right, beside the names of tabs.
type upper struct{}

// Layout is for Fyne.
func (upper) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		m := o.MinSize()
		o.Resize(m)
		o.Move(fyne.NewPos(size.Width-m.Width-4, 2))
	}
}

// MinSize is none: it lies beside something else.
func (upper) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// sideBySide is a layout of two texts of half the width each.
type sideBySide struct{}

// Layout is for Fyne.
func (sideBySide) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	half := size.Width / 2
	for i, o := range objects {
		o.Move(fyne.NewPos(float32(i)*half, 0))
		o.Resize(fyne.NewSize(half, size.Height))
	}
}

// MinSize is as high as the higher one.
func (sideBySide) MinSize(objects []fyne.CanvasObject) (min fyne.Size) {
	for _, o := range objects {
		m := o.MinSize()
		min.Height = max(min.Height, m.Height)
		min.Width += m.Width
	}
	return min
}

// stretched is a layout of texts one below the other, each as high as it is at the width that there is: a text that
// wraps knows its height once it has its width.
type stretched struct{}

// Layout is for Fyne.
func (stretched) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	var y float32
	for _, o := range objects {
		o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h
	}
}

// MinSize is the sum of the heights.
func (stretched) MinSize(objects []fyne.CanvasObject) (min fyne.Size) {
	for _, o := range objects {
		m := o.MinSize()
		min.Width, min.Height = max(min.Width, m.Width), min.Height+m.Height
	}
	return min
}
