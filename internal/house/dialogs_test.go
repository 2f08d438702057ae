package house

import (
	"go/ast"
	"testing"
)

// bareDialogs are the places where an error is put into a dialog as it is.
func bareDialogs(parsed []file) (where []string) {
	for _, f := range parsed {
		if f.test() {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "dialog" && (s.Sel.Name == "ShowError" || s.Sel.Name == "NewError") {
					where = append(where, f.at(n))
				}
			}
			return true
		})
	}
	return where
}

// TestErrorsAreSentencesInTheirPlace: what goes wrong is said beside what it is about, in words, and never as a Go error in a
// dialog.
func TestErrorsAreSentencesInTheirPlace(t *testing.T) {
	t.Parallel()
	if where := bareDialogs(files(t)); len(where) > 0 {
		t.Errorf("errors are put into dialogs at %v", where)
	}
}

// TestDialogRuleBites shows that the rule above can fail.
func TestDialogRuleBites(t *testing.T) {
	t.Parallel()
	src := `package ui; import "fyne.io/fyne/v2/dialog"; func f(err error) { dialog.ShowError(err, nil) }`
	if where := bareDialogs([]file{parse(t, "x.go", src)}); len(where) != 1 {
		t.Errorf("found are %v", where)
	}
}
