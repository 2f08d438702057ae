package ui

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture/extract"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/handover"
	"sioscope/ui/store"
	"sioscope/ui/words"
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
// Where nothing can, why says why, unless nobody would expect it.
func (w *Window) passings() (list []passing, why string) {
	why = w.keep()
	if w.opening.files == nil {
		return nil, why
	}
	w.with(func(t *session.Tracker, st *store.State) {
		if i := w.about.session; i >= 0 && t.SessionAt(i).SID != "" {
			sid := t.SessionAt(i).SID
			list = append(list, packetsOf(w.Words, sid), passing{w.S("Save a HAR of this session…"), short(sid) + ".har", extract.What{Sessions: []string{sid}}, true})
		}
		for i := range min(len(st.Diagnosis.Findings), maxPassed) {
			id := st.Diagnosis.Findings[i].ID
			list = append(list, passing{w.S("Save packets of “%s”…", id), id + ".pcapng", extract.What{Findings: []string{id}}, false})
		}
		if len(t.Sessions)+len(t.Refused) > 0 {
			list = append(list, passing{w.S("Save packets of all sessions…"), "sessions.pcapng", extract.What{}, false})
		}
	})
	return append(list, passing{w.S("Save a HAR of all traffic…"), "traffic.har", extract.What{}, true}), ""
}

// packetsOf is the capture of a session.
func packetsOf(w lang.Words, sid string) passing {
	return passing{w.S("Save packets of this session…"), short(sid) + ".pcapng", extract.What{Sessions: []string{sid}}, false}
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

// beside is the name of a file in the place of the capture that is open, with what tells it from the capture.
func (w *Window) beside(end string) string {
	if w.opening.files == nil || w.opening.kept != nil && w.opening.kept.path == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "sioscope" + end
		}
		return filepath.Join(home, "sioscope"+end)
	}
	in := w.opening.files.Inputs[0].Path
	base := filepath.Base(in)
	for _, end := range []string{".gz", ".pcapng", ".pcap", ".cap", ".har", ".zip"} {
		base = strings.TrimSuffix(base, end)
	}
	path := filepath.Join(filepath.Dir(in), base+end)
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// askPass asks where to write something, and how.
func (w *Window) askPass(p passing) {
	masked := newTick(&w.hears, w.S("Mask tokens, cookies and passwords"), nil)
	masked.SetChecked(true)
	keys := newTick(&w.hears, w.S("With TLS keys: whoever gets the file can read all that these connections carry"), nil)
	s := &saving{w: w, title: strings.TrimSuffix(p.label, "…"), path: w.beside("-" + p.name), also: []fyne.CanvasObject{masked}}
	text := w.S("A HAR opens in a browser's network panel, and here.")
	if !p.har {
		about, all, opened := w.unmasked(p)
		text = about
		if all {
			s.also = nil
		}
		if opened {
			s.also = append(s.also, keys)
		}
	}
	s.first = []fyne.CanvasObject{paragraph(text), gapTop(8)}
	s.write = func(path string) writing { return w.pass(p, path, !masked.Checked, keys.Checked) }
	s.show()
}

// unmasked says, before packets are written, what is blanked out of them and what cannot be, whether that is all of
// them, and whether there are keys that could go along.
func (w *Window) unmasked(p passing) (about string, all, keys bool) {
	about = w.S("What others sent over the same connections is blanked out.")
	w.with(func(t *session.Tracker, st *store.State) {
		choice, err := extract.Choose(t, &st.Diagnosis, p.what)
		if err != nil {
			return
		}
		keys = choice.Opened > 0
		dark := choice.Undivided
		switch all = dark > 0 && dark == len(choice.Packets()); {
		case dark == 0:
		case all:
			about = w.S("All of it is TLS or HTTP/2: in these packets nothing can be masked or blanked out.")
		default:
			about = w.S("%s %s TLS or HTTP/2: in those nothing can be masked or blanked out.", about, w.Plural(dark, "connection is", "connections are"))
		}
	})
	return about, all, keys
}

// pass gives what writes something.
func (w *Window) pass(p passing, path string, secrets, keys bool) writing {
	files := *w.opening.files
	var choice *extract.Choice
	var err error
	if !p.har || !p.what.Empty() {
		w.with(func(t *session.Tracker, st *store.State) { choice, err = extract.Choose(t, &st.Diagnosis, p.what) })
	}
	r := redact.Redactor{Off: secrets}
	said, header, version := w.Words, w.opening.nodeHeader, w.opt.Version
	return func(ctx context.Context, far *progress) ([]string, error) {
		if err != nil {
			return nil, err
		}
		if p.har {
			a := handover.Archive{Files: &files, Choice: choice, Redact: r, App: version}
			return []string{said.S("Written: %s", path)}, handover.ToFile(path, &files, func(out io.Writer) error { return a.Write(ctx, far.counting(ctx, out)) })
		}
		var result *handover.Result
		packets := handover.Packets{Files: &files, Choice: choice, Redact: r, Keys: keys, NodeHeader: header, App: "sioscope"}
		err := handover.ToFile(path, &files, func(out io.Writer) (err error) {
			result, err = packets.Write(ctx, far.counting(ctx, out))
			return err
		})
		if err == nil {
			err = result.Verify(ctx, path)
		}
		if err != nil {
			return nil, err
		}
		return append([]string{said.S("Written: %s", path)}, result.Sentences(said)...), nil
	}
}

// written tells what was written.
func (w *Window) written(said []string) {
	label := widget.NewLabel(breakable(words.Fields(w.Words, strings.Join(said, "\n"))))
	label.Wrapping = fyne.TextWrapWord
	w.inform(w.S("Saved"), container.NewVScroll(label), fyne.NewSize(640, 280))
}
