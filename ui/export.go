package ui

import (
	"bytes"
	"io"
	"slices"

	"sioscope/protocol/session"
	"sioscope/ui/report"
	"sioscope/ui/store"
)

// reportInput gives what makes the input of a report, in any goroutine.
func (w *Window) reportInput() func(*session.Tracker, *store.State) report.Input {
	in := report.Input{Words: w.Words, Source: w.opening.name, By: w.program(), Trial: w.opening.trial, Moments: slices.Clone(w.moments.list)}
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

// reportText writes what "sio open" prints.
func reportText(out io.Writer, in report.Input) error { return report.Text(out, in, report.Options{}) }

// reportPage writes one page.
func reportPage(out io.Writer, in report.Input) error { return report.HTML(out, in, nil) }

// copyReport copies the report of all, with secrets masked.
func (w *Window) copyReport() { w.copyAs(choosing{}, reportText, true, w.status.told) }

// copyTicket does the same in Markdown.
func (w *Window) copyTicket() { w.copyAs(choosing{}, report.Markdown, true, w.status.told) }

// copyAs copies a report of what is chosen, made aside, and tells what came of it.
func (w *Window) copyAs(of choosing, write func(io.Writer, report.Input) error, masked bool, told func(string)) {
	if w.store == nil {
		return
	}
	var b bytes.Buffer
	input, s := w.reportInput(), w.store
	var err error
	w.aside(func() {
		s.Study(func(t *session.Tracker, st *store.State) { err = write(&b, of.input(input(t, st), st, masked)) })
	}, func() {
		if err != nil {
			told(w.Told(err))
			return
		}
		w.copy(b.String())
		told(w.S("Copied: %s", size(int64(b.Len()))))
	})
}
