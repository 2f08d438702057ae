package ui

import (
	"encoding/json"

	"fyne.io/fyne/v2"
	fynelang "fyne.io/fyne/v2/lang"

	"sioscope/protocol/lang"
)

// tellFyne has Fyne say its own words, upon the menus of its entries, in the window's language. It
// knows the system's alone, and takes translations for that: so it is given these as if they were that language's.
func tellFyne(w lang.Words) {
	catalogue, err := json.Marshal(fynes(w))
	if err == nil {
		err = fynelang.AddTranslationsForLocale(catalogue, fynelang.SystemLocale())
	}
	if err != nil { // it says them in the system's language
		fyne.LogError("Fyne takes no translations", err)
	}
}

// fynes are what Fyne says in this program, by its names for them.
func fynes(w lang.Words) map[string]string {
	return map[string]string{
		"Cancel": w.S("Cancel"), "Copy": w.S("Copy"), "Cut": w.S("Cut"), "Paste": w.S("Paste"), "Select all": w.S("Select all"),
		"Undo": w.S("Undo"), "Redo": w.S("Redo"),
		"OK": w.S("OK"), "Yes": w.S("Yes"), "No": w.S("No"), "Error": w.S("Error"), "Confirm": w.S("Confirm"), "Quit": w.S("Quit"),
	}
}
