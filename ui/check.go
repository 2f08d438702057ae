package ui

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture/check"
	"sioscope/capture/dial"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
)

// A checker is the panel of a check: a form, and then the experiments as they run.
type checker struct {
	w     *Window
	panel *sidePanel

	url    *urlEntry
	urlIn  *field
	most   *entry
	mostIn *field
	idle   *tick
	more   *clientForm
	fold   *fold
	plan   *line
	form   *fyne.Container

	run     *check.Check // nil before the first
	store   *store.Store
	place   *line
	bar     *widget.ProgressBar
	sums    *line
	failed  *notice
	cancel  *button
	again   *button
	busy    *fyne.Container // progress, while it runs
	next    *fyne.Container // what can be done then
	matrix  *matrix
	results *fyne.Container
}

// idleTime is how long silence is watched where that is asked for.
const idleTime = 70 * time.Second

func newChecker(w *Window) *checker {
	c := &checker{w: w, bar: widget.NewProgressBar(), failed: newNotice()}
	h := &w.hears
	c.url = newURLEntry(h, w.prefs.urls(), c.start)
	c.urlIn = newField(&w.hears, w.S("URL of the service"), c.url)
	c.url.OnChanged = func(url string) {
		c.urlIn.says(nil)
		c.more.recall(w.prefs, url)
		c.showPlan()
	}
	c.most = newEntry(h, strconv.Itoa(check.DefaultMaxRequests), c.start)
	c.most.OnChanged = func(string) { c.showPlan() }
	c.mostIn = newField(&w.hears, w.S("Requests at most"), c.most)
	c.idle = newTick(h, h.S("Watch silence for 70 s, too"), func(bool) { c.showPlan() })
	c.more = newClientForm(h, c.start)
	c.fold = newFold(h, h.S("More options"), container.New(stacked{}, c.mostIn.object, c.idle, gapTop(8), c.more.object))
	do := newButton(h, h.S("Check"), theme.SearchIcon(), c.start)
	do.Importance = widget.HighImportance
	c.plan = newLine(w.fonts, 12, look.Dim, fyne.TextStyle{})
	c.form = container.New(stacked{}, paragraph(w.S("Finds out by experiments whether WebSocket is reached, and if not, why, and what would help.")), gapTop(4),
		c.urlIn.object, do, gapTop(6), c.plan, gapTop(8), c.fold.object)

	c.place = newLine(w.fonts, 13, theme.ColorNameForeground, fyne.TextStyle{Monospace: true})
	c.sums = newLine(w.fonts, 12, look.Dim, fyne.TextStyle{})
	c.bar.TextFormatter = func() string { return "" }
	c.cancel = newButton(h, h.S("Cancel"), theme.CancelIcon(), func() { c.w.cancel() })
	c.again = newButton(h, h.S("Check again"), theme.ViewRefreshIcon(), c.start)
	change := newButton(h, h.S("Change…"), nil, c.change)
	c.matrix = newMatrix(w)
	c.busy = container.NewBorder(nil, nil, nil, c.cancel, container.New(middle{}, container.New(bar{}, c.bar)))
	copied := newButton(h, w.S("Copy as text"), theme.ContentCopyIcon(), w.copyReport)
	c.next = container.New(stacked{}, container.NewGridWithColumns(2, c.again, change), gapTop(4), copied)
	c.results = container.New(stacked{}, c.place, gapTop(3), c.sums, gapTop(4), container.NewStack(c.busy, c.next),
		c.failed.object, gapTop(8), c.matrix.object)
	c.results.Hide()
	c.panel = &sidePanel{title: w.S("Check"), object: container.New(stacked{}, c.form, c.results), first: c.url, update: c.update}
	c.more.set(dial.Options{Cookies: true})
	c.showPlan()
	return c
}

// Check runs the experiments against a URL; "" asks for it. What is wrong with the URL is said beside it.
func (w *Window) Check(url string, o check.Options) {
	c := w.checker
	w.showSide(c.panel)
	c.more.set(o.Client)
	c.idle.SetChecked(o.Idle > 0)
	c.most.SetText("")
	if o.MaxRequests > 0 {
		c.most.SetText(strconv.Itoa(o.MaxRequests))
	}
	c.url.SetText(url)
	if url != "" {
		c.start()
	}
}

// options are what the form says; ok is false where a field says that it cannot be read.
func (c *checker) options() (o check.Options, ok bool) {
	o.Words = c.w.Words
	o.Client, ok = c.more.options()
	if text := strings.TrimSpace(c.most.Text); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			err = lang.Say("want a number from 1 up")
		}
		ok = c.mostIn.says(err) && ok
		o.MaxRequests = n
	} else {
		c.mostIn.says(nil)
	}
	if c.idle.Checked {
		o.Idle = idleTime
	}
	return o, ok
}

// showPlan says beforehand how many requests there will be.
func (c *checker) showPlan() {
	if c.plan == nil {
		return
	}
	o, ok := c.options()
	url := c.url.Text
	if strings.TrimSpace(url) == "" {
		url = c.url.PlaceHolder
	}
	run, err := check.New(url, o)
	if !ok || err != nil {
		c.plan.Set("")
		return
	}
	c.plan.Set(c.w.S("Sends up to %d requests, to this URL only.", run.Planned()))
}

// start does what the form says.
func (c *checker) start() {
	o, ok := c.options()
	if !ok {
		c.fold.open(true)
	}
	run, err := check.New(c.url.Text, o)
	if !c.urlIn.says(err) || !ok {
		c.show(false)
		return
	}
	c.w.letGo(func() { c.begin(run, o) })
}

func (c *checker) begin(run *check.Check, o check.Options) {
	c.remember(o.Client)
	c.url.SetOptions(c.w.prefs.urls())
	c.run = run
	host := run.URL().Host
	c.w.start(opening{called: func(w lang.Words) (string, string) {
		return w.S("Check of %s", host), w.S("%s could not be checked", host)
	}, source: run, live: true, diagnose: run.Diagnose,
		subject: run.Subject, experiments: run.Experiments, trial: run.Trial})
	c.store = c.w.store
	c.matrix.reset()
	c.show(true)
	c.w.takeKeys() // the field that had them is hidden
	c.update()
}

// remember remembers what was filled in; the transports that the URL was connected with stay.
func (c *checker) remember(o dial.Options) {
	before, _ := c.w.prefs.optionsOf(c.url.Text)
	o.Transports = before.Transports
	c.w.prefs.connectedAs(c.url.Text, o)
	c.w.prefs.checked(c.url.Text)
}

// show has the experiments in the place of the form, or the form.
func (c *checker) show(results bool) {
	c.form.Hidden, c.results.Hidden = results, !results
	c.panel.object.Refresh()
	c.w.side.scroll.Refresh()
	c.w.side.scroll.ScrollToTop()
}

// past puts what a check told away where something else is opened: it says nothing of that.
func (c *checker) past() {
	if c.w.opening.experiments != nil || !c.results.Visible() {
		return
	}
	c.show(false)
	if c.w.side.now == c.panel {
		c.w.showSide(nil)
	}
}

// change goes back to the form.
func (c *checker) change() {
	c.show(false)
	c.w.win.Canvas().Focus(c.url)
}

// update shows how far the experiments are.
func (c *checker) update() {
	if c.run == nil || !c.results.Visible() {
		return
	}
	over, failed, cancelled := true, "", ""
	if c.w.store == c.store {
		c.store.Read(func(t *session.Tracker, st *store.State) {
			over, failed = st.Done, sentenceOf(c.w.Words, st.Err)
			if st.Cancelled {
				cancelled = cancelledAfter(c.w.Words, t, st)
			}
		})
	}
	list := c.run.Experiments()
	done, all, sent := 0, 0, 0
	for _, e := range list {
		sent += e.Requests
		if e.State == check.Skipped && !abandoned(c.w.Words, &e) {
			continue
		}
		all++
		if e.State == check.Done || e.State == check.Failed {
			done++
		}
	}
	c.place.Set(c.run.URL().Host)
	text := c.w.S("%d of %d experiments · %d of up to %d requests", done, all, sent, c.run.Planned())
	if over && failed != "" {
		text = c.w.S("%s sent", c.w.Count(sent, "request"))
	} else if cancelled != "" {
		text = c.w.S("%s: %d of %d experiments, %s", cancelled, done, all, c.w.Count(sent, "request"))
	} else if over {
		text = c.w.S("%s in %d experiments", c.w.Count(sent, "request"), done)
	}
	c.sums.Set(text)
	if value := float64(done) / float64(max(all, 1)); value != c.bar.Value {
		c.bar.SetValue(value)
	}
	c.failed.wrong(failed)
	if c.busy.Visible() == over || c.next.Visible() != over {
		c.busy.Hidden, c.next.Hidden = over, !over
		c.results.Refresh()
	}
	c.matrix.show(list, failed)
}

// bar is a layout for a thin progress bar.
type bar struct{}

// Layout is for Fyne.
func (bar) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(fyne.NewSize(size.Width-8, 6))
	}
}

// MinSize is thin.
func (bar) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(20, 8) }
