// Package preset sets what Fyne takes from the environment and nowhere else, while it is initialised. Packages are
// initialised in the order of their paths as far as what they import allows: so this one, which needs nothing but syscall,
// comes before all that need the time, and Fyne does.
package preset

import "syscall"

// Of a live source every number that flies by in the table is a picture of a text. In the minute that Fyne keeps them by
// itself these came to take a hundred megabytes.
const keep = "15s"

var _, _ = cache(), locale()

// cache says how long to keep the pictures of texts, and what else is kept of what is not on screen any more, unless the
// user has.
func cache() error {
	if _, is := syscall.Getenv("FYNE_CACHE"); is {
		return nil
	}
	return syscall.Setenv("FYNE_CACHE", keep)
}

// locale calls C what POSIX calls so: of C.UTF-8, which containers have, Fyne reports an error.
func locale() error {
	for _, name := range [...]string{"LC_ALL", "LC_MESSAGES", "LANG"} { // the first that is set counts
		if v, _ := syscall.Getenv(name); v != "" {
			if len(v) > 1 && v[:2] == "C." {
				return syscall.Setenv(name, "C")
			}
			return nil
		}
	}
	return nil
}
