package ui

import (
	"strings"
	"testing"

	"sioscope/assets"
)

// menuItem says whether the File menu offers something.
func (u user) menuItem(label string) (on bool) {
	u.Helper()
	for _, m := range u.w.menu().Items[0].Items {
		if name, _, _ := strings.Cut(m.Label, "  ("); name == label || m.Label == label {
			return !m.Disabled
		}
	}
	u.Fatalf("no %q", label)
	return false
}

func TestCaptureIsAddedByName(t *testing.T) {
	u := open(t)
	if u.menuItem("Add a capture…") || u.menuItem("Stop") {
		t.Error("with nothing open there is something to add to, or to stop")
	}
	a, b := write(t, "a.pcap", assets.Demo), write(t, "b.pcap", assets.Demo)
	u.w.Open([]string{a})
	if !u.menuItem("Add a capture…") || u.menuItem("Stop") {
		t.Error("nothing can be added to a file, or what is read can be stopped")
	}
	u.w.askAdd()
	u.picture()
	input, err := named(" "+b+" ", "node-b")
	if err != nil || input != "node-b="+b {
		t.Fatalf("%q, %v", input, err)
	}
	u.w.Open(append(u.w.opening.reopen, input))
	u.sees("the title", u.w.win.Title(), "a.pcap, b.pcap")
}

func TestWhatCannotBeAdded(t *testing.T) {
	t.Parallel()
	there := write(t, "a.pcap", assets.Demo)
	for _, tt := range []struct{ path, name, says string }{
		{"", "", "name a file"},
		{"/no/such.pcap", "", "there is no file /no/such.pcap"},
		{t.TempDir(), "", "there is no file"},
		{there, "a=b", "no ="},
	} {
		if _, err := named(tt.path, tt.name); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%q, %q: %v", tt.path, tt.name, err)
		}
	}
}
