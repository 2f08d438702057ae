// Package temp makes the temporary files of this program, and removes those that a process of it has left because it was
// killed. It removes nothing of another user, and nothing that any process still uses.
package temp

import (
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// A made file is called sioscope-, random digits, and what it holds. What is called otherwise is nobody's to remove.
var made = regexp.MustCompile(`^sioscope-\d+\.(facts|pcapng|pcap|har)$`)

// young is how old a file must be to be removed: it is made first, and marked as used then.
const young = time.Minute

// Create makes a file in the system's directory for temporary ones, whose name ends with a dot and what it holds: facts,
// pcapng, pcap or har. It is marked as used until it is closed, or the process ends.
func Create(holds string) (*os.File, error) {
	f, err := os.CreateTemp("", "sioscope-*."+holds)
	if err == nil {
		_ = hold(f) // else it may be removed while it is used: where files cannot be locked, Sweep cannot lock it either
	}
	return f, err
}

// Sweep removes what processes that are gone have left.
func Sweep() { sweep(os.TempDir(), time.Now().Add(-young)) }

// sweep does so in a directory, with what was written before a time.
func sweep(dir string, before time.Time) {
	list, _ := filepath.Glob(filepath.Join(dir, "sioscope-*"))
	for _, path := range list {
		info, err := os.Lstat(path)
		if err == nil && made.MatchString(filepath.Base(path)) && info.Mode().IsRegular() && info.ModTime().Before(before) && own(info) {
			removeUnused(path)
		}
	}
}
