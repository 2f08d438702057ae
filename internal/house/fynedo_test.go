package house

import (
	"go/ast"
	"slices"
	"testing"
)

// posting are the files, but for tests, that hand work to Fyne's main thread.
func posting(parsed []file) []string {
	var who []string
	for _, f := range parsed {
		if f.test() {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "fyne" && (s.Sel.Name == "Do" || s.Sel.Name == "DoAndWait") {
					who = append(who, f.path)
				}
			}
			return true
		})
	}
	slices.Sort(who)
	return slices.Compact(who)
}

// TestOneFilePostsToFyne: fyne.Do puts into a queue without end, so one file calls it, and coalesces.
func TestOneFilePostsToFyne(t *testing.T) {
	t.Parallel()
	if who := posting(files(t)); len(who) > 1 {
		t.Errorf("fyne.Do is called in %v, want one file", who)
	}
}

// TestPostingBites shows that the rule above can fail.
func TestPostingBites(t *testing.T) {
	t.Parallel()
	src := `package ui; import "fyne.io/fyne/v2"; func f() { fyne.Do(f); fyne.DoAndWait(f) }`
	got := posting([]file{parse(t, "ui/a.go", src), parse(t, "ui/b.go", "package ui"), parse(t, "ui/c_test.go", src), parse(t, "ui/d.go", src)})
	if want := []string{"ui/a.go", "ui/d.go"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
