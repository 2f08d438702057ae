package recordings

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/capture/har"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// TestRoundTrip: a recording written as a HAR and opened again has the same sessions, on the same transports, with the
// same packets and events, requests and answers, with secrets masked and without.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/*/capture.pcap*")
	hars, _ := filepath.Glob("testdata/*/*.har")
	if len(files) < 50 || len(hars) < 7 {
		t.Fatalf("%d recordings, %d of them HARs", len(files), len(hars))
	}
	files = append(files, hars...)
	for _, file := range files {
		for _, off := range [...]bool{true, false} {
			t.Run(fmt.Sprintf("%s/%s/secrets %v", filepath.Base(filepath.Dir(file)), filepath.Base(file), off), func(t *testing.T) {
				t.Parallel()
				before, archive := written(t, file, redact.Redactor{Off: off})
				if slices.ContainsFunc(before.Exchanges, func(e *session.Exchange) bool { return e.SecondAnswer != 0 }) {
					return // a HAR has one answer to a request
				}
				after := &session.Tracker{}
				again := capture.Files{Inputs: []capture.Input{{Path: "-"}}, Stdin: bytes.NewReader(archive)}
				if err := again.Run(context.Background(), after.Add); err != nil {
					if len(before.Sessions) == 0 && strings.Contains(err.Error(), "no entries") {
						return
					}
					t.Fatal(err)
				}
				after.Finish()
				want, got := outline(before, off), outline(after, off)
				if !slices.Equal(got, want) {
					t.Errorf("opened again:\n%s\nwas:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			})
		}
	}
}

// written reads a file and writes it as a HAR.
func written(t *testing.T, file string, mask redact.Redactor) (*session.Tracker, []byte) {
	t.Helper()
	tr := &session.Tracker{}
	var out bytes.Buffer
	w := har.NewWriter(&out, har.WriteOptions{Redact: mask, Version: "test", MaxHeld: 1000})
	f := capture.Files{Inputs: []capture.Input{{Path: file}}}
	if err := f.Run(context.Background(), func(f fact.Fact) { tr.Add(f); w.Add(f) }); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return tr, out.Bytes()
}

// outline is what a HAR must keep of a picture: with its secrets, which are what some findings rest on, everything.
func outline(t *session.Tracker, secrets bool) (lines []string) {
	for _, s := range t.Sessions {
		text := fmt.Sprintf("%s eio %d %s %s: packets %v events %v acks %v", s.SID, s.EIO, s.Client, s.Upgrade, s.Packets, s.Events, s.Acks)
		for _, p := range s.History {
			text += " " + p.Transport.String()
		}
		lines = append(lines, text)
		for _, e := range s.Exchanges {
			lines = append(lines, fmt.Sprintf("  %s %s %d %v", e.Kind, redact.Redactor{}.Target(e.Target), e.Status, e.Error))
		}
	}
	for _, f := range diagnose.Diagnose(t).Findings {
		refused := slices.ContainsFunc(f.Evidence, func(e diagnose.Evidence) bool { return e.Conn != nil && e.Conn.RefusedAtOnce() })
		if secrets && f.ID != "encrypted" && !refused { // a HAR has no connection without a request
			lines = append(lines, f.ID)
		}
	}
	return lines
}
