package ui

import (
	"bytes"
	"io"
	"strings"

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
		fyne.NewMenuItem(w.S("Copy for a ticket (Markdown)"), func() { c.copyAs(c.markdown) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(w.S("Save for a ticket (Markdown)…"), func() { w.save("md", c.markdown) }),
		fyne.NewMenuItem(w.S("Save as text…"), func() { w.save("txt", c.text) }),
		fyne.NewMenuItem(w.S("Save as JSON…"), func() { w.save("json", c.json) }),
		fyne.NewMenuItem(w.S("Save a picture of this window…"), func() { w.savePicture() }))
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.export)
	widget.ShowPopUpMenuAtPosition(menu, w.win.Canvas(), at.AddXY(-120, c.export.Size().Height+2))
}

// text writes what "sio open --compare" prints.
func (c *comparison) text(out io.Writer) error {
	return c.report(func(p report.Pair) error { return report.TextPair(out, p, report.Options{}) })
}

func (c *comparison) markdown(out io.Writer) error {
	return c.report(func(p report.Pair) error { return report.MarkdownPair(out, p) })
}

func (c *comparison) json(out io.Writer) error {
	return c.report(func(p report.Pair) error { return report.JSONPair(out, p) })
}

// report gives write both sides; secrets are masked, also while they are shown.
func (c *comparison) report(write func(report.Pair) error) (err error) {
	c.pair.Read(func(seen [2]pair.Seen) {
		p := report.Pair{Comparison: c.pair.Comparison}
		for i, in := range [...]*report.Input{&p.A, &p.B} {
			e := &c.ends[i]
			*in = report.Input{Words: c.w.Words, Tracker: seen[i].Tracker, Diagnosis: seen[i].Diagnosis, Source: e.label, By: strings.TrimSpace("sioscope " + c.w.opt.Version)}
			if e.experiments != nil {
				in.Experiments = e.experiments()
			}
			p.Names[i], p.Sources[i] = e.name, e.label
		}
		err = write(p)
	})
	return err
}

func (c *comparison) copyReport() { c.copyAs(c.text) }

func (c *comparison) copyAs(write func(io.Writer) error) {
	if c.pair == nil {
		return
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		c.w.remark.wrong(sentenceOf(c.w.Words, err))
		return
	}
	c.w.copy(b.String())
}

// copyDetail copies the tab that is open.
func (c *comparison) copyDetail() { c.w.copy(c.detail.current()) }
