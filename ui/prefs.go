package ui

import (
	"fyne.io/fyne/v2"

	"sioscope/protocol/session"
	"sioscope/ui/look"
)

// settings are what is remembered between runs.
type settings struct{ fyne.Preferences }

func (s settings) size() fyne.Size {
	w, h := s.FloatWithFallback("window.width", 1440), s.FloatWithFallback("window.height", 900)
	return fyne.NewSize(float32(max(w, 640)), float32(max(h, 480)))
}

// sizeAt is the same for another scale than that it was remembered at: as many pixels, as the screen has room for.
func (s settings) sizeAt(scale float32) fyne.Size {
	size, was := s.size(), float32(s.Float("window.scale"))
	if was <= 0 || scale <= 0 {
		return size
	}
	return fyne.NewSize(max(size.Width*was/scale, 640), max(size.Height*was/scale, 480))
}

func (s settings) setSize(size fyne.Size) {
	s.SetFloat("window.width", float64(size.Width))
	s.SetFloat("window.height", float64(size.Height))
}

func (s settings) theme() look.Choice {
	return look.Choice(s.StringWithFallback("theme", string(look.System)))
}

func (s settings) setTheme(c look.Choice) { s.SetString("theme", string(c)) }

// language is the one that was chosen, "" for that of the system.
func (s settings) language() string { return s.String("language") }

func (s settings) setLanguage(language string) { s.SetString("language", language) }

// memory is what a live source may take, in bytes.
func (s settings) memory() int64 {
	return max(int64(s.IntWithFallback("live.memory", session.LiveMemory/1e6))*1e6, session.LeastMemory)
}

func (s settings) setMemory(bytes int64) { s.SetInt("live.memory", int(bytes/1e6)) }

// keyLog is the file of TLS keys that captures are read with, "" for none.
func (s settings) keyLog() string { return s.String("keys") }

func (s settings) setKeyLog(path string) { s.SetString("keys", path) }

// chosenFrom is the directory that a file was chosen from last, "" while none was.
func (s settings) chosenFrom() string { return s.String("chosen.directory") }

func (s settings) choseFrom(dir string) { s.SetString("chosen.directory", dir) }

// recentSearches is the key of what was searched for.
const recentSearches = "recent.searches"

func (s settings) searches() []string { return s.StringList(recentSearches) }

// searched puts a text first in the list of recent searches.
func (s settings) searched(text string) { s.prepend(recentSearches, text) }
