package cli

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
)

const about = `sio shows which transport every Socket.IO session really uses, which node answered,
and why a session never left long-polling.
`

// usage prints the verbs.
func (p *Program) usage(w io.Writer) {
	fmt.Fprint(w, p.named(about), "\nusage: ", p.Name, " VERB [flags] [arguments]\n\n")
	for _, v := range p.all() {
		fmt.Fprintf(w, "  %-26s %s\n", v.name+" "+v.arguments, v.about)
	}
	fmt.Fprintf(w, "  %-26s %s\n", "help [VERB]", "this, or the flags of a verb with examples")
	fmt.Fprintf(w, "\n%s VERB -h tells more. Exit codes: 0; 1 --expect does not hold; 2 bad usage or unreadable input; 130 interrupted.\n", p.Name)
}

func (p *Program) help(ctx context.Context, args []string) int {
	if len(args) == 0 || wantsHelp(args) || args[0] == "help" {
		p.usage(p.Stdout)
		return ok
	}
	v := p.verb(args[0])
	if v == nil {
		return p.fail("unknown verb %q; %s help lists the verbs", args[0], p.Name)
	}
	if v.help == "" {
		return v.run(ctx, []string{"-h"})
	}
	p.verbHelp(v)
	return ok
}

func (p *Program) verbHelp(v *verb) {
	fmt.Fprintf(p.Stdout, "usage: %s\n\n%s.\n", strings.TrimSpace(p.Name+" "+v.name+" "+v.arguments), upperFirst(v.about))
	fmt.Fprint(p.Stdout, "\n", p.named(v.help))
}

// named puts the program's name where the texts say sio.
func (p *Program) named(text string) string {
	if p.Name == "sio" {
		return text
	}
	return strings.NewReplacer("sio shows", p.Name+" shows", "  sio ", "  "+p.Name+" ", "| sio ", "| "+p.Name+" ").Replace(text)
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func (p *Program) versionVerb() verb {
	return verb{name: "version", run: p.version, about: "prints the version, the commit and the Go it was built with",
		help: "example:\n  sio version\n"}
}

func (p *Program) version(_ context.Context, args []string) int {
	if len(args) > 0 {
		return p.fail("version takes no argument, got %q", args[0])
	}
	fmt.Fprintf(p.Stdout, "%s %s\n", p.Name, buildVersion())
	return ok
}

// buildVersion is what the Go toolchain wrote into the binary.
func buildVersion() string {
	info, found := debug.ReadBuildInfo()
	if !found {
		return "(unknown build) " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
	}
	text := info.Main.Version
	if text == "" {
		text = "(devel)"
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) > 12 && !strings.Contains(text, s.Value[:12]):
			text += " " + s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true" && !strings.Contains(text, "dirty"):
			text += " (modified)"
		}
	}
	return text + " " + info.GoVersion + " " + runtime.GOOS + "/" + runtime.GOARCH
}
