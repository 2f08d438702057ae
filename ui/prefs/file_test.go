package prefs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

func at(t *testing.T) string { return filepath.Join(t.TempDir(), "sub", "preferences.json") }

func TestEveryKindComesBack(t *testing.T) {
	t.Parallel()
	path := at(t)
	a := Open(path)
	a.SetBool("b", true)
	a.SetInt("i", 7)
	a.SetFloat("f", 0.5)
	a.SetString("s", "日本")
	a.SetStringList("l", []string{"x", "y"})
	b := Open(path)
	if !b.Bool("b") || b.Int("i") != 7 || b.Float("f") != 0.5 || b.String("s") != "日本" || !slices.Equal(b.StringList("l"), []string{"x", "y"}) {
		t.Errorf("read are %v", b.values)
	}
	if b.IntWithFallback("s", 3) != 3 || b.Float("i") != 7 || b.StringWithFallback("none", "z") != "z" || b.StringList("none") == nil {
		t.Error("another kind, or none, is not told from a value")
	}
	b.RemoveValue("i")
	if got := a.IntWithFallback("i", 9); got != 9 {
		t.Errorf("what another program forgot is %d", got)
	}
}

// TestTwoProgramsShareAFile: what one changes the other keeps, though it looked before.
func TestTwoProgramsShareAFile(t *testing.T) {
	t.Parallel()
	path := at(t)
	a, b := Open(path), Open(path)
	a.SetString("theme", "dark")
	b.SetString("sort", "node")
	a.SetFloat("split", 0.3)
	for name, f := range map[string]*File{"a": a, "b": b, "a third": Open(path)} {
		if f.String("theme") != "dark" || f.String("sort") != "node" || f.Float("split") != 0.3 {
			t.Errorf("%s has %v", name, f.values)
		}
	}
}

// TestNobodyReadsHalf reads as a program does that knows nothing of this package.
func TestNobodyReadsHalf(t *testing.T) {
	t.Parallel()
	path := at(t)
	Open(path).SetInt("n", -1)
	var writers sync.WaitGroup
	over := make(chan struct{})
	for w := range 2 {
		writers.Go(func() {
			f := Open(path)
			for i := range 200 {
				f.SetString(fmt.Sprint(w), fmt.Sprintf("%0*d", i*20, i))
			}
		})
	}
	go func() { writers.Wait(); close(over) }()
	for done := false; !done; {
		select {
		case <-over:
			done = true
		default:
		}
		if text, err := os.ReadFile(path); err != nil || len(text) == 0 || text[len(text)-1] != '\n' {
			t.Fatalf("read are %d bytes, %v", len(text), err)
		}
	}
	if list, _ := os.ReadDir(filepath.Dir(path)); len(list) != 1 {
		t.Errorf("%d files are left", len(list))
	}
}

func TestBrokenAndUnwritable(t *testing.T) {
	t.Parallel()
	path := at(t)
	os.MkdirAll(filepath.Dir(path), 0o700)
	for _, text := range []string{"", "{", "null", "[1]", `{"a":`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f := Open(path)
		if got := f.StringWithFallback("a", "z"); got != "z" {
			t.Errorf("%q gives %q", text, got)
		}
		f.SetString("a", "b")
		if got := Open(path).String("a"); got != "b" {
			t.Errorf("after %q, %q is kept", text, got)
		}
		os.Remove(path)
	}
	blocked := Open(filepath.Join(path, "x.json")) // its directory is a file
	os.WriteFile(path, nil, 0o600)
	blocked.SetString("a", "b")
	if blocked.String("a") != "b" {
		t.Error("what cannot be written is forgotten at once")
	}
}

func TestListenersHearOfChanges(t *testing.T) {
	t.Parallel()
	f := Open(at(t))
	n := 0
	f.AddChangeListener(func() { n++ })
	f.SetInt("a", 1)
	f.SetInt("a", 1)
	f.SetInt("a", 2)
	if n != 2 || len(f.ChangeListeners()) != 1 {
		t.Errorf("heard of %d changes", n)
	}
}
