package capture

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"sioscope/protocol/lang"
)

// ErrPermission says that the system does not allow to capture. Who shows it tells the user what to do about it.
var ErrPermission = errors.New("not allowed to capture")

// A DeniedError says that the system does not let a file be read. It is an os.ErrPermission.
type DeniedError struct {
	lang.Sentence
	Path string
}

// Unwrap is for errors.Is.
func (*DeniedError) Unwrap() error { return os.ErrPermission }

// Commands are typed in a terminal: one that lets everybody read the file, and one that makes a copy of one's own. Both are
// "" where there are none.
func (e *DeniedError) Commands() (allow, copied string) {
	path, err := filepath.Abs(e.Path)
	if err != nil || runtime.GOOS == "windows" {
		return "", ""
	}
	return "sudo chmod a+r " + Quoted(path), "sudo cat " + Quoted(path) + " > " + Quoted("copy-"+filepath.Base(path))
}

// Quoted is a path as a shell takes it.
func Quoted(path string) string {
	if strings.IndexFunc(path, func(r rune) bool {
		return !strings.ContainsRune("/._-+", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
