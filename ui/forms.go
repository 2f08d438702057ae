package ui

import (
	"context"
	"image"
	"image/png"
	"io"
	"slices"

	"sioscope/capture"
	"sioscope/capture/extract"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/handover"
	"sioscope/ui/look"
	"sioscope/ui/report"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// A form is what something can be saved as.
type form struct {
	name string
	end  string // of the file's name
	kind formKind
	// write writes a report of a part, or of all
	write func(io.Writer, report.Input) error
}

// exposes says what goes along where secrets are not masked.
func (f form) exposes(w lang.Words) string {
	if f.kind == harForm || f.kind == packetForm {
		return w.S("Tokens, cookies and passwords go along as they are: whoever gets the file can use them.")
	}
	return report.Secrets(w, false)
}

type formKind uint8

const (
	reportForm formKind = iota
	pictureForm
	harForm
	packetForm
	windowForm // a picture of the window
)

// forms are all, whether they can be had of what is open or not.
func (w *Window) forms() []form {
	return []form{
		{w.S("Page (HTML): verdict, timeline, fixes, to read and to print"), ".html", reportForm, reportPage},
		{w.S("Picture of the timeline (PNG)"), ".png", pictureForm, nil},
		{w.S("Picture of the timeline (SVG)"), ".svg", reportForm, report.SVG},
		{w.S("Text for a ticket (Markdown)"), ".md", reportForm, report.Markdown},
		{w.S("Text, as on a terminal"), ".txt", reportForm, reportText},
		{w.S("Data for programs (JSON)"), ".json", reportForm, report.JSON},
		{w.S("Requests and messages (HAR), for a browser's network panel"), ".har", harForm, nil},
		{w.S("Packets (pcapng), for Wireshark"), ".pcapng", packetForm, nil},
		{w.S("Picture of this window (PNG)"), ".png", windowForm, nil},
	}
}

// impossible says why a form cannot be had of what is open; "" where it can.
func (w *Window) impossible(f form, of choosing) string {
	w.keep()
	switch {
	case f.kind == windowForm && of.by != byAll:
		return w.S("The window is pictured as it is: choose Everything.")
	case f.kind == packetForm && w.opening.files == nil:
		return w.packetless()
	case f.kind == packetForm && w.logsAlone():
		return w.S("There are no packets: a HAR has none.")
	case f.kind == harForm && w.opening.files == nil && w.opening.journal == nil:
		if why := w.keep(); why != "" {
			return w.S("There is nothing to write requests from: %s.", why)
		}
		return w.S("There is nothing to write requests from: what is open is no file.")
	case f.kind == harForm && w.opening.files == nil && w.opening.journal.Err() != nil:
		return w.S("What was seen could not be kept: %s.", w.opening.journal.Err().Error())
	}
	return ""
}

// logsAlone says whether all files that are open are HARs.
func (w *Window) logsAlone() (are bool) {
	w.with(func(t *session.Tracker, _ *store.State) { are = allLogs(t) })
	return are
}

func allLogs(t *session.Tracker) bool {
	return len(t.Files) > 0 && !slices.ContainsFunc(t.Files, func(f fact.File) bool { return !f.Log })
}

// packetless says why there are no packets.
func (w *Window) packetless() string {
	switch why := w.keep(); {
	case w.opening.journal != nil:
		return w.S("There are no packets: what this program sends and receives itself it sees as bytes. Sniff sees packets.")
	case why != "":
		return w.S("There are no packets: %s.", why)
	}
	return w.S("There are no packets: what is open is no file.")
}

// A job is something that is saved, as it was chosen. It is done in a goroutine.
type job struct {
	lang.Words
	form    form
	of      choosing
	masked  bool
	keys    bool
	width   int
	palette *timeline.Palette
	window  image.Image // of windowForm

	store   *store.Store
	input   func(*session.Tracker, *store.State) report.Input
	open    *capture.Files
	source  handover.Source // of facts
	header  string
	version string
}

// write writes it to a file.
func (j *job) write(path string) writing {
	return func(ctx context.Context, p *progress) ([]string, error) {
		err := handover.Place(path, j.open)
		if err != nil {
			return nil, err
		}
		switch j.form.kind {
		case harForm:
			return j.archive(ctx, path, p)
		case packetForm:
			return j.packets(ctx, path, p)
		case windowForm:
			return nil, handover.ToFile(path, j.open, handover.Anybody, func(out io.Writer) error { return png.Encode(p.counting(ctx, out), j.window) })
		}
		return nil, j.report(ctx, path, p)
	}
}

// report writes a report. Nobody writes to the store meanwhile, and nobody who reads it waits.
func (j *job) report(ctx context.Context, path string, p *progress) (err error) {
	write := j.form.write
	if j.form.kind == pictureForm {
		fonts, err := look.Fonts()
		if err != nil {
			return err
		}
		d := report.Drawing{Width: j.width, Palette: j.palette, Fonts: fonts}
		write = func(out io.Writer, in report.Input) error { return report.PNG(out, in, d) }
	}
	j.store.Study(func(t *session.Tracker, st *store.State) {
		in := j.of.input(j.input(t, st), st, j.masked)
		err = handover.ToFile(path, j.open, handover.ReadersOf(j.masked), func(out io.Writer) error { return write(p.counting(ctx, out), in) })
	})
	return cancelled(ctx, err)
}

// cancelled is why something was not written: because nobody wants it any more, or else err.
func cancelled(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// choice is what is chosen of the connections; nil: all.
func (j *job) choice() (c *extract.Choice, err error) {
	j.store.Study(func(t *session.Tracker, st *store.State) {
		what := j.of.what(t, st)
		if j.of.by != byAll && what.Empty() {
			err = lang.Say("there is nothing in it any more that was chosen")
			return
		}
		if j.form.kind == harForm && what.Empty() {
			return
		}
		c, err = extract.Choose(t, &st.Diagnosis, what)
	})
	return c, err
}

func (j *job) redactor() redact.Redactor { return redact.Redactor{Off: !j.masked} }

// archive writes a HAR.
func (j *job) archive(ctx context.Context, path string, p *progress) ([]string, error) {
	choice, err := j.choice()
	if err != nil {
		return nil, err
	}
	a := handover.Archive{Source: followed{j.source, p}, Choice: choice, Redact: j.redactor(), App: j.version}
	err = handover.ToFile(path, j.open, handover.ReadersOf(j.masked), func(out io.Writer) error { return a.Write(ctx, p.counting(ctx, out)) })
	if left := a.Sentences(j.Words); err == nil && len(left) > 0 {
		return append([]string{j.S("Written: %s", path)}, left...), nil
	}
	return nil, cancelled(ctx, err)
}

// followed is a source that tells how far it is.
type followed struct {
	handover.Source
	far *progress
}

// Run is for handover.Source.
func (f followed) Run(ctx context.Context, emit fact.Emit) error {
	return f.Source.Run(ctx, f.far.reading(emit))
}

// packets writes a capture, and tells what is in it.
func (j *job) packets(ctx context.Context, path string, p *progress) ([]string, error) {
	choice, err := j.choice()
	if err != nil {
		return nil, err
	}
	var result *handover.Result
	packets := handover.Packets{Files: j.open, Choice: choice, Redact: j.redactor(), Keys: j.keys, NodeHeader: j.header, App: "sioscope"}
	// Packets may hold what could not be masked.
	err = handover.ToFile(path, j.open, handover.Owner, func(out io.Writer) (err error) {
		result, err = packets.Write(ctx, p.counting(ctx, out))
		return err
	})
	if err == nil {
		err = result.Verify(ctx, path)
	}
	if err != nil {
		return nil, cancelled(ctx, err)
	}
	return append([]string{j.S("Written: %s", path)}, result.Sentences(j.Words)...), nil
}
