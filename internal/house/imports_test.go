package house

import (
	"runtime"
	"slices"
	"strings"
	"testing"
)

// layers, highest first. A package may import from its own layer and from lower ones. internal (the lab, the
// end-to-end tests) is used by programs and windows and uses capture and protocol; assets imports nothing.
var layers = []string{"cmd", "ui", "internal", "capture", "protocol", "assets"}

// layer is the place of an import path in layers; -1 is outside of the module.
func layer(path string) int {
	rest, ok := strings.CutPrefix(path, module+"/")
	if !ok {
		return -1
	}
	top, _, _ := strings.Cut(rest, "/")
	if strings.HasSuffix(path, "/cmd") { // a program, wherever it is
		top = "cmd"
	}
	return slices.Index(layers, top)
}

// upward finds imports that go from a lower layer to a higher one. Tests may look anywhere.
func upward(pkgs []pkg) []string {
	var bad []string
	for _, p := range pkgs {
		from := layer(p.ImportPath)
		for _, path := range p.Imports {
			if to := layer(path); to >= 0 && to < from {
				bad = append(bad, p.ImportPath+" imports "+path+": bytes go one way, from capture up")
			}
		}
	}
	return bad
}

// importers are the packages of ours that import path or a package below it, tests included.
func importers(pkgs []pkg, path string) []string {
	var who []string
	for _, p := range pkgs {
		if p.ours() && slices.ContainsFunc(p.withTests(), func(i string) bool { return within(i, path) }) {
			who = append(who, p.ImportPath)
		}
	}
	return who
}

// reaching finds packages at or below the prefixes that depend, through any number of others, on path.
func reaching(pkgs []pkg, path string, prefixes ...string) []string {
	var bad []string
	for _, p := range pkgs {
		if !slices.ContainsFunc(prefixes, func(prefix string) bool { return within(p.ImportPath, prefix) }) {
			continue
		}
		for _, dep := range p.Deps {
			if within(dep, path) {
				bad = append(bad, p.ImportPath+" reaches "+dep)
			}
		}
	}
	return bad
}

// withCgo are the packages that have cgo files, but for the standard library's.
func withCgo(pkgs []pkg) []string {
	var who []string
	for _, p := range pkgs {
		if !p.Standard && len(p.CgoFiles) > 0 {
			who = append(who, p.ImportPath)
		}
	}
	return who
}

func TestImportsGoDown(t *testing.T) {
	t.Parallel()
	pkgs := packages(files(t))
	none(t, upward(pkgs))
	for _, p := range pkgs {
		if layer(p.ImportPath) < 0 {
			t.Errorf("%s is in no layer", p.ImportPath)
		}
	}
}

func TestOneImporterEach(t *testing.T) {
	t.Parallel()
	pkgs := packages(files(t))
	if who := importers(pkgs, "fyne.io/fyne/v2/app"); !slices.Equal(who, []string{"sioscope/cmd/sioscope"}) {
		t.Errorf("fyne.io/fyne/v2/app is imported by %v, want sioscope/cmd/sioscope alone", who)
	}
	for _, path := range []string{"github.com/google/gopacket", "nhooyr.io/websocket"} {
		if who := importers(pkgs, path); len(who) > 1 {
			t.Errorf("%s is imported by %v: want one package, so that a change of library is one line", path, who)
		}
	}
}

func TestSioNeedsNoWindowAndNoCgo(t *testing.T) {
	t.Parallel()
	files(t)
	for _, system := range []string{"linux", "darwin", "windows"} {
		pkgs := list(t, system, "./cmd/sio")
		if !slices.ContainsFunc(pkgs, func(p pkg) bool { return p.ImportPath == "sioscope/cmd/sio" }) {
			t.Error("go list does not know cmd/sio")
		}
		none(t, reaching(pkgs, "fyne.io", "sioscope/cmd/sio"))
		if who := withCgo(pkgs); who != nil {
			t.Errorf("on %s cmd/sio reaches cgo in %v", system, who)
		}
	}
}

func TestNoFyneWhereReportsAndPixelsAreMade(t *testing.T) {
	t.Parallel()
	files(t)
	none(t, reaching(list(t, runtime.GOOS, "./..."), "fyne.io", "sioscope/capture", "sioscope/protocol", "sioscope/internal/lab",
		"sioscope/ui/report", "sioscope/ui/store", "sioscope/ui/timeline"))
}

func TestCgoIsInLiveCaptureAlone(t *testing.T) {
	t.Parallel()
	for _, who := range withCgo(packages(files(t))) {
		if !within(who, "sioscope/capture/live") {
			t.Errorf("%s has cgo files", who)
		}
	}
}

// TestImportRulesBite shows that each rule above can fail.
func TestImportRulesBite(t *testing.T) {
	t.Parallel()
	pkgs := []pkg{
		{ImportPath: "sioscope/cmd/sio", Imports: []string{"sioscope/ui"}, Deps: []string{"sioscope/ui", "fyne.io/fyne/v2"}},
		{ImportPath: "sioscope/ui", Imports: []string{"fyne.io/fyne/v2", "sioscope/capture"}},
		{ImportPath: "sioscope/capture", Imports: []string{"sioscope/protocol"}, TestImports: []string{"fyne.io/fyne/v2/app"}},
		{ImportPath: "sioscope/protocol", Imports: []string{"sioscope/capture", "sioscope/protocol/fact", "sioscopes/ui"}},
		{ImportPath: "runtime/cgo", Standard: true, CgoFiles: []string{"cgo.go"}},
		{ImportPath: "example.org/gl", CgoFiles: []string{"gl.go"}},
	}
	tests := []struct {
		name      string
		got, want []string
	}{
		{"upward", upward(pkgs), []string{"sioscope/protocol imports sioscope/capture: bytes go one way, from capture up"}},
		{"importers", importers(pkgs, "fyne.io/fyne/v2"), []string{"sioscope/ui", "sioscope/capture"}},
		{"importers in tests", importers(pkgs, "fyne.io/fyne/v2/app"), []string{"sioscope/capture"}},
		{"reaching", reaching(pkgs, "fyne.io", "sioscope/cmd/sio"), []string{"sioscope/cmd/sio reaches fyne.io/fyne/v2"}},
		{"reaching a namesake", reaching(pkgs, "fyne.i", "sioscope/cmd/sio"), nil},
		{"cgo", withCgo(pkgs), []string{"example.org/gl"}},
		{"cgo in a file", withCgo(packages([]file{parse(t, "ui/x.go", `package ui; import "C"`)})), []string{"sioscope/ui"}},
	}
	for _, test := range tests {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, test.got, test.want)
		}
	}
}
