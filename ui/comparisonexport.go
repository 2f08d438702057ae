package ui

import (
	"bytes"
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/pair"
	"sioscope/ui/report"
)

// exportMenu offers the forms that a comparison can have.
func (c *comparison) exportMenu() {
	if c.pair == nil {
		return
	}
	w := c.w
	menu := fyne.NewMenu("",
		fyne.NewMenuItem(w.S("Copy as text"), c.copyReport),
		fyne.NewMenuItem(w.S("Copy for a ticket (Markdown)"), func() { c.copyAs(report.MarkdownPair) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(w.S("Save for a ticket (Markdown)…"), func() { w.save("md", c.writing(report.MarkdownPair)) }),
		fyne.NewMenuItem(w.S("Save as text…"), func() { w.save("txt", c.writing(pairText)) }),
		fyne.NewMenuItem(w.S("Save as JSON…"), func() { w.save("json", c.writing(report.JSONPair)) }),
		fyne.NewMenuItem(w.S("Save a picture of this window…"), func() { w.savePicture() }))
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.export)
	widget.ShowPopUpMenuAtPosition(menu, w.win.Canvas(), at.AddXY(-120, c.export.Size().Height+2))
}

// pairText writes what "sio open --compare" prints.
func pairText(out io.Writer, p report.Pair) error { return report.TextPair(out, p, report.Options{}) }

// writing takes what is compared now, and gives what writes a report of it, in any goroutine: others read meanwhile what
// is written about. Secrets are masked, also while they are shown.
func (c *comparison) writing(write func(io.Writer, report.Pair) error) func(io.Writer) error {
	of, ends, words, by := c.pair.Copy(), c.ends, c.w.Words, c.w.program()
	return func(out io.Writer) (err error) {
		of.Study(func(seen [2]pair.Seen) {
			p := report.Pair{Comparison: of.Comparison}
			for i, in := range [...]*report.Input{&p.A, &p.B} {
				e := &ends[i]
				*in = report.Input{Words: words, Tracker: seen[i].Tracker, Diagnosis: seen[i].Diagnosis, Source: e.label, By: by}
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

func (c *comparison) copyReport() { c.copyAs(pairText) }

// copyAs copies a report, made aside.
func (c *comparison) copyAs(form func(io.Writer, report.Pair) error) {
	if c.pair == nil {
		return
	}
	w, write := c.w, c.writing(form)
	var b bytes.Buffer
	var err error
	w.aside(func() { err = write(&b) }, func() {
		if err != nil {
			w.remark.wrong(sentenceOf(w.Words, err))
			return
		}
		w.copy(b.String())
	})
}

// copyDetail copies the tab that is open.
func (c *comparison) copyDetail() { c.w.copy(c.detail.current()) }
