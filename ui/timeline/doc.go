// Package timeline draws sessions, their transports and their requests over time, into an image.
//
// The way is scale (which time is where), lines (which session is in which line), layout (what is visible, as a Scene
// of shapes and targets) and draw (the Scene's pixels). It knows no toolkit, keeps no state beyond caches that its
// callers own, and starts no goroutine.
//
// Lengths are device-independent pixels where a name says dp, and device pixels elsewhere.
package timeline
