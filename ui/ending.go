package ui

import (
	"path/filepath"
	"slices"
	"strings"

	"sioscope/protocol/lang"
)

// Endings are those of the names of what something can be saved as, in the order in which it is offered.
type endings []string

// at is the first that a file's name has, -1 where it has none of them.
func (e endings) at(name string) int {
	ext := strings.ToLower(filepath.Ext(name))
	switch ext {
	case ".htm":
		ext = ".html"
	case ".pcap":
		ext = ".pcapng"
	}
	return slices.Index(e, ext)
}

// others are endings of well-known kinds of files. Any that is not among them may be part of a name: "customer.v2".
var others = []string{".html", ".htm", ".md", ".txt", ".json", ".png", ".svg", ".har", ".pcap", ".pcapng", ".xml", ".pdf", ".csv", ".jpg", ".jpeg", ".zip", ".gz", ".doc", ".docx", ".xls", ".xlsx"}

// refuse is what is wrong with a typed name whose ending promises what is not written.
func (e endings) refuse(name string) error {
	ext := strings.ToLower(filepath.Ext(name))
	if len(e) == 0 || e.at(name) >= 0 || !slices.Contains(others, ext) {
		return nil
	}
	kinds := slices.Compact(slices.Sorted(slices.Values(e)))
	return lang.Say("nothing is saved as %s here; end the name with one of %s", ext, strings.Join(kinds, " "))
}

// choose chooses what a typed name says by its ending.
func (e endings) choose(as *choice, name string) {
	if at := e.at(name); at >= 0 && e[at] != e[max(as.SelectedIndex(), 0)] {
		as.SetSelectedIndex(at)
	}
}

// rename is a typed name with the ending of what is chosen, if it has another's.
func (e endings) rename(name string, chosen int) string {
	if at := e.at(name); at >= 0 && e[at] != e[chosen] {
		return strings.TrimSuffix(name, filepath.Ext(name)) + e[chosen]
	}
	return name
}
