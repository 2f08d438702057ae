package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A text that a user may read has a letter after a blank or before one, or is a word that begins with a capital.
var (
	phrase = regexp.MustCompile(`[A-Za-z]{2,}[,.:;…]? |[ “‘(][A-Za-z]{2,}|[A-Za-z]{2,}…|^ ?[A-Z][a-z]+[.:]?$`)
	filler = regexp.MustCompile(`%[-+# 0]*\d*(\.\d+)?[a-zA-Z]`)
)

// silent are the texts of the window that are the same in every language: names of products, of protocols and of header
// fields, units, keys, examples of what is typed or pasted, and what is for nobody to read.
var silent = regexp.MustCompile(`^(Socket\.IO|Engine\.IO|WebSocket|Wireshark|English)$|^(Authorization|X-Tenant|Host|Upgrade|Content-\w+): |^(tcpdump|ip|ipv6|http2?) |\.(addr|port|streamid) ==|^ · sioscope$|^sioscope |^( |%d )[kMG]B$|^(CLIENT|SERVER|EXPORTER|RSA)[_ ]|^(Tab|Page|Home)[ ,]|^MIT License|^Ag$|^making the window: |^capture\.pcap, |^sid:…, node:A$|^(Ctrl|Cmd|Shift|Alt|Esc|Enter|Menu|Space|Tab|Home|End|Del)\+?$`)

// spoken are the calls whose texts are said in the window's language, or marked to be.
var spoken = []string{"S", "N", "Count", "Plural", "Say", "Counted", "Mark", "Said"}

// mute are the calls whose texts nobody reads: errors of what cannot be, names of settings and resources.
var mute = []string{"panic", "MustCompile", "NewStaticResource", "NewWithID", "NewWindow", "LogError"}

// unsaid finds in the window's own package the texts that a user may read and that are in English whatever the language.
func unsaid(parsed []file) (bad []string) {
	for _, f := range parsed {
		if f.test() || path.Dir(f.path) != "ui" {
			continue
		}
		skip := map[ast.Node]bool{}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.KeyValueExpr: // what is looked up, not shown
				skip[n.Key] = true
			case *ast.Field:
				if n.Tag != nil {
					skip[n.Tag] = true
				}
			case *ast.CallExpr:
				name := called(n)
				if slices.Contains(spoken, name) || slices.Contains(mute, name) {
					for _, a := range n.Args {
						if _, text := constant(a, nil); text {
							skip[a] = true
						}
					}
				}
			case *ast.BasicLit:
				s, err := strconv.Unquote(n.Value)
				if n.Kind != token.STRING || err != nil || skip[n] {
					return true
				}
				if phrase.MatchString(filler.ReplaceAllString(s, "")) && !silent.MatchString(s) {
					bad = append(bad, fmt.Sprintf("%s: %q is English in every language", f.at(n), s))
				}
			}
			return !skip[n]
		})
	}
	return bad
}

// called is the name of a function or method that is called, without what it is of.
func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func TestWindowSpeaksItsLanguage(t *testing.T) {
	t.Parallel()
	none(t, unsaid(files(t)))
}

// TestUnsaidTextsAreFound shows that the rule above can fail.
func TestUnsaidTextsAreFound(t *testing.T) {
	t.Parallel()
	got := unsaid([]file{parse(t, "ui/x.go", `package ui
		import "sioscope/a b"
		type x struct { y int `+"`json:\"Some name\"`"+` }
		func f(h *hears, n int) {
			newButton(h, "Open", nil, nil)
			newButton(h, h.S("Open"), nil, nil)
			b.SetText("Ask for an ack")
			h.N(n, "%s was refused", "%s were refused")
			text = fmt.Sprintf("%d of %d", n, n)
			text = h.S("a long one " + "of two")
			text = fmt.Errorf("there is no file %s", n)
			text = "Authorization: Bearer …"
			prefs.Int("window.width")
			text = "GET"
			text = strings.ToLower("…and more")
		}`), parse(t, "ui/report/x.go", `package report
		const x = "Not here"`)})
	want := []string{
		`ui/x.go:5: "Open" is English in every language`,
		`ui/x.go:7: "Ask for an ack" is English in every language`,
		`ui/x.go:9: "%d of %d" is English in every language`,
		`ui/x.go:11: "there is no file %s" is English in every language`,
		`ui/x.go:15: "…and more" is English in every language`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %s\nwant %s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
