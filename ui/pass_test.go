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

// TestPassOn: the packets of the selected session, of a finding and of all, and HAR files, can be saved beside the capture.
func TestPassOn(t *testing.T) {
	u, dir := open(t), t.TempDir()
	capture := filepath.Join(dir, "customer.pcap")
	if err := os.WriteFile(capture, assets.Demo, 0o600); err != nil {
		t.Fatal(err)
	}
	u.w.Open([]string{capture})
	u.w.SelectSession(0)
	list, _ := u.w.passings()
	if len(list) != 5 {
		t.Fatalf("offered are %+v", list)
	}
	for _, p := range list {
		path := u.w.beside("-" + p.name)
		if filepath.Dir(path) != dir || !strings.HasPrefix(filepath.Base(path), "customer-") {
			t.Errorf("%s is to be written to %s", p.label, path)
		}
		u.w.askPass(p)
		u.picture()
		u.w.win.Canvas().Overlays().Top().Hide()
		said, err := u.w.pass(p, path, false, false)(t.Context(), &progress{})
		if err != nil {
			t.Errorf("%s: %v", p.label, err)
		}
		u.sees("what is told", strings.Join(said, "\n"), path)
		other := open(t)
		other.w.Open([]string{path})
		if other.sessions() != 1 {
			t.Errorf("%s shows %d sessions", path, other.sessions())
		}
	}
	if _, err := u.w.pass(list[0], capture, false, false)(t.Context(), &progress{}); err == nil || !strings.Contains(err.Error(), "choose another name") {
		t.Errorf("the capture itself may be written over: %v", err)
	}
	if b, err := os.ReadFile(capture); err != nil || !bytes.Equal(b, assets.Demo) {
		t.Errorf("the capture was changed, %v", err)
	}
	if _, err := u.w.pass(list[0], filepath.Join(dir, "none", "x.pcapng"), false, false)(t.Context(), &progress{}); err == nil || !strings.Contains(err.Error(), "there is no directory") {
		t.Errorf("a directory that is not there: %v", err)
	}
	u.w.OpenDemo()
	if list, why := u.w.passings(); why != "" || len(list) != 0 {
		t.Errorf("of what is no file, offered are %+v", list)
	}
}
