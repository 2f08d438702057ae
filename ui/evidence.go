package ui

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sioscope/capture"
	"sioscope/protocol/session"
	"sioscope/ui/handover"
	"sioscope/ui/look"
	"sioscope/ui/plain"
	"sioscope/ui/proof"
	"sioscope/ui/report"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// askEvidence asks where what the QA view says is to be kept: a picture of it, and what proves it for machines, beside
// each other.
func (w *Window) askEvidence() {
	if w.store == nil {
		return
	}
	about := w.S("Saves two files of one name: a picture of this view (PNG), and the session with the requests and packets that prove it (JSON), with time, target and version. Secrets are masked.")
	s := &saving{w: w, title: w.S("Save evidence"), path: w.beside("-evidence" + brief(w.qa.shown.SID) + ".png"), first: []fyne.CanvasObject{paragraph(about), gapTop(8)}, files: pictureAndProof}
	palette := look.Palette()
	s.write = func(path string) writing { return w.evidence(pictureAndProof(path), palette).write }
	s.show()
}

// sidLetters is how much of a sid stands in a file's name.
const sidLetters = 6

// brief is the beginning of a sid for a file's name, with a dash before it: evidence of one session does not replace that
// of another. "" where nothing of it can stand there.
func brief(sid string) string {
	var b strings.Builder
	for _, r := range sid {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if letter && b.Len() < sidLetters {
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "-" + b.String()
}

// pictureAndProof are the names of both files, whichever of them was typed.
func pictureAndProof(path string) []string {
	switch ext := filepath.Ext(path); strings.ToLower(ext) {
	case ".png", ".json":
		path = strings.TrimSuffix(path, ext)
	}
	return []string{path + ".png", path + ".json"}
}

// evidencePicture is the size of the picture: it is read on a screen, and printed.
var evidencePicture = image.Rect(0, 0, 1920, 1280)

// An evidence is what is saved of a session.
type evidence struct {
	asking
	store   *store.Store
	input   func(*session.Tracker, *store.State) report.Input
	program string
	paths   []string // of the picture and of the JSON
	open    *capture.Files
	kept    bool // they are what was captured, in a temporary file
	palette *timeline.Palette

	at      time.Time
	exhibit report.Exhibit
	head    string
	foot    []string
	text    bytes.Buffer // the JSON
	err     error
}

// evidence takes what is to be saved.
func (w *Window) evidence(paths []string, palette *timeline.Palette) *evidence {
	o := &w.opening
	return &evidence{asking: w.asked(), store: w.store, input: w.reportInput(), program: w.program(), paths: paths, open: w.openFiles(),
		kept: o.kept != nil && o.kept.path == "", palette: palette}
}

// write writes both files, or none.
func (e *evidence) write(ctx context.Context, _ *progress) ([]string, error) {
	e.at = time.Now()
	e.exhibit.Picture, e.exhibit.Saved = filepath.Base(e.paths[0]), e.at
	e.files(ctx)
	e.store.Study(e.take)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if e.err != nil {
		return nil, e.err
	}
	err := handover.Together(e.open, []handover.Writing{{Path: e.paths[0], Write: e.picture}, {Path: e.paths[1], Write: e.json}})
	return []string{e.S("Written: %s and %s", e.paths[0], e.paths[1])}, err
}

// files are the captures that are open, by what is in them.
func (e *evidence) files(ctx context.Context) {
	for _, in := range e.open.Inputs {
		if in.Path == "-" || e.kept {
			continue
		}
		f := report.EvidenceFile{Path: in.Path}
		f.SHA256, f.Bytes = digest(ctx, in.Path)
		e.exhibit.Files = append(e.exhibit.Files, f)
	}
}

// digest is the SHA-256 of a file in hexadecimal, and how long it is; "" where it cannot be read any more.
func digest(ctx context.Context, path string) (sum string, n int64) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0
	}
	defer f.Close()
	h := sha256.New()
	n, err = io.Copy((&progress{}).counting(ctx, h), f)
	if err != nil {
		return "", n
	}
	return hex.EncodeToString(h.Sum(nil)), n
}

// take takes what is said of the session now.
func (e *evidence) take(t *session.Tracker, st *store.State) {
	in := e.asking.input(t, st)
	e.exhibit.Proof, e.exhibit.Live = proof.Of(in), st.Live
	e.head = headOf(e.Words, t, st)
	e.foot = e.footer(&in, st)
	e.err = report.Evidence(&e.text, e.input(t, st), e.exhibit)
}

// footer says when the picture was made, by what, and of what.
func (e *evidence) footer(in *proof.Input, st *store.State) (list []string) {
	date := in.Date(e.at.UnixNano())
	if zone, _ := e.at.Zone(); !strings.HasSuffix(date, zone) {
		date = e.S("%s (%s)", date, zone)
	}
	list = append(list, e.S("Saved %s by %s", date, e.program))
	for i, f := range e.exhibit.Files {
		switch {
		case i == 3:
			list = append(list, e.S("and %s", e.Count(len(e.exhibit.Files)-i, "more file")))
			return list
		case f.SHA256 == "":
			list = append(list, e.S("File %s, which cannot be read any more", plain.Text(filepath.Base(f.Path))))
		default:
			list = append(list, e.S("File %s, sha256 %s", plain.Text(filepath.Base(f.Path)), f.SHA256))
		}
	}
	if target := e.exhibit.Proof.Target; target != "" && len(e.exhibit.Files) == 0 {
		list = append(list, e.S("Of %s, %s", plain.Text(st.Name), target))
	}
	if sid := e.exhibit.Proof.SID; sid != "" {
		list = append(list, e.S("Session %s", sid))
	}
	return list
}

func (e *evidence) json(out io.Writer) error {
	_, err := out.Write(e.text.Bytes())
	return err
}

// picture is the view, at a size of its own.
func (e *evidence) picture(out io.Writer) error {
	fonts, err := look.Fonts()
	if err != nil {
		return err
	}
	img := image.NewRGBA(evidencePicture)
	proof.Draw(img, &e.exhibit.Proof, proof.View{Scale: 1, Palette: e.palette, Fonts: fonts, Head: e.head, Foot: e.foot})
	return png.Encode(out, img)
}

// program names this program and its version.
func (w *Window) program() string { return strings.TrimSpace("sioscope " + w.opt.Version) }
