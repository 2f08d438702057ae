package ui

import (
	"context"
	"io"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"sioscope/capture/extract"
	"sioscope/protocol/session"
	"sioscope/ui/handover"
	"sioscope/ui/look"
	"sioscope/ui/report"
	"sioscope/ui/store"
)

// An exporting asks what of what is open is saved, as what, and with what of its secrets, and says before what goes along.
type exporting struct {
	saving
	choices []choosing
	list    []form

	what, as     *choice
	width        *choice
	widthIn      *field
	masked, keys *tick
	preview      *notice
	warned       *notice // what is not masked, or why it cannot be had
	job          job
	seen         int64  // the last that was there when it was begun
	then         func() // is called once it is written; may be nil. Before, what is captured is stopped.
	asked        int    // counts what the preview was asked for
	suggested    string
}

// widths are those that a picture of the timeline can have, in pixels.
func widths() []string { return []string{"1120", "1920", "2560", "3840", "7680"} }

// exportMenu asks what is to be saved of what is open.
func (w *Window) exportMenu() {
	if w.compared != nil {
		w.compared.exportMenu()
		return
	}
	w.askExport(byAll, reportForm, nil)
}

// askExport does so with the first form of a kind, and what is chosen by something where there is any. It gives nil where
// there is nothing to save. then may be nil, see exporting.
func (w *Window) askExport(by chosenBy, kind formKind, then func()) *exporting {
	none := w.store == nil
	w.with(func(t *session.Tracker, st *store.State) { none = failed(t, st) })
	if none {
		return nil
	}
	h := &w.hears
	e := &exporting{list: w.forms(), preview: newNotice(), warned: newNotice(), then: then}
	e.saving = saving{w: w, title: w.S("Export"), write: e.begin, done: e.saved}
	e.named = func() { e.ends.choose(e.as, e.entry.Text) }
	w.exporting = e
	e.job = job{Words: w.Words, palette: look.Palette(), store: w.store, input: w.reportInput(), header: w.opening.nodeHeader, version: w.opt.Version}
	var labels []string
	e.choices, labels = w.choosings()
	e.what, e.as, e.width = newChoice(h, labels), newChoice(h, e.names()), newChoice(h, widths())
	e.width.SetSelectedIndex(1)
	e.widthIn = newField(h, w.S("Width in pixels"), e.width)
	e.masked = newMask(h)
	e.keys = newTick(h, w.S("With TLS keys: whoever gets the file can read all that these connections carry"), nil)
	e.keys.Hide()
	e.first = []fyne.CanvasObject{newField(h, w.S("What"), e.what).object, newField(h, w.S("As"), e.as).object, e.widthIn.object}
	copied := container.NewHBox(newButton(h, w.S("Copy as text"), theme.ContentCopyIcon(), func() { e.copy(reportText) }),
		newButton(h, w.S("Copy for a ticket"), theme.ContentCopyIcon(), func() { e.copy(report.Markdown) }))
	e.also = []fyne.CanvasObject{e.masked, e.keys, e.warned.object, gapTop(2), e.preview.object, gapTop(8), copied}
	e.what.SetSelectedIndex(e.place(by))
	e.as.SetSelectedIndex(e.formOf(kind))
	e.changing(func() {
		e.show()
		e.changed()
	})
	for _, c := range []*choice{e.what, e.as} {
		c.OnChanged = func(string) { e.changing(e.changed) }
	}
	e.masked.OnChanged = func(bool) { e.changing(e.changed) }
	return e
}

// newMask is the switch by which secrets are masked until somebody wants them.
func newMask(h *hears) *tick {
	t := newTick(h, h.S("Mask secrets (tokens, cookies, auth)"), nil)
	t.SetChecked(true)
	return t
}

func (e *exporting) names() (names []string) {
	for _, f := range e.list {
		names, e.ends = append(names, f.name), append(e.ends, f.end)
	}
	return names
}

// place is where what is chosen by something stands; 0 where nothing is.
func (e *exporting) place(by chosenBy) int {
	for i, c := range e.choices {
		if c.by == by {
			return i
		}
	}
	return 0
}

func (e *exporting) formOf(kind formKind) int {
	for i, f := range e.list {
		if f.kind == kind {
			return i
		}
	}
	return 0
}

// take takes what is chosen now.
func (e *exporting) take() {
	w := e.w
	e.job.of, e.job.form = e.choices[max(e.what.SelectedIndex(), 0)], e.list[max(e.as.SelectedIndex(), 0)]
	e.job.masked, e.job.keys = e.masked.Checked, e.keys.Checked && e.keys.Visible()
	e.job.width, _ = strconv.Atoi(e.width.Selected)
	e.job.open, e.job.source = w.openFiles(), w.facts()
}

// facts are what gives the facts of what is open once more, nil where nothing does.
func (w *Window) facts() handover.Source {
	switch {
	case w.opening.files != nil:
		files := *w.opening.files
		return &files
	case w.opening.journal != nil:
		return w.opening.journal
	}
	return nil
}

// changed follows what is chosen: the name of the file, what is masked, and what goes along.
func (e *exporting) changed() {
	e.take()
	e.suggest()
	e.in.says(nil)
	w, f := e.w, e.job.form
	e.widthIn.object.Hidden = f.kind != pictureForm
	e.masked.Hidden = f.kind == windowForm
	why := w.impossible(f, e.job.of)
	if e.then != nil && f.kind == packetForm && w.packetsOnceStopped() {
		why = ""
	}
	enable(e.button, why == "")
	switch {
	case why != "":
		e.warned.set(why, theme.NewErrorThemedResource(theme.ErrorIcon()), look.Bad)
	case !e.masked.Checked && f.kind != windowForm:
		e.warned.set(f.exposes(w.Words), theme.NewWarningThemedResource(theme.WarningIcon()), look.Warn)
	default:
		e.warned.wrong("")
	}
	e.keys.Hide()
	e.preview.wrong("")
	if why == "" {
		e.foretell()
	}
}

// suggest names the file, unless the user did: what the user named gets the ending of the form.
func (e *exporting) suggest() {
	if text := e.entry.Text; e.suggested != "" && text != e.suggested {
		if name := e.ends.rename(text, max(e.as.SelectedIndex(), 0)); name != text {
			e.entry.SetText(name)
			e.entry.selectName()
		}
		return
	}
	end := e.job.form.end
	if e.job.of.file != "" {
		end = "-" + e.job.of.file + end
	}
	if e.job.form.kind == windowForm {
		end = "-window" + end
	}
	if e.suggested = e.w.beside(end); handover.Place(e.suggested, e.w.openFiles()) != nil && e.job.form.kind == packetForm {
		e.suggested = e.w.beside("-packets" + end) // what is open has that name
	}
	e.entry.SetText(e.suggested)
	e.entry.selectName()
}

// foretell says what goes along, once that was counted.
func (e *exporting) foretell() {
	e.asked++
	asked, j := e.asked, e.job
	gone := int64(0)
	if j.form.kind == harForm && e.w.opening.files == nil {
		gone = e.w.opening.journal.Gone()
	}
	var text string
	var keys bool
	e.w.aside(func() { text, keys = j.foretold(gone) }, func() {
		if asked != e.asked || e.stop != nil {
			return
		}
		e.preview.set(text, theme.NewPrimaryThemedResource(theme.InfoIcon()), look.Dim)
		e.keys.Hidden = !keys
		e.keys.Refresh()
		e.fit()
	})
}

// begin is saving's write.
func (e *exporting) begin(path string) writing {
	if e.then == nil {
		j := e.taken()
		return j.write(path)
	}
	w := e.w
	w.cancel()
	s, filled := w.store, w.filled
	return func(ctx context.Context, p *progress) ([]string, error) {
		over(filled, s)
		var j job
		w.onMain(func() {
			w.keep()
			j = e.taken()
		})
		return j.write(path)(ctx, p)
	}
}

// taken is what is to be written, as it is chosen now.
func (e *exporting) taken() job {
	e.take()
	j := e.job
	e.w.with(func(t *session.Tracker, _ *store.State) { e.seen = t.Last })
	if j.form.kind == windowForm {
		j.window = e.w.paint() // the form is no part of it
	}
	return j
}

// saved notes that all that was seen live is in a file, where it is.
func (e *exporting) saved() {
	all := e.job.of.by == byAll && (e.job.form.kind == harForm || e.job.form.kind == packetForm)
	if all && e.w.store == e.job.store {
		e.w.opening.saved = e.seen
	}
	if e.then != nil {
		e.then()
	}
}

// copy copies what is chosen in a form, with what is masked.
func (e *exporting) copy(write func(io.Writer, report.Input) error) {
	e.take()
	e.w.copyAs(e.job.of, write, e.job.masked, func(text string) {
		e.preview.set(text, theme.NewSuccessThemedResource(theme.ConfirmIcon()), look.Good)
	})
}

// foretold says what goes along, and whether keys could.
func (j *job) foretold(gone int64) (text string, keys bool) {
	var parts []string
	j.store.Study(func(t *session.Tracker, st *store.State) {
		sessions, refused := t.Sessions, t.Refused
		if j.of.by != byAll {
			sessions, refused = j.of.of(t, st)
		}
		parts = append(parts, j.counted(sessions, len(refused)))
		if j.form.kind == packetForm {
			more, opened := j.unmasked(t, st)
			parts, keys = append(parts, more), opened
		}
	})
	switch j.form.kind {
	case pictureForm:
		parts = append(parts, j.S("Sessions with trouble come first; more than %d are not drawn.", report.MostDrawn))
	case harForm:
		parts = append(parts, j.S("It has what was sent and received, and opens in a browser's network panel, and here."), j.searched())
	case windowForm:
		parts = []string{j.S("The window as it is, without this form and with secrets masked.")}
	case reportForm:
		parts = append(parts, j.S("The content of messages is left out, but for what proves a finding."))
	}
	if gone > 0 {
		parts = append(parts, j.S("The oldest %s made room for later ones and are not in it.", j.Plural(int(gone), "request or message", "requests and messages")))
	}
	return strings.TrimSpace(strings.Join(parts, " ")), keys
}

// counted is how much of sessions goes along.
func (j *job) counted(sessions []*session.Session, refused int) string {
	packets, requests := int64(0), refused
	for _, s := range sessions {
		packets += s.Packets[0] + s.Packets[1]
		requests += len(s.Exchanges)
	}
	text := j.S("%s with %s and %s go along.", j.Count(len(sessions), "session"), j.Plural(int(packets), "packet of Engine.IO", "packets of Engine.IO"), j.Count(requests, "request"))
	if j.of.by != byAll && j.form.kind == reportForm {
		text = j.S("%s Findings are those of all, as far as they touch these.", text)
	}
	return text
}

// unmasked says what of packets is blanked out and what cannot be, and whether there are keys that could go along.
func (j *job) unmasked(t *session.Tracker, st *store.State) (text string, keys bool) {
	choice, err := extract.Choose(t, &st.Diagnosis, j.of.what(t, st))
	if err != nil {
		return j.Told(err), false
	}
	text = j.S("What others sent over the same connections is blanked out.")
	dark := choice.Undivided
	switch {
	case dark > 0 && dark == len(choice.Packets()):
		text = j.S("All of it is TLS or HTTP/2: in these packets nothing can be masked or blanked out.")
	case dark > 0:
		text = j.S("%s %s TLS or HTTP/2: in those nothing can be masked or blanked out.", text, j.Plural(dark, "connection is", "connections are"))
	}
	if dark < len(choice.Packets()) {
		text = strings.TrimSpace(text + " " + j.searched())
	}
	return text, choice.Opened > 0
}

// searched says how secrets are found, and where they cannot be.
func (j *job) searched() string {
	if !j.masked {
		return ""
	}
	return j.S("Secrets are known by what they are called and what they look like; binary attachments stay as they are, since they cannot be searched for any.")
}
