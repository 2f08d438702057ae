// Package e2e starts real software on loopback for tests: Socket.IO servers of every major version and their clients
// (npm, Node.js), python-socketio (Debian's packages), HAProxy, nginx and Apache in front of them. What it starts is
// killed when the test ends, and what it needs and does not find skips the test with a word on what is missing; with
// SIOSCOPE_E2E=required it fails instead.
//
// It knows nothing of the rest of sioscope: its tests hold the rest against what this software logs of itself.
package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// patience is how long anything here may take before a test gives up. It is never waited out where all is well, so it
// is generous: two cores, the race detector, other tests beside.
const patience = 90 * time.Second

// absent ends the test: skipped, or failed where everything has to be there.
func absent(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("SIOSCOPE_E2E") == "required" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// program is the path of an installed program; servers are not in everybody's PATH.
func program(t testing.TB, name string) string {
	t.Helper()
	for _, place := range []string{name, "/usr/sbin/" + name, "/usr/local/sbin/" + name} {
		if path, err := exec.LookPath(place); err == nil {
			return path
		}
	}
	absent(t, "%s is not here: install it to run this test", name)
	return ""
}

// root is the directory of go.mod.
func root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}
