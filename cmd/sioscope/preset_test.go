package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestFyneHearsThePresets: what sets them is initialised before what hears them, and what Fyne would report of a container's
// locale it does not.
func TestFyneHearsThePresets(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1", "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	told := strings.Index(string(out), "init sioscope/internal/preset ")
	for _, hears := range [...]string{"init fyne.io/fyne/v2/internal/cache ", "init fyne.io/fyne/v2/lang "} {
		if heard := strings.Index(string(out), hears); told < 0 || heard < 0 || told > heard {
			t.Errorf("it is told at %d of what Go says of the order, and %sat %d:\n%s", told, hears, heard, out)
		}
	}
	if strings.Contains(string(out), "Fyne error") {
		t.Errorf("%s", out)
	}
}
