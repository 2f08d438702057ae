package look

import (
	"testing"

	"fyne.io/fyne/v2/test"

	"sioscope/ui/timeline"
)

// TestThePicturesOfReportsLookAsTheWindow: what is held of the one's colours is held of the other's.
func TestThePicturesOfReportsLookAsTheWindow(t *testing.T) {
	app := test.NewApp()
	for choice, want := range map[Choice]*timeline.Palette{Light: timeline.Light(), Dark: timeline.Dark()} {
		app.Settings().SetTheme(Theme{Choice: choice})
		if got := Palette(); *got != *want {
			t.Errorf("%s: the window has\n%+v, reports have\n%+v", choice, *got, *want)
		}
	}
}
