package ui

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/assets"
	"sioscope/capture/dial"
	"sioscope/internal/lab"
	"sioscope/protocol/diagnose"
	"sioscope/ui/look"
	"sioscope/ui/proof"
	"sioscope/ui/walk"
)

// recording is a copy of one in a directory of the test's own.
func recording(t *testing.T, name string) string {
	t.Helper()
	return copied(t, t.TempDir(), name+"/capture.pcap")
}

// TestQAConfirmsWebSocket: one key shows in a word that a session is on WebSocket, another goes through the sessions, and
// Escape goes back.
func TestQAConfirmsWebSocket(t *testing.T) {
	u := open(t)
	u.w.rune('q')
	if u.w.qa.on {
		t.Error("it shows while nothing is open")
	}
	u.w.Open([]string{recording(t, "direct-v4")})
	u.w.rune('q')
	u.picture()
	p := u.w.qa.shown
	if !u.w.qa.on || p.State != proof.WebSocket || p.Word != "WEBSOCKET" || p.Count.WebSocket != 3 || p.Session != 2 {
		t.Fatalf("it shows %v: %+v", u.w.qa.on, p)
	}
	for i, key := range "bn" {
		u.w.rune(key)
		if got, want := u.w.qa.shown.Session, int32(i+1); got != want {
			t.Errorf("%c goes to session %d, want %d", key, got, want)
		}
	}
	before := u.w.table.pings.Checked
	u.w.rune('h') // of what is behind it
	if u.w.table.pings.Checked != before {
		t.Error("keys do what cannot be seen")
	}
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if u.w.qa.on || u.w.about.session != 2 || u.w.root.Objects[0] != u.w.main {
		t.Error("Escape does not go back to the session")
	}
}

// TestQATellsWhyItPolls: and leads to the findings, from where a link leads into the timeline.
func TestQATellsWhyItPolls(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.ShowQA()
	u.sees("the view", u.w.qa.shown.Why, "The balancer sends every connection to another node")
	if !u.w.qa.why.Visible() {
		t.Error("there is no way to the findings")
	}
	u.w.rune('w')
	if u.overlays() != 1 || !u.w.qa.on {
		t.Error("w does not open the findings over the view")
	}
	u.w.win.Canvas().Overlays().Top().Hide()
	u.w.focusSearch()
	if u.w.qa.on {
		t.Error("the search is behind the view")
	}
	u.w.rune('q')
	u.w.closeCapture()
	if u.w.qa.on {
		t.Error("it tells of what is closed")
	}
}

// TestQAFollowsALiveSession: it opens with the source, moves to WebSocket as the session does, and tells when it is over.
func TestQAFollowsALiveSession(t *testing.T) {
	l, err := lab.Start(lab.Options{Clients: -1, Nodes: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w, posted := liveWindow(t)
	u := user{t, w}
	w.ShowQA()
	w.Connect(l.URL(), dial.Options{})
	if !w.qa.on {
		t.Fatal("it did not open with the source")
	}
	if w.qa.shown.State != proof.NotConnected {
		t.Errorf("before anything came it is %s", w.qa.shown.State)
	}
	loop(t, posted, func() bool { return w.qa.shown.State == proof.WebSocket })
	if w.win.Canvas().Focused() != nil {
		t.Error("what is behind it has the keyboard")
	}
	u.sees("the view", w.qa.shown.Target, l.URL())
	before := w.qa.shown.Since
	loop(t, posted, func() bool { return w.qa.shown.Since != before })
	w.cancel()
	loop(t, posted, func() bool { return w.qa.shown.State == proof.Closed })
	u.sees("the view", w.qa.shown.Since, "It was on WebSocket")
}

// TestQANotConnected: nobody answers, which is said with the reason.
func TestQANotConnected(t *testing.T) {
	w, posted := liveWindow(t)
	u := user{t, w}
	w.ShowQA()
	w.Connect("http://127.0.0.1:1", dial.Options{})
	loop(t, posted, func() bool { return w.qa.shown.Why != "" })
	if w.qa.shown.State != proof.NotConnected {
		t.Errorf("it is %s", w.qa.shown.State)
	}
	u.sees("the view", strings.ToLower(w.qa.shown.Why), "refuse")
}

// TestSaveEvidence: a picture and what proves it are written beside each other, both or none, and no token is in them.
func TestSaveEvidence(t *testing.T) {
	u, dir := open(t), t.TempDir()
	capture := filepath.Join(dir, "customer.pcap")
	if err := os.WriteFile(capture, assets.Demo, 0o600); err != nil {
		t.Fatal(err)
	}
	u.w.Open([]string{capture})
	u.w.ShowQA()
	u.w.askEvidence()
	in, is := u.w.win.Canvas().Focused().(*entry)
	if !is || in.Text != filepath.Join(dir, "customer-evidence"+brief(u.w.qa.shown.SID)+".png") {
		t.Fatalf("the keyboard is at %#v", u.w.win.Canvas().Focused())
	}
	u.picture()
	if err := os.WriteFile(filepath.Join(dir, "customer-evidence"+brief(u.w.qa.shown.SID)+".json"), []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	u.types(fyne.KeyReturn)
	if u.overlays() != 2 {
		t.Fatal("a file is replaced unasked")
	}
	u.w.win.Canvas().FocusNext()
	u.types(fyne.KeyReturn)
	b, err := os.ReadFile(filepath.Join(dir, "customer-evidence"+brief(u.w.qa.shown.SID)+".png"))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil || img.Bounds() != evidencePicture {
		t.Errorf("the picture: %v, %v", err, img)
	}
	text, err := os.ReadFile(filepath.Join(dir, "customer-evidence"+brief(u.w.qa.shown.SID)+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Schema, Picture, By, Target string
		Source                      struct{ Files []struct{ SHA256 string } }
		Proof                       struct{ Word, Why string }
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Schema != "sioscope.evidence/1" || doc.Picture != "customer-evidence"+brief(u.w.qa.shown.SID)+".png" || doc.Proof.Word != "POLLING" || len(doc.Source.Files) != 1 ||
		len(doc.Source.Files[0].SHA256) != 64 || doc.Target == "" || !strings.HasPrefix(doc.By, "sioscope") {
		t.Errorf("it says %+v", doc)
	}
	u.sees("what is told", u.w.status.left.full, "customer-evidence"+brief(u.w.qa.shown.SID)+".png")
}

// TestQAIsReadable: it is drawn in both themes at every size that a window has.
func TestQAIsReadable(t *testing.T) {
	for _, theme := range []look.Choice{look.Dark, look.Light} {
		for _, size := range []fyne.Size{{Width: 900, Height: 600}, {Width: 1440, Height: 900}, {Width: 3840, Height: 2160}} {
			u := open(t)
			u.w.setTheme(theme)
			u.w.Fyne().Resize(size)
			u.w.OpenDemo()
			u.w.ShowQA()
			walk.Draw(u.w.win.Canvas())
			img := image.Image(u.w.qa.image.front)
			if size.Width < 2000 { // Fyne takes seconds to put a larger picture together
				img = u.w.win.Canvas().Capture()
			}
			if got := img.Bounds().Dx(); got != int(size.Width) {
				t.Errorf("%s at %v: it is %d wide", theme, size, got)
			}
			found := false
			for x := range img.Bounds().Dx() {
				r, g, b, _ := img.At(x, int(size.Height)/6).RGBA()
				found = found || r>>8 == 230 && g>>8 == 159 && b>>8 == 0
			}
			if !found {
				t.Errorf("%s at %v: the word is not there", theme, size)
			}
			least := u.w.root.MinSize()
			if least.Width > 900 {
				t.Errorf("it needs %v", least)
			}
		}
	}
}

// inJapanese is a window that speaks Japanese.
func inJapanese(t *testing.T) user {
	t.Helper()
	w, err := New(walk.App(t), Options{Files: files, Demo: demo, Diagnose: diagnose.In, Theme: look.Light, Language: "ja"})
	if err != nil {
		t.Fatal(err)
	}
	w.Fyne().Resize(fyne.NewSize(900, 600))
	t.Cleanup(w.shut)
	return user{t, w}
}

// TestQAInJapanese: all of it, at the least size of a window.
func TestQAInJapanese(t *testing.T) {
	u := inJapanese(t)
	u.w.OpenDemo()
	u.w.ShowQA()
	u.picture()
	u.sees("the view", u.w.qa.shown.Word, "ポーリング")
	for _, f := range u.w.qa.shown.Facts {
		if strings.IndexFunc(f.Name, func(r rune) bool { return r > 0x3000 }) < 0 {
			t.Errorf("%q is not Japanese", f.Name)
		}
	}
	if least := u.w.root.MinSize(); least.Width > 900 {
		t.Errorf("it needs %v", least)
	}
	u.w.askEvidence()
	u.picture()
}

// TestNothingIsExportedOfWhatCouldNotBeRead: there is no form for it.
func TestNothingIsExportedOfWhatCouldNotBeRead(t *testing.T) {
	u := open(t)
	u.w.Open([]string{filepath.Join(t.TempDir(), "none.pcap")})
	u.w.exportMenu()
	if u.overlays() != 0 {
		t.Error("a form asks how to save nothing")
	}
}
