package ui

import (
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAttachmentsAreSaidToStay: who passes on what has binary attachments is told, before and after, that nobody looked
// for secrets in them.
func TestAttachmentsAreSaidToStay(t *testing.T) {
	u, dir := open(t), t.TempDir()
	u.w.Open([]string{"../internal/recordings/testdata/direct-v4/capture.pcap"})
	for i, f := range u.w.forms() {
		if f.kind != harForm && f.kind != packetForm {
			continue
		}
		path := filepath.Join(dir, "out"+f.end)
		u.sees(f.name, u.exports(byAll, i, path, true), "binary attachments stay as they are")
		if said := u.exports(byAll, i, path+"2", false); strings.Contains(said, "binary attachments") {
			t.Errorf("%s with all secrets says %q", f.name, said)
		}
		u.w.askExport(byAll, reportForm, nil)
		u.w.exporting.as.SetSelectedIndex(i)
		u.closeDialogs()
		said, err := u.w.exporting.begin(path)(t.Context(), &progress{})
		if err != nil {
			t.Fatal(err)
		}
		u.sees(f.name+" when it was saved", strings.Join(said, "\n"), "that could not be searched for secrets")
		os.Remove(path)
	}
}

// TestEmittedTokenIsNotListed: arguments of an event that is named as a secret are masked, covered and not remembered.
func TestEmittedTokenIsNotListed(t *testing.T) {
	u := open(t)
	talk := u.w.connector.talk
	row := talk.sentRow(emission{Event: "token", Args: `"hunter2secret"`}, "", "")
	if text := strings.Join(written(row), " "); strings.Contains(text, "hunter2secret") || !strings.Contains(text, "token") {
		t.Errorf("it says %q", text)
	}
	u.w.prefs.setEmissions([]emission{{Event: "authenticate", Args: `"hunter2secret"`}, {Event: "say", Args: `"hello"`}})
	if list := u.w.prefs.emissions(); list[0].Args != "" || list[1].Args != `"hello"` {
		t.Errorf("%v is remembered", list)
	}
	u.w.askConnect()
	u.w.OpenDemo()
	talk.c.show(true)
	types := func(args string) image.Image {
		talk.event.SetText("authenticate")
		talk.args.SetText(args)
		u.w.win.Canvas().Unfocus()
		return u.w.paint()
	}
	a, b := types(`"hunter2secret"`), types(`"mississippi00"`)
	u.alike("pictures with an event's token", a, b)
}
