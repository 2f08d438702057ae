package house

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// forbidden are packages that reach the world outside, with everything below them; net's pure parts are allowed.
// testing is among them because what helps tests only has its place in internal.
var (
	forbidden = []string{"os", "net", "syscall", "golang.org/x/sys", "io/fs", "io/ioutil", "path/filepath", "log", "plugin",
		"runtime/cgo", "C", "testing", "fyne.io"}
	allowed = []string{"net/netip", "net/url"}
)

// selectors are functions that read a clock, sleep, load a zone or print.
var selectors = map[string][]string{
	"time": {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "LoadLocation", "Local"},
	"fmt":  {"Print", "Printf", "Println", "Scan", "Scanf", "Scanln"},
}

// impure finds in a file what protocol must not have: I/O, goroutines, a clock, cgo.
func impure(f file) []string {
	var bad []string
	report := func(n ast.Node, what string) { bad = append(bad, f.at(n)+": protocol has no "+what) }
	names := map[string]string{} // the name in this file → the import path
	for _, spec := range f.ast.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		name := path[strings.LastIndexByte(path, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = path
		if slices.ContainsFunc(forbidden, func(p string) bool { return within(path, p) }) && !slices.Contains(allowed, path) {
			report(spec, "import of "+path)
		}
		if name == "." {
			report(spec, "dot imports")
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			report(n, "goroutines")
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && slices.Contains(selectors[names[x.Name]], n.Sel.Name) {
				report(n, "use for "+names[x.Name]+"."+n.Sel.Name)
			}
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && (id.Name == "print" || id.Name == "println") {
				report(n, "use for "+id.Name)
			}
		}
		return true
	})
	return bad
}

func TestProtocolIsPure(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, f := range files(t) {
		if within(f.path, "protocol") && !f.test() {
			seen++
			none(t, impure(f))
		}
	}
	if seen == 0 {
		t.Error("no file of protocol was seen")
	}
}

// TestPurityBites shows that the rule can fail, and on what it does not.
func TestPurityBites(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"file system", `import "os"`, "x.go:2: protocol has no import of os"},
		{"network", `import "net/http"`, "x.go:2: protocol has no import of net/http"},
		{"cgo", `import "C"`, "x.go:2: protocol has no import of C"},
		{"addresses and URLs", `import ("net/netip"; "net/url"; "io"; "strings")`, ""},
		{"dot import", `import . "time"`, "x.go:2: protocol has no dot imports"},
		{"goroutine", `func f() { go f() }`, "x.go:2: protocol has no goroutines"},
		{"clock", `import "time"; var x = time.Now()`, "x.go:2: protocol has no use for time.Now"},
		{"clock by another name", `import clock "time"; var x = clock.Now`, "x.go:2: protocol has no use for time.Now"},
		{"times and durations", `import "time"; var x = time.Unix(0, 0).Add(time.Second)`, ""},
		{"printing", `import "fmt"; func f() { fmt.Println() }`, "x.go:2: protocol has no use for fmt.Println"},
		{"printing to stderr", `func f() { println() }`, "x.go:2: protocol has no use for println"},
		{"formatting", `import "fmt"; var x = fmt.Sprint()`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(impure(parse(t, "x.go", "package x\n"+test.in)), "\n")
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
