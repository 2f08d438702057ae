package har

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestWorkerAlone: of what a service worker asks by itself no body is in the log, so what a handshake was answered is not
// known.
func TestWorkerAlone(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/real/playwright-1.65-worker.har")
	if err != nil {
		t.Fatal(err)
	}
	var whole struct {
		Log struct {
			Version string           `json:"version"`
			Creator map[string]any   `json:"creator"`
			Entries []map[string]any `json:"entries"`
		} `json:"log"`
	}
	if err := json.Unmarshal(b, &whole); err != nil {
		t.Fatal(err)
	}
	whole.Log.Entries = slices.DeleteFunc(whole.Log.Entries, func(e map[string]any) bool { return e["_serviceWorkerRef"] == nil })
	if b, err = json.Marshal(whole); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "worker.har")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	tr := readReal(t, path)
	if len(tr.Sessions) != 1 || len(tr.Refused) != 0 {
		t.Fatalf("%d sessions and %d refused handshakes, want one session", len(tr.Sessions), len(tr.Refused))
	}
	if s := tr.Sessions[0]; s.Undecodable != 0 {
		t.Errorf("%d packets could not be decoded: %q", s.Undecodable, s.Oddities)
	}
}
