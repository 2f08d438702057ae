package ui

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/assets"
)

// opens shows the form, with something typed into it.
func (u user) opens(text string) *openForm {
	u.Helper()
	f := u.w.showOpenForm()
	if u.w.win.Canvas().Focused() != fyne.Focusable(f.path) || u.overlays() != 1 {
		u.Fatalf("the keyboard is at %T, and %d forms are open", u.w.win.Canvas().Focused(), u.overlays())
	}
	f.path.SetText(text)
	return f
}

// TestAPathIsTypedToOpenIt: with the home directory as ~, or as a pattern for several.
func TestAPathIsTypedToOpenIt(t *testing.T) {
	u, dir := open(t), t.TempDir()
	t.Setenv("HOME", dir)
	for _, name := range []string{"one.pcap", "two.pcap"} {
		if err := os.WriteFile(filepath.Join(dir, name), assets.Demo, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for typed, want := range map[string]int{"~/one.pcap": 1, " '" + dir + "/two.pcap' ": 1, "~/*.pcap": 2, "dev=~/one.pcap": 1, "~/none.pcap": 0} {
		u.opens(typed)
		u.types(fyne.KeyReturn)
		if want == 0 {
			u.types(fyne.KeyEscape)
			continue
		}
		if got := len(u.w.opening.reopen); got != want || u.overlays() != 0 {
			t.Errorf("%s opens %d files, want %d; %d forms are open", typed, got, want, u.overlays())
		}
	}
}

// TestWhatCannotBeOpenedIsSaidInTheForm: and what was open stays.
func TestWhatCannotBeOpenedIsSaidInTheForm(t *testing.T) {
	u, dir := open(t), t.TempDir()
	u.w.OpenDemo()
	for typed, want := range map[string]string{
		"":                      "Name a file.",
		dir:                     "is a directory; name a capture in it",
		dir + "/no.pcap":        "There is no file " + dir + "/no.pcap.",
		dir + "/*.pcap":         "No file has a name such as " + dir + "/*.pcap.",
		dir + "/" + "[bad pcap": "There is no file",
	} {
		f := u.opens(typed)
		u.types(fyne.KeyReturn)
		u.sees(typed, f.in.wrong.says, want)
		if u.overlays() != 1 || u.w.store == nil {
			t.Fatalf("after %q %d forms are open", typed, u.overlays())
		}
		u.picture()
		u.types(fyne.KeyEscape)
	}
}

// TestEscapeClosesTheOpenFormFromEverywhere: whatever in it has the keyboard.
func TestEscapeClosesTheOpenFormFromEverywhere(t *testing.T) {
	u := open(t)
	u.w.Open([]string{write(t, "one.pcap", assets.Demo)})
	for n := range 6 {
		u.w.shortcut(ctrl(fyne.KeyO))
		for range n {
			u.w.win.Canvas().FocusNext()
		}
		u.types(fyne.KeyEscape)
		if u.overlays() != 0 {
			t.Fatalf("Escape at the %d. part leaves the form", n+1)
		}
	}
}
