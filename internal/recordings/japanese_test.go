package recordings

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/assets"
	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/lang/langtest"
	"sioscope/protocol/session"
	"sioscope/ui/report"
)

var update = flag.Bool("update", false, "rewrite the Japanese reports of testdata")

// TestInJapanese: every recording is diagnosed in Japanese, with nothing said past the catalogue.
func TestInJapanese(t *testing.T) {
	t.Parallel()
	words := japanese(t)
	files, err := filepath.Glob("testdata/*/*.*")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		if ext := filepath.Ext(file); ext != ".pcap" && ext != ".pcapng" && ext != ".har" {
			continue
		}
		n++
		t.Run(strings.TrimPrefix(file, "testdata/"), func(t *testing.T) {
			t.Parallel()
			in := inJapanese(t, words, file)
			for _, left := range langtest.Left(&in.Diagnosis) {
				t.Error(left)
			}
			for i := range in.Notes {
				for _, left := range langtest.LeftOf([]string{in.Notes[i].In(words)}) {
					t.Error(left)
				}
			}
		})
	}
	if n < 60 {
		t.Errorf("%d recordings only", n)
	}
}

// TestJapaneseReports holds whole reports against what was read by eye.
func TestJapaneseReports(t *testing.T) {
	t.Parallel()
	words := japanese(t)
	for _, name := range [...]string{"seed-elb-tcp", "nginx-rr-v4", "node-restart", "haproxy-cookie-nojar", "cors-blocked"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files, err := filepath.Glob("testdata/" + name + "/capture.pcap*")
			if err != nil || len(files) != 1 {
				t.Fatalf("%d captures: %v", len(files), err)
			}
			var out bytes.Buffer
			if err := report.Text(&out, inJapanese(t, words, files[0]), report.Options{}); err != nil {
				t.Fatal(err)
			}
			golden := "testdata/" + name + "/report.ja.txt"
			if *update {
				if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if out.String() != string(want) {
				t.Errorf("%s differs (-update rewrites it); got\n%s", golden, out.String())
			}
		})
	}
}

func japanese(t *testing.T) lang.Words {
	t.Helper()
	words, err := lang.Parse(assets.Sentences("ja"))
	if err != nil {
		t.Fatal(err)
	}
	return words
}

func inJapanese(t *testing.T, words lang.Words, file string) report.Input {
	t.Helper()
	tr := &session.Tracker{}
	f := capture.Files{Inputs: []capture.Input{{Path: file}}, Keys: keys(filepath.Dir(file))}
	if err := f.Run(context.Background(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	return report.Input{Words: words, Tracker: tr, Diagnosis: diagnose.In(words, tr)}
}
