package cli

import (
	"context"
	"os"

	"sioscope/capture"
)

// grows says whether what is opened comes bit by bit, and somebody looks on: a capture on standard input that is no
// file, and text for a terminal.
func (p *Program) grows(inputs []capture.Input, f *openFlags) bool {
	if f.format != "text" || p.Columns(p.Stdout) == 0 {
		return false
	}
	for _, in := range inputs {
		if in.Path != standardInput {
			continue
		}
		file, isFile := p.Stdin.(*os.File)
		if !isFile {
			return true
		}
		info, err := file.Stat()
		return err == nil && !info.Mode().IsRegular()
	}
	return false
}

// follow reads the inputs and prints what happens as it comes.
func (p *Program) follow(ctx context.Context, inputs []capture.Input, l *live, f *openFlags) error {
	o := &l.tracker.Options
	o.KeepRows, o.MaxRows, o.KeepPayloads = true, 10_000, true
	*o = o.Live()
	bound(o.Memory)
	stdin, done := endWith(ctx, p.Stdin, inputs)
	defer done()
	files := capture.Files{Inputs: inputs, Stdin: stdin, Keys: f.keys()}
	err := files.Run(ctx, l.add)
	if l.printed > 0 {
		_, _ = p.Stdout.Write([]byte("\n"))
	}
	return err
}
