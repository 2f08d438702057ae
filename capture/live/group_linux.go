package live

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// groupCaptures says whether dumpcap is set up so that it captures for members of a group: it is of that group, which may
// run it, and has the rights itself. Who is no member may not run it, so it is looked for by hand.
func groupCaptures(group string) bool {
	g, err := user.LookupGroup(group)
	if err != nil {
		return false
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if capturesFor(filepath.Join(dir, "dumpcap"), g.Gid) {
			return true
		}
	}
	return false
}

// capturesFor says whether the program at path captures for the group with that number.
func capturesFor(path, gid string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	st, is := info.Sys().(*syscall.Stat_t)
	if !is || strconv.FormatUint(uint64(st.Gid), 10) != gid || info.Mode()&0o010 == 0 {
		return false
	}
	if info.Mode()&os.ModeSetuid != 0 && st.Uid == 0 {
		return true
	}
	n, err := syscall.Getxattr(path, "security.capability", nil)
	return err == nil && n > 0
}
