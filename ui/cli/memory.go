package cli

import "runtime/debug"

// bound keeps the whole program near what it may keep: without, garbage that waits to be collected may be as much again.
func bound(kept int64) { debug.SetMemoryLimit(kept + kept/4 + 64e6) }
