package main

import (
	"strings"
	"testing"

	"sioscope/internal/bench"
)

func TestReport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := write(dir, 300_000); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := (&reporter{dir: dir, runs: 1, tls: 100_000, crowd: bench.Crowd{Sessions: 100, Packets: 2000}}).report(&out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "TLS 1."); n != len(bench.Suites()) {
		t.Errorf("%d lines on TLS:\n%s", n, out.String())
	}
	for _, line := range [...]string{"The timeline of 98 sessions with 2", "frame, closed", "frame, all opened", "hit tests", "overview", "legend"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("nothing is said of %q:\n%s", line, out.String())
		}
	}
	for _, s := range stages {
		if n := strings.Count(out.String(), s.name); n != len(kinds) {
			t.Errorf("%q is in %d tables, want %d:\n%s", s.name, n, len(kinds), out.String())
		}
	}
}

// TestStagesSeeTheSame shows that no stage is fast because it stops early.
func TestStagesSeeTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := write(dir, 300_000); err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds {
		want, err := stages[0].run((&reporter{dir: dir}).path(k.name))
		if err != nil || want == 0 {
			t.Fatalf("%s: %d packets, %v", k.name, want, err)
		}
		for _, s := range stages[1:] {
			if got, err := s.run((&reporter{dir: dir}).path(k.name)); got != want || err != nil {
				t.Errorf("%s, %s: %d packets, %v; want %d", k.name, s.name, got, err, want)
			}
		}
	}
}
