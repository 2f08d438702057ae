package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sioscope/assets"
	"sioscope/protocol/lang"
)

// A said is a format that code hands to lang.Words, or a text that it marks for them.
type said struct {
	format string
	at     string
	args   int  // that come with it; -1 where they are a list
	place  bool // what a Fix is for, which may be the name of a product
}

// sentences collects what the files say through lang.Words: p.S("…", …), p.N(n, "…", "…", …), p.Count(n, "…"),
// p.Plural(n, "…", "…"), lang.Mark("…"), and the places that a Fix is for. What is not written where it is said cannot
// be looked for in a catalogue, and is refused.
func sentences(parsed []file) (all []said, refused []string) {
	consts := constants(parsed)
	for _, f := range parsed {
		if f.test() || within(f.path, "protocol/lang") {
			continue
		}
		text := func(e ast.Expr) (string, bool) { return constant(e, consts[f.ast.Name.Name]) }
		say := func(n ast.Node, args int, formats ...ast.Expr) {
			for _, e := range formats {
				s, ok := text(e)
				if !ok {
					refused = append(refused, f.at(n)+": a sentence is not written where it is said")
					continue
				}
				all = append(all, said{s, f.at(n), args, false})
			}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				sel, ok := n.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				of, _ := sel.X.(*ast.Ident)
				switch {
				case of != nil && slices.Contains([]string{"strings", "bytes", "utf8", "rand"}, of.Name):
				case sel.Sel.Name == "S" && len(n.Args) > 0:
					say(n, given(n, 1), n.Args[0])
				case sel.Sel.Name == "N" && len(n.Args) > 2:
					say(n, given(n, 3), n.Args[1], n.Args[2])
				case sel.Sel.Name == "Count" && len(n.Args) == 2, sel.Sel.Name == "Plural" && len(n.Args) == 3:
					if s, ok := text(n.Args[1]); ok {
						all = append(all, said{"%d " + s, f.at(n), 1, false})
					} else {
						refused = append(refused, f.at(n)+": a word that is counted is not written where it is")
					}
				case sel.Sel.Name == "figure" && len(n.Args) > 1: // a name that is said later
					if s, ok := text(n.Args[0]); ok {
						all = append(all, said{s, f.at(n), 0, true})
					}
				case sel.Sel.Name == "Say" && of != nil && of.Name == "lang":
					say(n, given(n, 1), n.Args[0])
				case sel.Sel.Name == "Counted" && of != nil && of.Name == "lang":
					say(n, -1, n.Args[1], n.Args[2])
				case sel.Sel.Name == "Mark" && of != nil && of.Name == "lang":
					say(n, 0, n.Args[0])
				}
			case *ast.CompositeLit:
				if place, ok := placeOfFix(n); ok {
					s, _ := text(place)
					all = append(all, said{s, f.at(n), 0, true})
				}
			}
			return true
		})
	}
	return all, refused
}

// given is how many arguments follow the first n of a call.
func given(c *ast.CallExpr, n int) int {
	if c.Ellipsis != token.NoPos {
		return -1
	}
	return len(c.Args) - n
}

// placeOfFix is what a literal {For: "nginx", Text: …} is for.
func placeOfFix(c *ast.CompositeLit) (place ast.Expr, ok bool) {
	hasText := false
	for _, e := range c.Elts {
		kv, keyed := e.(*ast.KeyValueExpr)
		if !keyed {
			return nil, false
		}
		switch k, _ := kv.Key.(*ast.Ident); {
		case k == nil:
		case k.Name == "For":
			if _, written := kv.Value.(*ast.BasicLit); written {
				place = kv.Value
			}
		case k.Name == "Text":
			hasText = true
		}
	}
	return place, place != nil && hasText
}

// constants are the texts that packages name, by package and name.
func constants(parsed []file) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, f := range parsed {
		named := all[f.ast.Name.Name]
		if named == nil {
			named = map[string]string{}
			all[f.ast.Name.Name] = named
		}
		for _, d := range f.ast.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, spec := range g.Specs {
				v := spec.(*ast.ValueSpec)
				for i, name := range v.Names {
					if i < len(v.Values) {
						if s, ok := constant(v.Values[i], nil); ok {
							named[name.Name] = s
						}
					}
				}
			}
		}
	}
	return all
}

// constant is the text that an expression is: a literal, literals put together, or a constant of the package.
func constant(e ast.Expr, named map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.Ident:
		s, ok := named[e.Name]
		return s, ok
	case *ast.BinaryExpr:
		a, ok := constant(e.X, named)
		b, also := constant(e.Y, named)
		return a + b, ok && also && e.Op == token.ADD
	}
	return "", false
}

var verb = regexp.MustCompile(`%([-+# 0]*)(?:\[(\d+)\])?(\*|\d+)?(?:\.\d*)?(?:\[(\d+)\])?([a-zA-Z%])`)

// arguments are the verbs of a format by the argument that they print: "1s 2d".
func arguments(format string) string {
	by := map[int]string{}
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[5] == "%" {
			continue
		}
		if m[3] == "*" {
			by[next] = "*"
			next++
		}
		if at := m[2] + m[4]; at != "" {
			next, _ = strconv.Atoi(at)
		}
		by[next] = m[5]
		next++
	}
	var all []string
	for _, i := range slices.Sorted(maps.Keys(by)) {
		all = append(all, fmt.Sprintf("%d%s", i, by[i]))
	}
	return strings.Join(all, " ")
}

// sameInAny are names that no language translates: products, as they stand where a Fix is for one.
var sameInAny = regexp.MustCompile(`^[A-Z]?[a-z]*[A-Z][\w.-]*( [A-Z]\S*)*$|^nginx$|^ingress-nginx$|^pm2$`)

// gaps are what a catalogue lacks, has wrong or has for nothing.
func gaps(all []said, catalogue lang.Words) (bad []string) {
	used := map[string]bool{}
	for _, s := range all {
		if s.args > 0 && strings.Count(arguments(s.format), " ")+1 != s.args || s.args > 0 && arguments(s.format) == "" {
			bad = append(bad, fmt.Sprintf("%s: %d arguments for %q", s.at, s.args, s.format))
		}
		t, ok := catalogue[s.format]
		switch {
		case used[s.format]:
		case !ok && !(s.place && sameInAny.MatchString(s.format)):
			bad = append(bad, fmt.Sprintf("%s: no translation of %q", s.at, s.format))
		case ok && t == "":
			bad = append(bad, fmt.Sprintf("%s: the translation of %q is empty", s.at, s.format))
		case ok && arguments(t) != arguments(s.format):
			bad = append(bad, fmt.Sprintf("%s: %q has the arguments %q, its translation %q has %q", s.at, s.format, arguments(s.format), t, arguments(t)))
		}
		used[s.format] = true
	}
	for _, format := range slices.Sorted(maps.Keys(catalogue)) {
		if !used[format] && format != ", " {
			bad = append(bad, fmt.Sprintf("nobody says %q", format))
		}
	}
	return bad
}

func TestEveryLanguageHasEverySentence(t *testing.T) {
	t.Parallel()
	all, refused := sentences(files(t))
	none(t, refused)
	if len(assets.Languages()) == 0 {
		t.Error("there is no language beside English")
	}
	for _, name := range assets.Languages() {
		catalogue, err := lang.Parse(assets.Sentences(name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, bad := range gaps(all, catalogue) {
			t.Errorf("assets/lang/%s.json: %s", name, bad)
		}
	}
}

// TestSentenceRulesBite shows that each rule above can fail.
func TestSentenceRulesBite(t *testing.T) {
	t.Parallel()
	all, refused := sentences([]file{parse(t, "ui/x.go", `package x
		const why = "a reason"
		func f(p words, s string) {
			p.S("%s reached %d", s, 2)
			p.S("100 %")
			p.S("lacks %s and %s", s)
			p.S(s)
			p.S("first " + s)
			p.N(2, "one %s", "many %s", s)
			p.Count(2, "session")
			lang.Mark(why)
			_ = Fix{For: "client", Text: s}
			_ = Fix{For: "AWS ALB", Text: s}
			_ = strings.Count(s, "x")
		}`)})
	if want := []string{"ui/x.go:7: a sentence is not written where it is said", "ui/x.go:8: a sentence is not written where it is said"}; !slices.Equal(refused, want) {
		t.Errorf("refused %q, want %q", refused, want)
	}
	got := gaps(all, lang.Words{"%s reached %d": "%[2]d %[1]d", "one %s": "eins %s", "many %s": "", "%d session": "%d Sitzung", "client": "Client", "old": "alt", ", ": "、"})
	want := []string{
		`ui/x.go:4: "%s reached %d" has the arguments "1s 2d", its translation "%[2]d %[1]d" has "1d 2d"`,
		`ui/x.go:5: no translation of "100 %"`,
		`ui/x.go:6: 1 arguments for "lacks %s and %s"`,
		`ui/x.go:6: no translation of "lacks %s and %s"`,
		`ui/x.go:9: the translation of "many %s" is empty`,
		`ui/x.go:11: no translation of "a reason"`,
		`nobody says "old"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
