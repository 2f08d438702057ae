package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/assets"
	"sioscope/protocol/lang/langtest"
)

// TestLanguage: people read their locale's language, machines only what was asked for.
func TestLanguage(t *testing.T) {
	t.Parallel()
	demo := filepath.Join(t.TempDir(), "demo.pcap")
	if err := os.WriteFile(demo, assets.Demo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name     string
		env      map[string]string
		args     string
		japanese bool
		stderr   string
	}{
		{name: "no locale", args: ""},
		{name: "an English one", env: map[string]string{"LANG": "en_US.UTF-8"}},
		{name: "a language that nobody translated into", env: map[string]string{"LANG": "de_DE.UTF-8"}},
		{name: "a Japanese one", env: map[string]string{"LANG": "ja_JP.UTF-8"}, japanese: true},
		{name: "messages alone", env: map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "ja_JP.UTF-8"}, japanese: true},
		{name: "the first counts", env: map[string]string{"LANG": "ja_JP.UTF-8", "LC_ALL": "C.UTF-8"}},
		{name: "not UTF-8", env: map[string]string{"LANG": "ja_JP.eucJP"}},
		{name: "asked for", args: "--lang ja", japanese: true},
		{name: "asked for English", env: map[string]string{"LANG": "ja_JP.UTF-8"}, args: "--lang en"},
		{name: "a machine", env: map[string]string{"LANG": "ja_JP.UTF-8"}, args: "--format json"},
		{name: "a machine that asks", args: "--format json --lang ja", japanese: true},
		{name: "unknown", args: "--lang fr", stderr: "sio: open: invalid value \"fr\" for --lang: want en or ja\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			p := &Program{Name: "sio", Stdout: &out, Stderr: &errs, Getenv: func(name string) string { return tt.env[name] }}
			p.Run(context.Background(), append([]string{"open", demo}, strings.Fields(tt.args)...))
			if errs.String() != tt.stderr {
				t.Errorf("said %q, want %q", errs.String(), tt.stderr)
			}
			if got := langtest.Japanese(out.String()); got != tt.japanese {
				t.Errorf("Japanese: %v, want %v:\n%s", got, tt.japanese, out.String())
			}
		})
	}
}
