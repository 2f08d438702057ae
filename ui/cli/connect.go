package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"sioscope/capture/dial"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

const connectHelp = `It behaves as socket.io-client 4 does, polling first and then WebSocket, unless told otherwise, and prints every
request and packet as it happens; at the end the report. It goes on until the server ends it, --for has passed, or
Ctrl-C. With --expect and without --for it ends as soon as it is decided whether the session reaches WebSocket.

  --transports LIST     polling,websocket (the default), websocket, polling, or websocket,polling; like
                        socket.io-client it does not fall back to the second one
  --eio auto|3|4        revision of Engine.IO: 4 for Socket.IO 3 and 4, 3 for 1 and 2; auto tries 4 first
  --emit EVENT JSON     send an event once connected; several JSON values are several arguments, as in
                        --emit greet '"hi" {"n":1}'; {"$binary":"AQID"} stands for bytes, in base64. May be given
                        several times. --emit - sends the lines of standard input, "EVENT JSON" each
  --ack                 ask for an acknowledgement of every event, and tell how long it took
  --for 30s             disconnect after that long
  --reconnect           connect again after a loss, after 1, 2, 4 and then every 5 seconds, give or take half
` + dialHelp + `` + formatHelp + expectHelp + `  --node-header NAME    the response header that names the node, such as X-Pod-Name
  --memory SIZE         what is kept of a session that goes on for long (512MB): the oldest makes room, counts stay
  --all                 list all evidence, however much
  --no-redact           do not mask tokens, cookies, passwords: not for tickets
` + langHelp + `  --color auto|always|never
                        colours; auto (the default) on a terminal where NO_COLOR is not set

Exit codes: 0; 1 --expect does not hold; 2 bad usage, or no session came about, or, without --expect, it was cut off:
one sentence says why, within --timeout to connect and --timeout again to be answered; 130 interrupted.

examples:
  sio connect http://localhost:3000
  sio connect --for 30s --emit greet '"hi"' --ack https://staging.example.org
  sio connect --expect websocket --format json https://staging.example.org > report.json
  sio connect --transports websocket --auth '{"token":"…"}' https://example.org/admin
`

func (p *Program) connectVerb() verb {
	return verb{
		name: "connect", arguments: "[flags] URL", help: connectHelp, run: p.connect,
		about: "connects as a Socket.IO client, and shows what happens",
	}
}

// connectFlags are what connect was asked for.
type connectFlags struct {
	dialFlags
	out             openFlags
	transports, eio string
	emit            []dial.Emission
	stdin           bool // emit the lines of standard input
	ack, reconnect  bool
	span            time.Duration
}

func (f *connectFlags) set() *flag.FlagSet {
	f.eio = "auto"
	fs := flag.NewFlagSet("connect", flag.ContinueOnError)
	f.add(fs)
	fs.StringVar(&f.transports, "transports", "polling,websocket", "")
	fs.Var(oneOf{&f.eio, []string{"auto", "3", "4"}}, "eio", "")
	fs.Func("emit", "", f.addEmission)
	fs.BoolVar(&f.ack, "ack", false, "")
	fs.BoolVar(&f.reconnect, "reconnect", false, "")
	fs.Var(duration{&f.span}, "for", "")
	f.out.add(fs)
	f.out.addMemory(fs)
	return fs
}

func (f *connectFlags) addEmission(text string) error {
	if text == "-" {
		f.stdin = true
		return nil
	}
	e, err := emission(text)
	if err == nil {
		f.emit = append(f.emit, e)
	}
	return err
}

// emission reads "EVENT JSON…". A name with blanks is written as JSON text itself.
func emission(text string) (dial.Emission, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, `"`) {
		dec := json.NewDecoder(strings.NewReader(text))
		var name string
		if err := dec.Decode(&name); err != nil {
			return dial.Emission{}, errors.New("want EVENT JSON, as in greet '\"hi\"'")
		}
		return dial.ParseEmission(name, text[dec.InputOffset():])
	}
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return dial.Emission{}, errors.New("the event's name comes first, as in greet {\"n\":1}")
	}
	name, args, _ := strings.Cut(text, " ")
	return dial.ParseEmission(name, args)
}

// joinEmits makes one word of the two that --emit takes: an event's name, and JSON. The JSON may be left out.
func joinEmits(args []string) []string {
	var joined []string
	for i := 0; i < len(args); i++ {
		joined = append(joined, args[i])
		if args[i] == "--" {
			return append(joined, args[i+1:]...)
		}
		if args[i] != "--emit" && args[i] != "-emit" || i+1 == len(args) {
			continue
		}
		i++
		word := args[i]
		if word != "-" && !strings.ContainsAny(word, " ") && i+1 < len(args) && isArguments(args[i+1]) {
			i++
			word += " " + args[i]
		}
		joined = append(joined, word)
	}
	return joined
}

// isArguments says whether a word can only be the JSON behind an event's name: a URL and a flag cannot.
func isArguments(word string) bool {
	_, err := dial.ParseEmission("x", word)
	return err == nil && strings.TrimSpace(word) != ""
}

// options are what the client is told.
func (f *connectFlags) options() (dial.Options, error) {
	o, err := f.dialFlags.options()
	if err != nil {
		return o, err
	}
	o.Transports = strings.Split(f.transports, ",")
	switch f.eio {
	case "3":
		o.EIO = 3
	case "4":
		o.EIO = 4
	}
	for i := range f.emit {
		f.emit[i].Acknowledge = f.ack
	}
	o.Emit, o.For, o.Reconnect = f.emit, f.span, f.reconnect
	if f.out.expect.decided() && f.span == 0 {
		o.Until = dial.Decided
	}
	if err := f.out.expect.needsTime(f.span == 0); err != nil {
		return o, err
	}
	return o, f.out.check()
}

// connect runs a client, prints what happens, then the report, and judges it.
func (p *Program) connect(ctx context.Context, args []string) int {
	var f connectFlags
	names, err := parse(f.set(), joinEmits(args))
	var o dial.Options
	if err == nil {
		o, err = f.options()
	}
	if err == nil && len(names) == 2 && len(f.emit) > 0 && !strings.Contains(names[0], "://") {
		err = fmt.Errorf("%q is no JSON; text needs its quotes, as in --emit %s '\"%s\"'", names[0], f.emit[len(f.emit)-1].Event, names[0])
	}
	if err == nil && len(names) != 1 {
		err = fmt.Errorf("want one URL, got %d; name the service, as in %s connect http://localhost:3000", len(names), p.Name)
	}
	if err != nil {
		return p.fail("connect: %v", err)
	}
	t := &session.Tracker{Options: session.Options{NodeHeader: f.out.nodeHeader, KeepRows: true, MaxRows: 10_000, KeepPayloads: true, Memory: f.out.memory}.Live()}
	l := p.live(t, p.past(&f.out), &f.out)
	o.Trace = l.event
	c, err := dial.New(names[0], o)
	if err != nil {
		return p.fail("connect: %s", dial.Explain(nil, err))
	}
	if f.stdin {
		go p.emitLines(c, f.ack)
	}
	all, err := p.archive(&f.out)
	if err != nil {
		return p.fail("connect: %v", err)
	}
	l.began(time.Now())
	err = c.Run(ctx, all.also(l.add))
	t.Finish()
	if err := all.end(nil); err != nil {
		return p.fail("connect: %v", err)
	}
	if err == nil && c.Ended() != nil {
		return p.parted(ctx, &f.out, c.Ended(), p.conclude(ctx, l, &f.out, names[0], nil))
	}
	return p.conclude(ctx, l, &f.out, names[0], err)
}

// parted says how a session ended that this client did not end. Where that was not the server's will, the exit code is
// that of a failure, unless there was an expectation, which was judged.
func (p *Program) parted(ctx context.Context, out *openFlags, why error, code int) int {
	if ctx.Err() != nil {
		return code
	}
	p.fail("connect: the session is over: %s", redact.Redactor{Off: out.noRedact}.Text(dial.Explain(nil, why)))
	var e *dial.Error
	if code == ok && len(out.expect) == 0 && !(errors.As(why, &e) && e.Reason == dial.ServerLeft) {
		return failed
	}
	return code
}

// live prints on standard output, unless that is for a machine.
func (p *Program) live(t *session.Tracker, past *diagnose.Past, out *openFlags) *live {
	l := &live{w: p.Stdout, tracker: t, past: past, mask: redact.Redactor{Off: out.noRedact}}
	if out.format != "text" {
		l.w = p.Stderr
	}
	if m := t.Options.Memory; m > 0 {
		bound(m)
	}
	l.columns = p.Columns(l.w)
	l.red = p.textOptions(*out).Color
	return l
}

// emitLines emits the lines of standard input.
func (p *Program) emitLines(c *dial.Client, ack bool) {
	lines := bufio.NewScanner(p.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		e, err := emission(lines.Text())
		if err == nil {
			e.Acknowledge = ack
			err = c.Emit(e)
		}
		if err != nil {
			p.fail("connect: not sent: %v", err)
		}
	}
}

// conclude prints the report, where there is something to report, and gives the exit code. failed is why there was no
// proper session.
func (p *Program) conclude(ctx context.Context, l *live, out *openFlags, url string, failed error) int {
	t := l.tracker
	in := p.report(t, l.past, redact.Redactor{Off: out.noRedact}.Target(url), *out)
	why := in.Redact.Text(dial.Explain(nil, failed)) // it quotes what the server said
	seen := len(t.Sessions) > 0 || len(t.Refused) > 0
	if seen || failed == nil || out.format != "text" {
		if out.format == "text" {
			io.WriteString(p.Stdout, "\n")
		}
		if err := p.print(in, *out); err != nil {
			return p.fail("connect: %v", err)
		}
	}
	switch {
	case ctx.Err() != nil:
		fmt.Fprintf(p.Stderr, "%s: connect: interrupted; the report tells what happened until then\n", p.Name)
		return interrupted
	case failed != nil && len(t.Sessions) > 0 && len(out.expect) > 0:
		p.fail("connect: %s", why)
		if code := p.judge(in, out.expect); code != ok {
			return code
		}
		return unmet
	case failed != nil:
		return p.fail("connect: %s", why)
	}
	return p.judge(in, out.expect)
}
