package har

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// TestReal: what programs wrote of sessions with a real server (socket.io 4.8), and what that server logged of them: three
// events with an acknowledgement and one without came from the page, two events went to it; with a service worker in
// between, one with an acknowledgement. Where a program leaves the
// messages of a WebSocket out, those of the polls before are all there is.
func TestReal(t *testing.T) {
	t.Parallel()
	type truth struct {
		sid       string
		transport session.Transport
		upgrade   session.Upgrade
		out, in   int64 // events
		acks      int64
	}
	for name, want := range map[string][]truth{
		"firefox-153.har":            {{"-C79nUmI_PUGfH6nAAAN", session.WebSocket, session.UpgradeDone, 0, 1, 0}},
		"firefox-153-polling.har":    {{"F9BIrHNQRLT2lwXnAAAO", session.Polling, session.UpgradeNotTried, 4, 2, 3}},
		"playwright-1.65.har":        {{"1pxZ9-vF_SHFhsXxAAAA", session.WebSocket, session.UpgradeDone, 4, 2, 3}},
		"playwright-1.65-worker.har": {{"YKhfONu3B5q3tq9tAAAA", session.WebSocket, session.UpgradeDone, 1, 0, 1}},
		"playwright-attached/x.har":  {{"RqKhJMkJFn1Q9_apAAAE", session.WebSocket, session.UpgradeDone, 4, 2, 3}},
		"mitmproxy-8-har_dump.har": {
			{"__IcYA75XDcoYZKtAAAJ", session.WebSocket, session.UpgradeDone, 0, 1, 0},
			{"AmjNMzNqyhbCdQ-9AAAK", session.Polling, session.UpgradeNotTried, 4, 2, 3},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := readReal(t, filepath.Join("testdata/real", name))
			if len(tr.Sessions) != len(want) {
				t.Fatalf("%d sessions, want %d", len(tr.Sessions), len(want))
			}
			for i, s := range tr.Sessions {
				got := truth{s.SID, s.Transport(), s.Upgrade, s.Events[fact.Out], s.Events[fact.In], s.Acks[fact.In]}
				if got != want[i] || s.EIO != 4 || s.Undecodable != 0 || s.Opened == 0 {
					t.Errorf("got %+v, EIO %d, %q; want %+v", got, s.EIO, s.Oddities, want[i])
				}
				if got.transport == session.WebSocket && (len(s.History) != 2 || s.History[0].Transport != session.Polling) {
					t.Errorf("%s: history %v", s.SID, s.History)
				}
			}
		})
	}
}

// readReal reads a log with what is attached beside it.
func readReal(t *testing.T, path string) *session.Tracker {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	beside := func(name string) (io.ReadCloser, error) {
		return os.Open(filepath.Join(filepath.Dir(path), filepath.Base(name)))
	}
	h, err := Open(filepath.Base(path), f, Options{Attached: beside})
	if err != nil {
		t.Fatal(err)
	}
	tr := &session.Tracker{}
	for {
		_, ok, err := h.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		if err := h.Emit(tr.Add); err != nil {
			t.Fatal(err)
		}
	}
	tr.Finish()
	return tr
}
