package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestFyneHearsHowLongToKeepPictures: what tells it is initialised before what hears it.
func TestFyneHearsHowLongToKeepPictures(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	told := strings.Index(string(out), "init sioscope/internal/cached ")
	heard := strings.Index(string(out), "init fyne.io/fyne/v2/internal/cache ")
	if told < 0 || heard < 0 || told > heard {
		t.Errorf("it is told at %d of what Go says of the order, and hears it at %d:\n%s", told, heard, out)
	}
}
