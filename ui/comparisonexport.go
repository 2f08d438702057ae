package ui

import (
	"bytes"
	"context"
	"image/png"
	"io"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"sioscope/capture"
	"sioscope/protocol/redact"
	"sioscope/ui/handover"
	"sioscope/ui/look"
	"sioscope/ui/pair"
	"sioscope/ui/report"
)

// A pairForm is what a comparison can be saved as.
type pairForm struct {
	name, end string
	write     func(io.Writer, report.Pair) error // nil: a picture of the window
}

func (c *comparison) forms() []pairForm {
	w := c.w
	return []pairForm{
		{w.S("Text for a ticket (Markdown)"), ".md", report.MarkdownPair},
		{w.S("Text, as on a terminal"), ".txt", pairText},
		{w.S("Data for programs (JSON)"), ".json", report.JSONPair},
		{w.S("Picture of this window (PNG)"), ".png", nil},
	}
}

// A pairExporting asks as what a comparison is saved, and with what of its secrets.
type pairExporting struct {
	saving
	c               *comparison
	list            []pairForm
	as              *choice
	masked          *tick
	warned, preview *notice
	suggested       string
}

// exportMenu asks what the comparison is to be saved as.
func (c *comparison) exportMenu() {
	if c.pair == nil {
		return
	}
	w, h := c.w, &c.w.hears
	e := &pairExporting{c: c, list: c.forms(), warned: newNotice(), preview: newNotice()}
	e.saving = saving{w: w, title: w.S("Export"), write: e.begin}
	e.named = func() { e.ends.choose(e.as, e.entry.Text) }
	c.exporting = e
	var names []string
	for _, f := range e.list {
		names, e.ends = append(names, f.name), append(e.ends, f.end)
	}
	e.as = newChoice(h, names)
	e.masked = newMask(h)
	e.first = []fyne.CanvasObject{newField(h, w.S("As"), e.as).object}
	copied := container.NewHBox(newButton(h, w.S("Copy as text"), theme.ContentCopyIcon(), func() { e.copy(pairText) }),
		newButton(h, w.S("Copy for a ticket"), theme.ContentCopyIcon(), func() { e.copy(report.MarkdownPair) }))
	e.also = []fyne.CanvasObject{e.masked, e.warned.object, gapTop(2), e.preview.object, gapTop(8), copied}
	e.as.SetSelectedIndex(0)
	e.changing(func() {
		e.show()
		e.changed()
	})
	e.as.OnChanged = func(string) { e.changing(e.changed) }
	e.masked.OnChanged = func(bool) { e.changing(e.changed) }
}

func (e *pairExporting) form() pairForm { return e.list[max(e.as.SelectedIndex(), 0)] }

// changed follows what is chosen: the name of the file, and what goes along.
func (e *pairExporting) changed() {
	w, f := e.w, e.form()
	if e.suggested == "" || e.entry.Text == e.suggested {
		e.suggested = e.c.proposed(f.end)
		e.entry.SetText(e.suggested)
		e.entry.selectName()
	} else if name := e.ends.rename(e.entry.Text, max(e.as.SelectedIndex(), 0)); name != e.entry.Text {
		e.entry.SetText(name)
		e.entry.selectName()
	}
	e.in.says(nil)
	e.masked.Hidden = f.write == nil
	e.warned.wrong("")
	said := w.S("What differs and the reports of both sides go along.") + " " + w.S("The content of messages is left out, but for what proves a finding.")
	if f.write == nil {
		said = w.S("The window as it is, without this form and with secrets masked.")
	} else if !e.masked.Checked {
		e.warned.set(report.Secrets(w.Words, false), theme.NewWarningThemedResource(theme.WarningIcon()), look.Warn)
	}
	e.tell(said)
}

// mostOfName is how many letters of a side's name stand in that of a file.
const mostOfName = 30

// proposed is the name of a file: of both sides, in the directory of the first that was read from one.
func (c *comparison) proposed(end string) string {
	dir := filepath.Dir(c.w.beside(end))
	for i := len(c.ends) - 1; i >= 0; i-- {
		if paths := c.ends[i].paths; len(paths) > 0 {
			dir = filepath.Dir(capture.ParseInput(paths[0]).Path)
		}
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	name := func(e comparand) string { return fileable(strings.Trim(beginningOf(e.name, mostOfName), "…")) }
	return filepath.Join(dir, name(c.ends[0])+"-"+name(c.ends[1])+end)
}

// tell says what goes along.
func (e *pairExporting) tell(text string) {
	e.preview.set(text, theme.NewPrimaryThemedResource(theme.InfoIcon()), look.Dim)
}

// begin is saving's write.
func (e *pairExporting) begin(path string) writing {
	f, open, may := e.form(), e.w.openFiles(), handover.Anybody
	var write func(io.Writer) error
	if f.write != nil {
		write, may = e.c.writing(f.write, e.masked.Checked), handover.ReadersOf(e.masked.Checked)
	} else {
		img := e.w.paint() // the form is no part of it
		write = func(out io.Writer) error { return png.Encode(out, img) }
	}
	return func(ctx context.Context, p *progress) ([]string, error) {
		return nil, cancelled(ctx, handover.ToFile(path, open, may, func(out io.Writer) error { return write(p.counting(ctx, out)) }))
	}
}

// copy copies the comparison in a form, with what is masked.
func (e *pairExporting) copy(write func(io.Writer, report.Pair) error) {
	e.c.copyAs(write, e.masked.Checked, func(text string) {
		e.preview.set(text, theme.NewSuccessThemedResource(theme.ConfirmIcon()), look.Good)
	})
}

// pairText writes what "sio open --compare" prints.
func pairText(out io.Writer, p report.Pair) error { return report.TextPair(out, p, report.Options{}) }

// writing takes what is compared now, and gives what writes a report of it, in any goroutine: others read meanwhile what
// is written about. What is shown of secrets does not matter.
func (c *comparison) writing(write func(io.Writer, report.Pair) error, masked bool) func(io.Writer) error {
	of, ends, words, by := c.pair.Copy(), c.ends, c.w.Words, c.w.program()
	return func(out io.Writer) (err error) {
		of.Study(func(seen [2]pair.Seen) {
			p := report.Pair{Comparison: of.Comparison, Redact: redact.Redactor{Off: !masked}}
			for i, in := range [...]*report.Input{&p.A, &p.B} {
				e := &ends[i]
				*in = report.Input{Words: words, Tracker: seen[i].Tracker, Diagnosis: seen[i].Diagnosis, Source: p.Redact.File(e.label), By: by, Redact: p.Redact, Trial: e.trial}
				if e.experiments != nil {
					in.Experiments = e.experiments()
				}
				p.Names[i], p.Sources[i] = e.name, e.label
			}
			err = write(out, p)
		})
		return err
	}
}

// copyReport copies what "sio open --compare" prints, with secrets masked.
func (c *comparison) copyReport() {
	if c.pair != nil {
		c.copyAs(pairText, true, c.w.status.told)
	}
}

// copyAs copies a report, made aside, and tells what came of it.
func (c *comparison) copyAs(form func(io.Writer, report.Pair) error, masked bool, told func(string)) {
	w, write := c.w, c.writing(form, masked)
	var b bytes.Buffer
	var err error
	w.aside(func() { err = write(&b) }, func() {
		if err != nil {
			w.remark.wrong(sentenceOf(w.Words, err))
			return
		}
		w.copy(b.String())
		told(w.S("Copied: %s", size(int64(b.Len()))))
	})
}

// copyDetail copies the tab that is open.
func (c *comparison) copyDetail() { c.w.copy(c.detail.current()) }
