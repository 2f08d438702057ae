package words_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"sioscope/ui/words"
)

// TestNoFlagIsNamedInTheWindow looks at every text that can come into the window from what asks and what explains.
func TestNoFlagIsNamedInTheWindow(t *testing.T) {
	t.Parallel()
	flag := regexp.MustCompile(`--[a-z]`)
	ja := japanese(t)
	seen := 0
	for _, dir := range []string{"capture/dial", "capture/check", "capture/live", "protocol/diagnose", "ui/handover"} {
		list, err := filepath.Glob(filepath.Join("..", "..", dir, "*.go"))
		if err != nil || len(list) == 0 {
			t.Fatal(dir, err)
		}
		for _, name := range list {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, is := n.(*ast.BasicLit); is && lit.Kind == token.STRING {
					text, _ := strconv.Unquote(lit.Value)
					if flag.MatchString(text) && strings.Contains(text, " ") {
						seen++
						if got := words.Fields(nil, text); flag.MatchString(got) {
							t.Errorf("%s: %q is said as %q", name, text, got)
						}
						if said, known := ja[text]; known {
							if got := words.Fields(ja, said); flag.MatchString(got) || got == said || strings.Contains(got, "%!") {
								t.Errorf("%s: %q is said as %q", name, said, got)
							}
						}
					}
				}
				return true
			})
		}
	}
	if seen < 20 {
		t.Errorf("only %d texts name a flag", seen)
	}
}

func TestFlagsAreFields(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"x accepted the connection and did not answer within 10 s; check the port and --path, or give it more time with --timeout": "X accepted the connection and did not answer within 10 s; check the port and the field Path.",
		"it took too long; --timeout gives it more time":                              "It took too long.",
		"the server does not allow the transport polling; try --transports websocket": "The server does not allow the transport polling; try “WebSocket only”.",
		"use --eio 4, or enable allowEIO3 on the server":                              "Use Engine.IO version 4, or enable allowEIO3 on the server.",
	} {
		if got := words.Quoting(nil, text); got != want {
			t.Errorf("%q is said as %q", text, got)
		}
		nothing := words.Nothing(nil, "No session", errors.New(text))
		has(t, nothing, want)
	}
}
