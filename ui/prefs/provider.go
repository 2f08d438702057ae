package prefs

import (
	"path/filepath"

	"fyne.io/fyne/v2"
)

// Use gives an app these preferences in the place of its own, for its dialogs too, in the file that those were in.
func Use(app fyne.App) {
	app.SetCloudProvider(provider{Open(filepath.Join(app.Storage().RootURI().Path(), "preferences.json"))})
}

// A provider is how Fyne takes preferences that are not its own.
type provider struct{ file *File }

var _ fyne.CloudProviderPreferences = provider{}

// CloudPreferences are the file's.
func (p provider) CloudPreferences(fyne.App) fyne.Preferences { return p.file }

// ProviderName is shown nowhere.
func (p provider) ProviderName() string { return "file" }

// ProviderDescription is shown nowhere.
func (p provider) ProviderDescription() string { return "" }

// ProviderIcon is shown nowhere.
func (p provider) ProviderIcon() fyne.Resource { return nil }

// Setup has nothing to do.
func (p provider) Setup(fyne.App) error { return nil }

// Cleanup has nothing to do.
func (p provider) Cleanup(fyne.App) {}
