package main

import (
	"cmp"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"time"
)

// A cost is what a run took.
type cost struct {
	cpu, wall time.Duration // cpu is user and system time
	allocs    uint64
	allocated uint64 // bytes
	peak      int64  // bytes of memory, of a process; 0 where the system does not tell
	packets   int64
}

// here measures a stage in this process.
func here(s stage, path string) (c cost, err error) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, cpu := time.Now(), cpuTime()
	c.packets, err = s.run(path)
	c.cpu, c.wall = cpuTime()-cpu, time.Since(start)
	runtime.ReadMemStats(&after)
	c.allocs, c.allocated = after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc
	return c, err
}

// process measures a program from its start to its end. Its output goes nowhere.
func process(env []string, name string, args ...string) (c cost, err error) {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	start := time.Now()
	err = cmd.Run()
	c.wall = time.Since(start)
	if st := cmd.ProcessState; st != nil {
		c.cpu, c.peak = st.UserTime()+st.SystemTime(), peakMemory(st)
	}
	return c, err
}

// median takes the middle of every figure by itself.
func median(runs []cost) cost {
	return cost{
		cpu:       middle(runs, func(c cost) time.Duration { return c.cpu }),
		wall:      middle(runs, func(c cost) time.Duration { return c.wall }),
		allocs:    middle(runs, func(c cost) uint64 { return c.allocs }),
		allocated: middle(runs, func(c cost) uint64 { return c.allocated }),
		peak:      middle(runs, func(c cost) int64 { return c.peak }),
		packets:   middle(runs, func(c cost) int64 { return c.packets }),
	}
}

func middle[Run any, T cmp.Ordered](runs []Run, of func(Run) T) T {
	values := make([]T, len(runs))
	for i, r := range runs {
		values[i] = of(r)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
