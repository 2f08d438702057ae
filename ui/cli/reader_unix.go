//go:build unix

package cli

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// unread says whether nobody reads any more what is written to w, which is a pipe.
func unread(w io.Writer) bool {
	f, isFile := w.(*os.File)
	if !isFile {
		return false
	}
	polled := []unix.PollFd{{Fd: int32(f.Fd())}}
	n, err := unix.Poll(polled, 0)
	return err == nil && n > 0 && polled[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0
}
