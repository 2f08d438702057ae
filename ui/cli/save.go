package cli

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"sioscope/capture"
	"sioscope/capture/extract"
	"sioscope/capture/temp"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/handover"
	"sioscope/ui/plain"
)

const saveHelp = `  -w FILE.pcapng        write the packets of the chosen sessions there, for somebody else to open. What others sent over
                        the same connections is blanked out, secrets are masked byte for byte (--no-redact leaves them).
                        "-" is standard output, and then the report goes to standard error
  --session SID         choose a session, for -w and for --format har; may be given several times, or as a list with commas
  --finding ID          choose the sessions and the refused handshakes that a finding touches; likewise
                        Neither: all that is Socket.IO
  --with-keys           put the TLS keys of the chosen connections into the file: its receiver reads all they carry
`

// saveFlags are what of the captures is passed on.
type saveFlags struct {
	path     string
	what     extract.What
	withKeys bool
}

func (f *saveFlags) add(fs *flag.FlagSet) {
	fs.StringVar(&f.path, "w", "", "")
	fs.Var(names{&f.what.Sessions}, "session", "")
	fs.Var(names{&f.what.Findings}, "finding", "")
	fs.BoolVar(&f.withKeys, "with-keys", false, "")
}

// names is the value of a flag that may be given several times, and takes lists.
type names struct{ list *[]string }

func (n names) String() string { return "" }

func (n names) Set(text string) error {
	list := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	if len(list) == 0 {
		return errors.New("want a name")
	}
	*n.list = append(*n.list, list...)
	return nil
}

// wanted says whether anything is to be chosen.
func (f *saveFlags) wanted(format string) bool {
	return f.path != "" || format == "har" && !f.what.Empty()
}

// check finds what can be wrong with the flags, also with those beside them.
func (f *saveFlags) check(o *openFlags) error {
	switch {
	case f.path == "" && f.withKeys:
		return errors.New("--with-keys is for -w, which writes packets")
	case f.path == "" && !f.what.Empty() && o.format != "har":
		return errors.New("--session and --finding choose what -w FILE or --format har writes; one of them is missing")
	case f.wanted(o.format) && o.compare:
		return errors.New("--compare writes no packets; write those of each capture by itself")
	case f.wanted(o.format) && o.memory > 0:
		return errors.New("--memory lets go of old requests, and what is chosen is found by them; leave it out")
	case f.path == "":
		return nil
	case f.path == standardOutput && o.output == "" && o.format != "text":
		return fmt.Errorf("-w - writes packets to standard output; name a file for the %s with -o", o.format)
	case f.path == standardOutput:
		return nil
	}
	return writable("-w", f.path)
}

// spool keeps standard input in a temporary file, since it is read more than once.
func (p *Program) spool(ctx context.Context, inputs []capture.Input) (again func() error, done func(), err error) {
	for _, in := range inputs {
		if in.Path != standardInput {
			continue
		}
		if file, isFile := p.Stdin.(*os.File); isFile {
			if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
				return func() error { _, err := file.Seek(0, io.SeekStart); return err }, func() {}, nil
			}
		}
		kept, err := temp.Create("pcap")
		if err != nil {
			return nil, nil, fmt.Errorf("standard input is read twice with -w, and there is no room for it: %s", reason(err))
		}
		done = func() { kept.Close(); os.Remove(kept.Name()) }
		stdin, end := endWith(ctx, p.Stdin, inputs)
		_, err = io.Copy(kept, stdin)
		end()
		if err != nil {
			done()
			return nil, nil, fmt.Errorf("keeping standard input, which is read twice with -w: %s", reason(err))
		}
		p.Stdin = kept
		return func() error { _, err := kept.Seek(0, io.SeekStart); return err }, done, nil
	}
	return func() error { return nil }, func() {}, nil
}

// save writes the packets of what is chosen, and gives the sentences about them.
func (p *Program) save(ctx context.Context, files *capture.Files, c *extract.Choice, f *openFlags) ([]string, error) {
	out, err := p.packets(f.save.path)
	if err != nil {
		return nil, err
	}
	packets := handover.Packets{Files: files, Choice: c, Redact: redact.Redactor{Off: f.noRedact}, Keys: f.save.withKeys,
		NodeHeader: f.nodeHeader, App: "sioscope " + buildVersion()}
	result, err := packets.Write(ctx, out)
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("-w %s: %s", f.save.path, reason(err))
	}
	if err = out.end(err); err != nil {
		return nil, err
	}
	if info, err := os.Stat(f.save.path); err == nil && info.Mode().IsRegular() && f.save.path != standardOutput {
		if err := result.Verify(ctx, f.save.path); err != nil {
			return nil, err
		}
	}
	words := p.words(*f)
	list := result.Sentences(words)
	list[0] = words.S("%s: %s", f.save.path, list[0])
	return list, nil
}

const standardOutput = "-"

// packets opens what packets are written to.
func (p *Program) packets(path string) (*sink, error) {
	if path != standardOutput {
		return newSink("-w", path, handover.Owner) // there may be what could not be masked
	}
	return &sink{Writer: bufio.NewWriterSize(p.Stdout, 64<<10), flag: "-w"}, nil
}

// aside is the program whose reports leave standard output to packets.
func (p *Program) aside() *Program {
	q := *p
	q.Stdout = p.Stderr
	return &q
}

// part reads the files once more and writes what is chosen as a HAR.
func (p *Program) part(ctx context.Context, files *capture.Files, c *extract.Choice, f *openFlags) error {
	a, err := p.archive(f)
	if err != nil {
		return err
	}
	return a.end(files.Run(ctx, c.Facts(a.Add)))
}

// passOn writes what of the captures is passed on, of t. The sentences are for standard error, once the report is out.
func (p *Program) passOn(ctx context.Context, files *capture.Files, t *session.Tracker, d *diagnose.Diagnosis, f *openFlags, again func() error) (said []string, err error) {
	c, err := extract.Choose(t, d, f.save.what)
	if err != nil {
		return nil, err
	}
	files.Stdin = p.Stdin
	if f.save.path != "" {
		files.Rewind = again
		if said, err = p.save(ctx, files, c, f); err != nil {
			return nil, err
		}
	}
	if f.format == "har" && !f.save.what.Empty() {
		if err := again(); err != nil {
			return nil, err
		}
		err = p.part(ctx, files, c, f)
	}
	return said, err
}

// say prints sentences on standard error.
func (p *Program) say(verb string, list []string) {
	for _, text := range list {
		fmt.Fprintf(p.Stderr, "%s: %s: %s\n", p.Name, verb, plain.Text(text))
	}
}
