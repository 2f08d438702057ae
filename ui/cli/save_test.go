package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/assets"
)

// saving runs sio with the demo recording on standard input, or in a file where args name one.
func saving(ctx context.Context, stdin io.Reader, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	p := &Program{Stdin: stdin, Stdout: &out, Stderr: &errs, Columns: func(io.Writer) int { return 0 }}
	code = p.Run(ctx, args)
	return code, out.String(), errs.String()
}

// TestSave: what is written opens again and tells the same, from a file that is compressed, and from one that is cut.
func TestSave(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(assets.Demo); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "demo.pcap.gz"), packed.Bytes())
	write(t, filepath.Join(dir, "cut.pcap"), assets.Demo[:len(assets.Demo)-7])
	write(t, filepath.Join(dir, "demo.pcap"), assets.Demo)
	_, want, _ := saving(t.Context(), nil, "open", "--format", "json", filepath.Join(dir, "demo.pcap"))
	for _, name := range []string{"demo.pcap", "demo.pcap.gz", "cut.pcap"} {
		out := filepath.Join(dir, name+".pcapng")
		if code, _, errs := saving(t.Context(), nil, "open", "-w", out, filepath.Join(dir, name)); code != ok {
			t.Fatalf("%s: exit %d: %s", name, code, errs)
		}
		code, got, errs := saving(t.Context(), nil, "open", "--format", "json", out)
		if code != ok || cutBefore(got, `"connections":`) != cutBefore(want, `"connections":`) {
			t.Errorf("%s: exit %d: %s\ngot  %s\nwant %s", name, code, errs, got, want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".sio-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// cutBefore is the part of a report that tells of verdict and sessions.
func cutBefore(report, key string) string {
	before, _, _ := strings.Cut(report, key)
	return before
}

// TestSaveFails: what cannot be written is said in one sentence, and nothing is left behind.
func TestSaveFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	demo, out := filepath.Join(dir, "demo.pcap"), filepath.Join(dir, "out.pcapng")
	write(t, demo, assets.Demo)
	if _, err := os.Stat("/dev/full"); err == nil {
		code, stdout, errs := saving(t.Context(), nil, "open", "-w", "/dev/full", demo)
		if want := "sio: open: writing the packets: no space left on device\n"; code != failed || errs != want || !strings.Contains(stdout, "polling: the one session") {
			t.Errorf("a full disk: exit %d, %s, want %s", code, errs, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code, _, errs := saving(ctx, nil, "open", "-w", out, demo)
	if code != interrupted || !strings.Contains(errs, "interrupted; nothing was written") {
		t.Errorf("interrupted: exit %d: %s", code, errs)
	}
	locked := filepath.Join(dir, "locked")
	if err := os.Mkdir(locked, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		path := filepath.Join(locked, "out.pcapng")
		code, _, errs := saving(t.Context(), nil, "open", "-w", path, demo)
		if want := "sio: open: -w " + path + ": not allowed to write there; choose another directory\n"; code != failed || errs != want {
			t.Errorf("exit %d: %s, want %s", code, errs, want)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Errorf("left behind: %v, %v", files, err)
	}
}

// TestSaveToStandardOutput: the packets go there, and nothing else does.
func TestSaveToStandardOutput(t *testing.T) {
	t.Parallel()
	code, packets, report := saving(t.Context(), bytes.NewReader(assets.Demo), "open", "-w", "-", "-")
	if code != ok || !strings.Contains(report, "polling: ") {
		t.Fatalf("exit %d, standard error %q", code, report)
	}
	code, again, errs := saving(t.Context(), strings.NewReader(packets), "open", "-")
	if line, _, _ := strings.Cut(report, "\n"); code != ok || !strings.HasPrefix(again, line) {
		t.Errorf("exit %d, %q: the packets tell\n%s\nwant %q", code, errs, again, line)
	}
}
