package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"sioscope/capture"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

const openHelp = `Files are pcap and pcapng, and HAR as browsers and proxies export it, all also .gz. Several files are one
picture: a capture per node, for instance, each named as in node-a=a.pcap; where the clocks of the machines differ, the
times are put right by requests that more than one capture has. "-" is a capture on standard input.

  --format FORMAT       text for people (the default), html (one page with timeline, findings and fixes), md (for a
                        ticket), svg (the timeline), junit (what --expect asked, for CI), json (sioscope.report/1), or
                        har (all traffic, which Chrome's network panel imports)
  -o FILE               write it there rather than to standard output; its ending chooses the format where --format does
                        not (.html, .md, .svg, .xml, .json, .har, .txt)
` + saveHelp + expectHelp + `                        With --compare, of both sides
  --node-header NAME    the response header that names the node, such as X-Pod-Name
  --keylog FILE         keys that a client or server wrote, to read its TLS with: start the browser, Node
                        (--tls-keylog), curl or Go with SSLKEYLOGFILE=FILE. Keys inside of a pcapng are used anyway
  --compare             hold two captures, A and B or LABEL=FILE each, against each other: what differs, and which
                        difference explains the fault of the one that has it; sioscope.compare/1 with --format json
  --memory SIZE         of a capture that goes on for long, keep what fits in SIZE, as in 512MB: the oldest makes room,
                        the verdict and all counts stay those of the whole
  --all                 list every session and all evidence, however many
  --no-redact           do not mask tokens, cookies, passwords: not for tickets
` + langHelp + `  --color auto|always|never
                        colours; auto (the default) on a terminal where NO_COLOR is not set

examples:
  sio open customer.pcap
  sio open --format json --expect websocket staging.pcapng > report.json
  sio open customer.har
  sio open --format har customer.pcap > customer.har
  sio open --finding no-affinity-per-connection -w fault.pcapng customer.pcap
  sio open lb=edge.pcapng.gz node-a=a.pcap node-b=b.pcap
  sio open --compare development=dev.pcap production=prod.pcap
  ssh host tcpdump -U -s 0 -w - port 3000 | sio open -
`

func (p *Program) openVerb() verb {
	return verb{
		name: "open", arguments: "[flags] FILE...", help: openHelp, run: p.open,
		about: "reads captures and tells what every session did",
	}
}

// openFlags are what open was asked for.
type openFlags struct {
	format, color, output string
	formats               []string // that there are, the default first
	language              string   // "": that of the locale
	expect                expectations
	nodeHeader, keyLog    string
	all, noRedact         bool
	memory                int64 // bytes; 0: no bound but for what is live
	compare               bool
	save                  saveFlags
}

// add adds the flags that say how a report is printed and judged.
func (f *openFlags) add(fs *flag.FlagSet) {
	f.formats, f.color = reports, "auto"
	fs.Var(oneOf{&f.format, f.formats}, "format", "")
	fs.StringVar(&f.output, "o", "", "")
	fs.StringVar(&f.output, "output", "", "")
	fs.Var(&f.expect, "expect", "")
	fs.Var(oneOf{&f.color, []string{"auto", "always", "never"}}, "color", "")
	f.addLanguage(fs)
	fs.StringVar(&f.nodeHeader, "node-header", "", "")
	fs.BoolVar(&f.all, "all", false, "")
	fs.BoolVar(&f.noRedact, "no-redact", false, "")
}

func (f *openFlags) set() *flag.FlagSet {
	fs := flag.NewFlagSet("open", flag.ContinueOnError)
	f.add(fs)
	fs.StringVar(&f.keyLog, "keylog", "", "")
	f.addMemory(fs)
	fs.BoolVar(&f.compare, "compare", false, "")
	f.save.add(fs)
	return fs
}

// addMemory adds the flag that bounds what is kept.
func (f *openFlags) addMemory(fs *flag.FlagSet) { fs.Var(size{&f.memory}, "memory", "") }

// check finds what can be wrong with the flags beside their form.
func (f *openFlags) check() error {
	if strings.ContainsAny(f.nodeHeader, ": \t\r\n") {
		return fmt.Errorf("--node-header %q is no header name; want the name alone, such as X-Pod-Name", f.nodeHeader)
	}
	if err := f.settle(); err != nil {
		return err
	}
	if f.compare {
		if err := f.comparable(); err != nil {
			return err
		}
	}
	if err := f.save.check(f); err != nil {
		return err
	}
	if f.memory > 0 && f.memory < session.LeastMemory {
		return fmt.Errorf("--memory %s is too little; want 16MB or more", bytesText(f.memory))
	}
	if f.keyLog == "" {
		return nil
	}
	info, err := os.Stat(f.keyLog)
	switch {
	case err != nil:
		return fmt.Errorf("--keylog %s: %s", f.keyLog, reason(err))
	case info.IsDir():
		return fmt.Errorf("--keylog %s is a directory; want the file that SSLKEYLOGFILE named", f.keyLog)
	}
	return nil
}

// keys are the key logs named.
func (f *openFlags) keys() []string {
	if f.keyLog == "" {
		return nil
	}
	return []string{f.keyLog}
}

// open reads the files, prints the report and judges it.
func (p *Program) open(ctx context.Context, args []string) int {
	var f openFlags
	names, err := parse(f.set(), args)
	if err == nil {
		err = f.check()
	}
	if err == nil && f.compare {
		return p.compareFiles(ctx, names, f)
	}
	var inputs []capture.Input
	var lost []*unreadable
	if err == nil {
		inputs, lost, err = openInputs(names)
	}
	if err == nil {
		err = f.spares(paths(inputs)...)
	}
	if err == nil && f.save.path == standardOutput && p.Columns(p.Stdout) > 0 {
		err = errors.New("-w - writes packets, and standard output is a terminal; name a file, or let a program read them")
	}
	if err != nil {
		return p.fail("open: %v", err)
	}

	t := &session.Tracker{Options: session.Options{NodeHeader: f.nodeHeader, Memory: f.memory}}
	past := p.past(&f)
	for _, u := range lost {
		t.Add(fact.NewLoss(u.path, u))
	}
	emit := func(of fact.Fact) {
		t.Add(of)
		past.Relieve(t)
	}
	if f.format == "html" || f.format == "svg" {
		t.Options.KeepRows, t.Options.MaxRows = true, maxTicks
	}
	saves := f.save.wanted(f.format)
	again, done := func() error { return nil }, func() {}
	if saves {
		if again, done, err = p.spool(ctx, inputs); err == nil {
			err = again()
		}
		if err != nil {
			return p.fail("open: %v", err)
		}
	}
	defer done()
	var all *archive
	if f.save.what.Empty() {
		if all, err = p.archive(&f); err != nil {
			return p.fail("open: %v", err)
		}
	}
	if !saves && p.grows(inputs, &f) {
		err = p.follow(ctx, inputs, p.live(t, past, &f), &f)
	} else {
		err = p.read(ctx, inputs, f.keys(), all.also(emit))
	}
	if err != nil && ctx.Err() == nil {
		_ = all.end(err)
		return p.fail("open: %v", err)
	}
	t.Finish()
	in := p.report(t, past, named(inputs), f)
	var said []string
	var unsaved error
	if saves && ctx.Err() == nil {
		files := &capture.Files{Inputs: inputs, Keys: f.keys()}
		said, unsaved = p.passOn(ctx, files, t, &in.Diagnosis, &f, again)
	}
	if err = all.end(nil); err == nil && f.save.path == standardOutput {
		err = p.aside().print(in, f)
	} else if err == nil {
		err = p.print(in, f)
	}
	if err != nil {
		return p.fail("open: %v", err)
	}
	p.say("open", said)
	if unsaved != nil && ctx.Err() == nil {
		return p.fail("open: %v", unsaved)
	}
	if ctx.Err() != nil && saves {
		fmt.Fprintf(p.Stderr, "%s: open: interrupted; nothing was written for others to open\n", p.Name)
		return interrupted
	}
	if ctx.Err() != nil {
		fmt.Fprintf(p.Stderr, "%s: open: interrupted; the report tells what was read until then\n", p.Name)
		return interrupted
	}
	if n := firstLost(t); n != nil {
		if len(f.expect) > 0 {
			return p.fail("open: not all files could be read, so --expect cannot be answered: %s", n.Text)
		}
		return p.fail("open: %s", n.Text)
	}
	return p.judge(in, f.expect)
}

// firstLost is the first note of a file that could not be read at all, nil where all could.
func firstLost(t *session.Tracker) *fact.Note {
	for i := range t.Notes {
		if t.Notes[i].Lost {
			return &t.Notes[i]
		}
	}
	return nil
}

// read hands everything the inputs hold to emit and shows how far it is.
func (p *Program) read(ctx context.Context, inputs []capture.Input, keys []string, emit fact.Emit) error {
	g := &progress{now: p.Now, columns: p.Columns(p.Stderr), w: p.Stderr}
	g.start()
	defer g.clear()
	stdin, done := endWith(ctx, p.Stdin, inputs)
	defer done()
	files := capture.Files{Inputs: inputs, Stdin: stdin, Keys: keys}
	return files.Run(ctx, func(f fact.Fact) {
		emit(f)
		if s, isStats := f.(*fact.Stats); isStats {
			g.update(s)
		}
	})
}

// endWith lets standard input end when the context does, for a read that waits for packets cannot be interrupted.
func endWith(ctx context.Context, stdin io.Reader, inputs []capture.Input) (io.Reader, func()) {
	used := false
	for _, in := range inputs {
		used = used || in.Path == standardInput
	}
	if !used {
		return stdin, func() {}
	}
	r, w := io.Pipe()
	go func() {
		_, err := io.Copy(w, stdin)
		w.CloseWithError(err)
	}()
	stop := context.AfterFunc(ctx, func() { w.CloseWithError(io.EOF) })
	return r, func() {
		stop()
		r.Close()
	}
}

// maxTicks is how many packets a timeline in a report has ticks for; they take memory while the capture is read.
const maxTicks = 2_000_000

// paths are the files to read.
func paths(inputs []capture.Input) (list []string) {
	for _, in := range inputs {
		list = append(list, in.Path)
	}
	return list
}

// named is what was read, for the head of a report: names of files without their directories.
func named(inputs []capture.Input) string {
	var list []string
	for _, in := range inputs {
		name := filepath.Base(in.Path)
		if in.Path == standardInput {
			name = "standard input"
		}
		if in.Label != "" {
			name = in.Label + "=" + name
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
}
