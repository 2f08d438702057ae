package ui

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/assets"
)

// picks opens the picker upon a directory with files in it, and one below.
func picks(t *testing.T, dirs bool) (u user, p *picker, dir string, chosen *string) {
	t.Helper()
	u, dir, chosen = open(t), t.TempDir(), new(string)
	t.Setenv("HOME", dir)
	if err := os.Mkdir(filepath.Join(dir, "captures"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"b.pcap", "A.har", ".hidden", "captures/c.pcap"} {
		if err := os.WriteFile(filepath.Join(dir, name), assets.Demo, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	u.w.prefs.choseFrom("")
	p = u.w.pick("", dirs, func(path string) { *chosen = path })
	return u, p, dir, chosen
}

func names(p *picker) (list []string) {
	for _, f := range p.shown {
		list = append(list, f.name)
	}
	return list
}

func typeAll(u user, keys ...fyne.KeyName) {
	for _, k := range keys {
		u.types(k)
	}
}

func TestAFileIsChosenByKeys(t *testing.T) {
	u, p, dir, chosen := picks(t, false)
	if got := names(p); len(got) != 4 || got[0] != ".." || got[1] != "captures" || got[2] != "A.har" || got[3] != "b.pcap" {
		t.Fatalf("there are %q", got)
	}
	typeAll(u, fyne.KeyDown, fyne.KeyReturn) // into captures
	if p.dir != filepath.Join(dir, "captures") || p.typed.Text != p.dir {
		t.Fatalf("it shows %s, and says %s", p.dir, p.typed.Text)
	}
	u.types(fyne.KeyBackspace)
	typeAll(u, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if *chosen != filepath.Join(dir, "b.pcap") || u.overlays() != 0 {
		t.Errorf("%q is chosen, %d forms are open", *chosen, u.overlays())
	}
}

// TestWhereWasChosenLastIsRemembered: but what is named already goes first.
func TestWhereWasChosenLastIsRemembered(t *testing.T) {
	u, p, dir, _ := picks(t, false)
	p.enter(filepath.Join(dir, "captures"))
	p.take(1)
	if again := u.w.pick("", false, func(string) {}); again.dir != filepath.Join(dir, "captures") {
		t.Errorf("it begins in %s", again.dir)
	}
	u.types(fyne.KeyEscape)
	if again := u.w.pick(filepath.Join(dir, "b.pcap"), false, func(string) {}); again.dir != dir {
		t.Errorf("beside %s it begins in %s", "b.pcap", again.dir)
	}
}

func TestADirectoryIsChosen(t *testing.T) {
	u, p, dir, chosen := picks(t, true)
	if got := names(p); len(got) != 2 {
		t.Fatalf("there are %q", got)
	}
	p.take(1)
	p.choose(p.dir)
	if *chosen != filepath.Join(dir, "captures") || u.overlays() != 0 {
		t.Errorf("%q is chosen, %d forms are open", *chosen, u.overlays())
	}
}

// TestWhatCannotBeLookedIntoIsSaid: and what was shown stays.
func TestWhatCannotBeLookedIntoIsSaid(t *testing.T) {
	u, p, dir, chosen := picks(t, false)
	u.w.win.Canvas().Focus(p.typed)
	p.typed.SetText(dir + "/none")
	u.types(fyne.KeyReturn)
	u.sees("a directory that is not there", p.wrong.says, "There is no directory "+dir+"/none.")
	if p.dir != dir || *chosen != "" {
		t.Errorf("it shows %s, and %q is chosen", p.dir, *chosen)
	}
	p.typed.SetText("~/b.pcap")
	u.types(fyne.KeyReturn)
	if *chosen != filepath.Join(dir, "b.pcap") {
		t.Errorf("%q is chosen", *chosen)
	}
}

// TestEscapeClosesThePickerAndNotTheForm: whatever in it has the keyboard.
func TestEscapeClosesThePickerAndNotTheForm(t *testing.T) {
	u := open(t)
	t.Setenv("HOME", t.TempDir())
	u.w.prefs.choseFrom("")
	for n := range 6 {
		u.w.shortcut(ctrl(fyne.KeyO))
		u.w.chooseFile("", func(string) { t.Error("something is chosen") })
		for range n {
			u.w.win.Canvas().FocusNext()
		}
		u.types(fyne.KeyEscape)
		if u.overlays() != 1 {
			t.Fatalf("after Escape at the %d. part, %d forms are open", n+1, u.overlays())
		}
		u.types(fyne.KeyEscape)
	}
}

func TestHiddenFilesAreShownWhenAsked(t *testing.T) {
	_, p, _, _ := picks(t, false)
	p.hidden = true
	p.enter(p.dir)
	if got := names(p); len(got) != 5 {
		t.Errorf("there are %q", got)
	}
}
