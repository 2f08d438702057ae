package ui

import (
	"cmp"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/plain"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// maxOffered is how many nodes, causes or clients are offered.
const maxOffered = 20

// An offer is sessions that can be shown alone, and how many they are.
type offer struct {
	name string
	n    int
	keep timeline.Keep
}

// keepSessions shows some of the sessions only, and says so over their names.
func (w *Window) keepSessions(k timeline.Keep) {
	if w.store == nil {
		return
	}
	w.chart.SetKeep(k)
	w.table.keepNow(w.chart.Sessions())
	w.limits.show(w)
	w.win.SetMainMenu(w.menu())
}

// showingAll takes back what restricts the sessions.
func (w *Window) showingAll() *fyne.MenuItem {
	m := item(w.S("Show all sessions"), ctrlShift(fyne.KeyK), func() { w.keepSessions(timeline.Keep{}) })
	m.Disabled = w.chart.Keep() == (timeline.Keep{})
	return m
}

// askSessions offers which sessions are shown: by transport, node, cause and client, together where several are chosen.
func (w *Window) askSessions() {
	if w.store == nil {
		return
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(w.chart)
	widget.ShowPopUpMenuAtPosition(w.sessionsMenu(), w.win.Canvas(), at.AddXY(12, timeline.AxisHeight))
}

// sessionsMenu has every way to restrict them. What is chosen is ticked, and choosing it again takes it back.
func (w *Window) sessionsMenu() *fyne.Menu {
	now := w.chart.Keep()
	m := fyne.NewMenu("", w.showingAll(), fyne.NewMenuItemSeparator())
	add := func(o offer) *fyne.MenuItem {
		next, on := o.keep.With(now)
		return ticked(fyne.NewMenuItem(w.S("%s · %s", beginningOf(plain.Text(o.name), 70), w.Count(o.n, "session")), func() { w.keepSessions(next) }), on)
	}
	transports, nodes, causes, clients := w.offers()
	for _, o := range transports {
		m.Items = append(m.Items, add(o))
	}
	for _, group := range [...]struct {
		name string
		list []offer
	}{{w.S("By node"), nodes}, {w.S("By cause"), causes}, {w.S("By client"), clients}} {
		sub := fyne.NewMenuItem(group.name, nil)
		sub.ChildMenu = fyne.NewMenu("")
		for _, o := range group.list[:min(len(group.list), maxOffered)] {
			sub.ChildMenu.Items = append(sub.ChildMenu.Items, add(o))
		}
		if more := len(group.list) - maxOffered; more > 0 {
			rest := fyne.NewMenuItem(w.S("and %d more with fewer sessions", lang.Amount(more)), nil)
			rest.Disabled = true
			sub.ChildMenu.Items = append(sub.ChildMenu.Items, rest)
		}
		sub.Disabled = len(group.list) == 0
		m.Items = append(m.Items, sub)
	}
	return m
}

// offers are all that sessions can be restricted to.
func (w *Window) offers() (transports, nodes, causes, clients []offer) {
	w.with(func(t *session.Tracker, st *store.State) {
		on := map[session.Transport]int{}
		at := map[int]int{}
		of := map[string]int{}
		for _, s := range t.Sessions {
			on[s.Transport()]++
			at[s.Node]++
			if c := clientOf(s); c != "" {
				of[c]++
			}
		}
		transports = []offer{{w.S("On polling"), on[session.Polling], timeline.Keep{Transport: session.Polling}},
			{w.S("On WebSocket"), on[session.WebSocket], timeline.Keep{Transport: session.WebSocket}}}
		for i := range t.Nodes {
			nodes = append(nodes, offer{timeline.NodeName(w.Words, t, i), at[i], timeline.Keep{Node: i + 1}})
		}
		causes = causesOf(t, &st.Diagnosis)
		for c, n := range of {
			clients = append(clients, offer{redact.Redactor{}.Text(c), n, timeline.Keep{Client: c}})
		}
	})
	slices.SortFunc(clients, func(a, b offer) int { return cmp.Or(b.n-a.n, cmp.Compare(a.name, b.name)) })
	return transports, nodes, causes, clients
}

// causesOf are the findings that touch sessions, those of what was before among them.
func causesOf(t *session.Tracker, d *diagnose.Diagnosis) (list []offer) {
	of := map[string]int{}
	for _, s := range t.Sessions {
		for _, id := range d.Causes(s) {
			of[id]++
		}
	}
	for _, f := range slices.Concat(d.Findings, d.Former) {
		if n := of[f.ID]; n > 0 {
			list = append(list, offer{redact.Redactor{}.Text(f.Title), n, timeline.Keep{Cause: f.ID}})
			delete(of, f.ID)
		}
	}
	return list
}

// keptName says in words which sessions are shown.
func (w *Window) keptName() string {
	k := w.chart.Keep()
	var parts []string
	w.with(func(t *session.Tracker, st *store.State) {
		switch k.Transport {
		case session.Polling:
			parts = append(parts, w.S("on polling"))
		case session.WebSocket:
			parts = append(parts, w.S("on WebSocket"))
		}
		if k.Node > 0 {
			parts = append(parts, w.S("of %s", timeline.NodeTitle(w.Words, t, k.Node-1)))
		}
		for _, f := range slices.Concat(st.Diagnosis.Findings, st.Diagnosis.Former) {
			if f.ID == k.Cause {
				parts = append(parts, redact.Redactor{}.Text(f.Title))
				break
			}
		}
		if k.Client != "" {
			parts = append(parts, w.S("client %s", redact.Redactor{}.Text(k.Client)))
		}
		if k.Session > 0 {
			parts = append(parts, w.S("session %s", timeline.Name(w.Words, t.SessionAt(k.Session-1))))
		}
	})
	return w.List(parts)
}

// A sessionsBar says over the names of the sessions which of them are shown, where not all are, and shows all again.
type sessionsBar struct {
	says   *line
	full   string
	object *fyne.Container
}

func (w *Window) newSessionsBar(fonts *timeline.Fonts) *sessionsBar {
	b := &sessionsBar{says: newLine(fonts, 11.5, look.Accent, fyne.TextStyle{Bold: true})}
	all := newButton(&w.hears, "", theme.CancelIcon(), func() { w.keepSessions(timeline.Keep{}) }).tipped(w.S("Show all sessions"))
	all.Importance = widget.LowImportance
	row := container.NewBorder(nil, nil, nil, container.NewGridWrap(fyne.NewSize(26, timeline.AxisHeight-1), all), container.New(middle{}, newHinted(b.says, w.status, func() string { return b.full })))
	b.object = onPanel(container.New(padded(0, 1, 14, 2), row))
	b.object.Hide()
	return b
}

// show says which sessions are shown.
func (b *sessionsBar) show(w *Window) {
	hidden := w.store == nil || w.chart.Keep() == (timeline.Keep{})
	if !hidden {
		n, all := w.chart.Kept()
		name := w.keptName()
		b.says.Set(w.S("%d of %d: %s", lang.Amount(n), lang.Amount(all), name))
		b.full = w.S("%d of %d sessions are in the timeline: %s. The overview and the packets are of these alone.", lang.Amount(n), lang.Amount(all), name)
	}
	if hidden != b.object.Hidden {
		b.object.Hidden = hidden
		b.object.Refresh()
	}
}

// overNames is a layout of what lies over the heading of a chart's names.
type overNames struct{ width func() float64 }

// Layout is for Fyne.
func (o overNames) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	for _, each := range objects {
		each.Resize(fyne.NewSize(float32(o.width()), timeline.AxisHeight-1))
	}
}

// MinSize is none: it lies over something else.
func (overNames) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
