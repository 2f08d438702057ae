package live

import (
	"bytes"
	"io"
	"os"

	"sioscope/capture/pcapfile"
)

// A keyLog is a file that SSLKEYLOGFILE names, which grows while it is read. Its lines are written between the packets,
// as Decryption Secrets Blocks. It may come into being later.
type keyLog struct {
	path string
	at   int64  // what was read of it
	rest []byte // a line that is not complete
	buf  []byte
}

// Of a key log: what is taken at a look, and how much of what was there at the beginning.
const (
	keysAtOnce = 1 << 20
	keysBefore = 8 << 20
)

// write writes what is new. A log that cannot be read is as one without keys.
func (k *keyLog) write(w *pcapfile.Writer) error {
	if k.path == "" {
		return nil
	}
	for {
		lines, more := k.read()
		if len(lines) == 0 {
			return nil
		}
		if err := w.Secrets(pcapfile.Secret{Type: pcapfile.TLSKeyLog, Data: lines}); err != nil || !more {
			return err
		}
	}
}

// read gives new whole lines, and says whether there may be more.
func (k *keyLog) read() (lines []byte, more bool) {
	file, err := os.Open(k.path)
	if err != nil {
		return nil, false
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	switch {
	case info.Size() < k.at: // it was begun anew
		k.at, k.rest = 0, nil
	case info.Size() == k.at:
		return nil, false
	case k.at == 0 && info.Size() > keysBefore:
		k.at = info.Size() - keysBefore // within a line, which then is none
	}
	if k.buf == nil {
		k.buf = make([]byte, keysAtOnce)
	}
	n, err := file.ReadAt(k.buf, k.at)
	if err != nil && err != io.EOF {
		return nil, false
	}
	k.at += int64(n)
	all := append(k.rest, k.buf[:n]...)
	end := bytes.LastIndexByte(all, '\n') + 1
	if k.rest = bytes.Clone(all[end:]); len(k.rest) > keysAtOnce { // that is no line of a key log
		k.rest = nil
	}
	return all[:end], n == len(k.buf)
}
