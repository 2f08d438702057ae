package ui

import (
	"syscall"
	"time"
)

// threadTime is the processor time of this thread: what the machine does besides does not count.
func threadTime() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(1, &r) != nil { // RUSAGE_THREAD
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
