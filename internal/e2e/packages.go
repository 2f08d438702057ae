package e2e

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// own is our part of what Node.js runs. Embedded, so that go test's cache knows when it changes.
//
//go:embed npm
var own embed.FS

// errNPM is what npm has to say where it cannot install.
var errNPM = errors.New("npm cannot install the packages of internal/e2e/npm")

// install brings the packages that the lock file names, once for all tests and until the lock file changes.
var install = sync.OnceValues(func() (string, error) {
	top, err := root()
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := own.ReadFile("npm/" + name)
		if err != nil {
			return "", err
		}
		hash.Write(data)
	}
	store := filepath.Join(top, ".build", "e2e")
	dir := filepath.Join(store, hex.EncodeToString(hash.Sum(nil)[:6]))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(store, 0o755); err != nil {
		return "", err
	}
	return dir, fetch(store, dir)
})

// fetch installs beside dir and moves the whole there, so that test processes that install at the same time need no
// lock: the first wins.
func fetch(store, dir string) error {
	beside, err := os.MkdirTemp(store, "npm-ci-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(beside)
	if err := unpack(beside); err != nil {
		return err
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
	npm.Dir = beside
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %w\n%s", errNPM, err, out)
	}
	if err := os.Rename(beside, dir); err != nil {
		if _, there := os.Stat(dir); there == nil {
			return nil
		}
		return err
	}
	return nil
}

// unpack writes what is embedded into dir.
func unpack(dir string) error {
	sub, err := fs.Sub(own, "npm")
	if err != nil {
		return err
	}
	return os.CopyFS(dir, sub)
}

// packages is the directory whose node_modules has every package, or the end of the test.
func packages(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			absent(t, "%s is not here: install Node.js 18 or later with npm to run this test", name)
		}
	}
	dir, err := install()
	if errors.Is(err, errNPM) {
		absent(t, "%v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// script is the path of one of our own scripts in a directory of the test's, with the others beside it.
func script(t testing.TB, name string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unpack(dir); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}
