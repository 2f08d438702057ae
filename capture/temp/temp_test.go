package temp

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// TestMain is also a process that makes a file, says how it is called, and is killed.
func TestMain(m *testing.M) {
	if os.Getenv("MAKE_AND_WAIT") == "" {
		os.Exit(m.Run())
	}
	f, err := Create("facts")
	if err != nil {
		panic(err)
	}
	os.Stdout.WriteString(f.Name() + "\n")
	time.Sleep(time.Hour)
	runtime.KeepAlive(f)
}

func TestWhatAKilledProcessLeftIsRemoved(t *testing.T) {
	dir := t.TempDir()
	p := exec.Command(os.Args[0])
	p.Env = append(os.Environ(), "MAKE_AND_WAIT=1", "TMPDIR="+dir, "TMP="+dir)
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewScanner(out)
	if !in.Scan() {
		t.Fatal("the other process made no file")
	}
	left := in.Text()
	there := func() bool { _, err := os.Stat(left); return err == nil }
	later := time.Now().Add(time.Hour)
	if sweep(dir, later); !there() {
		t.Error("the file of a process that runs was removed")
	}
	p.Process.Kill()
	p.Wait()
	if sweep(dir, time.Now().Add(-time.Hour)); !there() {
		t.Error("a young file was removed")
	}
	if sweep(dir, later); there() {
		t.Error("what the process left is still there")
	}
}

// TestWhatIsNotOursStays: by its name, and by what it is.
func TestWhatIsNotOursStays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"sioscope-notes.har", "sioscope-12.txt", "other-12.facts", "sioscope-12.facts.bak"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "sioscope-12.facts"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "other-12.facts"), filepath.Join(dir, "sioscope-13.facts")); err != nil && runtime.GOOS != "windows" {
		t.Fatal(err)
	}
	before, _ := os.ReadDir(dir)
	sweep(dir, time.Now().Add(time.Hour))
	if after, _ := os.ReadDir(dir); len(after) != len(before) {
		t.Errorf("of %d things %d are left", len(before), len(after))
	}
}
