package house

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// top is all that may lie at the top of the tree, beside dotfiles.
var top = []string{"cmd", "ui", "capture", "protocol", "assets", "internal",
	"go.mod", "go.sum", "FyneApp.toml", "README.md", "Makefile", "LICENSE"}

// entries are the names at the top that belong to the tree: git knows what is only a by-product. Without git,
// in a release's archive for instance, it is everything.
func entries(t *testing.T) []string {
	t.Helper()
	var names []string
	git := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard")
	git.Dir = root
	if out, err := git.Output(); err == nil && len(out) > 0 {
		for path := range strings.Lines(string(out)) {
			name, _, _ := strings.Cut(strings.TrimSpace(path), "/")
			names = append(names, strings.Trim(name, `"`))
		}
		slices.Sort(names)
		return slices.Compact(names)
	}
	dir, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range dir {
		names = append(names, entry.Name())
	}
	return names
}

func TestTopHasNothingElse(t *testing.T) {
	t.Parallel()
	if _, err := os.ReadDir(root); err != nil { // git's reading is hidden from go test's cache
		t.Fatal(err)
	}
	for _, name := range entries(t) {
		if !slices.Contains(top, name) && !strings.HasPrefix(name, ".") {
			t.Errorf("%s at the top of the tree: want only %v and dotfiles", name, top)
		}
	}
}

// read is a file of the tree, as text.
func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestFyneTagHasOnePlace keeps the two halves of Fyne's migration together: FyneApp.toml for fyne package, the
// tag for every go command.
func TestFyneTagHasOnePlace(t *testing.T) {
	t.Parallel()
	if !strings.Contains(read(t, "FyneApp.toml"), "[Migrations]\nfyneDo = true") {
		t.Error("FyneApp.toml does not set fyneDo")
	}
	makefile := read(t, "Makefile")
	if n := strings.Count(makefile, "migrated_fynedo"); n != 1 {
		t.Errorf("the Makefile names migrated_fynedo %d times, want once, in GOFLAGS", n)
	}
	if strings.Contains(makefile, "-tags test") || strings.Contains(makefile, "-tags=test") {
		t.Error("the Makefile builds with Fyne's test tag")
	}
}

// TestEveryDependencyIsJustified holds the README's section against what go.mod requires and what is imported.
func TestEveryDependencyIsJustified(t *testing.T) {
	t.Parallel()
	_, section, found := strings.Cut(read(t, "README.md"), "\n## Dependencies\n")
	if !found {
		t.Fatal(`README.md has no section "Dependencies"`)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for _, path := range direct(t) {
		if !strings.Contains(section, "| `"+path+"` |") {
			t.Errorf("%s is required, but the README's section Dependencies has no row that begins with | `%s` |", path, path)
		}
	}
}

// direct are the modules that ours require: what go.mod says, and whatever is imported in truth.
func direct(t *testing.T) []string {
	t.Helper()
	edit := exec.Command("go", "mod", "edit", "-json")
	edit.Dir = root
	out, err := edit.Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	read(t, "go.mod") // go's reading is hidden from go test's cache
	imports := imported(files(t))
	var paths []string
	for _, r := range mod.Require {
		if !r.Indirect || slices.ContainsFunc(imports, func(i string) bool { return within(i, r.Path) }) {
			paths = append(paths, r.Path)
		}
	}
	if len(paths) == 0 {
		t.Error("go.mod requires nothing")
	}
	return paths
}
