package handover

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sioscope/capture"
)

// A Writing is a file that is to be written, and what writes it.
type Writing struct {
	Path  string
	Write func(io.Writer) error
}

// Together has several files written, which are there once all of them are whole: all, or none. What was there before by
// their names is lost only then. The error is one sentence.
func Together(read *capture.Files, list []Writing) error {
	for _, w := range list {
		if err := Place(w.Path, read); err != nil {
			return err
		}
	}
	var made []string
	defer func() {
		for _, path := range made {
			os.Remove(path)
		}
	}()
	for _, w := range list {
		path, err := temporary(w)
		if err != nil {
			return err
		}
		made = append(made, path)
	}
	return exchange(list, made)
}

// temporary writes a file beside its place.
func temporary(w Writing) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(w.Path), ".sioscope-*")
	if err != nil {
		return "", fmt.Errorf("%s: %w", w.Path, Cause(err))
	}
	out := bufio.NewWriterSize(f, 64<<10)
	err = w.Write(out)
	for _, next := range []func() error{out.Flush, func() error { return f.Chmod(os.FileMode(Anybody)) }, f.Close} {
		if err == nil {
			err = next()
		}
	}
	if err != nil {
		f.Close()
		os.Remove(f.Name())
		return "", fmt.Errorf("%s was not written: %w", w.Path, Cause(err))
	}
	return f.Name(), nil
}

// exchange puts what was made in the places of what is there, or leaves all as it is.
func exchange(list []Writing, made []string) error {
	var undo []func()
	for i, w := range list {
		before := made[i] + ".before"
		switch err := os.Rename(w.Path, before); {
		case err == nil:
			defer os.Remove(before)
			undo = append(undo, func() { os.Rename(before, w.Path) })
		case !os.IsNotExist(err):
			takeBack(undo)
			return fmt.Errorf("%s was not written: %w", w.Path, Cause(err))
		default:
			undo = append(undo, func() { os.Remove(w.Path) })
		}
		if err := os.Rename(made[i], w.Path); err != nil {
			takeBack(undo)
			return fmt.Errorf("%s was not written: %w", w.Path, Cause(err))
		}
	}
	return nil
}

func takeBack(undo []func()) {
	for i := len(undo) - 1; i >= 0; i-- {
		undo[i]()
	}
}
