package ui

import (
	"bytes"
	"context"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sioscope/assets"
)

// overlays is how many dialogs there are.
func (u user) overlays() int { return len(u.w.win.Canvas().Overlays().List()) }

// types presses a key where the keyboard is.
func (u user) types(key fyne.KeyName) {
	u.Helper()
	f := u.w.win.Canvas().Focused()
	if f == nil {
		u.Fatal("nothing has the keyboard")
	}
	f.TypedKey(&fyne.KeyEvent{Name: key})
}

// TestSaveReplacesNothingUnasked: what is typed replaces the name alone, and a file that is there already is asked for.
func TestSaveReplacesNothingUnasked(t *testing.T) {
	u, dir := open(t), t.TempDir()
	capture, other := filepath.Join(dir, "customer.pcap"), filepath.Join(dir, "other.html")
	for path, text := range map[string][]byte{capture: assets.Demo, other: []byte("precious")} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	u.w.Open([]string{capture})
	u.w.exportMenu()
	in, is := u.w.win.Canvas().Focused().(*entry)
	if !is || in.Text != filepath.Join(dir, "customer.html") || in.SelectedText() != "customer" {
		t.Fatalf("the keyboard is at %#v", u.w.win.Canvas().Focused())
	}
	test.Type(in, "other")
	u.types(fyne.KeyReturn)
	u.picture()
	u.types(fyne.KeyReturn) // Cancel
	if b, err := os.ReadFile(other); err != nil || string(b) != "precious" || u.overlays() != 1 {
		t.Fatalf("it now holds %d bytes, %v, and %d dialogs are open", len(b), err, u.overlays())
	}
	u.w.shortcut(ctrl(fyne.KeyE))
	if u.overlays() != 1 {
		t.Error("the menu opens above the form")
	}
	u.types(fyne.KeyReturn)
	u.w.win.Canvas().FocusNext()
	u.types(fyne.KeyReturn) // Replace
	b, err := os.ReadFile(other)
	if err != nil || !bytes.Contains(b, []byte("<html")) || u.overlays() != 0 {
		t.Errorf("it holds %d bytes, %v, and %d dialogs are open", len(b), err, u.overlays())
	}
	u.sees("the status", u.w.status.left.full, "Saved: "+other)
}

// TestFormStaysUntilItIsSaved: what cannot be written is said below the name, which can be changed; Escape closes the form.
func TestFormStaysUntilItIsSaved(t *testing.T) {
	u, dir := open(t), t.TempDir()
	capture := filepath.Join(dir, "customer.pcap")
	if err := os.WriteFile(capture, assets.Demo, 0o600); err != nil {
		t.Fatal(err)
	}
	u.w.Open([]string{capture})
	s := &saving{w: u.w, title: "Save", path: u.w.beside(".md")}
	s.write = func(string) writing {
		return func(context.Context, *progress) ([]string, error) { return nil, os.ErrPermission }
	}
	s.show()
	for path, want := range map[string]string{
		filepath.Join(dir, "none", "x.md"): "no directory", capture: "choose another name", "": "ame a file", filepath.Join(dir, "x.md"): "ermission",
	} {
		s.entry.SetText(path)
		u.types(fyne.KeyReturn)
		u.sees("the form", s.in.wrong.says, want)
	}
	u.types(fyne.KeyEscape)
	if u.overlays() != 0 {
		t.Error("Escape does not close the form")
	}
}

// TestPictureOfTheWindow: it has what the window has, in as many pixels, and the window is as before.
func TestPictureOfTheWindow(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	content := u.w.win.Content()
	content.Move(fyne.NewPos(0, 30)) // as beneath a menu
	img := u.w.paint()
	if got := img.Bounds().Size(); got.X != int(content.Size().Width) || got.Y != int(content.Size().Height) || content.Position().Y != 30 {
		t.Errorf("it has %v pixels for %v, and leaves the window at %v", got, content.Size(), content.Position())
	}
	colors := map[color.Color]bool{}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			colors[img.At(x, y)] = true
		}
	}
	if len(colors) < 50 {
		t.Errorf("it has %d colours", len(colors))
	}
	if err := png.Encode(io.Discard, img); err != nil {
		t.Error(err)
	}
}

// TestProgressOfSavingIsSeen: how far it is stands outside of what scrolls.
func TestProgressOfSavingIsSeen(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.win.Resize(fyne.NewSize(900, 400))
	s := &saving{w: u.w, title: "Save", path: "x.md"}
	for range 40 { // more than the window has room for
		s.first = append(s.first, paragraph("what is asked before"))
	}
	s.show()
	s.far.object.Show()
	s.fit()
	driver := fyne.CurrentApp().Driver()
	bottom := driver.AbsolutePositionForObject(s.far.object).Y + s.far.object.Size().Height
	if top := driver.AbsolutePositionForObject(s.button).Y; bottom > top || s.far.bar.Size().Height < 1 || s.far.object.Size().Height < s.far.object.MinSize().Height {
		t.Errorf("it ends at %v, and the buttons begin at %v; it is %v high, and needs %v", bottom, top, s.far.object.Size().Height, s.far.object.MinSize().Height)
	}
}
