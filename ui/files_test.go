package ui

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/assets"
	"sioscope/protocol/session"
	"sioscope/ui/store"
)

// write puts a file into a directory of its own and gives its path.
func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFilesThatCannotBeRead(t *testing.T) {
	good := write(t, "good.pcap", assets.Demo)
	text := write(t, "text.pcap", []byte("this is no capture"))
	for _, tt := range []struct {
		name  string
		paths []string
		says  string // the verdict's second line
	}{
		{"no capture", []string{text}, "text.pcap"},
		{"empty", []string{write(t, "empty.pcap", nil)}, "empty.pcap"},
		{"a directory", []string{t.TempDir()}, "is a directory; open the captures in it, all of them as "},
		{"missing", []string{"/no/such.pcap"}, "no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u := open(t)
			u.w.Open(tt.paths)
			u.picture()
			u.sees("the verdict", u.w.verdict.title.full, "could not be read")
			u.sees("the verdict", u.w.verdict.says, tt.says)
			if got := u.w.prefs.recent(); len(got) > 0 {
				t.Errorf("remembered are %q", got)
			}
			u.w.Open([]string{good})
			u.sees("the verdict of a good file after it", u.w.verdict.title.full, "On polling")
			if got := u.w.prefs.recent(); len(got) != 1 || got[0] != good {
				t.Errorf("remembered are %q", got)
			}
		})
	}
}

func TestOneOfTwoFilesCannotBeRead(t *testing.T) {
	good := write(t, "good.pcap", assets.Demo)
	for _, tt := range []struct{ bad, says string }{
		{"/no/such.pcap", "no such file"},
		{write(t, "text.pcap", []byte("this is no capture")), "text.pcap"},
	} {
		u := open(t)
		u.w.Open([]string{good, tt.bad})
		u.picture()
		u.sees("the verdict", u.w.verdict.title.full, "On polling")
		u.sees("the strip", u.w.verdict.noted.says, tt.says)
		if got := strings.Join(u.w.prefs.recent(), ""); !strings.Contains(got, good) || strings.Contains(got, "/no/such.pcap") {
			t.Errorf("remembered are %q", u.w.prefs.recent())
		}
	}
}

func TestCutFileIsShownWithANote(t *testing.T) {
	u := open(t)
	u.w.Open([]string{write(t, "cut.pcap", assets.Demo[:len(assets.Demo)-100])})
	u.picture()
	u.sees("the verdict", u.w.verdict.title.full, "On polling")
	u.sees("the strip", u.w.verdict.noted.says, "cut.pcap")
	if !u.w.verdict.strip.Visible() {
		t.Error("the strip is hidden")
	}
}

func TestOpenedWhileAnotherIsRead(t *testing.T) {
	w, posted := liveWindow(t)
	g := gate{make(chan struct{})}
	w.read("endless", g)
	w.Open([]string{write(t, "good.pcap", assets.Demo)})
	loop(t, posted, func() bool { return w.verdict.buttons.Visible() })
	if w.Err() != nil || !strings.Contains(w.win.Title(), "good.pcap") || len(w.prefs.recent()) != 1 {
		t.Errorf("%v, %q, remembered %q", w.Err(), w.win.Title(), w.prefs.recent())
	}
}

func TestClosedWhileReading(t *testing.T) {
	w, posted := liveWindow(t)
	w.read("endless", gate{make(chan struct{})})
	s := w.store
	w.closeCapture()
	for {
		(<-posted)()
		var done bool
		s.Read(func(_ *session.Tracker, st *store.State) { done = st.Done })
		if done {
			break
		}
	}
	if w.store != nil || !errors.Is(w.Err(), nil) {
		t.Error("what was closed is shown again")
	}
}

// TestLongNoteLeavesTheWindowAsItIs: a window is no wider for a note that is longer than it.
func TestLongNoteLeavesTheWindowAsItIs(t *testing.T) {
	u := open(t)
	u.w.Fyne().Resize(fyne.NewSize(900, 600))
	cut := write(t, strings.Repeat("a long name ", 15)+".pcap", assets.Demo[:len(assets.Demo)-100])
	u.w.Open([]string{cut})
	u.picture()
	v := u.w.verdict
	if strings.Count(v.noted.says, ".pcap") != 1 {
		t.Errorf("the file is named other than once: %q", v.noted.says)
	}
	if !v.noted.rest.Visible() {
		t.Error("the note has no second line")
	}
	if most := u.w.win.Content().MinSize().Width; most > 900 {
		t.Errorf("the window wants a width of %g", most)
	}
}
