package ui

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture/extract"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/handover"
	"sioscope/ui/store"
)

// A passing is something of the open captures that can be passed on.
type passing struct {
	label string // of the menu
	name  string // of the file, beside the capture's
	what  extract.What
	har   bool
}

// maxPassed is how many findings the menu names.
const maxPassed = 2

// passings are what can be passed on of what is open: of the selected session, of what a finding touches, of all.
func (w *Window) passings() (list []passing) {
	if w.opening.files == nil {
		return nil
	}
	w.with(func(t *session.Tracker, st *store.State) {
		if i := w.about.session; i >= 0 && t.SessionAt(i).SID != "" {
			sid := t.SessionAt(i).SID
			list = append(list, packetsOf(sid), passing{"Save a HAR of this session…", short(sid) + ".har", extract.What{Sessions: []string{sid}}, true})
		}
		for i := range min(len(st.Diagnosis.Findings), maxPassed) {
			id := st.Diagnosis.Findings[i].ID
			list = append(list, passing{"Save packets of “" + id + "”…", id + ".pcapng", extract.What{Findings: []string{id}}, false})
		}
		if len(t.Sessions)+len(t.Refused) > 0 {
			list = append(list, passing{"Save packets of all sessions…", "sessions.pcapng", extract.What{}, false})
		}
	})
	return append(list, passing{"Save a HAR of all traffic…", "traffic.har", extract.What{}, true})
}

// packetsOf is the capture of a session.
func packetsOf(sid string) passing {
	return passing{"Save packets of this session…", short(sid) + ".pcapng", extract.What{Sessions: []string{sid}}, false}
}

// short is the beginning of a sid, as a file name.
func short(sid string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r == '\\' || r == '|' || r == '?' || r == ':' || r == '<' || r == '>' {
			return '_'
		}
		return r
	}, sid[:min(len(sid), 8)])
}

// beside is the name of a file in the place of the capture that is open.
func (w *Window) beside(name string) string {
	in := w.opening.files.Inputs[0].Path
	base := filepath.Base(in)
	for _, end := range []string{".gz", ".pcapng", ".pcap", ".cap", ".har", ".zip"} {
		base = strings.TrimSuffix(base, end)
	}
	path := filepath.Join(filepath.Dir(in), base+"-"+name)
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// askPass asks where to write something, and how.
func (w *Window) askPass(p passing) {
	h := &w.hears
	var d *dialog.CustomDialog
	var in *field
	var path *entry
	masked := newTick(h, "Mask tokens, cookies and passwords", nil)
	masked.SetChecked(true)
	keys := newTick(h, "With TLS keys: whoever gets the file can read all that these connections carry", nil)
	write := func() {
		w.pass(p, strings.TrimSpace(path.Text), !masked.Checked, keys.Checked, func(said []string, err error) {
			if in.says(err) {
				d.Hide()
				w.written(said)
			}
		})
	}
	path = newEntry(h, "", write)
	path.SetText(w.beside(p.name))
	in = newField("File", path)
	path.OnChanged = in.changed
	about := "What others sent over the same connections is blanked out."
	if p.har {
		about = "A HAR opens in a browser's network panel, and here."
	}
	box := container.New(stacked{}, paragraph(about), gapTop(8), in.object, masked)
	if !p.har && len(w.opening.files.Keys) > 0 {
		box.Add(keys)
	}
	d = dialog.NewCustomWithoutButtons(strings.TrimSuffix(p.label, "…"), container.New(padded(4, 8, 8, 8), box), w.win)
	save := newButton(h, "Save", nil, write)
	save.Importance = widget.HighImportance
	d.SetButtons([]fyne.CanvasObject{newButton(h, "Cancel", nil, d.Hide), save})
	d.Resize(fyne.NewSize(min(w.win.Canvas().Size().Width-60, 720), 0))
	d.Show()
	w.win.Canvas().Focus(save)
}

// pass writes something, and then calls done, on the main goroutine.
func (w *Window) pass(p passing, path string, secrets, keys bool, done func([]string, error)) {
	if path == "" {
		done(nil, errors.New("name a file"))
		return
	}
	files := *w.opening.files
	var choice *extract.Choice
	var err error
	if !p.har || !p.what.Empty() {
		w.with(func(t *session.Tracker, st *store.State) { choice, err = extract.Choose(t, &st.Diagnosis, p.what) })
	}
	if err != nil {
		done(nil, err)
		return
	}
	r := redact.Redactor{Off: secrets}
	var said []string
	work := func() error {
		ctx := context.Background()
		if p.har {
			a := handover.Archive{Files: &files, Choice: choice, Redact: r, App: w.opt.Version}
			said = []string{"Written: " + path}
			return handover.ToFile(path, &files, func(out io.Writer) error { return a.Write(ctx, out) })
		}
		var result *handover.Result
		packets := handover.Packets{Files: &files, Choice: choice, Redact: r, Keys: keys, NodeHeader: w.opening.nodeHeader, App: "sioscope"}
		err := handover.ToFile(path, &files, func(out io.Writer) (err error) {
			result, err = packets.Write(ctx, out)
			return err
		})
		if err == nil {
			err = result.Verify(ctx, path)
		}
		if err == nil {
			said = append([]string{"Written: " + path}, result.Sentences()...)
		}
		return err
	}
	if w.opt.Do == nil {
		err := work()
		done(said, err)
		return
	}
	go func() {
		err := work()
		w.opt.Do(func() { done(said, err) })
	}()
}

// written tells what was written.
func (w *Window) written(said []string) {
	label := widget.NewLabel(strings.ReplaceAll(strings.Join(said, "\n"), "--with-keys adds them", "the tick for TLS keys adds them"))
	label.Wrapping = fyne.TextWrapWord
	w.inform("Saved", container.NewVScroll(label), fyne.NewSize(640, 280))
}
