// Package cli is the command line: the verbs, their flags, what they print and how they exit. cmd/sio is this and
// nothing else; cmd/sioscope does the same where there is no display. It opens no window and needs no cgo.
//
// Exit codes: 0; 1 what --expect asked for does not hold; 2 bad usage, or nothing could be read; 130 interrupted.
package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"sioscope/ui/plain"
)

// Exit codes.
const (
	ok          = 0
	unmet       = 1
	failed      = 2
	interrupted = 130 // 128 and the number of SIGINT, as shells have it
)

// A Program is one run of the command line and the world it sees. The zero value is sio in the process's own world.
type Program struct {
	Name           string                // as the user calls it; "" means sio
	Stdin          io.Reader             // nil means os.Stdin
	Stdout, Stderr io.Writer             // nil means os.Stdout, os.Stderr
	Getenv         func(string) string   // nil means os.Getenv
	Now            func() time.Time      // nil means time.Now
	Columns        func(w io.Writer) int // width of the terminal that w is, 0 where it is none; nil asks the system
}

// Run runs sio with args, those after the program's name, and gives the exit code.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &Program{Stdin: stdin, Stdout: stdout, Stderr: stderr}
	return p.Run(ctx, args)
}

// A verb is the first word of a command line.
type verb struct {
	name, arguments string
	about           string // one line
	help            string // flags and examples; "" where the verb answers -h itself
	run             func(ctx context.Context, args []string) int
}

// Run runs the command line and gives the exit code.
func (p *Program) Run(ctx context.Context, args []string) int {
	p.defaults()
	if len(args) == 0 {
		p.usage(p.Stderr)
		return failed
	}
	name, args := args[0], args[1:]
	switch name {
	case "-h", "-help", "--help":
		p.usage(p.Stdout)
		return ok
	case "help":
		return p.help(ctx, args)
	case "-version", "--version":
		name = "version"
	}
	if v := p.verb(name); v != nil {
		if wantsHelp(args) && v.help != "" {
			p.verbHelp(v)
			return ok
		}
		return v.run(ctx, args)
	}
	if strings.HasPrefix(name, "-") {
		return p.fail("unknown flag %s: the verb comes first, as in %s open %s FILE; %s help lists the verbs", name, p.Name, name, p.Name)
	}
	if _, err := os.Stat(name); err == nil {
		return p.fail("unknown verb %q; to read that file: %s open %s", name, p.Name, name)
	}
	return p.fail("unknown verb %q; %s help lists the verbs", name, p.Name)
}

func (p *Program) defaults() {
	if p.Name == "" {
		p.Name = "sio"
	}
	if p.Stdin == nil {
		p.Stdin = os.Stdin
	}
	if p.Stdout == nil {
		p.Stdout = os.Stdout
	}
	if p.Stderr == nil {
		p.Stderr = os.Stderr
	}
	if p.Getenv == nil {
		p.Getenv = os.Getenv
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Columns == nil {
		p.Columns = columns
	}
}

// all are the verbs, in the order help lists them.
func (p *Program) all() []verb {
	return []verb{p.openVerb(), p.sniffVerb(), p.connectVerb(), p.checkVerb(), p.labVerb(), p.decodeVerb(), p.explainVerb(), p.versionVerb()}
}

func (p *Program) verb(name string) *verb {
	for _, v := range p.all() {
		if v.name == name {
			return &v
		}
	}
	return nil
}

// fail prints one sentence and gives the exit code for bad usage and unreadable input.
func (p *Program) fail(format string, args ...any) int {
	lines := strings.Split(fmt.Sprintf(p.Name+": "+format, args...), "\n")
	for i := range lines {
		lines[i] = plain.Text(lines[i]) // file names and what is in files may hold escape sequences
	}
	fmt.Fprintln(p.Stderr, strings.Join(lines, "\n"))
	return failed
}

// wantsHelp tells whether -h is among the flags; what follows "--" is no flag.
func wantsHelp(args []string) bool {
	for _, a := range args {
		switch a {
		case "-h", "-help", "--help":
			return true
		case "--":
			return false
		}
	}
	return false
}
