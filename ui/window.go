package ui

import (
	"cmp"
	"context"
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/chart"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// Options are what the window gets from outside.
type Options struct {
	Files     func(paths []string) store.Source // gives a source for capture files
	Demo      func() store.Source               // gives the embedded recording
	Diagnose  func(lang.Words, *session.Tracker) diagnose.Diagnosis
	Do        func(func())            // runs a function on the main goroutine: OnMain; nil runs it, and all work, at once
	Modifiers func() fyne.KeyModifier // the keys held down; nil: none
	Theme     look.Choice             // overrides the remembered one where not ""
	Memory    int64                   // bytes that what is live may keep, instead of the remembered number where not 0
	Version   string                  // of the program, for Help; may be ""
	Language  string                  // of the window, overrides the remembered one where not ""
	Locale    string                  // the language of the system, where none is remembered; "" is English
}

// A Window is sioscope's window.
type Window struct {
	lang.Words // the language that it speaks

	app       fyne.App
	win       fyne.Window
	family    *family
	strokes   []stroke // the keys of the menus
	opt       Options
	prefs     settings
	theme     look.Choice
	language  string             // as it was chosen; "": that of the system
	cancel    context.CancelFunc // ends the reader; never nil
	filled    chan struct{}      // closed when the reader is done
	side      *side
	connector *connector
	checker   *checker
	sniffer   *sniffer
	labPanel  *labPanel
	qa        *qaView
	exposed   *fyne.Container // says that secrets are shown
	exporting *exporting      // the form that was opened last
	fonts     *timeline.Fonts // of what is no raster
	body      *fyne.Container // what is open, or the welcome
	store     *store.Store    // nil while nothing is open

	tools     *toolbar
	verdict   *verdictBar
	chart     *chart.Chart
	overview  *chart.Overview
	legend    *chart.Legend
	table     *table
	detail    *detail
	status    *statusBar
	rate      rate
	counted   pace    // of the status bar
	judged    int     // sessions that the verdict counted when it was written
	following *button // over the timeline of a live source whose end is not followed
	remark    *remark
	empty     *container.Scroll // the empty window
	gone      map[string]bool   // of what was open before, that which is not there any more
	about     subject           // the one selection
	hunt      hunt
	wall      bool
	version   uint64            // of the store when it was last shown
	nodes     int               // that the menu names
	stoppable bool              // the menu offers to stop what is open
	unfolded  bool              // a lone session was opened by itself
	relayout  bool              // a part changed its size
	opening   opening           // what is shown, and where it comes from
	settled   bool              // what is open was read to its end, and that was shown
	letting   fyne.CanvasObject // what asked last whether to keep what would be lost
	loses     *prose            // how much that is

	moments moments
	hovered int          // the node under the mouse in the legend, -1: none
	limits  *sessionsBar // over the names in the timeline, while not all sessions are shown

	dialog *container.Scroll // what is scrolled in the dialog that was opened last; may be nil
	left   leaving           // the form of a note that was opened last

	compared *comparison  // what is shown in the place of what is open; nil: nothing is compared
	asking   *compareForm // asks for two sides; nil: it is shut
	kept     *comparand   // what was kept to be compared with what comes after
	former   string       // the file that was open before what is open; "": none

	hears        hears
	upper, lower *container.Split
	auto         [2]float64 // where upper and lower were put by us: where they still are, the user moved nothing
	main         fyne.CanvasObject
	shown        fyne.CanvasObject // timeline, packets, detail
	timeline     *fyne.Container   // chart, overview and legend
	root         *fyne.Container
}

// New makes the window, empty. It is not shown yet.
func New(app fyne.App, opt Options) (*Window, error) { return (&family{}).open(app, opt) }

// open makes one more window.
func (f *family) open(app fyne.App, opt Options) (*Window, error) {
	w := &Window{app: app, family: f, opt: opt, prefs: settings{app.Preferences()}, cancel: func() {}, about: nothing}
	w.language = cmp.Or(opt.Language, w.prefs.language())
	w.speak()
	w.theme = opt.Theme
	if w.theme == "" {
		w.theme = w.prefs.theme()
	}
	f.colour(app, w.theme)
	w.win = app.NewWindow("sioscope")
	if err := w.build(); err != nil {
		return nil, fmt.Errorf("making the window: %w", err)
	}
	w.win.SetPadded(false)
	w.win.SetMainMenu(w.menu())
	w.win.SetContent(w.root)
	w.win.Resize(w.prefs.size())
	w.win.SetOnDropped(w.drop)
	w.win.SetCloseIntercept(func() { w.letGo(w.close) })
	w.keys()
	w.welcome()
	w.lookForRecent()
	f.windows = append(f.windows, w)
	return w, nil
}

// Fyne is the window as Fyne knows it.
func (w *Window) Fyne() fyne.Window { return w.win }

// Err is why what is open could not be read, or nil.
func (w *Window) Err() (err error) {
	w.with(func(_ *session.Tracker, st *store.State) { err = st.Err })
	return err
}

// Present selects and opens what shows most, for a picture: the worst proof where something is wrong, and else the
// first session.
func (w *Window) Present() {
	e, s := int32(-1), int32(-1)
	w.with(func(t *session.Tracker, st *store.State) { e, s = worst(t, &st.Diagnosis) })
	if s >= 0 {
		w.chart.SetOpen(s, true)
	}
	if e >= 0 {
		w.selectExchange(e)
	} else if s >= 0 {
		w.SelectSession(s)
	}
}

// worst is the exchange that proves the first finding, and its session; -1 where there is none.
func worst(t *session.Tracker, d *diagnose.Diagnosis) (exchange, sess int32) {
	exchange, sess = -1, -1
	if len(t.Sessions) > 0 {
		sess = 0
	}
	for _, f := range d.Findings {
		for _, ev := range f.Evidence {
			if e := ev.Exchange; e != nil && f.Severity == diagnose.Error {
				if e.Session != nil {
					sess = int32(e.Session.Index)
				}
				if timeline.Bad(e) {
					return int32(e.Index), sess
				}
			}
		}
	}
	return -1, sess
}

// build makes the parts. Every painter has its own fonts: their caches serve one goroutine.
func (w *Window) build() error {
	var fonts [4]*timeline.Fonts
	for i := range fonts {
		f, err := look.Fonts()
		if err != nil {
			return err
		}
		fonts[i] = f
	}
	w.chart = chart.New(fonts[0], w.opt.Do)
	w.overview = chart.NewOverview(w.chart, fonts[1], w.opt.Do)
	w.legend = chart.NewLegend(w.chart, fonts[2], w.opt.Do)
	w.chart.Modifiers, w.chart.OnSelect, w.chart.OnMenu = w.opt.Modifiers, w.hit, w.contextMenu
	w.chart.OnPress = w.takeKeys
	w.chart.OnView, w.chart.OnOpen = w.viewed, w.growSplit
	w.fonts = fonts[3]
	w.furnish()
	return nil
}

// furnish makes the parts that have words upon them, in the language that is spoken, and arranges all.
func (w *Window) furnish() {
	own := w.fonts
	w.chart.Words = w.Words
	w.hears = hears{Words: w.Words, key: w.key, rune: w.rune, shortcut: w.shortcut, gained: w.gain, hint: func(s string) { w.status.hint(s) }}
	w.table = newTable(own, &w.hears, w.opt.Do)
	w.table.onSelect, w.table.onPress = w.selectRow, w.takeKeys
	w.listenToTable()
	w.detail = newDetail(own, &w.hears, w.copy, w.jump)
	w.detail.meaning.do = w.opt.Do
	w.status = newStatusBar(own, &w.hears)
	w.tools = newToolbar(own, &w.hears, verbs{open: w.askOpen, sniff: w.askSniff, connect: w.askConnect, check: w.askCheck, lab: w.askLab, pause: w.pauses, stop: func() { w.cancel() }, sort: w.setSort, wall: w.setWall, search: w.search})
	w.tools.search.recent = w.prefs.searches
	w.tools.sort.SetSelectedIndex(min(max(w.prefs.Int("sort"), 0), len(sortNames(w.Words))-1))
	w.verdict = newVerdictBar(own, &w.hears, w.why, w.toggleQA, w.exportMenu, func() { w.cancel() }, w.showNotes, w.askKeys)
	w.following = newButton(&w.hears, w.S("Follow live"), theme.MediaSkipNextIcon(), w.toggleFollow)
	w.following.Importance = widget.HighImportance
	w.following.Hide()
	w.limits = w.newSessionsBar(own)
	w.legend.OnTap, w.legend.OnNode = w.showLegend, w.nodeHint
	w.verdict.layout = func() { w.relayout = true }
	w.arrange()
	w.wall = false
	if w.prefs.Bool("wall") {
		w.setWall(true)
	}
}

// arrange puts the parts in their places.
func (w *Window) arrange() {
	w.timeline = container.NewBorder(nil, container.New(stacked{}, w.overview, w.legend), nil, nil,
		container.NewStack(w.chart, container.New(overNames{w.chart.HeadWidth}, w.limits.object), container.New(corner{}, w.following)))
	w.lower = container.NewHSplit(w.table.object, w.detail.object)
	w.upper = container.NewVSplit(w.timeline, w.lower)
	w.upper.Offset = w.prefs.share(splitTimeline, firstTimeline)
	w.lower.Offset = w.prefs.share(splitDetail, firstDetail)
	w.auto = [2]float64{w.upper.Offset, w.lower.Offset}
	middle := container.New(&watch{child: w.upper, resized: func(fyne.Size) { w.resplit() }}, w.upper)
	w.shown = middle
	w.body = container.NewStack()
	w.side = newSide(&w.hears, func() { w.showSide(nil) }, w.body)
	w.side.chosen = float32(w.prefs.Float(sideWidth))
	w.connector, w.checker, w.labPanel, w.sniffer = newConnector(w), newChecker(w), newLabPanel(w), newSniffer(w)
	w.remark = newRemark(&w.hears, func() { w.main.Refresh() })
	w.exposed = w.newExposed()
	w.detail.exposed = w.showExposed
	w.main = inOrder(container.New(stacked{}, w.tools.object, w.exposed, w.remark.object, w.verdict.object), w.status.object, nil, nil, w.side.frame)
	w.main = container.New(&watch{child: w.main, resized: func(fyne.Size) { w.relay() }}, w.main)
	w.root = container.NewStack(w.main)
	w.qa = newQAView(w)
}

// welcome shows the empty window.
func (w *Window) welcome() {
	if w.compared != nil {
		return // it is behind two sides that are compared
	}
	w.body.Objects = []fyne.CanvasObject{w.newWelcome()}
	w.frame(false)
	w.tools.name.Set("")
	w.tools.showRate("", false)
	w.win.SetTitle("sioscope")
}

// frame shows verdict and status, or hides them where nothing is open.
func (w *Window) frame(on bool) {
	for _, o := range []fyne.CanvasObject{w.verdict.object, w.status.object} {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
	w.body.Refresh()
	w.main.Refresh()
}

// show puts a store into the window.
func (w *Window) show(s *store.Store) {
	w.remark.clear()
	w.verdict.reset(&w.opening)
	w.checker.past()
	w.status.saved("")
	w.detail.failed, w.detail.subject, w.detail.checks = w.opening.failed, w.opening.subject, w.opening.experiments != nil
	w.store, w.about, w.version, w.unfolded, w.settled, w.rate = s, nothing, 0, false, false, rate{}
	w.body.Objects = []fyne.CanvasObject{w.shown}
	w.frame(true)
	w.named()
	w.tools.search.SetText("")
	w.detail.trial, w.chart.Trial, w.table.trial = w.opening.trial, w.opening.trial, w.opening.trial
	w.chart.SetStore(s)
	w.beginMoments()
	w.limits.show(w)
	if w.opening.experiments != nil { // its verdict is about the sessions it began with
		w.chart.Stay()
	}
	w.table.setStore(s)
	w.detail.setStore(s)
	w.showRate()
	w.body.Refresh()
	if w.qa.wanted {
		w.qa.open()
	}
}

// named writes the name of what is open where that stands.
func (w *Window) named() {
	w.win.SetTitle(w.opening.name + " · sioscope")
	w.tools.name.Set(w.opening.name)
}

// pull takes in what is new in the store.
func (w *Window) pull() {
	if w.store == nil {
		return
	}
	var version uint64
	var alone, done, live bool
	var failed error
	var nodes int
	w.store.Read(func(t *session.Tracker, st *store.State) {
		w.verdict.show(t, st)
		w.count(t, st)
		version = st.Version
		done, failed = st.Done, st.Err
		live = st.Live
		alone, nodes = (st.Done || w.opening.alone) && len(t.Sessions) == 1, len(t.Nodes)
	})
	w.relay()
	w.chart.Pull()
	w.recallMoments()
	w.limits.show(w)
	w.table.keep(w.chart.Sessions())
	w.table.pull()
	w.showRate()
	w.updateSide()
	if w.asksToKeep() {
		w.sayLoss()
	}
	w.qa.pull()
	if live && !done {
		w.settled = true
		w.growSplit()
	}
	if alone && !w.unfolded {
		w.unfolded = true
		w.chart.SetOpen(0, true)
	}
	if done && !w.settled {
		w.settled = true
		w.fitSplit()
	}
	if done && failed == nil && len(w.opening.paths) > 0 {
		w.remember()
	}
	if nodes != w.nodes || done == w.stoppable {
		w.nodes, w.stoppable = nodes, !done
		w.win.SetMainMenu(w.menu())
	}
	if version != w.version {
		w.version = version
		w.legend.Refresh()
		w.detail.fill()
	}
}

// relay lays the window out anew where a part changed its size: the verdict may get a line more as it is laid out.
func (w *Window) relay() {
	for range 2 {
		if w.relayout {
			w.relayout = false
			w.main.Refresh()
		}
	}
}

// setTheme changes the colours of all windows, now and for the next run.
func (w *Window) setTheme(c look.Choice) {
	w.prefs.setTheme(c)
	w.family.colour(w.app, c)
	for _, each := range w.family.windows {
		each.theme = c
		each.win.SetMainMenu(each.menu())
	}
}

func (w *Window) setSort(by timeline.Sort) {
	w.prefs.SetInt("sort", int(by))
	w.chart.SetSort(by)
}

func (w *Window) copy(text string) {
	if text != "" {
		w.app.Clipboard().SetContent(text)
		w.status.told(w.S("Copied: %s", size(int64(len(text)))))
	}
}
