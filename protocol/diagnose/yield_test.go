package diagnose

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestCatalogueIsWhatIsSaid: every id that a finding of Diagnose or of a check can have is in the catalogue, and every
// cause of the catalogue can be found, unless it is told as part of another.
func TestCatalogueIsWhatIsSaid(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	for _, dir := range [...]string{".", "../../capture/check"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if !strings.HasSuffix(path, "_test.go") {
				maps.Copy(said, findingIDs(t, path))
			}
		}
	}
	if len(said) < 30 {
		t.Fatalf("only %d ids were found in the source", len(said))
	}
	known := map[string]bool{}
	for _, c := range Causes(nil) {
		known[c.ID] = true
		if c.Within == "" && said[c.ID] == "" {
			t.Errorf("the catalogue has %s, which nobody says", c.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(said)) {
		if !known[id] {
			t.Errorf("%s: %s is not in the catalogue", said[id], id)
		}
	}
}

// findingIDs are the ids that a file gives to findings, and where: written in the literal of a Finding, or in a variable
// or field id that goes into one.
func findingIDs(t *testing.T, path string) map[string]string {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	take := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			id, _ := strconv.Unquote(lit.Value)
			ids[id] = set.Position(lit.Pos()).String()
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			name := ""
			switch typ := n.Type.(type) {
			case *ast.Ident:
				name = typ.Name
			case *ast.SelectorExpr:
				name = typ.Sel.Name
			}
			for _, e := range n.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				if key, ok := kv.Key.(*ast.Ident); ok && (name == "Finding" && key.Name == "ID") {
					take(kv.Value)
				}
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if id, ok := left.(*ast.Ident); ok && id.Name == "id" && i < len(n.Rhs) {
					take(n.Rhs[i])
				}
				if sel, ok := left.(*ast.SelectorExpr); ok && sel.Sel.Name == "ID" && i < len(n.Rhs) {
					take(n.Rhs[i])
				}
			}
		}
		return true
	})
	return ids
}
