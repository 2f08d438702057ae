// Package cached tells Fyne how long to keep the pictures of texts, and what else it keeps of what is not on screen any
// more. Fyne hears that from FYNE_CACHE and nowhere else, while it is initialised. Packages are initialised in the order of
// their paths as far as what they import allows: so this one, which needs nothing but syscall, comes before all that need
// the time, and Fyne's cache does. It decides nothing where the user has.
package cached

import "syscall"

// Of a live source every number that flies by in the table is a picture. In the minute that Fyne keeps them by itself these
// came to take a hundred megabytes.
const keep = "15s"

var _ = tell()

func tell() error {
	if _, is := syscall.Getenv("FYNE_CACHE"); is {
		return nil
	}
	return syscall.Setenv("FYNE_CACHE", keep)
}
