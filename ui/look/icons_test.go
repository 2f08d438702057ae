package look

import (
	"bytes"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// TestIconsAreFynesInEveryColour: and are not made anew while the colours stay.
func TestIconsAreFynesInEveryColour(t *testing.T) {
	app := test.NewApp()
	for _, c := range []Choice{Dark, Light, Dark} {
		app.Settings().SetTheme(Theme{Choice: c})
		for _, n := range []fyne.ThemeIconName{theme.IconNameSearch, theme.IconNameCheckButtonChecked, theme.IconNameError} {
			own, got := theme.DefaultTheme().Icon(n), theme.Current().Icon(n)
			if !bytes.Equal(got.Content(), own.Content()) || got.Name() != own.Name() {
				t.Errorf("%s: %s is %q, %s", c, n, got.Content(), got.Name())
			}
			if again := theme.Current().Icon(n); again != got || &again.Content()[0] != &got.Content()[0] {
				t.Errorf("%s: %s was made twice", c, n)
			}
		}
	}
}
