package ui

import "fyne.io/fyne/v2"

// OnMain runs f on Fyne's main goroutine, later. It is the one caller of fyne.Do, whose queue has no bound: every use
// has at most one call under way (a painter's frame, a pull of what is new), so that nothing piles up.
func OnMain(f func()) { fyne.Do(f) }
