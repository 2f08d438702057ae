package house

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the top of the tree, seen from this package.
const root = "../.."

// module is the path in go.mod.
const module = "sioscope"

// pkg is a package, as go list or its own files describe it.
type pkg struct {
	ImportPath  string
	Standard    bool
	CgoFiles    []string
	Imports     []string
	TestImports []string // of tests inside and outside of the package
	Deps        []string // go list alone knows them
}

// ours reports whether the package belongs to this module.
func (p pkg) ours() bool { return within(p.ImportPath, module) }

// withTests is everything the package and its tests import.
func (p pkg) withTests() []string { return slices.Concat(p.Imports, p.TestImports) }

// within reports whether a path is prefix or lies below it.
func within(name, prefix string) bool {
	return name == prefix || strings.HasPrefix(name, prefix+"/")
}

// list is go list -deps on one system, with cgo so that cgo shows. A package that cannot be loaded is left to the
// compiler to report.
func list(t *testing.T, system, pattern string) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-deps", "-json=ImportPath,Standard,CgoFiles,Imports,Deps", pattern)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1", "GOOS="+system)
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("%v: %s", cmd, exit.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		switch err := dec.Decode(&p); err {
		case nil:
			pkgs = append(pkgs, p)
		case io.EOF:
			return pkgs
		default:
			t.Fatal(err)
		}
	}
}

// file is one parsed Go file of the tree.
type file struct {
	path string // from the top, with slashes
	set  *token.FileSet
	ast  *ast.File
}

// at is where n stands, as path:line.
func (f file) at(n ast.Node) string {
	pos := f.set.Position(n.Pos())
	return f.path + ":" + strconv.Itoa(pos.Line)
}

func (f file) test() bool { return strings.HasSuffix(f.path, "_test.go") }

// files parses every Go file below the top. Reading them here also tells go test's cache what the rules depend
// on, which a go list run by a test does not.
func files(t *testing.T) []file {
	t.Helper()
	var parsed []file
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".go":
			return nil
		}
		f := parse(t, name, nil)
		f.path = filepath.ToSlash(strings.TrimPrefix(name, filepath.FromSlash(root+"/")))
		parsed = append(parsed, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// parse parses src, or the file of that name where src is nil.
func parse(t *testing.T, name string, src any) file {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, name, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file{path: name, set: set, ast: parsed}
}

// imported are the import paths that the files name, each once.
func imported(parsed []file) []string {
	var paths []string
	for _, f := range parsed {
		for _, spec := range f.ast.Imports {
			p, _ := strconv.Unquote(spec.Path.Value)
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// packages sums up our own packages from their files, for every system and build tag at once.
func packages(parsed []file) []pkg {
	byDir := map[string]*pkg{}
	for _, f := range parsed {
		dir := path.Join(module, path.Dir(f.path))
		p := byDir[dir]
		if p == nil {
			p = &pkg{ImportPath: dir}
			byDir[dir] = p
		}
		imports := imported([]file{f})
		if f.test() {
			p.TestImports = append(p.TestImports, imports...)
			continue
		}
		p.Imports = append(p.Imports, imports...)
		if slices.Contains(imports, "C") {
			p.CgoFiles = append(p.CgoFiles, f.path)
		}
	}
	var all []pkg
	for _, dir := range slices.Sorted(maps.Keys(byDir)) {
		all = append(all, *byDir[dir])
	}
	return all
}

// none fails the test with every violation that was found.
func none(t *testing.T, violations []string) {
	t.Helper()
	for _, v := range violations {
		t.Error(v)
	}
}
