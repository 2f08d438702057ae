package ui

import (
	"testing"

	fynelang "fyne.io/fyne/v2/lang"
)

func TestFyneSpeaksTheLanguageOfTheWindow(t *testing.T) {
	u := open(t)
	defer u.w.setLanguage("en")
	for _, tt := range []struct{ language, cancel, name string }{{"en", "Cancel", "Paste"}, {"ja", "キャンセル", "貼り付け"}, {"en", "Cancel", "Paste"}} {
		u.w.setLanguage(tt.language)
		if cancel, name := fynelang.L("Cancel"), fynelang.X("Paste", "?"); cancel != tt.cancel || name != tt.name {
			t.Errorf("in %s Fyne says %q and %q, want %q and %q", tt.language, cancel, name, tt.cancel, tt.name)
		}
	}
}
