package decodecmd

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted output")

// TestGolden runs each testdata/*.txtar: its file args has an argument a line, stdin what is piped in, and want the
// output and the exit status.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			part := map[string]*txtar.File{}
			for i, f := range archive.Files {
				part[f.Name] = &archive.Files[i]
			}
			stdin := ""
			if f := part["stdin"]; f != nil {
				stdin = string(f.Data)
			}
			var stdout, stderr bytes.Buffer
			lines := strings.Split(strings.TrimSuffix(string(part["args"].Data), "\n"), "\n")
			status := Run(lines, strings.NewReader(stdin), &stdout, &stderr)
			got := fmt.Sprintf("%s%sexit status %d\n", stdout.String(), stderr.String(), status)
			if *update {
				part["want"].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(part["want"].Data); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		args   []string
		want   string // in the message
		status int
	}{
		{"help", []string{"-h"}, "", 0},
		{"no revision", []string{"--transport", "polling", "2"}, "--eio is missing: 3 or 4", 2},
		{"revision 5", []string{"--eio", "5", "--transport", "polling", "2"}, "--eio 5: it is 3 or 4", 2},
		{"revision x", []string{"--eio", "x"}, `invalid value "x" for flag -eio: not a number`, 2},
		{"no transport", []string{"--eio", "4", "2"}, "argument 1: --transport is missing: one of polling,", 2},
		{"second without transport", []string{"--eio", "4", "polling:2", "2"}, "argument 2: --transport is missing", 2},
		{"no transport, piped", []string{"--eio", "4"}, "--transport is missing", 2},
		{"unknown transport", []string{"--eio", "4", "--transport", "sse", "2"}, "--transport sse: it is one of polling,", 2},
		{"binary polling in 4", []string{"--eio", "4", "--transport", "polling-binary", "2"}, "polling-binary exists in Engine.IO 3 only", 2},
		{"the same by prefix", []string{"--eio", "4", "polling-binary:2"}, "argument 1: polling-binary exists", 2},
		{"webtransport in 3", []string{"--eio", "3", "webtransport:2"}, "webtransport exists in Engine.IO 4 only", 2},
		{"Socket.IO 2", []string{"--eio", "3", "--sio", "2", "polling:1:2"}, "--sio 2: it is 3, 4 or 5", 2},
		{"format", []string{"--eio", "3", "--format", "xml", "polling:1:2"}, "--format xml: it is text or json", 2},
		{"direction", []string{"--eio", "3", "--direction", "up", "polling:1:2"}, "--direction up: it is client-to-server or server-to-client", 2},
		{"negative limit", []string{"--eio", "4", "--max-payload", "-1", "polling:2"}, "--max-payload -1: it is 1 or more", 2},
		{"unknown flag", []string{"--eio", "3", "--transport", "polling", "-1:4a"}, "flag provided but not defined: -1:4a; before data that begins with a dash put --", 2},
		{"behind --", []string{"--eio", "3", "--transport", "polling", "--", "-1:4a"}, "", 1},
		{"flags behind data", []string{"polling:1:2", "--eio", "3"}, "", 0},
		{"flags between data", []string{"polling:1:2", "--eio", "3", "polling:1:3", "--format", "json"}, "", 0},
		{"not hex", []string{"--eio", "4", "--hex", "polling:2x"}, `argument 1: not hex: "2x"`, 2},
		{"odd hex", []string{"--eio", "4", "--hex", "polling:2"}, "argument 1: an odd number of hex digits", 2},
		{"hex with blanks", []string{"--eio", "4", "--hex", "polling:0x 32 \n"}, "", 0},
		{"not Socket.IO, and nobody said so", []string{"--eio", "4", "polling:4hello"}, "", 0},
		{"not Socket.IO, as was said", []string{"--eio", "4", "--sio", "5", "polling:4hello"}, "", 1},
		{"no data", []string{"--eio", "4", "polling:"}, "", 1},
		{"empty argument", []string{"--eio", "4", "--transport", "websocket-binary", ""}, "", 0},
		{"out", []string{"--eio", "4", "--direction", "out", "jsonp:d=2"}, "", 0},
		{"in", []string{"--eio", "4", "--direction", "in", `jsonp:___eio[0]("2");`}, "", 0},
	} {
		var stdout, stderr bytes.Buffer
		status := Run(tc.args, strings.NewReader(""), &stdout, &stderr)
		if status != tc.status || !strings.Contains(stderr.String(), tc.want) || (status == 2) != (stderr.Len() > 0) {
			t.Errorf("%s: status %d, %q; want %d, %q", tc.name, status, stderr.String(), tc.status, tc.want)
		}
		if status == 2 && (stdout.Len() > 0 || strings.Count(stderr.String(), "\n") != 1) {
			t.Errorf("%s: %q on standard output, %q on standard error", tc.name, &stdout, &stderr)
		}
	}
}

// endless is a reader and a broken writer.
type endless struct{}

func (endless) Read(p []byte) (int, error)  { return len(p), nil }
func (endless) Write(p []byte) (int, error) { return 0, errors.New("no space left") }

func TestStreams(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	a := []string{"--eio", "4", "--transport", "polling"}
	if status := Run(a, endless{}, &stderr, &stderr); status != 2 || !strings.Contains(stderr.String(), "longer than 16777216 bytes") {
		t.Errorf("status %d, %q", status, &stderr)
	}
	for _, format := range []string{"text", "json"} {
		stderr.Reset()
		if status := Run(append(a, "--format", format, "2"), endless{}, endless{}, &stderr); status != 1 || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%s: status %d, %q", format, status, &stderr)
		}
	}
}

func TestDeepPayload(t *testing.T) {
	t.Parallel()
	const depth = 9998
	data := `42["a",` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + "]"
	var stdout, stderr bytes.Buffer
	status := Run([]string{"--eio", "4", "--format", "json", "websocket-text:" + data}, nil, &stdout, &stderr)
	if status != 0 || !strings.Contains(stdout.String(), `"EVENT"`) || stdout.Len() > 10*len(data) {
		t.Errorf("status %d, %s", status, &stderr)
	}
}
