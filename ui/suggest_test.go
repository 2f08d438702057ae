package ui

import (
	"os"
	"path/filepath"
	"testing"

	"sioscope/assets"
)

// TestPacketsAreNotNamedAsWhatIsOpen: the name that is proposed is one that can be had.
func TestPacketsAreNotNamedAsWhatIsOpen(t *testing.T) {
	u, dir := open(t), t.TempDir()
	for name, want := range map[string]string{"a.pcapng": "a-packets.pcapng", "b.pcap": "b.pcapng"} {
		capture := filepath.Join(dir, name)
		if err := os.WriteFile(capture, assets.Demo, 0o600); err != nil {
			t.Fatal(err)
		}
		u.w.Open([]string{capture})
		u.w.askExport(byAll, packetForm, nil)
		if got := filepath.Base(u.w.exporting.suggested); got != want {
			t.Errorf("packets of %s are to be written to %s, want %s", name, got, want)
		}
		u.closeDialogs()
	}
}
