package ui

import (
	"cmp"
	"slices"

	"fyne.io/fyne/v2"

	"sioscope/capture"
	"sioscope/capture/check"
	"sioscope/protocol/compare"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/report"
	"sioscope/ui/store"
)

// CompareFiles holds two captures against each other, each named as on the command line: FILE or NAME=FILE.
func (w *Window) CompareFiles(args [2]string) {
	var sides [2]comparand
	for i, arg := range args {
		in := capture.ParseInput(arg)
		sides[i] = fromFile(cmp.Or(in.Label, nameFromFile(w.Words, in.Path)), in.Path)
	}
	w.compare(sides)
}

// CompareChecks checks two services, one after the other, and holds what was found against each other. The error is of
// a URL that cannot be checked.
func (w *Window) CompareChecks(names, urls [2]string, o check.Options) error {
	var sides [2]comparand
	for i, url := range urls {
		o.Words = w.Words
		run, err := check.New(url, o)
		if err != nil {
			return err
		}
		sides[i] = ofCheck(names[i], url, run)
	}
	w.compare(sides)
	return nil
}

// compare shows two sides in the place of what is open.
func (w *Window) compare(sides [2]comparand) {
	w.dropComparison()
	names := apart(w.Words, [2]string{sides[0].name, sides[1].name})
	sides[0].name, sides[1].name = names[0], names[1]
	c, err := newComparison(w, sides)
	if err != nil {
		w.remark.wrong(sentenceOf(w.Words, err))
		return
	}
	w.qa.leave()
	w.compared = c
	w.family.bound()
	w.remark.clear()
	w.showComparison()
	w.win.SetMainMenu(w.menu())
	w.takeKeys()
	c.read()
}

// showComparison puts what is compared into the place of what is open.
func (w *Window) showComparison() {
	c := w.compared
	w.body.Objects = []fyne.CanvasObject{c.object}
	w.frame(false)
	title := w.S("%s and %s", c.ends[0].name, c.ends[1].name)
	w.tools.name.Set(title)
	w.tools.comparing(true)
	w.win.SetTitle(title + " · sioscope")
}

// recompare has what was compared told in the language that is spoken now. What is still read goes on in the other.
func (w *Window) recompare() {
	c := w.compared
	if c == nil || c.pair == nil {
		return
	}
	words, by := w.Words, w.opt.Diagnose
	of := func(t *session.Tracker) diagnose.Diagnosis { return by(words, t) }
	reword := func() {
		for i := range c.ends {
			if e := &c.ends[i]; e.store != w.store && e.source == nil && e.subject == nil { // a check tells in the language it began in
				e.store.Reword(words, of)
			}
		}
	}
	w.aside(reword, func() {
		if w.compared == c {
			w.compare(c.ends)
		}
	})
}

// dropComparison ends a comparison, for something else that is shown.
func (w *Window) dropComparison() {
	if w.compared == nil {
		return
	}
	w.compared.cancel()
	w.showExposed(w.detail.secrets)
	w.compared = nil
	w.tools.comparing(false)
}

// leaveComparison goes back to what was open before two sides were compared.
func (w *Window) leaveComparison() {
	w.dropComparison()
	w.family.bound()
	if w.store == nil {
		w.welcome()
	} else {
		w.body.Objects = []fyne.CanvasObject{w.shown}
		w.frame(true)
		w.named()
		w.pull()
	}
	w.takeKeys()
	w.win.SetMainMenu(w.menu())
}

// keepable says whether what is open can be kept as it is: it is over, or a lab, which is then watched anew.
func (w *Window) keepable() bool {
	return w.store != nil && (!w.runs() || w.store == w.labPanel.store)
}

// keepAsBefore keeps what is open for what comes after it to be compared with. The lab is watched anew from then on.
func (w *Window) keepAsBefore() {
	if !w.keepable() || w.compared != nil {
		return
	}
	c := w.opened()
	c.name = w.S("Before")
	lab := w.Live() && w.store == w.labPanel.store
	w.kept = &c
	if lab {
		var nodes []session.Node
		w.with(func(t *session.Tracker, _ *store.State) { nodes = slices.Clone(t.Nodes) })
		w.labPanel.watch()
		w.store.NodesAfter(nodes)
	}
	w.status.hint(w.S("Kept as it was: %s. Compare… (Ctrl+J) holds what comes after against it.", c.label))
	w.win.SetMainMenu(w.menu())
}

// compareSession asks what a session is to be compared with. Of a capture with others, one that fares otherwise is
// suggested.
func (w *Window) compareSession(i int32) {
	var first, second comparand
	w.with(func(t *session.Tracker, st *store.State) {
		s := t.SessionAt(i)
		first = w.oneSession(s)
		for _, o := range t.Sessions {
			if o != s && (st.Trouble(o) > 0) != (st.Trouble(s) > 0) {
				second = w.oneSession(o)
				break
			}
		}
	})
	w.askCompareOf([2]comparand{first, second})
}

// askCompare asks for two sides: what was kept and what is open, or two files that are open as one picture.
func (w *Window) askCompare() {
	var sides [2]comparand
	switch {
	case w.compared != nil:
		sides = w.compared.ends
	case len(w.opening.reopen) == 2:
		for i, arg := range w.opening.reopen {
			in := capture.ParseInput(arg)
			sides[i] = fromFile(cmp.Or(in.Label, nameFromFile(w.Words, in.Path)), in.Path)
		}
	case w.kept != nil && w.store != nil && w.kept.store != w.store:
		sides = [2]comparand{*w.kept, w.opened()}
		sides[1].name = w.S("After")
	case w.store != nil && w.former != "":
		sides = [2]comparand{fromFile(nameFromFile(w.Words, w.former), w.former), w.opened()}
		sides[1].name = nameFromFile(w.Words, w.opening.name)
	case w.store != nil:
		sides[0] = w.opened()
		sides[0].name = nameFromFile(w.Words, w.opening.name)
	}
	w.askCompareOf(sides)
}

// offerToCompare says of two files that are opened as one picture that they may be two sides.
func (w *Window) offerToCompare(args []string) {
	if len(args) != 2 {
		return
	}
	for _, arg := range args {
		if capture.ParseInput(arg).Label != "" { // who names places means one picture
			return
		}
	}
	w.remark.offer(w.S("Both files are shown as one picture. Are they two sides, such as development and production?"), w.S("Compare them"),
		func() { w.CompareFiles([2]string(args)) })
}

// results are what a check told, for a comparison; nil of what is no check.
func (c *comparand) results(words lang.Words) func() []compare.Result {
	if c.experiments == nil {
		return nil
	}
	return func() []compare.Result { return report.Told(words, c.experiments()) }
}
