package ui

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture/check"
	"sioscope/capture/dial"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/plain"
	"sioscope/ui/store"
	"sioscope/ui/words"
)

// A matrix lists the experiments of a check: how far each is, by icon and word, what it asks or tells, what it cost.
type matrix struct {
	w      *Window
	rows   []*experimentRow
	object *fyne.Container
}

// An experimentRow is one experiment. A click on it selects the first session it opened.
type experimentRow struct {
	icon    *widget.Icon
	title   *line
	word    *line
	cost    *line
	tells   *prose
	says    string
	session string // sid of the first
	object  *fyne.Container
}

func newMatrix(w *Window) *matrix { return &matrix{w: w, object: container.New(stacked{})} }

func (m *matrix) reset() {
	m.rows = nil
	m.object.RemoveAll()
}

// show brings the rows up to date. failed is why the whole check ended, "" where it did not.
func (m *matrix) show(list []check.Experiment, failed string) {
	grown := false
	for i := range list {
		if i == len(m.rows) {
			m.rows = append(m.rows, m.newRow())
			m.object.Add(m.rows[i].object)
		}
		grown = m.rows[i].show(m.w.Words, &list[i], failed) || grown
	}
	if grown {
		m.object.Refresh()
		m.w.side.scroll.Refresh()
	}
}

func (m *matrix) newRow() *experimentRow {
	r := &experimentRow{icon: widget.NewIcon(nil), tells: newProse()}
	r.title = newLine(m.w.fonts, 13, theme.ColorNameForeground, fyne.TextStyle{Bold: true})
	r.word = newLine(nil, 12, look.Dim, fyne.TextStyle{Bold: true})
	r.cost = newLine(nil, 11.5, look.Dim, fyne.TextStyle{})
	press := newButton(&m.w.hears, "", nil, func() { m.open(r.session) })
	press.Importance = widget.LowImportance
	head := container.NewBorder(nil, nil, container.NewGridWrap(fyne.NewSize(18, 18), r.icon), container.NewHBox(r.word), container.New(middle{}, r.title))
	text := container.NewBorder(nil, nil, gap(22), nil, flush(r.tells))
	cost := container.NewBorder(nil, nil, gap(22), nil, r.cost)
	inner := container.New(padded(6, 6, 2, 4), container.New(stacked{}, head, text, cost))
	r.object = container.New(stacked{}, rule(), container.NewStack(press, inner))
	return r
}

// open selects the session of an experiment.
func (m *matrix) open(sid string) {
	if sid == "" || m.w.store == nil {
		return
	}
	at := int32(-1)
	m.w.with(func(t *session.Tracker, _ *store.State) {
		if s := t.Session(sid); s != nil {
			at = int32(s.Index)
		}
	})
	if at >= 0 {
		m.w.SelectSession(at)
		m.w.chart.FitSession(at)
	}
}

// show brings a row up to date, and says whether it may have become higher.
func (r *experimentRow) show(w lang.Words, e *check.Experiment, failed string) (changed bool) {
	icon, color, word := outcome(w, e)
	text := e.Question
	switch {
	case e.State == check.Done:
		text = e.Tells
	case words.Quoting(w, e.Reason) == failed, abandoned(w, e): // it is said once, above
	case e.Reason != "":
		text = e.Reason
	}
	if len(e.Sessions) > 0 {
		r.session = e.Sessions[0]
	}
	r.title.Set(fmt.Sprintf("%d  %s", e.Number, e.Title))
	cost := ""
	if e.Requests > 0 {
		cost = w.Count(e.Requests, "request") + " · " + plain.Span(int64(e.Took))
	}
	r.cost.Set(cost)
	if over := e.State != check.Waiting && e.State != check.Running; r.cost.Visible() && over && cost == "" {
		r.cost.Hide() // until then its place is kept, so that nothing jumps
		changed = true
	}
	if says := word + text; says != r.says {
		r.says, changed = says, true
		r.icon.SetResource(icon)
		r.word.SetColor(color)
		r.word.Set(word)
		style := widget.RichTextStyle{ColorName: look.Dim}
		if e.State == check.Done {
			style.ColorName = theme.ColorNameForeground
		}
		r.tells.Say(words.Quoting(w, plain.Text(text)), style)
	}
	return changed
}

// abandoned says whether an experiment was not run to its end because the check was cancelled.
func abandoned(w lang.Words, e *check.Experiment) bool {
	return (e.State == check.Skipped || e.State == check.Failed) && e.Reason == dial.Explain(w, context.Canceled)
}

// outcome is how an experiment is marked: as the command marks it (report.Experiments), by the same signs.
func outcome(w lang.Words, e *check.Experiment) (fyne.Resource, fyne.ThemeColorName, string) {
	if abandoned(w, e) {
		return theme.NewWarningThemedResource(theme.WarningIcon()), look.Warn, w.S("cancelled")
	}
	switch e.State {
	case check.Waiting:
		return theme.NewDisabledResource(theme.RadioButtonIcon()), look.Dim, w.S("waiting")
	case check.Running:
		return theme.NewPrimaryThemedResource(theme.MediaPlayIcon()), look.Accent, w.S("running")
	case check.Skipped:
		return theme.NewDisabledResource(theme.ContentRemoveIcon()), look.Dim, w.S("not run")
	case check.Failed:
		return theme.NewWarningThemedResource(theme.QuestionIcon()), look.Warn, w.S("failed")
	}
	switch {
	case e.Result == check.Yes:
		return theme.NewSuccessThemedResource(theme.ConfirmIcon()), look.Good, e.Word(w)
	case e.Result == check.No && e.Either():
		return theme.NewThemedResource(theme.ContentRemoveIcon()), theme.ColorNameForeground, e.Word(w)
	case e.Result == check.No:
		return theme.NewErrorThemedResource(theme.CancelIcon()), look.Bad, e.Word(w)
	case e.Result == check.Some:
		return theme.NewWarningThemedResource(theme.WarningIcon()), look.Warn, e.Word(w)
	}
	return theme.NewDisabledResource(theme.QuestionIcon()), look.Dim, e.Word(w)
}
