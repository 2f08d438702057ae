package ui

import (
	"bytes"
	"context"
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/session"
	"sioscope/ui/handover"
	"sioscope/ui/report"
	"sioscope/ui/store"
)

// exportMenu offers the forms a report can have.
func (w *Window) exportMenu() {
	if w.compared != nil {
		w.compared.exportMenu()
		return
	}
	if w.store == nil {
		return
	}
	menu := fyne.NewMenu("",
		fyne.NewMenuItem(w.S("Copy as text"), func() { w.copyReport() }),
		fyne.NewMenuItem(w.S("Copy for a ticket (Markdown)"), func() { w.copyAs(w.reportMarkdown) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(w.S("Save as a page (HTML)…"), func() { w.save("html", w.reportHTML) }),
		fyne.NewMenuItem(w.S("Save the timeline (SVG)…"), func() { w.save("svg", w.reportSVG) }),
		fyne.NewMenuItem(w.S("Save for a ticket (Markdown)…"), func() { w.save("md", w.reportMarkdown) }),
		fyne.NewMenuItem(w.S("Save as text…"), func() { w.save("txt", w.reportText) }),
		fyne.NewMenuItem(w.S("Save as JSON…"), func() { w.save("json", w.reportJSON) }),
		fyne.NewMenuItem(w.S("Save a picture of this window…"), func() { w.savePicture() }))
	passed, why := w.passings()
	if len(passed) > 0 || why != "" {
		menu.Items = append(menu.Items, fyne.NewMenuItemSeparator())
	}
	for _, p := range passed {
		menu.Items = append(menu.Items, fyne.NewMenuItem(p.label, func() { w.askPass(p) }))
	}
	if why != "" {
		not := fyne.NewMenuItem(w.S("Save packets or a HAR: %s", why), nil)
		not.Disabled = true
		menu.Items = append(menu.Items, not)
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(w.verdict.export)
	widget.ShowPopUpMenuAtPosition(menu, w.win.Canvas(), at.AddXY(-120, w.verdict.export.Size().Height+2))
}

// reportText writes what "sio open" prints.
func (w *Window) reportText(out io.Writer) error {
	return w.report(func(in report.Input) error { return report.Text(out, in, report.Options{}) })
}

func (w *Window) reportJSON(out io.Writer) error {
	return w.report(func(in report.Input) error { return report.JSON(out, in) })
}

func (w *Window) reportMarkdown(out io.Writer) error {
	return w.report(func(in report.Input) error { return report.Markdown(out, in) })
}

func (w *Window) reportHTML(out io.Writer) error {
	return w.report(func(in report.Input) error { return report.HTML(out, in, nil) })
}

func (w *Window) reportSVG(out io.Writer) error {
	return w.report(func(in report.Input) error { return report.SVG(out, in) })
}

func (w *Window) report(write func(report.Input) error) (err error) {
	input := w.reportInput()
	w.with(func(t *session.Tracker, st *store.State) { err = write(input(t, st)) })
	return err
}

// reportInput gives what makes the input of a report, in any goroutine.
func (w *Window) reportInput() func(*session.Tracker, *store.State) report.Input {
	in := report.Input{Words: w.Words, Source: w.opening.name, By: w.program(), Moments: w.moments.list}
	experiments := w.opening.experiments
	return func(t *session.Tracker, st *store.State) report.Input {
		in := in
		in.Tracker, in.Diagnosis = t, st.Diagnosis
		if experiments != nil {
			in.Experiments = experiments()
		}
		return in
	}
}

func (w *Window) copyReport() { w.copyAs(w.reportText) }

func (w *Window) copyAs(write func(io.Writer) error) {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		w.remark.wrong(sentenceOf(w.Words, err))
		return
	}
	w.copy(b.String())
}

// save asks where a report is to be written, and writes it: beside the capture, by its name.
func (w *Window) save(form string, write func(io.Writer) error) {
	s := &saving{w: w, title: w.S("Save"), path: w.beside("." + form)}
	s.write = func(path string) writing {
		files := w.openFiles()
		return func(context.Context, *progress) ([]string, error) { return nil, handover.ToFile(path, files, write) }
	}
	s.show()
}
