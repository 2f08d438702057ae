// Package prefs keeps what the window remembers in one file, which several windows and several programs may share. The file
// is replaced as a whole and never written in place, so that nobody reads half of it; what another program changed is seen
// at the next look. It does not watch the file, and knows nothing of what is remembered.
//
// Fyne's own preferences empty the file before they write it, and every program that has it open reads it at once: two
// windows of two programs then complain of an unexpected end, and the one that was first loses what it had.
package prefs

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"

	"fyne.io/fyne/v2"
)

// A File is preferences in a file. Where it cannot be written they last as long as the program.
type File struct {
	path string

	mu      sync.Mutex
	values  map[string]json.RawMessage
	seen    os.FileInfo // the file that the values were read from; nil: there was none
	changed []func()
}

var _ fyne.Preferences = (*File)(nil)

// Open gives the preferences in the file at path, which need not exist. What cannot be read of it is as if it were not
// there.
func Open(path string) *File { return &File{path: path, values: map[string]json.RawMessage{}} }

// look reads the file where it is another than was seen. The lock is held.
func (f *File) look() {
	info, err := os.Stat(f.path)
	if err != nil || f.seen != nil && os.SameFile(info, f.seen) && info.ModTime().Equal(f.seen.ModTime()) && info.Size() == f.seen.Size() {
		return
	}
	values := map[string]json.RawMessage{}
	text, err := os.ReadFile(f.path)
	if err == nil && json.Unmarshal(text, &values) == nil && values != nil {
		f.values = values
	}
	f.seen = info
}

// put changes one value, nil removes it, in what the file has now.
func (f *File) put(key string, value json.RawMessage) {
	f.mu.Lock()
	f.look()
	if bytes.Equal(f.values[key], value) {
		f.mu.Unlock()
		return
	}
	f.values[key] = value
	if value == nil {
		delete(f.values, key)
	}
	f.write()
	changed := f.changed
	f.mu.Unlock()
	for _, c := range changed {
		c()
	}
}

// write replaces the file. Where that fails the values are kept in memory alone, and the next change tries again.
func (f *File) write() {
	text, err := json.Marshal(f.values)
	if err != nil {
		return
	}
	dir := filepath.Dir(f.path)
	os.MkdirAll(dir, 0o700) // where it fails, so does what follows
	t, err := os.CreateTemp(dir, ".preferences-*")
	if err != nil {
		return
	}
	_, err = t.Write(append(text, '\n'))
	if closing := t.Close(); err != nil || closing != nil || os.Rename(t.Name(), f.path) != nil {
		os.Remove(t.Name())
		return
	}
	f.seen, _ = os.Stat(f.path)
}

// get is a value, or the fallback where there is none of that kind.
func get[T any](f *File, key string, fallback T) T {
	f.mu.Lock()
	f.look()
	text, found := f.values[key]
	f.mu.Unlock()
	var v T
	if !found || json.Unmarshal(text, &v) != nil {
		return fallback
	}
	return v
}

func set[T any](f *File, key string, value T) {
	if text, err := json.Marshal(value); err == nil { // a number that is none has no text
		f.put(key, text)
	}
}
