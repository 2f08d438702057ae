package main

import (
	"syscall"
	"time"
)

// threadTime is the processor time of this thread, which the main goroutine is locked to: what the machine does besides
// does not count.
func threadTime() time.Duration { return used(1) } // RUSAGE_THREAD

// processTime is that of all threads, those of a software OpenGL among them.
func processTime() time.Duration { return used(syscall.RUSAGE_SELF) }

func used(who int) time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(who, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
