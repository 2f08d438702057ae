package cli

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"sioscope/internal/lab"
	"sioscope/protocol/session"
)

const labHelp = `A Socket.IO service in miniature: nodes, a load balancer in front of them, and simulated clients. It prints what becomes
of every session as it happens, and at the end the report. By default two nodes, a balancer that deals out TCP
connections, and three clients, none of which gets to WebSocket. Point a browser, sio check or a client of your own at
the URL it prints.

  --fault ID            switch something on; may be given several times, or with commas. A fault's ID typed while it
                        runs, and Enter, switches it on or off
  --list                list what can be switched
  --nodes N             nodes behind the balancer, 1 to 26 (2)
  --clients N           simulated clients, 0 to 50 (3)
  --listen HOST:PORT    address of the balancer (127.0.0.1:0, a free port that only this machine reaches)
  --for 30s             end after that long; without it, Ctrl-C does
  --allow-eio3          the nodes serve clients of Socket.IO 1 and 2 too
  --cors ORIGIN         the nodes allow pages of that origin, "*" for all; may be given several times
  --node-header NAME    the nodes name themselves in this response header, and the report goes by it
` + formatHelp + expectHelp + `  --all                 list every session and all evidence, however many
` + langHelp + `  --color auto|always|never
                        colours; auto (the default) on a terminal where NO_COLOR is not set

Exit codes: 0; 1 --expect does not hold; 2 bad usage, or the address cannot be listened on; 130 ended with Ctrl-C.

examples:
  sio lab
  sio lab --fault cookie --for 10s
  sio lab --fault per-request --nodes 3 --listen 127.0.0.1:3000
  sio lab --clients 0 --fault upgrade-stripped
`

func (p *Program) labVerb() verb {
	return verb{
		name: "lab", arguments: "[flags]", help: labHelp, run: p.lab,
		about: "runs a small cluster with faults to switch on and off",
	}
}

// labFlags are what lab was asked for.
type labFlags struct {
	out     openFlags
	options lab.Options
	span    time.Duration
	list    bool
}

func (f *labFlags) set() *flag.FlagSet {
	fs := flag.NewFlagSet("lab", flag.ContinueOnError)
	fs.Func("fault", "", func(s string) error {
		f.options.Faults = append(f.options.Faults, words(s)...)
		return nil
	})
	fs.BoolVar(&f.list, "list", false, "")
	fs.IntVar(&f.options.Nodes, "nodes", 2, "")
	fs.IntVar(&f.options.Clients, "clients", 3, "")
	fs.StringVar(&f.options.Listen, "listen", "127.0.0.1:0", "")
	fs.Var(duration{&f.span}, "for", "")
	fs.BoolVar(&f.options.AllowEIO3, "allow-eio3", false, "")
	fs.Func("cors", "", f.addOrigin)
	f.out.add(fs)
	return fs
}

func (f *labFlags) addOrigin(s string) error {
	if s != "*" && !strings.Contains(s, "://") {
		return errors.New(`want an origin, as in https://app.example.org, or "*"`)
	}
	f.options.Origins = append(f.options.Origins, s)
	return nil
}

// check finds what can be wrong with the flags beside their form, and makes the options of them.
func (f *labFlags) check(rest []string) error {
	o := &f.options
	switch {
	case len(rest) > 0:
		return fmt.Errorf("lab takes no arguments, got %q; its flags are in help lab", rest[0])
	case o.Nodes < 1 || o.Nodes > 26:
		return fmt.Errorf("--nodes %d: want 1 to 26", o.Nodes)
	case o.Clients < 0 || o.Clients > 50:
		return fmt.Errorf("--clients %d: want 0 to 50", o.Clients)
	case o.Clients == 0:
		o.Clients = -1 // none
	}
	if err := checkListen(o.Listen); err != nil {
		return err
	}
	if err := checkFaults(o.Faults); err != nil {
		return err
	}
	o.NodeHeader = f.out.nodeHeader
	return f.out.check()
}

// checkListen keeps the lab to this machine unless an address says otherwise: no host is every network there is.
func checkListen(address string) error {
	host, port, err := net.SplitHostPort(address)
	switch {
	case err != nil:
		return fmt.Errorf("--listen %s: want HOST:PORT, as in 127.0.0.1:3000", address)
	case host == "":
		return fmt.Errorf("--listen %s would let every network in; write 127.0.0.1:%s, or 0.0.0.0:%s where others are to reach the lab", address, port, port)
	}
	return nil
}

// checkFaults finds faults that cannot both be on.
func checkFaults(ids []string) error {
	of := map[string]string{} // the fault that is on, by group
	for _, f := range lab.Faults() {
		if f.Group == "" || !slices.Contains(ids, f.ID) {
			continue
		}
		if other := of[f.Group]; other != "" {
			return fmt.Errorf("--fault: %s and %s exclude each other; choose one, and switch while the lab runs by typing the other", other, f.ID)
		}
		of[f.Group] = f.ID
	}
	return nil
}

// lab runs the cluster until it is told to end, prints what happens, and reports.
func (p *Program) lab(ctx context.Context, args []string) int {
	var f labFlags
	rest, err := parse(f.set(), args)
	if err == nil && f.list {
		p.listFaults()
		return ok
	}
	if err == nil {
		err = f.check(rest)
	}
	var l *lab.Lab
	if err == nil {
		l, err = lab.Start(f.options)
	}
	if err != nil {
		return p.fail("lab: %s", labReason(err, f.options.Listen))
	}
	defer l.Close()
	d := p.diary(&f)
	d.head(l, &f)
	defer p.switches(l, d)()
	running, cancel := ctx, context.CancelFunc(func() {})
	if f.span > 0 {
		running, cancel = context.WithTimeout(ctx, f.span)
	}
	defer cancel()
	all, err := p.archive(&f.out)
	if err != nil {
		return p.fail("lab: %v", err)
	}
	err = l.Run(running, all.also(d.add))
	if running.Err() != nil {
		err = nil
	}
	if writing := all.end(err); err == nil {
		err = writing
	}
	if err != nil {
		return p.fail("lab: %v", err)
	}
	return p.closeLab(ctx, d, f)
}

// closeLab prints the report of what was seen.
func (p *Program) closeLab(ctx context.Context, d *diary, f labFlags) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tracker.Finish()
	in := p.report(d.tracker, d.past, "lab", f.out)
	fmt.Fprintln(d.w)
	if err := p.print(in, f.out); err != nil {
		return p.fail("lab: %v", err)
	}
	if code := p.judge(in, f.out.expect); code != ok || ctx.Err() == nil {
		return code
	}
	if f.span > 0 { // without, Ctrl-C is how it is meant to end
		fmt.Fprintf(p.Stderr, "%s: lab: interrupted; the report tells what was seen until then\n", p.Name)
	}
	return interrupted
}

// labReason is why a lab could not be started.
func labReason(err error, listen string) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "listen" {
		why := "the address is not this machine's, or the port is taken"
		if strings.Contains(err.Error(), "in use") {
			why = "something listens there already; choose another port, or 0 for a free one"
		} else if strings.Contains(err.Error(), "permission") {
			why = "this needs permission; choose a port from 1024 on"
		}
		return fmt.Sprintf("--listen %s: %s", listen, why)
	}
	return err.Error()
}

// listFaults prints what can be switched.
func (p *Program) listFaults() {
	width := min(max(p.Columns(p.Stdout), 0), maxColumns)
	if width == 0 {
		width = 100
	}
	group := "?"
	for _, f := range lab.Faults() {
		if f.Group != group {
			group = f.Group
			fmt.Fprintln(p.Stdout, groupTitle(group))
		}
		fmt.Fprintf(p.Stdout, "  %-18s%s\n", f.ID, strings.Join(wrap(f.About, max(width-20, 30)), "\n"+strings.Repeat(" ", 20)))
	}
}

func groupTitle(group string) string {
	switch group {
	case lab.Balancing:
		return "how the balancer chooses a node, one at a time:"
	case lab.Upgrades:
		return "what becomes of WebSocket requests, one at a time:"
	case lab.Servers:
		return "how the nodes are configured, one at a time:"
	}
	return "by itself:"
}

// wrap cuts a sentence into lines.
func wrap(text string, width int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case len(*last)+1+len(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// switches switches the faults whose IDs are typed. What it returns ends that.
func (p *Program) switches(l *lab.Lab, d *diary) func() {
	var mu sync.Mutex
	over := false
	go func() { // ends with standard input, or with the program
		in := bufio.NewScanner(p.Stdin)
		for in.Scan() {
			id := strings.TrimSpace(in.Text())
			mu.Lock()
			if !over && id != "" {
				flip(l, d, id)
			}
			mu.Unlock()
		}
	}()
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
	}
}

func flip(l *lab.Lab, d *diary, id string) {
	on := !l.On(id)
	if err := l.Set(id, on); err != nil {
		d.say(err.Error())
		return
	}
	text := id + " is off"
	if on {
		text = id + " is on"
	}
	d.say(text + "; now on: " + strings.Join(switched(l), ", "))
}

// switched are the IDs of what is on.
func switched(l *lab.Lab) []string {
	var ids []string
	for _, f := range lab.Faults() {
		if l.On(f.ID) {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// diary is a new one for what the flags ask for.
func (p *Program) diary(f *labFlags) *diary {
	var w io.Writer = p.Stdout
	if f.out.format != "text" {
		w = p.Stderr
	}
	return &diary{w: w, now: p.Now, past: p.past(&f.out), tracker: &session.Tracker{Options: session.Options{NodeHeader: f.out.nodeHeader}.Live()}, live: map[*session.Session]*entry{}}
}

// head says what runs, and where.
func (d *diary) head(l *lab.Lab, f *labFlags) {
	d.began = d.now().UnixNano()
	clients := max(f.options.Clients, 0)
	fmt.Fprintf(d.w, "lab at %s: %s, %s\n", l.URL(), plural(f.options.Nodes, "node"), plural(clients, "simulated client"))
	for _, fault := range lab.Faults() {
		if l.On(fault.ID) {
			fmt.Fprintf(d.w, "  on: %s: %s\n", fault.ID, fault.Name)
		}
	}
	host, _, _ := net.SplitHostPort(f.options.Listen)
	if ip, err := netip.ParseAddr(host); err == nil && !ip.IsLoopback() {
		fmt.Fprintln(d.w, "  others in the network can reach it")
	}
	end := "Ctrl-C ends it"
	if f.span > 0 {
		end = "it ends after " + f.span.String()
	}
	fmt.Fprintf(d.w, "  %s, with a report\n\n", end)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
