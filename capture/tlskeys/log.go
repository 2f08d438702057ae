package tlskeys

import (
	"bytes"
	"encoding/hex"
	"io"
	"os"

	"sioscope/protocol/lang"
)

// maxLine bounds a line of a key log; longer ones are left out. The longest that counts has 176 bytes.
const maxLine = 4 << 10

// unhex is nil for what is no hexadecimal number.
func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		return nil
	}
	return b
}

// AddLog adds what a key log holds that is whole, a Decryption Secrets Block's content for instance.
func (k *Keys) AddLog(data []byte) {
	w := lines{keys: k}
	w.write(data)
	w.end()
}

// lines cuts a key log into lines.
type lines struct {
	keys *Keys
	rest []byte // the beginning of a line
	skip bool   // the line is too long
}

func (l *lines) write(p []byte) {
	for len(p) > 0 {
		line, rest, whole := bytes.Cut(p, []byte("\n"))
		p = rest
		if len(l.rest)+len(line) > maxLine {
			l.skip = true
			l.rest = l.rest[:0]
		}
		if !l.skip {
			l.rest = append(l.rest, line...)
		}
		if whole {
			l.end()
		}
	}
}

func (l *lines) end() {
	if !l.skip {
		l.keys.line(string(l.rest))
	}
	l.rest, l.skip = l.rest[:0], false
}

// A Log is a key log file, which may still grow.
type Log struct {
	Path string

	read int64 // bytes of it that were read
	text lines
}

// Read adds what the file holds to keys, and on later calls what was written to it since then.
func (l *Log) Read(keys *Keys) error {
	info, err := os.Stat(l.Path)
	if err != nil {
		return lang.Say("reading keys: %s", err)
	}
	if !info.Mode().IsRegular() {
		return lang.Say("reading keys: %s is no file", l.Path)
	}
	if info.Size() < l.read { // it was begun anew
		l.read, l.text = 0, lines{}
	}
	if info.Size() == l.read {
		return nil
	}
	f, err := os.Open(l.Path)
	if err != nil {
		return lang.Say("reading keys: %s", err)
	}
	defer f.Close()
	return l.readFrom(f, keys)
}

func (l *Log) readFrom(f *os.File, keys *Keys) error {
	if _, err := f.Seek(l.read, io.SeekStart); err != nil {
		return lang.Say("reading keys: %s", err)
	}
	l.text.keys = keys
	buf := make([]byte, 64<<10)
	for {
		n, err := f.Read(buf)
		l.read += int64(n)
		l.text.write(buf[:n])
		if err == io.EOF {
			if !l.text.skip {
				keys.line(string(l.text.rest)) // the last line may lack its end
			}
			return nil
		}
		if err != nil {
			return lang.Say("reading keys: %s", err)
		}
	}
}
