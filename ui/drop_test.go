package ui

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"

	"sioscope/assets"
)

// drops lets files go over the window.
func (u user) drops(paths ...string) {
	var list []fyne.URI
	for _, p := range paths {
		list = append(list, storage.NewFileURI(p))
	}
	u.w.win.Canvas() // where they are let go says nothing
	u.w.drop(fyne.Position{}, list)
}

func TestDroppedFilesAreOnePicture(t *testing.T) {
	u := open(t)
	a, b := write(t, "a.pcap", assets.Demo), write(t, "b.pcap", assets.Demo)
	u.drops(a, b)
	u.sees("the title", u.w.win.Title(), "a.pcap, b.pcap")
	if got := u.w.prefs.recent(); len(got) != 1 || got[0] != a+besides+b {
		t.Errorf("remembered are %q", got)
	}
	u.drops()
	u.sees("the title after nothing was dropped", u.w.win.Title(), "a.pcap, b.pcap")
}

func TestDroppedThingsThatAreNoCapture(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	for _, tt := range []struct{ path, says string }{
		{t.TempDir(), " is a directory."},
		{write(t, "empty.pcap", nil), "empty.pcap is empty."},
		{write(t, "letter.txt", []byte("Dear all,\n")), "letter.txt is no capture, HAR file or key log"},
		{filepath.Join(t.TempDir(), "gone.pcap"), "gone.pcap cannot be read"},
	} {
		u.drops(tt.path)
		u.sees("the remark", u.w.remark.notice.says, tt.says)
		u.sees("what is open", u.w.win.Title(), "Demo")
		if !u.w.remark.object.Visible() || u.overlays() != 0 {
			t.Error("the remark is not there, or a dialog is")
		}
	}
	u.picture()
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if u.w.remark.object.Visible() {
		t.Error("Escape leaves the remark")
	}
	good := write(t, "good.pcap", assets.Demo)
	u.drops(good, t.TempDir())
	u.sees("what is open", u.w.win.Title(), "good.pcap")
	u.sees("the remark", u.w.remark.notice.says, "is a directory")
	u.w.OpenDemo()
	if u.w.remark.object.Visible() {
		t.Error("the remark is still there with another capture")
	}
}

func TestDroppedKeys(t *testing.T) {
	u := open(t)
	keys := write(t, "keys.log", []byte("# made by a browser\nCLIENT_RANDOM 00 11\n"))
	u.drops(keys)
	u.sees("with nothing open, the remark", u.w.remark.notice.says, "keys.log has TLS keys. Captures that are opened")
	if u.w.prefs.keyLog() != "" {
		t.Error("keys are used unasked")
	}
	capture := write(t, "a.pcap", assets.Demo)
	u.w.Open([]string{capture})
	u.drops(keys)
	u.picture()
	u.sees("the remark", u.w.remark.notice.says, "can be read again with them")
	before := u.w.store
	u.w.remark.act.OnTapped()
	if u.w.prefs.keyLog() != keys || u.w.store == before || u.w.opening.files.Keys[0] != keys {
		t.Error("it was not read again with the keys")
	}
	u.w.prefs.setKeyLog("")
	u.drops(capture, keys)
	if got := u.w.opening.files.Keys; len(got) != 1 || got[0] != keys {
		t.Errorf("dropped with their capture, the keys are %q", got)
	}
}

func TestWhatCanBeDropped(t *testing.T) {
	t.Parallel()
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(assets.Demo)
	z.Close()
	for name, tt := range map[string]struct {
		head string
		want dropKind
	}{
		"pcap":   {string(assets.Demo), dropCapture},
		"pcapng": {"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00", dropCapture},
		"gzip":   {zipped.String(), dropCapture},
		"zip":    {"PK\x03\x04xxxx", dropCapture},
		"HAR":    {"\ufeff" + `{"log": {"version": "1.2", "entries": [`, dropCapture},
		"JSON":   {`{"a": 1}`, dropOther},
		"keys":   {"CLIENT_HANDSHAKE_TRAFFIC_SECRET 00 11\n", dropKeys},
		"text":   {"CLIENT wants RANDOM things", dropOther},
	} {
		if got := kindOfText([]byte(tt.head)); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}

// TestDroppedWhileReading: what is dropped takes the place of what is read.
func TestDroppedWhileReading(t *testing.T) {
	w, posted := liveWindow(t)
	w.read("endless", gate{make(chan struct{})})
	u := user{t, w}
	u.drops(write(t, "good.pcap", assets.Demo))
	loop(t, posted, func() bool { return strings.Contains(w.win.Title(), "good.pcap") && w.verdict.buttons.Visible() })
}

func TestCtrlOpensInAWindowOfItsOwn(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.opt.Modifiers = func() fyne.KeyModifier { return fyne.KeyModifierShortcutDefault }
	u.drops(write(t, "other.pcap", assets.Demo))
	list := u.w.family.windows
	if len(list) != 2 || !strings.Contains(list[1].win.Title(), "other.pcap") || !strings.Contains(u.w.win.Title(), "Demo") {
		t.Errorf("there are %d windows, and the first has %q", len(list), u.w.win.Title())
	}
}

func TestRecentFilesComeBackWithTheirNames(t *testing.T) {
	u := open(t)
	dir := t.TempDir()
	for _, name := range []string{"a.pcap", "b.pcap", "c.pcap"} {
		if err := os.WriteFile(filepath.Join(dir, name), assets.Demo, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	u.w.Open([]string{"lb=a.pcap", "b.pcap"})
	u.w.Open([]string{"c.pcap"})
	if err := os.Remove("c.pcap"); err != nil {
		t.Fatal(err)
	}
	u.w.prefs.connected("http://localhost:3000")
	u.w.closeCapture()
	u.picture()
	items := u.w.recentMenu().ChildMenu.Items
	u.sees("the first", items[0].Label, "c.pcap (not there any more)")
	if !items[0].Disabled || items[1].Disabled || items[1].Label != "lb=a.pcap, b.pcap" {
		t.Errorf("offered are %q, %q", items[0].Label, items[1].Label)
	}
	t.Chdir(t.TempDir())
	items[1].Action()
	u.sees("the title", u.w.win.Title(), "a.pcap, b.pcap")
	items = u.w.recentMenu().ChildMenu.Items
	items[len(items)-1].Action()
	if !u.w.recentMenu().Disabled || len(u.w.prefs.recent()) != 0 || len(u.w.prefs.urls()) != 1 {
		t.Error("they are not forgotten, or more than they")
	}
}
