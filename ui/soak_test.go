package ui_test

import (
	"cmp"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"sioscope/internal/lab"
	"sioscope/protocol/session"
	"sioscope/ui"
	"sioscope/ui/chart"
	"sioscope/ui/walk"
)

// TestSoak has somebody watch the lab for as long as SIOSCOPE_SOAK says ("make soak"), switch every fault on and off,
// look here and there, and open other sources between: neither goroutines nor memory grow with the time.
func TestSoak(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("SIOSCOPE_SOAK"))
	if err != nil {
		t.Skip("SIOSCOPE_SOAK=10m has a live lab watched for ten minutes")
	}
	p := sits(t, func(o *ui.Options) { o.Memory = session.LeastMemory })
	p.Overlook()
	p.Press("Ctrl+L")
	p.Sees("● live")
	begin, minute := time.Now(), min(time.Minute, length/10)
	var first, last load
	for next := begin.Add(minute); time.Since(begin) < length; {
		p.rummage()
		if time.Now().Before(next) {
			continue
		}
		next = next.Add(minute)
		p.Menu("File", "Close capture")
		p.Press("Ctrl+D")
		p.Sees("16 of 16 rows")
		p.Press("Ctrl+L")
		p.Sees("● live")
		p.Rest()
		last = measured()
		first = cmp.Or(first, last)
		t.Logf("after %v: %d goroutines, %d MB of heap", time.Since(begin).Round(time.Second), last.goroutines, last.heap/1e6)
	}
	if last.goroutines > first.goroutines+10 {
		t.Errorf("%d goroutines became %d", first.goroutines, last.goroutines)
	}
	if last.heap > first.heap*3/2+40e6 {
		t.Errorf("%d MB of heap became %d", first.heap/1e6, last.heap/1e6)
	}
}

// A load is what a program takes.
type load struct{ goroutines, heap int }

func measured() load {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return load{runtime.NumGoroutine(), int(m.HeapAlloc)}
}

// rummage switches every fault on, looks, and switches it off.
func (p *person) rummage() {
	for _, f := range lab.Faults() {
		p.Click(f.Name)
		p.look()
		if f.Group != lab.Balancing {
			p.Click(f.Name)
		}
	}
	p.Click("Restart a node now")
	p.look()
}

// look zooms, selects, searches and reads, for a second or so.
func (p *person) look() {
	p.w.Fyne().Canvas().Capture() // with which Fyne lets go of what is not shown any more, as a window does with each frame
	_, at := walk.Find[*chart.Chart](p.User)
	p.Wheel(at.Add(fyne.NewPos(500, 60)), 20)
	p.Types("nr")
	p.Press("Down", "Down")
	p.Types("1234")
	p.Press("Ctrl+F")
	p.Types("say")
	p.Press("Esc", "Esc") // out of the search; once more takes back what is selected, or closes the panel
	p.Types("wf")
	if strings.Contains(p.Screen(), "Close") {
		p.Press("Esc")
	}
	p.Press("Space")
	p.Rest()
}
