package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/internal/lab"
	"sioscope/protocol/fact"
)

// TestArchives: whatever sees traffic writes it as a HAR, which opens again.
func TestArchives(t *testing.T) {
	t.Parallel()
	l, err := lab.Start(lab.Options{Clients: -1, Nodes: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	ctx := t.Context()
	go func() { _ = l.Run(ctx, func(fact.Fact) {}) }()
	for _, tt := range []struct {
		name string
		args []string
	}{
		{"connect", []string{"connect", "--expect", "websocket", "--query", "token=geheim", l.URL()}},
		{"check", []string{"check", "--only", "default,websocket", "--query", "token=geheim", l.URL()}},
		{"lab", []string{"lab", "--nodes", "1", "--for", "1s"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "out.har")
			code, out, errs := saving(t.Context(), strings.NewReader(""), append(tt.args, "-o", path)...)
			text, err := os.ReadFile(path)
			if code != ok || err != nil {
				t.Fatalf("exit %d, %v\n%s\n%s", code, err, out, errs)
			}
			if !json.Valid(text) || strings.Contains(string(text), "geheim") || !strings.Contains(string(text), "_webSocketMessages") {
				t.Errorf("no HAR with a WebSocket and masked secrets:\n%.2000s", text)
			}
			code, out, errs = saving(t.Context(), strings.NewReader(""), "open", "--format", "json", path)
			if code != ok || !strings.Contains(out, `"transport":"websocket"`) {
				t.Errorf("opened again: exit %d\n%.2000s\n%s", code, out, errs)
			}
		})
	}
}
