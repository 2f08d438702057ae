package handover

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"sioscope/capture"
	"sioscope/capture/extract"
	"sioscope/capture/har"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
)

// An Archive is a HAR of a source, to be written.
type Archive struct {
	Source Source
	Choice *extract.Choice // nil: all traffic
	Redact redact.Redactor
	App    string // the version of the program

	unsearched int
}

// A Source gives facts once more: files, or what was kept of what is live.
type Source interface {
	Run(ctx context.Context, emit fact.Emit) error
}

// Write writes it.
func (a *Archive) Write(ctx context.Context, w io.Writer) error {
	h := har.NewWriter(w, har.WriteOptions{Redact: a.Redact, Version: a.App})
	emit := h.Add
	if a.Choice != nil {
		emit = a.Choice.Facts(h.Add)
	}
	err := a.Source.Run(ctx, emit)
	if closing := h.Close(); err == nil {
		err = closing
	}
	a.unsearched = h.Unsearched()
	return err
}

// Sentences tell, in a language, what of secrets may be left in what was written.
func (a *Archive) Sentences(w lang.Words) []string {
	if a.Redact.Off || a.unsearched == 0 {
		return nil
	}
	return []string{unsearched(w, a.unsearched)}
}

// unsearched tells of attachments and other binary data.
func unsearched(w lang.Words, n int) string {
	return w.N(n, "There is %s that could not be searched for secrets.", "There are %s that could not be searched for secrets.", w.Count(n, "binary message"))
}

// Readers say who may read a file that is written.
type Readers os.FileMode

// A file in which there may be secrets is for who wrote it, until it is handed over on purpose.
const (
	Anybody Readers = 0o644
	Owner   Readers = 0o600
)

// ReadersOf are those of a file whose secrets are masked, or are not.
func ReadersOf(masked bool) Readers {
	if masked {
		return Anybody
	}
	return Owner
}

// ToFile has a file written, which is there once it is whole. It is none of those that are read. The error is one
// sentence.
func ToFile(path string, read *capture.Files, may Readers, write func(io.Writer) error) error {
	if err := Place(path, read); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".sioscope-*")
	if err != nil {
		return lang.Say("%s: %s", path, Cause(err))
	}
	out := bufio.NewWriterSize(f, 64<<10)
	err = write(out)
	for _, next := range []func() error{out.Flush, func() error { return f.Chmod(os.FileMode(may)) }} {
		if err == nil {
			err = next()
		}
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return lang.Say("%s was not written: %s", path, Cause(err))
	}
	return nil
}

// Place says why a file cannot be written at path, as far as that is known before: it is one of those that are read, or
// its directory is not there. The error is one sentence.
func Place(path string, read *capture.Files) error {
	if err := spared(path, read); err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return lang.Say("%s is a directory; name a file in it", path)
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return lang.Say("there is no directory %s", filepath.Dir(path))
	}
	return nil
}

// spared says whether a file is none of those that are read.
func spared(path string, read *capture.Files) error {
	out, err := os.Stat(path)
	if err != nil {
		return nil
	}
	paths := read.Keys
	for _, in := range read.Inputs {
		paths = append(paths[:len(paths):len(paths)], in.Path)
	}
	for _, p := range paths {
		if in, err := os.Stat(p); err == nil && os.SameFile(in, out) {
			return lang.Say("%s is one of the files that are open; choose another name", path)
		}
	}
	return nil
}

// Cause is what the system says of a file that cannot be written, without the names that it says it of.
func Cause(err error) error {
	var path *os.PathError
	var link *os.LinkError
	switch {
	case errors.Is(err, os.ErrPermission):
		return lang.Say("not allowed to write there; choose another directory")
	case errors.Is(err, syscall.ENOSPC):
		return lang.Say("the disk is full; choose another one")
	case errors.Is(err, syscall.EROFS):
		return lang.Say("the disk can only be read; choose another one")
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
