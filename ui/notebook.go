package ui

import (
	"encoding/json"
	"slices"

	"sioscope/ui/timeline"
)

// Limits of what is remembered of captures that were open once: the latest.
const (
	maxNotebooks = 50
	maxAllNotes  = 1000
)

// A notebook is what was written about the moments of one capture.
type notebook struct {
	Capture string
	Notes   []timeline.Note
}

// notebooks are those of all captures, the one that was written into last first.
func (s settings) notebooks() (list []notebook) {
	if json.Unmarshal([]byte(s.String("notes")), &list) != nil {
		return nil // as if there were none
	}
	return list
}

// notes are what was written about a capture.
func (s settings) notes(capture string) []timeline.Note {
	for _, b := range s.notebooks() {
		if b.Capture == capture {
			return b.Notes
		}
	}
	return nil
}

// setNotes remembers what was written about a capture.
func (s settings) setNotes(capture string, notes []timeline.Note) {
	list := slices.DeleteFunc(s.notebooks(), func(b notebook) bool { return b.Capture == capture })
	if len(notes) > 0 {
		list = slices.Insert(list, 0, notebook{capture, notes})
	}
	all := 0
	for i, b := range list {
		if all += len(b.Notes); i >= maxNotebooks || all > maxAllNotes {
			list = list[:i]
			break
		}
	}
	if text, err := json.Marshal(list); err == nil { // there is nothing in it that has no text
		s.SetString("notes", string(text))
	}
}
