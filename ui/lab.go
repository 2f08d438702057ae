package ui

import (
	"context"
	"math"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture/check"
	"sioscope/capture/dial"
	"sioscope/internal/lab"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// A labPanel has the built-in service: its address, and its faults as switches.
type labPanel struct {
	w     *Window
	panel *sidePanel
	lab   *lab.Lab // nil before the first; it lives until the window is closed
	store *store.Store
	deeds []deed // what was done to it since it is watched

	nodeHeader string // where its nodes name themselves

	url      *line
	watching *button
	switches []*toggle
	foot     *foot // explains one of them
	told     bool  // what is on was shown before: what is new was switched
}

func newLabPanel(w *Window) *labPanel {
	p := &labPanel{w: w}
	h := &w.hears
	p.url = newLine(w.fonts, 13, theme.ColorNameForeground, fyne.TextStyle{Monospace: true})
	copyURL := newButton(h, "", theme.ContentCopyIcon(), func() { w.copy(p.url.full) }).tipped(w.S("Copy the URL"))
	copyURL.Importance = widget.LowImportance
	p.watching = newButton(h, h.S("Watch it again"), theme.MediaPlayIcon(), func() { p.watch() })
	p.watching.Importance = widget.HighImportance
	p.watching.Hide()
	box := container.New(stacked{},
		container.NewBorder(nil, nil, nil, copyURL, container.New(middle{}, p.url)),
		container.NewGridWithColumns(2, newButton(h, h.S("Check it"), nil, func() { w.Check(p.lab.URL(), check.Options{Client: dial.Options{Cookies: true}}) }),
			newButton(h, h.S("Connect to it"), nil, func() { w.Connect(p.lab.URL(), dial.Options{Cookies: true}) })),
		gapTop(6), p.watching)
	about := w.S("Two nodes behind a balancer, and three clients, on this computer. Switch what is wrong, and see what becomes of their sessions.")
	texts := []string{about}
	for _, f := range lab.Faults() {
		texts = append(texts, w.Said(f.About))
	}
	p.foot = newFoot(w, texts)
	p.foot.show(w.S("The lab"), about)
	for _, g := range groups(w.Words) {
		box.Add(gapTop(10))
		box.Add(heading(g.name))
		box.Add(gapTop(2))
		for _, f := range lab.Faults() {
			if f.Group == g.id {
				t := newToggle(p, f)
				p.switches = append(p.switches, t)
				box.Add(t)
			}
		}
	}
	box.Add(gapTop(8))
	box.Add(newButton(h, h.S("Restart a node now"), theme.ViewRefreshIcon(), p.restart))
	p.panel = &sidePanel{title: w.S("Lab"), object: box, foot: p.foot.object, update: p.update}
	return p
}

// groups are the lab's, in words.
func groups(w lang.Words) []struct{ id, name string } {
	return []struct{ id, name string }{
		{lab.Balancing, w.S("How the balancer chooses a node")},
		{lab.Upgrades, w.S("What happens to WebSocket")},
		{lab.Servers, w.S("What the nodes do")},
		{"", w.S("Besides")},
	}
}

// labHeader is where the nodes of the window's lab name themselves, so that each keeps its name and colour whatever is
// switched. Most services have no such header; sio lab has none unless asked.
const labHeader = "X-Node"

// OpenLab shows the built-in service, and starts it the first time.
func (w *Window) OpenLab(o lab.Options) {
	w.letGo(func() { w.openLab(o) })
}

func (w *Window) openLab(o lab.Options) {
	p := w.labPanel
	if p.lab == nil {
		if o.NodeHeader == "" {
			o.NodeHeader = labHeader
		}
		l, err := lab.Start(o)
		if err != nil {
			w.start(opening{called: func(w lang.Words) (string, string) { return w.S("Lab"), w.S("The lab could not be started") }, source: failing{err}, live: true})
			return
		}
		p.lab, p.nodeHeader = l, o.NodeHeader
		p.url.Set(l.URL())
	}
	w.showSide(p.panel)
	p.watch()
}

// A failing source gives nothing but its error.
type failing struct{ err error }

// Run fails.
func (f failing) Run(context.Context, fact.Emit) error { return f.err }

// askLab opens the panel of the lab, with the lab in the timeline, or closes it.
func (w *Window) askLab() {
	p := w.labPanel
	switch {
	case p.lab == nil || w.store != p.store:
		w.OpenLab(lab.Options{})
	default:
		w.openSide(p.panel)
	}
}

// watch shows what happens in the lab from now on.
func (p *labPanel) watch() {
	p.deeds = nil
	p.w.start(opening{called: func(w lang.Words) (string, string) { return w.S("Lab"), w.S("The lab could not be watched") }, source: p.lab, live: true, nodeHeader: p.nodeHeader, diagnose: p.diagnosis(0)})
	p.store = p.w.store
	p.update()
}

// diagnosis is of what began since a time: the sessions from before a switch say nothing about what is now. What became of
// them until then is kept.
func (p *labPanel) diagnosis(since int64) func(*session.Tracker) diagnose.Diagnosis {
	if since == 0 {
		return nil // all of it
	}
	words, by, before := p.w.Words, p.w.opt.Diagnose, p.eras()
	var former []diagnose.Finding
	known := false
	return func(t *session.Tracker) diagnose.Diagnosis {
		for i := 1; i < len(before) && !known; i++ {
			former = append(former, by(words, between(before[i-1], before[i])(t)).Findings...)
		}
		known = true
		d := by(words, after(since)(t))
		d.Former = former
		return d
	}
}

// maxEras is how many times back it is known what became of sessions.
const maxEras = 16

// eras are when each time between two switches began, the last of them now.
func (p *labPanel) eras() []int64 {
	list := []int64{0}
	for _, d := range p.deeds {
		if d.fault.ID != "" {
			list = append(list, d.at)
		}
	}
	return list[max(len(list)-1-maxEras, 0):]
}

// after is what began at a time or later.
func after(since int64) part { return between(since, math.MaxInt64) }

// between is what began from one time on and before another. A session from before may still open connections: what it asks
// there is its.
func between(since, until int64) part {
	return func(t *session.Tracker) *session.Tracker {
		p := t.Clients().Part(func(c *session.Conn) bool { return since <= c.Opened && c.Opened < until })
		old := func(e *session.Exchange) bool {
			s := e.Session
			return s != nil && s.Index >= 0 && len(s.Conns) > 0 && s.Conns[0].Opened < since
		}
		for _, list := range []*[]*session.Exchange{&p.Exchanges, &p.Refused, &p.Lost} {
			*list = slices.DeleteFunc(*list, old)
		}
		return p
	}
}

// set switches a fault, and lets the verdict be about what comes from then on.
func (p *labPanel) set(f lab.Fault, on bool) {
	if p.lab.On(f.ID) == on {
		return
	}
	if err := p.lab.Set(f.ID, on); err != nil {
		p.w.status.hint(sentenceOf(p.w.Words, err))
		return
	}
	now := p.lab.Switched().UnixNano()
	p.update()
	p.w.status.hint("") // what it said was about the switch as it was
	if !p.mark(deed{now, f, on}) {
		return
	}
	p.sinceLast()
	p.store.Rediagnose(p.diagnosis(now))
}

// sinceLast has the verdict be about what came after the last switch, if there was one.
func (p *labPanel) sinceLast() (since int64) {
	for _, d := range p.deeds {
		if d.fault.ID != "" {
			since = d.at
			p.w.verdict.since, p.w.verdict.subject, p.w.detail.subject = p.says(d), after(since), after(since)
		}
	}
	return since
}

// A deed is that a fault was switched, or a node restarted.
type deed struct {
	at    int64
	fault lab.Fault // the zero value: a node was restarted
	on    bool
}

// says is what was done, in words.
func (p *labPanel) says(d deed) string {
	name := p.w.Said(d.fault.Name)
	switch {
	case d.fault.ID == "":
		return p.w.S("A node restarted")
	case !d.on:
		return p.w.S("%s: off", name)
	case d.fault.Group != lab.Balancing:
		return p.w.S("%s: on", name)
	}
	return name
}

// mark notes in the timeline what was done, where the lab is watched.
func (p *labPanel) mark(d deed) bool {
	if p.w.store != p.store || !p.w.Live() {
		return false
	}
	p.deeds = append(p.deeds, d)
	p.flag()
	return true
}

// flag shows in the timeline what was done.
func (p *labPanel) flag() {
	var flags []timeline.Flag
	for _, d := range p.deeds {
		flags = append(flags, timeline.Flag{Time: d.at, Text: p.says(d)})
	}
	p.w.chart.SetFlags(flags)
}

// restart replaces a node's process, as a deployment does. The verdict goes on to be about the sessions that this ends.
func (p *labPanel) restart() {
	if p.lab == nil {
		return
	}
	p.mark(deed{at: time.Now().UnixNano()})
	go p.lab.Restart(0) // it fails only where the lab is closed meanwhile
}

// update shows what is switched on.
func (p *labPanel) update() {
	if p.lab == nil {
		return
	}
	changed := false
	for _, t := range p.switches {
		if t.show(p.lab.On(t.fault.ID)) && t.on && p.told {
			t.explain()
		}
	}
	p.told = true
	over := p.w.store != p.store || !p.w.Live()
	if p.watching.Visible() != over {
		p.watching.Hidden, changed = !over, true
	}
	if changed {
		p.panel.object.Refresh()
		p.w.side.scroll.Refresh()
	}
}

// close ends the lab.
func (p *labPanel) close() {
	if p.lab != nil {
		p.lab.Close()
	}
}

// A toggle switches one fault. What it does is told at the foot of the panel while it has the mouse or the keyboard,
// and once it is switched on.
type toggle struct {
	button
	fault lab.Fault
	panel *labPanel
	on    bool
}

func newToggle(p *labPanel, f lab.Fault) *toggle {
	t := &toggle{fault: f, panel: p}
	t.hears = &p.w.hears
	t.Text, t.Icon = p.w.Said(f.Name), theme.CheckButtonIcon()
	if f.Group == lab.Balancing {
		t.Icon = theme.RadioButtonIcon()
	}
	t.Importance, t.Alignment = widget.LowImportance, widget.ButtonAlignLeading
	t.OnTapped = func() { p.set(f, !t.on || f.Group == lab.Balancing) }
	t.ExtendBaseWidget(t)
	return t
}

// show shows whether the fault is on, and says whether that changed.
func (t *toggle) show(on bool) bool {
	if t.on == on {
		return false
	}
	t.on = on
	icons := [2]fyne.Resource{theme.CheckButtonIcon(), theme.NewPrimaryThemedResource(theme.CheckButtonCheckedIcon())}
	if t.fault.Group == lab.Balancing {
		icons = [2]fyne.Resource{theme.RadioButtonIcon(), theme.NewPrimaryThemedResource(theme.RadioButtonCheckedIcon())}
	}
	t.SetIcon(icons[map[bool]int{true: 1}[on]])
	return true
}

// explain tells what the switch does.
func (t *toggle) explain() { t.panel.foot.show(t.Text, t.panel.w.Said(t.fault.About)) }

// MouseIn tells what the switch does.
func (t *toggle) MouseIn(ev *desktop.MouseEvent) {
	t.explain()
	t.button.MouseIn(ev)
}

// FocusGained tells what the switch does.
func (t *toggle) FocusGained() {
	t.explain()
	t.focus = true
	t.button.Button.FocusGained()
	t.hears.gain(t)
}
