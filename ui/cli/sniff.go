package cli

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"sioscope/capture"
	wire "sioscope/capture/live"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

const sniffHelp = `Packets are captured, nothing is sent. What sessions do is printed as it happens, and at the end, after Ctrl-C or --for,
the report. Traffic of this machine with itself is on the interface lo (lo0 on macOS). Encrypted connections are read with
--keylog, and counted and listed without.

  -i INTERFACE          where to capture; "any" is all of them, on Linux
  --list, -L            list the interfaces
  --port N              only what comes from or goes to this port; may be given several times, or with commas
  --host ADDRESS        only what comes from or goes to this address, network (10.0.0.0/8) or name; likewise
  -f FILTER             only what passes a filter in tcpdump's words, too; tcpdump compiles it, so it must be there
  -w FILE               keep the packets in FILE, as pcapng; "-" is standard output, and then nothing else is done
  --ring SIZE           with -w: begin another file after that many bytes (FILE-00001, FILE-00002, …)
  --files N             with --ring: keep the last N files
  --keylog FILE         the TLS keys of clients or servers, a file that SSLKEYLOGFILE named for them; it may come and grow
                        later. Its keys go into what -w writes too
  --no-promiscuous      leave the interface as it is: only what is addressed to this machine
  --for 30s             end after that long; without it, Ctrl-C does
  --memory SIZE         memory for what is kept (512MB): past it the oldest makes room, payloads first, then requests that
                        tell nothing, then sessions that are over; the verdict and all counts stay those of the whole
` + formatHelp + expectHelp + `  --node-header NAME    the response header that names the node, such as X-Pod-Name
  --all                 list every session and all evidence, however many
  --no-redact           do not mask tokens, cookies, passwords: not for tickets
` + langHelp + `  --color auto|always|never
                        colours; auto (the default) on a terminal where NO_COLOR is not set

Capturing needs permission; where it is missing, one sentence says which command gives it to this program. Exit codes:
0; 1 --expect does not hold; 2 bad usage, or no permission; 130 interrupted before --for was over.

examples:
  sio sniff -i lo --port 3000
  sio sniff -i eth0 --port 80,3000 -w traffic.pcapng --ring 100MB --files 10
  sio sniff -i eth0 --for 60s --expect websocket --format json > report.json
  ssh host sudo sio sniff -i eth0 --port 3000 -w - | sio open -
`

func (p *Program) sniffVerb() verb {
	return verb{
		name: "sniff", arguments: "-i INTERFACE [flags]", help: sniffHelp, run: p.sniff,
		about: "watches the traffic of a network interface, live",
	}
}

// sniffFlags are what sniff was asked for.
type sniffFlags struct {
	out     openFlags
	options wire.Options
	write   string
	ring    wire.Ring
	span    time.Duration
	list    bool
}

func (f *sniffFlags) set() *flag.FlagSet {
	fs := flag.NewFlagSet("sniff", flag.ContinueOnError)
	fs.StringVar(&f.options.Interface, "i", "", "")
	fs.BoolVar(&f.list, "list", false, "")
	fs.BoolVar(&f.list, "L", false, "")
	fs.Func("port", "", f.addPorts)
	fs.Func("host", "", f.addHosts)
	fs.StringVar(&f.options.Filter, "f", "", "")
	fs.StringVar(&f.write, "w", "", "")
	fs.StringVar(&f.options.KeyLog, "keylog", "", "")
	fs.Var(size{&f.ring.Size}, "ring", "")
	fs.IntVar(&f.ring.Files, "files", 0, "")
	fs.BoolVar(&f.options.Quiet, "no-promiscuous", false, "")
	fs.Var(duration{&f.span}, "for", "")
	f.out.add(fs)
	f.out.addMemory(fs)
	return fs
}

func (f *sniffFlags) addPorts(list string) error {
	ports, err := wire.ParsePorts(list)
	f.options.Ports = append(f.options.Ports, ports...)
	return err
}

func (f *sniffFlags) addHosts(list string) error {
	for _, word := range words(list) {
		hosts, err := wire.ParseHost(word)
		if err != nil {
			return err
		}
		f.options.Hosts = append(f.options.Hosts, hosts...)
	}
	return nil
}

// check finds what can be wrong with the flags beside their form.
func (f *sniffFlags) check(rest []string, name string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("sniff takes no arguments, got %q; a filter goes with -f, an interface with -i", rest[0])
	case f.options.Interface == "":
		return fmt.Errorf("want an interface, as in -i lo for the traffic of this machine with itself; %s sniff --list lists them", name)
	case f.ring.Size > 0 && (f.write == "" || f.write == standardInput):
		return errors.New("--ring needs -w FILE: the files are named by it")
	case f.ring.Files < 0 || f.ring.Files > 0 && f.ring.Size == 0:
		return errors.New("--files N needs --ring SIZE: it is how many files of that size are kept")
	}
	if f.write != "" && f.write != standardOutput {
		if err := writable("-w", f.write); err != nil {
			return err
		}
	}
	return f.out.check()
}

// sniff captures until it is told to end.
func (p *Program) sniff(ctx context.Context, args []string) int {
	var f sniffFlags
	rest, err := parse(f.set(), args)
	if err == nil && f.list {
		return p.listInterfaces()
	}
	if err == nil {
		err = f.check(rest, p.Name)
	}
	if err == nil && f.write == standardInput && p.Columns(p.Stdout) > 0 {
		err = errors.New("-w - writes packets, and standard output is a terminal; let a program read them, as in sio sniff -i lo -w - | sio open -")
	}
	var s *wire.Sniffer
	if err == nil {
		s, err = wire.Open(f.options)
	}
	if err != nil {
		return p.fail("sniff: %v", err)
	}
	defer s.Close()
	running, cancel := ctx, context.CancelFunc(func() {})
	if f.span > 0 {
		running, cancel = context.WithTimeout(ctx, f.span)
	}
	defer cancel()
	if f.write == standardInput {
		return p.pass(running, s)
	}
	return p.watch(ctx, running, s, f)
}

// unreadEvery is how often it is looked whether anybody still reads.
const unreadEvery = time.Second

// pass writes packets to standard output, as long as somebody reads them: where none comes any more, a reader that is gone,
// a window that was killed, say, would not be noticed.
func (p *Program) pass(ctx context.Context, s *wire.Sniffer) int {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		tick := time.NewTicker(unreadEvery)
		defer tick.Stop()
		for {
			select {
			case <-running.Done():
				return
			case <-tick.C:
				if unread(p.Stdout) {
					cancel()
					return
				}
			}
		}
	}()
	if err := s.Run(running, bufio.NewWriterSize(p.Stdout, 256<<10)); err != nil {
		return p.fail("sniff: %v", err)
	}
	return ok
}

// watch prints what is captured, keeps it where that is asked for, and reports at the end.
func (p *Program) watch(ctx, running context.Context, s *wire.Sniffer, f sniffFlags) int {
	t := &session.Tracker{Options: session.Options{NodeHeader: f.out.nodeHeader, KeepRows: true, MaxRows: 10_000, KeepPayloads: true, Memory: f.out.memory}.Live()}
	l := p.live(t, p.past(&f.out), &f.out)
	f.ring.Path = f.write
	if f.write != "" {
		if err := f.ring.Open(); err != nil {
			return p.fail("sniff: -w %s: %v", f.write, reason(err))
		}
		defer f.ring.Close()
	}
	all, err := p.archive(&f.out)
	if err != nil {
		return p.fail("sniff: %v", err)
	}
	p.announce(l.w, &f)
	l.began(p.Now())
	from, to := io.Pipe()
	var out wire.Output = bufio.NewWriterSize(to, 64<<10)
	if f.write != "" {
		out = wire.Both{&f.ring, out}
	}
	ended := make(chan error, 1)
	go func() {
		ended <- s.Run(running, out)
		to.Close()
	}()
	files := capture.Files{Inputs: []capture.Input{{Path: standardInput}}, Stdin: from, StdinName: f.options.Interface}
	watched := &watched{live: l, keys: f.options.KeyLog != ""}
	err = files.Run(context.WithoutCancel(ctx), all.also(watched.add)) // the end of the capture is its end
	from.Close()
	if capturing := <-ended; capturing != nil {
		err = capturing
	}
	if writing := all.end(nil); err == nil {
		err = writing
	}
	t.Finish()
	return p.endSniff(ctx, l, &f, err)
}

// announce says what is captured, and how it ends.
func (p *Program) announce(w io.Writer, f *sniffFlags) {
	text := "capturing on " + f.options.Interface
	if m := f.options.Match.String(); m != "" {
		text += ", " + m
	}
	if f.write != "" {
		text += ", into " + f.ring.Names()[0]
	}
	if f.options.KeyLog != "" {
		text += ", with the keys in " + f.options.KeyLog
		if _, err := os.Stat(f.options.KeyLog); err != nil {
			text += " (which is not there yet)"
		}
	}
	end := "Ctrl-C ends it"
	if f.span > 0 {
		end = "it ends after " + f.span.String()
	}
	fmt.Fprintf(w, "%s; %s, with a report\n\n", text, end)
}

// endSniff prints the report and gives the exit code.
func (p *Program) endSniff(ctx context.Context, l *live, f *sniffFlags, failed error) int {
	in := p.report(l.tracker, l.past, f.options.Interface, f.out)
	if f.out.format == "text" {
		fmt.Fprintln(p.Stdout)
	}
	if err := p.print(in, f.out); err != nil {
		return p.fail("sniff: %v", err)
	}
	if failed != nil {
		return p.fail("sniff: it ended early: %v", failed)
	}
	code := p.judge(in, f.out.expect)
	if code == ok && f.span > 0 && ctx.Err() != nil {
		fmt.Fprintf(p.Stderr, "%s: sniff: interrupted; the report tells what was seen until then\n", p.Name)
		return interrupted
	}
	return code
}

// watched prints besides the rows what a capture may be silent about.
type watched struct {
	live      *live
	keys      bool            // there are some, which may come later: the report tells what stayed encrypted
	encrypted map[string]bool // servers that were named
	dropped   int64
}

// maxEncrypted is how many servers are named.
const maxEncrypted = 20

func (w *watched) add(f fact.Fact) {
	w.live.add(f)
	switch f := f.(type) {
	case *fact.TLS:
		if f.Reason != "" && !w.keys {
			w.dark(f)
		}
	case *fact.Stats:
		if f.Dropped > w.dropped {
			w.dropped = f.Dropped
			w.live.say(time.Now().UnixNano(), fmt.Sprintf("%d packets so far came too fast to be captured", f.Dropped))
		}
	}
}

// dark names a server whose connections cannot be read, once.
func (w *watched) dark(f *fact.TLS) {
	name := f.Conn.Server.String()
	if f.SNI != "" {
		name = f.SNI + " (" + name + ")"
	}
	if w.encrypted[name] || len(w.encrypted) >= maxEncrypted {
		return
	}
	if w.encrypted == nil {
		w.encrypted = map[string]bool{}
	}
	w.encrypted[name] = true
	w.live.say(f.Time, "encrypted, and not read: connections to "+name)
}

// listInterfaces prints what can be captured on.
func (p *Program) listInterfaces() int {
	all, err := wire.Interfaces()
	if err != nil {
		return p.fail("sniff: %v", err)
	}
	width := 0
	for _, i := range all {
		width = max(width, len(i.Name))
	}
	for _, i := range all {
		text := fmt.Sprintf("%-*s  %-7s", width, i.Name, i.State())
		for _, a := range i.Addresses {
			text += "  " + a.Addr().String()
		}
		if i.Packets >= 0 {
			text += fmt.Sprintf("  %d packets so far", i.Packets)
		}
		if i.About != "" {
			text += "  (" + i.About + ")"
		}
		fmt.Fprintln(p.Stdout, text)
	}
	return ok
}
