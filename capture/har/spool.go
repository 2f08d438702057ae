package har

import (
	"bytes"
	"errors"
	"io"
	"os"

	"sioscope/capture/temp"
	"sioscope/protocol/lang"
)

const (
	inMemory = 16 << 20 // bytes of a stream that are kept without a file
	maxSpool = 16 << 30 // bytes of a stream that are written to one
)

// A File is what a HAR is read from, at any place.
type File struct {
	io.ReaderAt
	Size int64
	temp *os.File
}

// Close removes what Spool wrote.
func (f *File) Close() error {
	if f.temp == nil {
		return nil
	}
	return errors.Join(f.temp.Close(), os.Remove(f.temp.Name()))
}

// Spool makes a file of a stream (standard input, gzip): in memory while it is short, or else in a temporary file,
// for a HAR is read at any place.
func Spool(r io.Reader) (*File, error) {
	head, err := io.ReadAll(io.LimitReader(r, inMemory))
	if len(head) < inMemory {
		return &File{ReaderAt: bytes.NewReader(head), Size: int64(len(head))}, err
	}
	t, err := temp.Create("har")
	if err != nil {
		return nil, lang.Say("a HAR that is compressed or comes through a pipe needs room for a temporary file: %s", err)
	}
	f := &File{ReaderAt: t, temp: t}
	f.Size, err = io.Copy(t, io.MultiReader(bytes.NewReader(head), io.LimitReader(r, maxSpool)))
	if errors.Is(err, io.ErrUnexpectedEOF) { // compressed data that ends early: what there is can be read
		err = nil
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Beside returns what opens bodies that lie in the directory of a HAR, or below it; Options.Attached may be it.
func Beside(dir string) func(name string) (io.ReadCloser, error) {
	return func(name string) (io.ReadCloser, error) {
		root, err := os.OpenRoot(dir) // a name in a HAR leads nowhere else
		if err != nil {
			return nil, err
		}
		defer root.Close()
		return root.Open(name)
	}
}
