package pcapfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"testing/iotest"
)

func FuzzPcap(f *testing.F) {
	for _, o := range []binary.AppendByteOrder{little, big} {
		file := pcapFile(o, magicMicro, 1, record(o, second, 1, 4, "", "abcd"))
		f.Add(file)
		f.Add(gz(f, file))
	}
	f.Add(pcapFile(little, magicModified, 1, record(little, second, 1, 9, "12345678", "abcd"), []byte{1, 2, 3}))
	f.Fuzz(checkFile)
}

func FuzzPcapng(f *testing.F) {
	for _, o := range []binary.AppendByteOrder{little, big} {
		f.Add(slices.Concat(sectionBlock(o), interfaceBlock(o, 1, 0, option(o, optTSResol, []byte{0x8a})), secretsBlock(o, TLSKeyLog, "k"),
			enhancedBlock(o, 0, micro, 4, "abcd"), obsoleteBlock(o, 0, micro, 9, "ab"), simpleBlock(o, 2, "ab"), block(o, 99, []byte("?"))))
	}
	for _, name := range []string{"direct-v3.pcapng", "tls12.pcapng"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:min(len(b), 4096)])
	}
	f.Fuzz(checkFile)
}

// checkFile reads a file whole and byte by byte, and holds what comes out against what must always hold.
func checkFile(t *testing.T, b []byte) {
	if len(b) > 1<<16 {
		t.Skip()
	}
	f, got, err := readAll(bytes.NewReader(b))
	_, slowly, slowErr := readAll(iotest.OneByteReader(bytes.NewReader(b)))
	if !reflect.DeepEqual(got, slowly) || !sameError(err, slowErr) {
		t.Fatalf("at once: %v, %v\nbyte by byte: %v, %v", got, err, slowly, slowErr)
	}
	if f == nil {
		return
	}
	if f.Offset() > int64(len(b)) {
		t.Errorf("used %d of %d bytes", f.Offset(), len(b))
	}
	last := int64(-1)
	for _, p := range got {
		if p.Offset <= last || p.OrigLen < len(p.Data) {
			t.Errorf("%+v", p)
		}
		last = p.Offset
	}
}

// sameError does not compare what a file looks like: that is told from what has been read so far.
func sameError(a, b error) bool {
	if fa, ok := a.(*FormatError); ok {
		fb, ok := b.(*FormatError)
		return ok && fa.Name == fb.Name
	}
	return fmt.Sprint(a) == fmt.Sprint(b)
}
