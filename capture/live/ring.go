package live

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Ring is an Output that is kept in files. With a Size it begins another file where the one before has that many
// bytes, and with Files it removes the oldest where there are more; every file can be read by itself. The first is
// named as Path says, of a ring with a number before the extension: out-00001.pcapng.
type Ring struct {
	Path  string
	Size  int64 // bytes of a file; 0: one file without end
	Files int   // how many are kept; 0: all

	heads   []byte // the blocks that every file begins with
	packets bool   // heads is complete
	names   []string
	number  int
	file    *os.File
	buf     *bufio.Writer
	n       int64
}

// maxHeads bounds what is repeated in every file: keys past it stand in one file only.
const maxHeads = 16 << 20

// Blocks of pcapng that hold for all that follow them: section, interface, secrets.
func heading(block []byte) bool {
	switch binary.LittleEndian.Uint32(block) {
	case 0x0a0d0d0a, 1, 0x0a:
		return true
	}
	return false
}

// Open creates the first file, so that what is wrong with the path shows at once.
func (r *Ring) Open() error { return r.begin() }

// Write takes one block.
func (r *Ring) Write(block []byte) (int, error) {
	if heading(block) {
		if len(r.heads)+len(block) <= maxHeads {
			r.heads = append(r.heads, block...)
		}
	} else if r.Size > 0 && r.n+int64(len(block)) > r.Size && r.packets {
		if err := r.turn(); err != nil {
			return 0, err
		}
	} else {
		r.packets = true
	}
	n, err := r.buf.Write(block)
	r.n += int64(n)
	return n, err
}

// Flush hands what was written to the system.
func (r *Ring) Flush() error { return r.buf.Flush() }

// Close ends the last file.
func (r *Ring) Close() error {
	if r.file == nil {
		return nil
	}
	err := r.buf.Flush()
	if closing := r.file.Close(); err == nil {
		err = closing
	}
	r.file = nil
	return err
}

// Names are the files there are, the oldest first.
func (r *Ring) Names() []string { return r.names }

// turn begins the next file.
func (r *Ring) turn() error {
	if err := r.Close(); err != nil {
		return err
	}
	if err := r.begin(); err != nil {
		return err
	}
	n, err := r.buf.Write(r.heads)
	r.n = int64(n)
	return err
}

func (r *Ring) begin() error {
	name := r.Path
	if r.Size > 0 {
		r.number++
		ext := filepath.Ext(name)
		name = fmt.Sprintf("%s-%05d%s", strings.TrimSuffix(name, ext), r.number, ext)
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // what is in it is other people's traffic
	if err != nil {
		return err
	}
	r.file, r.names, r.n = file, append(r.names, name), 0
	if r.buf == nil {
		r.buf = bufio.NewWriterSize(file, 256<<10)
	} else {
		r.buf.Reset(file)
	}
	for r.Files > 0 && len(r.names) > r.Files {
		if err := os.Remove(r.names[0]); err != nil && !os.IsNotExist(err) {
			return err
		}
		r.names = r.names[1:]
	}
	return nil
}

// Both is an Output of several.
type Both []Output

// Write writes to each.
func (b Both) Write(p []byte) (int, error) {
	for _, o := range b {
		if n, err := o.Write(p); err != nil {
			return n, err
		}
	}
	return len(p), nil
}

// Flush flushes each.
func (b Both) Flush() error {
	for _, o := range b {
		if err := o.Flush(); err != nil {
			return err
		}
	}
	return nil
}
