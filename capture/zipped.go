package capture

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"sioscope/capture/har"
	"sioscope/capture/pcapfile"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// What comes by mail comes in a zip file. Its captures and HARs are inputs of their own, each read from where it lies in
// the file: nothing is unpacked to the disk, but a HAR that is too long for memory, as any that is compressed.

const (
	maxMembers = 32       // inputs of one zip file
	maxLooked  = 1 << 20  // members that are looked through
	maxUnknown = 64       // members without the name of a capture that are looked into
	maxNamed   = 5        // members that a sentence names
	unratioed  = 64 << 20 // bytes that a member may have however well it is compressed
	maxRatio   = 300      // of a longer member to what it takes in the zip file: traffic does not repeat itself so
)

var zipMagic = []byte("PK\x03\x04")

// An archive is a zip file: what of it is read, and what is to be said of the rest.
type archive struct {
	inputs []Input
	said   []lang.Sentence
}

// unzip looks into a zip file. It is nil where the input is none, and an error says why nothing of it can be read.
func (in Input) unzip() (*archive, error) {
	if in.member > 0 || in.iface != "" || in.size() == 0 {
		return nil, nil
	}
	file, err := os.Open(in.Path)
	if err != nil {
		return nil, nil // which is said where it is read
	}
	defer file.Close()
	head := make([]byte, len(zipMagic))
	if n, _ := file.ReadAt(head, 0); !bytes.Equal(head[:n], zipMagic) {
		return nil, nil
	}
	z, err := zip.NewReader(file, in.size())
	if err != nil {
		return nil, lang.Say("%s is a damaged zip file: get it again", in.Path)
	}
	a := &archive{}
	var names []string
	for _, i := range captures(z) {
		m := z.File[i]
		if why := unreadable(in.Path, m); why != nil {
			a.said = append(a.said, lang.Of(why))
		} else if len(a.inputs) == maxMembers {
			a.said = append(a.said, lang.Say("%s holds more captures than the %d that are read: unpack it and open the others", in.Path, maxMembers))
			break
		} else {
			part := in
			part.member, part.inside, part.bytes = i+1, slashed(m.Name), int64(m.UncompressedSize64)
			a.inputs, names = append(a.inputs, part), append(names, part.inside)
		}
	}
	switch {
	case len(names) == 0 && len(a.said) > 0:
		return nil, a.said[0]
	case len(names) == 0:
		return nil, nothing(in.Path, z)
	}
	a.said = append([]lang.Sentence{lang.Say("%s is a zip file, of which was read: %s", in.Path, few(names))}, a.said...)
	return a, nil
}

// captures are the places of what is a capture or a HAR by its name, or else by what it begins with.
func captures(z *zip.Reader) (list []int) {
	var others []int
	for i, m := range z.File[:min(len(z.File), maxLooked)] {
		switch name := slashed(m.Name); {
		case strings.HasSuffix(name, "/") || m.UncompressedSize64 == 0 || strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(path.Base(name), "._"):
		case named(name):
			list = append(list, i)
		case len(others) < maxUnknown:
			others = append(others, i)
		}
	}
	if len(list) > 0 {
		return list
	}
	return slices.DeleteFunc(others, func(i int) bool { return !begins(z.File[i]) })
}

// slashed is a member's name as the format has it: some programs on Windows write backslashes.
func slashed(name string) string { return strings.ReplaceAll(name, `\`, "/") }

// named says whether a name is that of a capture or a HAR.
func named(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	return slices.Contains([]string{".pcap", ".pcapng", ".cap", ".dmp", ".har"}, path.Ext(name))
}

// begins says whether a member begins as a capture or a HAR does. Of one that is encrypted nobody knows.
func begins(m *zip.File) bool {
	if m.Flags&encrypted != 0 {
		return false
	}
	r, err := m.Open()
	if err != nil {
		return false
	}
	defer r.Close()
	head := make([]byte, 4096)
	n, _ := io.ReadFull(r, head)
	return har.Looks(head[:n]) || pcapfile.Looks(head[:n])
}

const encrypted = 1 // a flag of a member, APPNOTE.TXT 4.4.4

// unreadable says why a member cannot be read, nil where it can.
func unreadable(name string, m *zip.File) error {
	inside := slashed(m.Name)
	switch {
	case m.Flags&encrypted != 0:
		return lang.Say("%s in %s is encrypted with a password: unpack it and open that", inside, name)
	case m.Method != zip.Store && m.Method != zip.Deflate:
		return lang.Say("%s in %s is compressed in a way that is not read here (method %d): unpack it and open that", inside, name, m.Method)
	case m.UncompressedSize64 > unratioed && m.UncompressedSize64/max(m.CompressedSize64, 1) > maxRatio:
		return lang.Say("%s in %s unpacks to %d times its size, as no capture does, and was not read: if you trust it, unpack it and open that", inside, name,
			m.UncompressedSize64/max(m.CompressedSize64, 1))
	}
	return nil
}

// nothing says that a zip file has nothing that can be read, and what it has.
func nothing(name string, z *zip.Reader) error {
	var names []string
	for _, m := range z.File {
		if inside := slashed(m.Name); !strings.HasSuffix(inside, "/") && !strings.HasPrefix(inside, "__MACOSX/") {
			names = append(names, inside)
		}
	}
	for _, inside := range names {
		switch strings.ToLower(path.Ext(inside)) {
		case ".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".xz", ".bz2", ".zst":
			return lang.Say("%s is a zip file with an archive in it (%s): unpack it and open that", name, inside)
		}
	}
	if len(names) == 0 {
		return lang.Say("%s is an empty zip file", name)
	}
	return lang.Say("%s is a zip file without a capture or a HAR in it; it has %s", name, few(names))
}

// few names the first of what there is.
func few(names []string) string {
	if len(names) <= maxNamed {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:maxNamed], ", ") + ", …"
}

// name is what an input is called: that in a zip file as if the file were a directory.
func (in Input) name() string {
	if in.inside != "" {
		return in.Path + "/" + in.inside
	}
	return in.Path
}

// open opens a member of a zip file, and gives what opens those that lie beside it there.
func (in Input) openMember(file *os.File) (src io.Reader, beside func(string) (io.ReadCloser, error), err error) {
	st, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	z, err := zip.NewReader(file, st.Size())
	if err == nil && in.member > len(z.File) {
		err = errors.New(lang.Mark("the file was changed meanwhile"))
	}
	if err == nil {
		src, err = z.File[in.member-1].Open()
	}
	if err != nil {
		return nil, nil, lang.Say("reading %s: %s", in.name(), err)
	}
	dir := path.Dir(in.inside)
	return src, func(name string) (io.ReadCloser, error) {
		want := path.Join(dir, name)
		for _, m := range z.File {
			if slashed(m.Name) == want {
				return m.Open()
			}
		}
		return nil, os.ErrNotExist
	}, nil
}

// unzipped gives the inputs with what is in zip files in the place of those.
func (f *Files) unzipped() *Files {
	var inputs []Input
	var about []*fact.Note
	found := false
	for _, in := range f.Inputs {
		a, err := in.unzip()
		if a == nil || err != nil { // open says why
			inputs = append(inputs, in)
			continue
		}
		found = true
		inputs = append(inputs, a.inputs...)
		for _, said := range a.said {
			n := fact.NewNote(in.Path, said)
			n.Fine = len(a.said) == 1
			about = append(about, n)
		}
	}
	if !found {
		return f
	}
	g := *f
	g.Inputs, g.about = inputs, about
	return &g
}
