package har

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"sioscope/capture/temp"
	"sioscope/protocol/lang"
)

const (
	inMemory  = 16 << 20 // bytes of a stream that are kept without a file
	maxSpool  = 16 << 30 // bytes of a stream that are written to one
	maxNested = 1 << 20  // members of an archive that are looked through
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

// An Archive is a zip file with a HAR and the bodies that belong to it, as Playwright writes it.
type Archive struct {
	zip     *zip.Reader
	log     *zip.File
	members map[string]*zip.File
	others  []string // captures, and further HARs
}

// OpenArchive finds the HAR in a zip file.
func OpenArchive(name string, r io.ReaderAt, size int64) (*Archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, &FormatError{name, lang.Say("%s is a damaged zip file: get it again", name)}
	}
	a := &Archive{zip: z, members: map[string]*zip.File{}}
	for _, f := range z.File[:min(len(z.File), maxNested)] {
		a.members[f.Name] = f
		if strings.HasSuffix(strings.ToLower(f.Name), ".har") && a.log == nil {
			a.log = f
		} else if recording(f.Name) {
			a.others = append(a.others, f.Name)
		}
	}
	if a.log == nil && len(a.others) > 0 {
		return nil, &FormatError{name, lang.Say("%s is a zip file with %s in it: unpack it and open that", name, strings.Join(a.others[:min(len(a.others), maxOthers)], ", "))}
	}
	if a.log == nil {
		return nil, &FormatError{name, lang.Say("%s is a zip file without a HAR in it: unpack it and open the capture", name)}
	}
	return a, nil
}

const maxOthers = 5 // of what an archive holds besides

// recording says whether a member of an archive is, by its name, what can be opened.
func recording(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	return slices.Contains([]string{".pcap", ".pcapng", ".cap", ".dmp", ".har"}, path.Ext(name)) && !strings.HasPrefix(name, "__macosx/")
}

// LeftOut says what else the archive holds that could be opened; empty where nothing is.
func (a *Archive) LeftOut(name string) (said lang.Sentence) {
	if len(a.others) == 0 {
		return said
	}
	return lang.Say("%s holds %s, too, which is not read: unpack it and open them together", name, strings.Join(a.others[:min(len(a.others), maxOthers)], ", "))
}

// Log spools the HAR.
func (a *Archive) Log() (*File, error) {
	r, err := a.log.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return Spool(r)
}

// Attached opens a body beside the HAR; Options.Attached may be it.
func (a *Archive) Attached(name string) (io.ReadCloser, error) {
	f := a.members[path.Join(path.Dir(a.log.Name), name)]
	if f == nil {
		return nil, os.ErrNotExist
	}
	return f.Open()
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
