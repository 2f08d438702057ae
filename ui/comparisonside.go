package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/chart"
	"sioscope/ui/look"
	"sioscope/ui/pair"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
	"sioscope/ui/words"
)

// A comparedSide is one of the two timelines, with what it is and how it fares above it.
type comparedSide struct {
	c     *comparison
	index int
	store *store.Store
	zero  int64 // the moment that is laid beside that of the other side

	chart *chart.Chart
	rail  *chart.Rail

	edge     *fill
	icon     *widget.Icon
	name     *line
	source   *line
	verdict  *line
	cause    *line
	which    *line // of the sessions is aligned
	steps    *fyne.Container
	row      *fyne.Container
	before   *button
	after    *button
	unread   bool // it could not be read, and cause says why
	progress *widget.ProgressBar
	busy     *fyne.Container
	object   fyne.CanvasObject
}

func newComparedSide(c *comparison, index int) (*comparedSide, error) {
	w, h := c.w, &c.w.hears
	s := &comparedSide{c: c, index: index}
	var fonts [2]*timeline.Fonts
	for i := range fonts {
		f, err := look.Fonts()
		if err != nil {
			return nil, err
		}
		fonts[i] = f
	}
	s.chart = chart.New(fonts[0], w.opt.Do)
	s.chart.Words, s.chart.Modifiers, s.chart.OnPress = w.Words, w.opt.Modifiers, w.takeKeys
	s.chart.OnSelect = s.hit
	s.rail = chart.NewRail(s.chart, fonts[1], w.opt.Do)
	s.rail.Words, s.rail.OnPin = w.Words, c.pin
	s.edge, s.icon = newFill(look.Line, fyne.NewSize(6, 10)), widget.NewIcon(theme.InfoIcon())
	s.name = newLine(w.fonts, 14, theme.ColorNameForeground, fyne.TextStyle{Bold: true})
	s.source = newLine(w.fonts, 12, look.Dim, fyne.TextStyle{})
	s.verdict = newLine(w.fonts, 13, theme.ColorNameForeground, fyne.TextStyle{Bold: true})
	s.cause = newLine(w.fonts, 12, look.Dim, fyne.TextStyle{})
	s.which = newLine(nil, 12, look.Dim, fyne.TextStyle{})
	s.before = newButton(h, "", theme.NavigateBackIcon(), func() { c.stepSession(index, -1) })
	s.after = newButton(h, "", theme.NavigateNextIcon(), func() { c.stepSession(index, 1) })
	s.before.Importance, s.after.Importance = widget.LowImportance, widget.LowImportance
	s.steps = container.NewHBox(container.NewCenter(s.which), s.before, s.after)
	s.steps.Hide()
	s.progress = widget.NewProgressBar()
	s.progress.TextFormatter = func() string { return "" }
	s.busy = container.NewHBox(container.NewGridWrap(fyne.NewSize(160, 28), s.progress))
	s.object = container.New(topped{}, container.New(stacked{}, s.head(), rule(), s.rail), s.chart)
	s.name.Set(c.ends[index].name)
	s.source.Set(c.ends[index].label)
	if len(c.ends[index].paths) > 0 {
		s.source.Set(nameOf(c.w.Words, c.ends[index].paths))
	}
	return s, nil
}

// head lays out what stands above the timeline, in the timeline's columns.
func (s *comparedSide) head() fyne.CanvasObject {
	left := container.New(padded(4, 4, 8, 8), container.NewBorder(nil, nil, container.NewCenter(container.NewGridWrap(fyne.NewSize(22, 22), s.icon)), nil,
		container.New(padded(0, 0, 4, 0), container.New(middle{}, container.New(stacked{}, s.name, s.source)))))
	right := container.NewHBox(container.NewCenter(container.NewStack(s.steps, s.busy)), gap(4))
	s.row = container.New(columned{s.chart}, container.NewBorder(nil, nil, s.edge, nil, left),
		container.NewBorder(nil, nil, nil, right, container.New(padded(4, 4, 6, 8), container.New(middle{}, container.New(stacked{}, s.verdict, s.cause)))))
	return s.row
}

// setStore shows what is read, or was.
func (s *comparedSide) setStore(st *store.Store) {
	s.store = st
	s.chart.Trial = s.c.ends[s.index].trial
	s.chart.SetStore(st)
	s.chart.Follow(false)
	s.chart.FitAll()
	if only := s.c.ends[s.index].only; only >= 0 {
		s.chart.SetKeep(timeline.Keep{Session: only + 1})
	}
}

// reading shows how far it is.
func (s *comparedSide) reading() {
	s.store.Read(func(t *session.Tracker, st *store.State) {
		w := s.c.w
		switch {
		case st.Done:
			s.busy.Hide()
			s.tell(t, st)
			return
		case st.Live:
			s.verdict.Set(w.S("Being checked"))
		default:
			s.verdict.Set(w.S("Being read"))
		}
		s.cause.Set(soFar(w.Words, t))
		showRead(w.Words, s.progress, &t.Stats)
	})
	s.chart.Pull()
}

// tell shows the verdict of what was read, or why there is none.
func (s *comparedSide) tell(t *session.Tracker, st *store.State) {
	if st.Err != nil && st.Diagnosis.Verdict.State == "" || st.Err != nil && st.Diagnosis.Verdict.State == diagnose.StateNone {
		s.unread, s.cause.Hidden = true, false // there is nothing else that says why
		s.show(look.Bad, theme.NewErrorThemedResource(theme.ErrorIcon()), s.c.w.S("This could not be read"), sentence(s.c.w.Words, st))
		s.row.Objects[1].Refresh()
		s.c.relayout = true
		return
	}
	s.verdictOf(t, st.Diagnosis.Verdict, warned(&st.Diagnosis))
}

func (s *comparedSide) verdictOf(t *session.Tracker, v diagnose.Verdict, warned bool) {
	title := v.Title
	if title == "" {
		title = v.Summary
	}
	color, icon := look.Good, fyne.Resource(theme.NewSuccessThemedResource(theme.ConfirmIcon()))
	switch {
	case v.State == diagnose.StateNone || v.State == diagnose.StateUnknown:
		color, icon = look.Warn, theme.NewWarningThemedResource(theme.QuestionIcon())
	case !v.Healthy:
		color, icon = look.Bad, theme.NewErrorThemedResource(theme.ErrorIcon())
	case v.State != diagnose.StateWebSocket || warned:
		color, icon = look.Warn, theme.NewWarningThemedResource(theme.WarningIcon())
	}
	cause := v.Cause
	if cause == "" {
		cause = words.Moves(s.c.w.Words, t)
	}
	s.show(color, icon, title, cause)
}

func (s *comparedSide) show(color fyne.ThemeColorName, icon fyne.Resource, title, cause string) {
	s.edge.SetColor(color)
	s.icon.SetResource(icon)
	s.verdict.Set(title)
	s.cause.Set(cause)
}

// compared shows what came of the comparison: the verdict, and which session is aligned.
func (s *comparedSide) compared(p *pair.Pair) {
	s.busy.Hide()
	p.Read(func(seen [2]pair.Seen) { s.verdictOf(seen[s.index].Tracker, p.Verdict(s.index), p.Warned(s.index)) })
	s.sessions(p)
}

// sessions says which of the sessions is aligned.
func (s *comparedSide) sessions(p *pair.Pair) {
	at, all := s.place(p)
	s.steps.Hidden = all == 0 || s.c.ends[s.index].only >= 0
	s.which.Set(s.c.w.S("session %d of %d", at+1, all))
	enable(s.before, at > 0)
	enable(s.after, at < all-1)
	s.row.Objects[1].Refresh()
}

// place is the number of the aligned session among those of the side.
func (s *comparedSide) place(p *pair.Pair) (at, all int) {
	p.Read(func(seen [2]pair.Seen) {
		list := seen[s.index].Tracker.Sessions
		all = len(list)
		at = slices.IndexFunc(list, func(o *session.Session) bool { return int32(o.Index) == p.Chosen[s.index] })
	})
	return at, all
}

// hit selects what was clicked in the timeline: a session is aligned, and of a request the other side's like it is shown
// beside it.
func (s *comparedSide) hit(h timeline.Hit) {
	switch {
	case s.c.pair == nil:
	case h.Exchange >= 0:
		s.c.showRequest(s.index, h.Exchange)
	case h.Session >= 0:
		s.c.align(s.index, h.Session)
	}
}

// columned is a layout of two objects over the columns of a timeline.
type columned struct{ chart *chart.Chart }

// Layout is for Fyne.
func (l columned) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left := float32(l.chart.Left())
	objects[0].Resize(fyne.NewSize(left, size.Height))
	objects[1].Move(fyne.NewPos(left, 0))
	objects[1].Resize(fyne.NewSize(size.Width-left, size.Height))
}

// MinSize is that of the higher one.
func (l columned) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(320, max(objects[0].MinSize().Height, objects[1].MinSize().Height))
}
