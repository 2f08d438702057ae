package capture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/internal/convo"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

const recordings = "../internal/recordings/testdata/"

// facts are those of files, a line each; of the counts only the last.
func facts(t *testing.T, f Files) (text string, stats fact.Stats) {
	t.Helper()
	var b strings.Builder
	err := f.Run(context.Background(), func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Stats:
			stats = *f
		case *fact.File: // it is called by another name
		case *fact.Closed:
			fmt.Fprintln(&b, f.Time, "closed", f.Conn.ID, f.By)
		default:
			fmt.Fprintln(&b, convo.Print(f))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	stats.Done, stats.Total = 0, 0
	return b.String(), stats
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// secretsLast puts the Decryption Secrets Blocks of a pcapng file behind its packets.
func secretsLast(t *testing.T, file []byte) []byte {
	t.Helper()
	var rest, secrets []byte
	for len(file) > 0 {
		n := binary.LittleEndian.Uint32(file[4:])
		if binary.LittleEndian.Uint32(file) == 0x0A {
			secrets = append(secrets, file[:n]...)
		} else {
			rest = append(rest, file[:n]...)
		}
		file = file[n:]
	}
	if secrets == nil {
		t.Fatal("no secrets in the file")
	}
	return append(rest, secrets...)
}

// TestSecretsAnywhere: keys that stand behind the packets are used for them, in a file at once, in a pipe later: then
// the facts are the same, and every connection is dark until the keys come.
func TestSecretsAnywhere(t *testing.T) {
	t.Parallel()
	file := readFile(t, recordings+"tls12-keylog/capture.pcapng")
	want, stats := facts(t, Files{Inputs: []Input{{Path: recordings + "tls12-keylog/capture.pcapng"}}})
	if stats.Encrypted != 0 || !strings.Contains(want, `reason=""`) || !strings.Contains(want, "EIO=4") {
		t.Fatalf("not decrypted: %+v\n%.3000s", stats, want)
	}
	last := secretsLast(t, file)
	path := filepath.Join(t.TempDir(), "last.pcapng")
	if err := os.WriteFile(path, last, 0o600); err != nil {
		t.Fatal(err)
	}
	got, gotStats := facts(t, Files{Inputs: []Input{{Path: path}}})
	if got != want || gotStats != stats {
		t.Errorf("in a file:\n%.2000s\nwant\n%.2000s", got, want)
	}
	piped, pipedStats := facts(t, Files{Inputs: []Input{{Path: "-"}}, Stdin: bytes.NewReader(last)})
	if dark := strings.Count(piped, `reason="no key"`); dark == 0 {
		t.Errorf("no connection was dark at first:\n%s", piped)
	}
	if pipedStats != stats {
		t.Errorf("from a pipe: %+v, want %+v", pipedStats, stats)
	}
	for line := range strings.Lines(want) {
		if !strings.Contains(piped, line) {
			t.Errorf("from a pipe there is no %s", line)
		}
	}
	a := sessions(t, Files{Inputs: []Input{{Path: path}}})
	b := sessions(t, Files{Inputs: []Input{{Path: "-"}}, Stdin: bytes.NewReader(last)})
	if a != b || !strings.Contains(a, "2sVCXoOWEJIGV8kEAAAA") {
		t.Errorf("sessions from a pipe:\n%s\nfrom a file:\n%s", b, a)
	}
}

// sessions are what facts amount to.
func sessions(t *testing.T, f Files) string {
	t.Helper()
	tr := new(session.Tracker)
	if err := f.Run(context.Background(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	var b strings.Builder
	for _, s := range tr.Sessions {
		fmt.Fprintln(&b, s.SID, s.Opened, s.Closed, s.History, s.Packets, s.Events, s.Acks, s.Upgrade)
	}
	for _, c := range tr.Conns {
		fmt.Fprintln(&b, c.ID, c.Opened, c.Closed, c.ClosedBy, c.Protocol, c.Requests, c.TLS.Reason, c.TLS.Version)
	}
	return b.String()
}

// growing is a capture in a pipe; when half of it was read, the keys are written.
type growing struct {
	io.Reader
	left int
	half func()
}

func (g *growing) Read(p []byte) (int, error) {
	if g.left -= len(p); g.left < 0 && g.half != nil {
		g.half()
		g.half = nil
	}
	return g.Reader.Read(p[:min(len(p), 1000)])
}

// TestGrowingKeyLog: a key log that is written while the capture comes.
func TestGrowingKeyLog(t *testing.T) {
	t.Parallel()
	file, log := readFile(t, recordings+"tls13-keylog/capture.pcap"), readFile(t, recordings+"tls13-keylog/keys.log")
	want, stats := facts(t, Files{Inputs: []Input{{Path: "-"}}, Stdin: bytes.NewReader(file), Keys: []string{recordings + "tls13-keylog/keys.log"}})
	if stats.Encrypted != 0 {
		t.Fatalf("not decrypted: %+v", stats)
	}
	path := filepath.Join(t.TempDir(), "keys.log")
	if err := os.WriteFile(path, []byte("# begins\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	g := &growing{bytes.NewReader(file), 0, func() {
		if err := os.WriteFile(path, append([]byte("# begins\n"), log...), 0o600); err != nil {
			t.Error(err)
		}
	}}
	got, gotStats := facts(t, Files{Inputs: []Input{{Path: "-"}}, Stdin: g, Keys: []string{path}})
	if gotStats != stats {
		t.Errorf("counts %+v, want %+v", gotStats, stats)
	}
	if strings.Contains(got, "holds no key") {
		t.Error("keys that came late are told as missing")
	}
	for line := range strings.Lines(want) {
		if !strings.Contains(got, line) {
			t.Errorf("there is no %s", line)
		}
	}
}

// TestKeysThatAreNone: what is wrong with a key log is said, and the captures are read.
func TestKeysThatAreNone(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "keys.log")
	if err := os.WriteFile(empty, []byte("hello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		empty:         "holds no key so far",
		t.TempDir():   "is no file",
		"nowhere.log": "its keys cannot be read",
	} {
		var notes []string
		f := Files{Inputs: []Input{{Path: recordings + "tls13-keylog/capture.pcap"}}, Keys: []string{path}}
		err := f.Run(context.Background(), func(f fact.Fact) {
			if n, ok := f.(*fact.Note); ok {
				notes = append(notes, n.Text)
			}
		})
		if text := strings.Join(notes, "\n"); err != nil || !strings.Contains(text, want) {
			t.Errorf("%s: %v, notes %q, want %q", path, errors.Join(err), text, want)
		}
	}
}
