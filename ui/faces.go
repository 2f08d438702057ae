package ui

import (
	"cmp"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture/live"
	"sioscope/protocol/lang"
	"sioscope/ui/look"
	"sioscope/ui/timeline"
)

// A faceList has the interfaces to choose from, with what passes on each. Those that are down are folded away.
type faceList struct {
	w      *Window
	chosen string
	rows   map[string]*faceRow
	up     *fyne.Container
	down   *fyne.Container
	fold   *fold
	object *fyne.Container
	stop   chan struct{} // ends the looking; nil: nobody looks
}

// faceEvery is how often interfaces are looked at.
const faceEvery = time.Second

func newFaceList(w *Window) *faceList {
	l := &faceList{w: w, chosen: w.prefs.String("sniff.interface"), rows: map[string]*faceRow{}, up: container.New(stacked{}), down: container.New(stacked{})}
	l.fold = newFold(&w.hears, w.S("Interfaces that are down"), l.down)
	l.object = container.New(stacked{}, l.up, l.fold.object)
	return l
}

// watch looks at the interfaces now and then, until rest.
func (l *faceList) watch() {
	if l.stop != nil {
		return
	}
	l.look()
	stop := make(chan struct{})
	l.stop = stop
	if l.w.opt.Do == nil {
		return
	}
	go func() {
		tick := time.NewTicker(faceEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				l.w.opt.Do(func() {
					if l.stop == stop {
						l.look()
					}
				})
			}
		}
	}()
}

// rest ends the looking.
func (l *faceList) rest() {
	if l.stop != nil {
		close(l.stop)
		l.stop = nil
	}
}

// look shows what there is now.
func (l *faceList) look() {
	if all, err := live.Interfaces(); err == nil { // else what was there stays
		l.show(all, time.Now())
	}
}

func (l *faceList) show(all []live.Interface, now time.Time) {
	var up, down []fyne.CanvasObject
	there, changed := map[string]*faceRow{}, false
	for _, i := range all {
		r := cmp.Or(l.rows[i.Name], newFaceRow(l, i.Name))
		there[i.Name] = r
		changed = r.show(&i, now) || changed
		if i.Up && i.Running {
			up = append(up, r.object)
		} else {
			down = append(down, r.object)
		}
	}
	if there[l.chosen] == nil {
		l.choose(first(all))
	}
	changed = changed || len(there) != len(l.rows) || len(up) != len(l.up.Objects)
	l.rows = there
	for name, r := range there {
		r.pick(name == l.chosen)
	}
	if !changed {
		return
	}
	l.up.Objects, l.down.Objects = up, down
	l.fold.object.Hidden = len(down) == 0
	l.object.Refresh()
	l.up.Refresh()
	l.down.Refresh()
	l.w.sniffer.panel.object.Refresh()
	l.w.side.scroll.Refresh()
}

// first is the interface to begin with: this machine's own traffic.
func first(all []live.Interface) string {
	for _, i := range all {
		if i.Loopback && i.Up {
			return i.Name
		}
	}
	if len(all) > 0 {
		return all[0].Name
	}
	return ""
}

func (l *faceList) choose(name string) {
	l.chosen = name
	for n, r := range l.rows {
		r.pick(n == name)
	}
}

// seen tells of the interface that is captured on what was seen there; "" takes that back.
func (l *faceList) seen(name, what string) {
	for n, r := range l.rows {
		if n == name {
			r.seen = what
		} else {
			r.seen = ""
		}
	}
}

// A faceRow is one interface: its name and how much passes, in bars and words, and what it is, on a line of its own where
// both have no room on one.
type faceRow struct {
	w      *Window
	button *button
	spark  *spark
	below  *line
	about  *line
	seen   string // on it, while it is captured on
	rate   rate
	object *fyne.Container
}

func newFaceRow(l *faceList, name string) *faceRow {
	r := &faceRow{w: l.w, spark: newSpark(), below: newLine(l.w.fonts, 11.5, look.Dim, fyne.TextStyle{}), about: newLine(l.w.fonts, 11.5, look.Dim, fyne.TextStyle{})}
	r.button = newButton(&l.w.hears, name, theme.RadioButtonIcon(), func() { l.choose(name) })
	r.button.Importance, r.button.Alignment = widget.LowImportance, widget.ButtonAlignLeading
	text := container.New(padded(-4, 4, faceIndent, 0), container.New(stacked{}, r.below, r.about))
	r.object = container.New(stacked{}, container.NewBorder(nil, nil, nil, container.NewCenter(r.spark), r.button), text)
	return r
}

// show tells state, what passes, and what it is, and says whether it has another height. That an interface is up its
// place says.
func (r *faceRow) show(i *live.Interface, now time.Time) bool {
	counted := i.Packets >= 0 && i.Up
	about, state, passes := aboutFace(r.w.Words, i), "", ""
	if counted {
		passes = r.rate.add(r.w.Words, now, func() int64 { return i.Packets })
		r.spark.add(i.Packets)
	}
	r.spark.Hidden = !counted
	if r.seen != "" {
		passes += " · " + r.seen
	}
	apart := about != "" && (counted || passes != "") && !r.fits(about, counted)
	if !i.Up || !i.Running || (about == "" || apart) && passes == "" {
		state = r.w.Said(i.State())
	}
	switch {
	case apart:
		r.about.Set(about)
	case about != "" && state != "":
		state = about + " · " + state
	default:
		state = about + state
	}
	r.below.Set(strings.TrimLeft(state+passes, " ·・"))
	changed := apart == r.about.Hidden
	r.about.Hidden = !apart
	return changed
}

// faceWidth is the room for a row's lines in the narrowest panel, dp.
const faceWidth = leastSide - 28 - faceIndent

// faceIndent is where they begin, below the name.
const faceIndent = 31

// fits says whether what an interface is has room on the line of what passes, however much that is.
func (r *faceRow) fits(about string, counted bool) bool {
	if counted {
		about += r.w.S(" · %.0f packets/s", 9999.0)
	}
	if r.seen != "" {
		about += " · " + r.seen
	}
	room := max(r.below.Size().Width, faceWidth)
	return r.w.fonts.Width(about, timeline.Regular, inWhole(r.below.size)) <= room
}

// aboutFace is what an interface is, and its first addresses: links that only it has say nothing.
func aboutFace(w lang.Words, i *live.Interface) string {
	var parts []string
	if i.About != "" {
		parts = append(parts, w.Said(i.About))
	}
	for _, a := range i.Addresses {
		if ip := a.Addr(); !ip.IsLinkLocalUnicast() && !ip.IsLoopback() && len(parts) < 2 {
			parts = append(parts, ip.String())
		}
	}
	return strings.Join(parts, " · ")
}

// pick marks it as the chosen one, or not.
func (r *faceRow) pick(on bool) {
	icon := theme.RadioButtonIcon()
	if on {
		icon = theme.NewPrimaryThemedResource(theme.RadioButtonCheckedIcon())
	}
	if r.button.Icon == nil || r.button.Icon.Name() != icon.Name() {
		r.button.SetIcon(icon)
	}
}
