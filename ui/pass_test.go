package ui

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/assets"
	"sioscope/protocol/session"
	"sioscope/ui/store"
)

// copied is a file of a recording in a directory of the test's own.
func copied(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../internal/recordings/testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, filepath.Base(name))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sessions is how many there are.
func (u user) sessions() (n int) {
	u.w.with(func(t *session.Tracker, _ *store.State) { n = len(t.Sessions) })
	return n
}

// TestKeysForAnEncryptedCapture: who opens one sees that it is encrypted, and the way out beside it.
func TestKeysForAnEncryptedCapture(t *testing.T) {
	u, dir := open(t), t.TempDir()
	capture, keys := copied(t, dir, "tls13-keylog/capture.pcap"), copied(t, dir, "tls13-keylog/keys.log")
	u.w.Open([]string{capture})
	u.sees("the strip", u.w.verdict.noted.says, "encrypted")
	u.sees("the verdict", u.w.verdict.title.full, "encrypted: whether there are Socket.IO sessions cannot be told")
	u.sees("the way out", u.w.verdict.says, "key log")
	u.sees("the table", u.w.table.empty.full, "Nothing could be read")
	if u.sessions() != 0 || !u.w.verdict.keys.Visible() || !u.w.verdict.strip.Visible() {
		t.Fatalf("%d sessions, and the way out is shown: %v", u.sessions(), u.w.verdict.keys.Visible())
	}
	u.picture()
	u.w.askKeys()
	u.w.win.Canvas().Overlays().Top().Hide()
	for _, path := range []string{filepath.Join(dir, "none.log"), dir} {
		if err := u.w.useKeys(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s was taken: %v", path, err)
		}
	}
	if err := u.w.useKeys(" " + keys + " "); err != nil {
		t.Fatal(err)
	}
	if u.sessions() == 0 || u.w.verdict.keys.Visible() {
		t.Errorf("with its keys it shows %d sessions, and asks for keys: %v", u.sessions(), u.w.verdict.keys.Visible())
	}
	u.w.closeCapture()
	u.w.Open([]string{capture})
	if u.sessions() == 0 {
		t.Error("the keys are forgotten")
	}
	if err := u.w.useKeys(""); err != nil || u.sessions() != 0 {
		t.Errorf("without keys it shows %d sessions; %v", u.sessions(), err)
	}
	u.w.prefs.setKeyLog(filepath.Join(dir, "gone.log"))
	u.w.Open([]string{capture})
	if strings.Contains(u.w.verdict.noted.says, "gone.log") {
		t.Errorf("a key log that is gone is a matter of %q", u.w.verdict.noted.says)
	}
	u.w.prefs.setKeyLog("")
}

// exports opens the form, chooses, and saves to a file; it gives what the form says then: why not, or what goes along.
func (u user) exports(by chosenBy, form int, path string, masked bool) (said string) {
	u.Helper()
	u.w.askExport(by, reportForm, nil)
	e := u.w.exporting
	e.as.SetSelectedIndex(form)
	e.masked.SetChecked(masked)
	u.picture()
	if e.button.Disabled() {
		said = e.warned.says
	} else {
		e.entry.SetText(path)
		said = e.preview.says + "\n" + e.warned.says
		e.save()
		said += "\n" + e.in.wrong.says
	}
	overlays := u.w.win.Canvas().Overlays()
	for overlays.Top() != nil {
		overlays.Remove(overlays.Top())
	}
	return said
}

// exported is what is saved of all in a form.
func (u user) exported(form int) string {
	u.Helper()
	path := filepath.Join(u.TempDir(), "out")
	u.exports(byAll, form, path, true)
	b, err := os.ReadFile(path)
	if err != nil {
		u.Fatal(err)
	}
	return string(b)
}

// TestPassOn: packets and HAR files of the selected session, of a finding and of all can be saved beside the capture, and
// show it.
func TestPassOn(t *testing.T) {
	u, dir := open(t), t.TempDir()
	capture := filepath.Join(dir, "customer.pcap")
	if err := os.WriteFile(capture, assets.Demo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, by := range []chosenBy{byAll, bySession, byFinding} {
		for i, f := range u.w.forms() {
			if f.kind != harForm && f.kind != packetForm {
				continue
			}
			u.w.Open([]string{capture})
			u.w.SelectSession(0)
			path := filepath.Join(dir, "out"+f.end)
			u.sees("the form", u.exports(by, i, path, true), "1 session with 13 packets of Engine.IO and 13 requests")
			suggested := u.w.exporting.suggested
			if filepath.Dir(suggested) != dir || !strings.HasPrefix(filepath.Base(suggested), "customer") || filepath.Ext(suggested) != f.end {
				t.Errorf("%s is to be written to %s", f.name, suggested)
			}
			u.w.Open([]string{path})
			if u.sessions() != 1 {
				t.Errorf("%s of %d shows %d sessions", path, by, u.sessions())
			}
			os.Remove(path)
		}
	}
	u.w.Open([]string{capture})
	u.sees("the form", u.exports(byAll, 7, capture, true), "choose another name")
	if b, err := os.ReadFile(capture); err != nil || !bytes.Equal(b, assets.Demo) {
		t.Errorf("the capture was changed, %v", err)
	}
	u.sees("the form", u.exports(byAll, 7, filepath.Join(dir, "none", "x.pcapng"), true), "There is no directory")
	u.w.OpenDemo()
	u.sees("the form", u.exports(byAll, 7, "", true), "There are no packets")
	u.sees("the form", u.exports(byAll, 6, "", true), "nothing to write requests from")
}
