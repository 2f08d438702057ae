// Package ui is sioscope's window: it puts together the verbs, the verdict, the timeline, the packets and the detail,
// and keeps one selection for all of them. Beside them is the panel of the verb that is used: connect, check, lab. It
// reads a store and never changes what is in it; what things mean is in ui/words, how they are drawn in ui/timeline and
// ui/chart.
//
// Everything here belongs to Fyne's main goroutine, but for those in open.go: the reader, and the one that waits for
// news. What a client or a check tells beside its facts is asked for when the window looks at what is new.
package ui
