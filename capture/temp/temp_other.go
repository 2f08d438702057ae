//go:build !unix || solaris || aix

package temp

import (
	"os"
	"runtime"
)

// hold does nothing: Windows removes no file that is open.
func hold(*os.File) error { return nil }

// own is true: on Windows everybody has a directory for temporary files of their own.
func own(os.FileInfo) bool { return true }

// removeUnused removes a file unless a process uses it, which Windows alone can tell.
func removeUnused(path string) {
	if runtime.GOOS == "windows" {
		os.Remove(path)
	}
}
