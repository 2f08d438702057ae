package main

import (
	"cmp"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"sioscope/capture/live"
	"sioscope/internal/bench"
	"sioscope/protocol/diagnose"
	"sioscope/ui"
	"sioscope/ui/chart"
	"sioscope/ui/look"
)

// TestMain opens a window where something is to be measured in it ("make bench-window"): Fyne wants the first goroutine
// of the process for that. Called sio, this program is what captures for a window: packets that never were. With SIOSCOPE_RUN
// it is the command.
func TestMain(m *testing.M) {
	what := os.Getenv("SIOSCOPE_BENCH")
	switch {
	case filepath.Base(os.Args[0]) == "sio":
		feed(os.Stdout, feedRate)
	case os.Getenv("SIOSCOPE_RUN") != "":
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	case what != "":
		if err := measure(what); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		os.Exit(m.Run())
	}
}

// feedRate is how many packets a second a live window is fed with.
const feedRate = 20_000

// A stage is something measured in a window that is open. It runs beside the window's main goroutine.
type stage struct {
	w *ui.Window
	m *meter
}

// measure opens the window, runs a stage in it, and prints what was measured.
func measure(what string) error {
	run, known := map[string]func(*stage) error{"live": (*stage).live, "file": (*stage).file, "million": (*stage).million}[what]
	if !known {
		return fmt.Errorf("SIOSCOPE_BENCH is live, file or million, not %q", what)
	}
	if path := os.Getenv("SIOSCOPE_PROFILE"); path != "" {
		f, err := os.Create(path)
		if err != nil {
			return err
		}
		defer f.Close()
		defer pprof.StopCPUProfile()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
	}
	a := app.NewWithID("io.github.sioscope.bench")
	m := &meter{}
	w, err := ui.New(a, ui.Options{Files: options{}.files, Demo: demo, Diagnose: diagnose.In, Do: m.do, Modifiers: modifiers, Theme: look.Dark, Language: "en", Memory: 256e6})
	if err != nil {
		return err
	}
	w.Fyne().Resize(fyne.NewSize(1600, 900))
	a.Lifecycle().SetOnStarted(func() {
		w.OpenDemo() // puts the timeline into the window
		go func() {
			time.Sleep(2 * time.Second) // what the first frames take is no matter of the stage
			onMain(func() { m.watch(w.Fyne()) })
			time.Sleep(time.Second)
			err = run(&stage{w, m})
			fyne.Do(a.Quit)
		}()
	})
	w.Fyne().ShowAndRun()
	return err
}

// live watches an interface on which much passes.
func (s *stage) live() error {
	s.m.begin()
	onMain(func() { s.w.Sniff(live.Options{Interface: "lo"}) })
	length := time.Minute
	if d, err := time.ParseDuration(os.Getenv("SIOSCOPE_BENCH_FOR")); err == nil {
		length = d
	}
	for t := time.Duration(0); t < length; t += time.Second {
		time.Sleep(time.Second)
		s.m.weigh()
	}
	s.m.print(fmt.Sprintf("a live source at %d packets a second", feedRate))
	fmt.Printf("  the status bar says: %s\n", s.m.reads(" of Engine.IO"))
	return nil
}

// file opens a capture of 100 MB.
func (s *stage) file() error {
	path, err := bulk("small.pcap", 100e6)
	if err != nil {
		return err
	}
	s.m.begin()
	start := time.Now()
	first := s.m.shows(color.RGBA{0, 0x9e, 0x73, 255}) // WebSocket's band
	onMain(func() { s.w.Open([]string{path}) })
	at := <-first
	over := s.read()
	s.m.print("a capture of 100 MB while it is read, and a second more")
	fmt.Printf("  first picture after %.2f s, read after %.2f s\n", at.Sub(start).Seconds(), over.Sub(start).Seconds())
	return nil
}

// read waits until what is open is read: until nothing can be cancelled, for a while.
func (s *stage) read() (at time.Time) {
	for at = time.Now(); time.Since(at) < time.Second; time.Sleep(20 * time.Millisecond) {
		s.m.weigh()
		if s.m.reads("Cancel") != "" {
			at = time.Now()
		}
	}
	return at
}

// million opens a capture of a million packets, types a search, and pans.
func (s *stage) million() error {
	path, err := bulk("million.pcap", 178e6)
	if err != nil {
		return err
	}
	onMain(func() { s.w.Open([]string{path}) })
	s.read()
	time.Sleep(2 * time.Second)
	fmt.Printf("%s, %s\n", s.m.reads(" packets · "), s.m.reads(" rows"))
	s.search("4271")
	onMain(func() { s.w.Fyne().Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape}) })
	time.Sleep(2 * time.Second)
	s.pan()
	return nil
}

// search types letter by letter, as fast as somebody types, and says when rows that match are shown first.
func (s *stage) search(what string) {
	s.m.begin()
	onMain(func() { s.w.Fyne().Canvas().OnTypedRune()('/') })
	var told []string
	for _, r := range what {
		before, start := s.m.reads(" rows"), time.Now()
		onMain(func() { s.m.work(func() { s.w.Fyne().Canvas().Focused().TypedRune(r) }) })
		for s.m.reads(" rows") == before && time.Since(start) < 3*time.Second {
			time.Sleep(5 * time.Millisecond)
		}
		told = append(told, fmt.Sprintf("%d ms (%s)", time.Since(start).Milliseconds(), s.m.reads(" rows")))
		time.Sleep(150 * time.Millisecond)
	}
	s.m.print(fmt.Sprintf("typing %q into the search over a million packets", what))
	fmt.Printf("  other rows after each letter, the frame that paints them included: %s\n", strings.Join(told, ", "))
}

// pan drags a zoomed timeline to and fro.
func (s *stage) pan() {
	c := find[*chart.Chart](s.w.Fyne().Canvas().Content())
	onMain(func() { c.Zoom(0.2) })
	time.Sleep(time.Second)
	s.m.begin()
	for i := range 300 {
		dx := cmp.Or(float32(i/50%2)*2-1, 1) * 12
		onMain(func() {
			s.m.work(func() {
				c.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(900, 100)}, Dragged: fyne.NewDelta(dx, 0)})
			})
		})
		time.Sleep(16 * time.Millisecond)
	}
	s.m.print("panning a million packets")
}

// bulk is a capture to measure with, written once.
func bulk(name string, size int64) (string, error) {
	dir := cmp.Or(os.Getenv("SIOSCOPE_BENCH_DIR"), os.TempDir())
	path := filepath.Join(dir, name)
	if f, err := os.Stat(path); err == nil && f.Size() >= size {
		return path, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return path, bench.WriteSmall(f, size)
}

// memory is what the system says that the process has, in bytes, now and at its peak; 0 where it does not tell.
func memory() (now, peak int64) {
	b, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(b)) {
		fmt.Sscanf(line, "VmRSS: %d kB", &now)
		fmt.Sscanf(line, "VmHWM: %d kB", &peak)
	}
	return now << 10, peak << 10
}
