//go:build unix && !solaris && !aix

package temp

import (
	"os"
	"syscall"
)

// hold marks a file as used. The system takes the mark away when the process ends, however it does.
func hold(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// own says whether a file belongs to the user who runs this process.
func own(info os.FileInfo) bool {
	st, is := info.Sys().(*syscall.Stat_t)
	return is && int(st.Uid) == os.Geteuid()
}

// removeUnused removes a file unless a process uses it.
func removeUnused(path string) {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return
	}
	defer f.Close()
	if hold(f) == nil {
		os.Remove(path)
	}
}
