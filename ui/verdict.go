package ui

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture/live"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/plain"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
	"sioscope/ui/words"
)

// A verdictBar tells the answer in a sentence, and the cause in another; while a capture is read, how far that is.
// Its colour, icon and words say the same.
type verdictBar struct {
	h        *hears
	edge     *fill
	icon     *widget.Icon
	title    *line
	cause    *wrapped
	says     string // the cause
	why      *button
	qa       *button // one session in a word
	export   *button
	progress *widget.ProgressBar
	cancel   *button
	subject  part   // what the verdict is about; nil: all but what a check tried
	moved    string // see instead
	awaited  string // what the servers of a live source owe
	ended    string // that sessions of a live source were ended for their clients
	notedAt  uint64 // the version of the store when these were noted
	over     bool   // and whether it had ended
	checks   bool   // experiments are run, some of which a server ends
	since    string // what was done last in a lab: the verdict is about what came after
	failed   string // what is said where nothing came of it
	buttons  *fyne.Container
	busy     *fyne.Container
	notes    *button  // shows all of them
	noted    *wrapped // the first, written upon the button
	keys     *button  // offers to read encrypted connections of files
	files    bool     // what is open is files
	keyLogs  []string // that they are read with
	strip    fyne.CanvasObject
	layout   func() // lays the window out anew, when the bar became higher or lower
	object   fyne.CanvasObject
}

func newVerdictBar(fonts *timeline.Fonts, h *hears, why, qa, export, cancel, notes, keys func()) *verdictBar {
	v := &verdictBar{h: h, edge: newFill(look.Line, fyne.NewSize(6, 10)), icon: widget.NewIcon(nil)}
	v.title = newLine(fonts, 16.5, theme.ColorNameForeground, fyne.TextStyle{Bold: true})
	v.title.least = 13
	v.cause = newWrapped(fonts, 13, look.Dim, func() { v.layout() })
	v.why = newButton(h, h.S("Why and fix"), nil, why)
	v.why.Importance = widget.HighImportance
	v.export = newButton(h, h.S("Export…"), nil, export)
	v.progress = widget.NewProgressBar()
	v.cancel = newButton(h, h.S("Cancel"), theme.CancelIcon(), cancel)
	v.notes = newButton(h, "", theme.WarningIcon(), notes)
	v.notes.Importance, v.notes.Alignment = widget.LowImportance, widget.ButtonAlignLeading
	v.noted = newWrapped(fonts, 13, theme.ColorNameForeground, func() { v.layout() })
	v.qa = newButton(h, h.S("QA view"), nil, qa)
	v.buttons = container.NewHBox(v.why, v.qa, v.export)
	v.busy = container.NewHBox(container.NewGridWrap(fyne.NewSize(200, 32), v.progress), v.cancel)
	right := container.NewCenter(container.NewStack(v.buttons, v.busy))
	icon := container.NewCenter(container.NewGridWrap(fyne.NewSize(30, 30), v.icon))
	text := container.New(padded(8, 8, 0, 8), container.NewVBox(v.title, v.cause.object))
	row := container.NewBorder(nil, nil, container.NewHBox(v.edge, gap(4), icon, gap(4)), container.NewHBox(right, gap(8)), text)
	v.keys = newButton(h, h.S("Give a key log…"), nil, keys)
	v.keys.Hide()
	noted := container.NewStack(v.notes, container.New(padded(4, 4, 34, 8), container.New(middle{}, v.noted.object)))
	v.strip = container.New(stacked{}, rule(), container.New(padded(0, 0, 10, 10), container.NewBorder(nil, nil, nil, v.keys, noted)))
	v.strip.Hide()
	v.busy.Hide()
	v.object = container.New(stacked{}, row, v.strip, rule())
	return v
}

// show brings the bar up to date.
func (v *verdictBar) show(t *session.Tracker, st *store.State) {
	v.showNotes(t, st)
	if !st.Done && !st.Live {
		v.reading(t, st)
		return
	}
	v.swap(v.buttons, v.busy)
	d := st.Diagnosis.Verdict
	title, cause := d.Title, d.Cause
	if title == "" {
		title = d.Summary
	}
	ended := v.note(t, st)
	switch {
	case cause == "":
		cause = v.moved
	case ended != "" && t.AllSessions() == 1:
		cause = v.h.S("%s %s", cause, ended)
	}
	if st.Live {
		title, cause = words.Now(v.h.Words, title, st.Done), words.Fields(v.h.Words, words.Now(v.h.Words, cause, st.Done))
	}
	if d.Cause != "" {
		cause = diagnose.Hedge(v.h.Words, st.Diagnosis.Sure(), cause)
	}
	if v.since != "" && st.Live {
		cause = v.h.S("Since “%s”: %s", v.since, cause)
	}
	switch {
	case st.Cancelled && v.checks:
		v.set(look.Warn, theme.NewWarningThemedResource(theme.WarningIcon()), cancelledCheck(v.h.Words, t, st), v.h.S("What the experiments told until then stays: the others were not run to their end. Check again runs all of them."))
	case failed(t, st):
		v.set(look.Bad, theme.NewErrorThemedResource(theme.ErrorIcon()), v.failed, sentence(v.h.Words, st))
	case st.Live && d.State == "": // the first diagnosis is to come
		v.set(look.Accent, theme.NewPrimaryThemedResource(theme.InfoIcon()), st.Name, v.h.S("What comes is shown as it comes."))
	case st.Live && !st.Done && dark(t, st): // waiting may be in vain
		v.set(look.Accent, theme.NewPrimaryThemedResource(theme.InfoIcon()), v.beginning(st), v.h.S("%s %s", words.Sentence(v.h.Words, title), cause))
	case st.Live && (d.State == diagnose.StateNone && !dark(t, st) || st.Stale):
		v.set(look.Accent, theme.NewPrimaryThemedResource(theme.InfoIcon()), v.beginning(st), cmp.Or(v.awaited, v.h.S("What comes is shown as it comes.")))
	case st.Live && !st.Done && moving(cmp.Or(v.subject.about(t), t)):
		v.set(look.Accent, theme.NewPrimaryThemedResource(theme.InfoIcon()), v.h.S("On polling, and moving to WebSocket"), cause)
	case st.Cancelled && !st.Live:
		v.set(look.Warn, theme.NewWarningThemedResource(theme.WarningIcon()), title, strings.TrimSpace(v.h.S("Reading was cancelled: this is what was read until then. %s", cause)))
	case d.State == diagnose.StateNone || d.State == diagnose.StateUnknown:
		v.set(look.Warn, theme.NewWarningThemedResource(theme.QuestionIcon()), title, cause)
	case !d.Healthy:
		v.set(look.Bad, theme.NewErrorThemedResource(theme.ErrorIcon()), title, cause)
	case d.State != diagnose.StateWebSocket || warned(&st.Diagnosis):
		v.set(look.Warn, theme.NewWarningThemedResource(theme.WarningIcon()), title, cause)
	case ended != "":
		about := cmp.Or(v.subject.about(t), t)
		v.set(look.Warn, theme.NewWarningThemedResource(theme.WarningIcon()), v.h.S("%s, %s", title, words.Cut(v.h.Words, about)), cause)
	case v.awaited != "":
		v.set(look.Warn, theme.NewWarningThemedResource(theme.WarningIcon()), v.h.S("%s, %s", title, v.h.S("waiting for the server")), cause)
	default:
		v.set(look.Good, theme.NewSuccessThemedResource(theme.ConfirmIcon()), title, cause)
	}
	why := v.h.S("Why and fix")
	if d.Healthy && d.State == diagnose.StateWebSocket {
		why = v.h.S("Details")
	}
	if v.why.Text != why {
		v.why.SetText(why)
		v.layout()
	}
	enable(v.why, !failed(t, st))
	enable(v.export, !failed(t, st))
}

// dark says whether no session was seen, and encrypted connections may hide some.
func dark(t *session.Tracker, st *store.State) bool {
	return st.Diagnosis.Verdict.State == diagnose.StateNone && t.Stats.Encrypted > 0 && len(t.Legacy) == 0
}

// cancelledCheck says that a check was cancelled, and what it showed until then.
func cancelledCheck(w lang.Words, t *session.Tracker, st *store.State) string {
	text := cancelledAfter(w, t, st)
	if v := st.Diagnosis.Verdict; v.State != diagnose.StateNone && v.Title != "" {
		return w.S("%s: %s", text, words.Now(w, v.Title, true))
	}
	return w.S("%s: nothing is told", text)
}

// cancelledAfter says when a check was cancelled.
func cancelledAfter(w lang.Words, t *session.Tracker, st *store.State) string {
	if t.First == 0 {
		return w.S("Cancelled")
	}
	return w.S("Cancelled after %s", plain.Span(st.Now()-t.First))
}

// failed says whether nothing can be shown but why there is nothing.
func failed(t *session.Tracker, st *store.State) bool {
	return st.Err != nil && (!st.Live || t.AllSessions()+len(t.Refused) == 0)
}

// moving says whether all that is not on WebSocket is about to be: too early for a verdict.
func moving(t *session.Tracker) bool {
	some := false
	for _, s := range t.Sessions {
		switch {
		case s.Upgrade == session.UpgradePending:
			some = true
		case s.Transport() != session.WebSocket:
			return false
		}
	}
	return some && len(t.Refused) == 0
}

// sentence is why a source failed. What is read may be named first, and file names keep their letters.
func sentence(w lang.Words, st *store.State) string {
	var denied *live.PermissionError
	switch {
	case errors.As(st.Err, &denied) && denied.Command != "":
		return w.S("%s The panel at the left has the command that allows it.", words.Sentence(w, denied.Cause.In(w)))
	case st.Live:
		return words.Quoting(w, w.Told(st.Err))
	}
	return w.Told(st.Err)
}

// beginning is the title while a live source has shown no session, or none since something was done.
func (v *verdictBar) beginning(st *store.State) string {
	switch {
	case st.Done:
		return v.h.S("No session came about")
	case v.since != "":
		return v.h.S("Since “%s”: no session yet", v.since)
	}
	return v.h.S("%s: no session yet", st.Name)
}

// A part is what of a tracker a verdict is about; a nil one is all but what a check tried.
type part func(*session.Tracker) *session.Tracker

// about is the part itself, nil where it is all.
func (p part) about(t *session.Tracker) *session.Tracker {
	if p != nil {
		return p(t)
	}
	if clients := t.Clients(); clients != t {
		return clients
	}
	return nil
}

// reset makes the bar forget what it said of another store.
func (v *verdictBar) reset(o *opening) {
	v.since, v.notedAt, v.failed, v.subject, v.checks = "", 0, o.failed, o.subject, o.experiments != nil
	v.files, v.keyLogs = o.files != nil, nil
	if v.files {
		v.keyLogs = o.files.Keys
	}
}

// note says which sessions were ended, and keeps what is said instead of a cause. Both are made anew when the diagnosis
// is.
func (v *verdictBar) note(t *session.Tracker, st *store.State) (ended string) {
	if st.Version != v.notedAt || v.notedAt == 0 || st.Done != v.over {
		about := cmp.Or(v.subject.about(t), t)
		v.ended, v.awaited, v.notedAt, v.over = "", "", st.Version, st.Done
		if st.Live && !v.checks {
			v.ended = words.Ended(v.h.Words, about)
		}
		if st.Live && !st.Done && !v.checks {
			v.awaited = words.Awaited(v.h.Words, about, st.Now())
		}
		v.moved = instead(v.h.Words, about, &st.Diagnosis, cmp.Or(v.ended, v.awaited, words.Fine(v.h.Words, st.Live, st.Done)))
	}
	return v.ended
}

func warned(d *diagnose.Diagnosis) bool {
	return len(d.Findings) > 0 && d.Findings[0].Severity == diagnose.Warning
}

// instead is said where the verdict names no cause; fine, where nothing is wrong.
func instead(w lang.Words, t *session.Tracker, d *diagnose.Diagnosis, fine string) string {
	switch {
	case len(d.Findings) > 0:
		return diagnose.Hedge(w, d.Findings[0].Confidence, d.Findings[0].Title)
	case d.Verdict.State == diagnose.StateWebSocket:
		return strings.TrimSpace(w.S("%s %s", fine, words.Moves(w, t)))
	case d.Verdict.State == diagnose.StateNone:
		return w.S("No request and no WebSocket of Engine.IO was seen. Was the capture made where the traffic passes, unencrypted?")
	}
	return w.S("Nothing that was seen says why.")
}

// soFar counts what was read: a HAR has no packets, nor has what is our own.
func soFar(w lang.Words, t *session.Tracker) string {
	read := w.Count(int(t.Stats.Packets), "packet")
	switch {
	case t.OfLogs():
		read = w.Plural(int(t.Stats.Entries), "HAR entry", "HAR entries")
	case t.Stats.Packets == 0 && len(t.Conns) > 0:
		read = w.Count(int(connections(t)), "connection")
	}
	return w.S("%s, %s so far", read, w.Count(t.AllSessions(), "session"))
}

// reading shows the progress; the words come with the first diagnosis.
func (v *verdictBar) reading(t *session.Tracker, st *store.State) {
	v.swap(v.busy, v.buttons)
	text := soFar(v.h.Words, t)
	v.set(look.Accent, theme.NewPrimaryThemedResource(theme.InfoIcon()), v.h.S("Reading %s", st.Name), text)
	showRead(v.h.Words, v.progress, &t.Stats)
}

// swap shows one thing in the place of another.
func (v *verdictBar) swap(show, hide fyne.CanvasObject) {
	if show.Visible() && !hide.Visible() {
		return
	}
	hide.Hide()
	show.Show()
	v.layout()
}

func (v *verdictBar) set(color fyne.ThemeColorName, icon fyne.Resource, title, cause string) {
	v.edge.SetColor(color)
	if v.icon.Resource == nil || v.icon.Resource.Name() != icon.Name() {
		v.icon.SetResource(icon)
	}
	v.title.Set(title)
	v.says = cause
	v.cause.Set(cause)
}

// showNotes says what the user must know about the input: the first note, and how many more there are.
func (v *verdictBar) showNotes(t *session.Tracker, st *store.State) {
	list := v.list(t, st)
	if offer := t.Stats.Encrypted > 0 && v.files && st.Done; offer != v.keys.Visible() {
		v.keys.Hidden = !offer
		v.layout()
	}
	if len(list) == 0 {
		v.showStrip(false)
		return
	}
	text := list[0]
	if n := len(list) - 1; n > 0 {
		text = v.h.S("%s   (and %d more)", text, lang.Amount(n))
	}
	icon := theme.WarningIcon()
	if len(list) == harmless(cmp.Or(v.subject.about(t), t).Notes) {
		icon = theme.InfoIcon()
	}
	if v.notes.Icon.Name() != icon.Name() {
		v.notes.SetIcon(icon)
	}
	v.noted.Set(text)
	v.showStrip(true)
}

// harmless is how many notes tell of nothing that is amiss.
func harmless(notes []fact.Note) (n int) {
	for i := range notes {
		if notes[i].Fine {
			n++
		}
	}
	return n
}

func (v *verdictBar) showStrip(on bool) {
	if v.strip.Visible() == on {
		return
	}
	if on {
		v.strip.Show()
	} else {
		v.strip.Hide()
	}
	v.layout()
}

// clockNote tells how the times of a file were put right.
func clockNote(w lang.Words, t *session.Tracker, f *fact.File) string {
	reference := ""
	if r := t.File(f.Clock.Reference); r != nil {
		reference = plain.Place(r)
	}
	return w.S("%s: %s.", plain.Place(f), plain.Clock(w, &f.Clock, reference))
}

// list are the notes, with the key logs that were of no use.
func (v *verdictBar) list(t *session.Tracker, st *store.State) []string {
	list := notes(v.h.Words, t, cmp.Or(v.subject.about(t), t).Notes, st)
	if st.Done && t.Stats.Encrypted > 0 && len(v.keyLogs) > 0 {
		list[0] = v.h.S("%s Keys were read from %s.", list[0], v.h.List(v.keyLogs))
	}
	return list
}

// notes are the source's own, and what its counts mean.
func notes(w lang.Words, t *session.Tracker, own []fact.Note, st *store.State) []string {
	var list []string
	if st.Live && st.Err != nil && !failed(t, st) { // what was seen until then is what the verdict is about
		list = append(list, w.S("It ended early: %s.", redact.Redactor{}.Text(words.Fields(w, w.Told(st.Err)))))
	}
	for _, n := range own {
		switch {
		case n.File == "":
			list = append(list, words.Sentence(w, n.In(w)))
		case strings.HasPrefix(n.Text, n.File):
			list = append(list, n.In(w))
		default:
			list = append(list, w.S("%s: %s", n.File, n.In(w)))
		}
	}
	if freed := plain.Freed(w, t); freed != "" {
		list = append(list, w.S("%s.", freed))
	}
	if !st.Done {
		return list
	}
	for i := range t.Files {
		if f := &t.Files[i]; len(t.Files) > 1 && f.Clock.Basis == fact.ClockRequests && (f.Clock.Ahead != 0 || f.Clock.Drift != 0) {
			list = append(list, clockNote(w, t, f))
		}
	}
	if n := t.Stats.Encrypted; n > 0 { // first, since there is a way out
		list = slices.Insert(list, 0, w.S("%s encrypted %s; what they carry is not shown.", w.Plural(int(n), "connection is", "connections are"), t.Undecrypted(w)))
	}
	if text := t.Aborted(w); text != "" {
		list = append(list, w.S("%s.", text))
	}
	if n := t.Stats.CutPackets; n > 0 {
		list = append(list, w.S("%s stored short by the capture: use tcpdump -s 0.", w.Plural(int(n), "packet was", "packets were")))
	}
	if t.Stats.Gaps > 0 {
		list = append(list, w.S("The capture lost packets: %s, %s.", w.Count(int(t.Stats.Gaps), "gap"), size(t.Stats.LostBytes)))
	}
	return list
}
