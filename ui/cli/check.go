package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"sioscope/capture/check"
	"sioscope/capture/dial"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/report"
)

const checkHelp = `Experiments are run against the URL and nothing else: default clients, WebSocket alone, polling with and without kept
connections and cookies, a count of the nodes, the Upgrade header, CORS, versions, large messages (2 MB in all, unless
left out), HTTP/2. Each tells one thing; together they give the verdict, its cause, and which fix would work here. The number of requests is bounded
and said before; sessions are closed again. The requests of experiments say so in their User-Agent, as in "sioscope
(check: cors)": who opens a recording of a check is told of its default clients, and of others in it. Where --header
gives another User-Agent nothing tells them apart.

With two URLs, A and B or LABEL=URL each, both are checked, one after the other, and held against each other: what
differs, and which difference explains the fault of the one that has it.

  --max-requests N      send at most N requests (180); what no longer fits is left out, and said
  --idle 70s            besides, keep sessions silent for that long and see who cuts them
  --only LIST, --skip LIST
                        run these experiments alone, or without these: names with commas, as in --skip messages,cors.
                        They are default (always run), websocket, keep-alive, new-connections, cookies, nodes,
                        upgrade-header, cors, versions, messages, http2, idle
  --eio auto|3|4        revision of Engine.IO: 4 for Socket.IO 3 and 4, 3 for 1 and 2; auto tries 4 first
` + dialHelp + `` + formatHelp + expectHelp + `                        Of a check: of its default clients, and nodes as its census counts them; of two URLs, of both
  --node-header NAME    the response header that names the node, such as X-Pod-Name
  --all                 list all evidence, and the figures of every experiment
  --no-redact           do not mask tokens, cookies, passwords: not for tickets
` + langHelp + `  --color auto|always|never
                        colours; auto (the default) on a terminal where NO_COLOR is not set

Exit codes: 0; 1 --expect does not hold; 2 bad usage, or no Socket.IO answers there: one sentence says why, within
--timeout to connect and --timeout again to be answered; 130 interrupted.

examples:
  sio check http://localhost:3000
  sio check --expect websocket --format json https://staging.example.org > report.json
  sio check --origin https://app.example.org --idle 70s https://api.example.org
  sio check development=http://localhost:3000 production=https://app.example.org
`

func (p *Program) checkVerb() verb {
	return verb{
		name: "check", arguments: "[flags] URL [URL]", help: checkHelp, run: p.check,
		about: "finds out by experiments whether WebSocket is reached, and why not",
	}
}

// checkFlags are what check was asked for.
type checkFlags struct {
	dialFlags
	out         openFlags
	eio         string
	maxRequests int
	idle        time.Duration
	only, skip  string
}

func (f *checkFlags) set() *flag.FlagSet {
	f.eio = "auto"
	fs := flag.NewFlagSet("check", flag.ContinueOnError)
	f.add(fs)
	fs.Var(oneOf{&f.eio, []string{"auto", "3", "4"}}, "eio", "")
	fs.IntVar(&f.maxRequests, "max-requests", check.DefaultMaxRequests, "")
	fs.Var(duration{&f.idle}, "idle", "")
	fs.StringVar(&f.only, "only", "", "")
	fs.StringVar(&f.skip, "skip", "", "")
	f.out.add(fs)
	return fs
}

// options are what a check is told.
func (f *checkFlags) options() (check.Options, error) {
	if f.maxRequests < 1 {
		return check.Options{}, fmt.Errorf("--max-requests %d allows nothing; want 1 or more", f.maxRequests)
	}
	if err := f.out.check(); err != nil {
		return check.Options{}, err
	}
	client, err := f.dialFlags.options()
	switch f.eio {
	case "3":
		client.EIO = 3
	case "4":
		client.EIO = 4
	}
	return check.Options{Client: client, MaxRequests: f.maxRequests, Idle: f.idle, Only: words(f.only), Skip: words(f.skip)}, err
}

// words takes a list with commas apart.
func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// check runs the experiments, prints what they tell as they end, then the report, and judges it.
func (p *Program) check(ctx context.Context, args []string) int {
	var f checkFlags
	urls, err := parse(f.set(), args)
	var o check.Options
	if err == nil {
		o, err = f.options()
	}
	if err == nil && len(urls) == 2 {
		if err := f.out.comparable(); err != nil {
			return p.fail("check: %v", err)
		}
		return p.checkPair(ctx, urls, o, f.out)
	}
	if err == nil && len(urls) != 1 {
		err = fmt.Errorf("want one URL, as in %s check http://localhost:3000, or two to compare; got %d", p.Name, len(urls))
	}
	if err != nil {
		return p.fail("check: %v", err)
	}
	in, c, ended, err := p.checkOne(ctx, urls[0], o, f.out)
	if err != nil && c != nil && f.out.format == "junit" {
		return p.unanswered(urls[0], f.out, err)
	}
	if err != nil {
		return p.fail("check: %s", dial.Explain(nil, err))
	}
	if err := p.printWithout(in, f.out); err != nil {
		return p.fail("check: %v", err)
	}
	if ended {
		fmt.Fprintf(p.Stderr, "%s: check: interrupted; the report tells what was found until then\n", p.Name)
		return interrupted
	}
	if err := c.Unserved(); err != nil {
		return p.fail("check: %s", in.Redact.Text(dial.Explain(nil, err)))
	}
	return p.judge(in, f.out.expect)
}

// unanswered writes test results where no Socket.IO answers, so that they say why: nothing that was expected is met.
func (p *Program) unanswered(url string, out openFlags, why error) int {
	in := report.Input{Words: p.words(out), Tracker: &session.Tracker{}, Source: url, Redact: redact.Redactor{Off: out.noRedact}, By: p.Name + " " + buildVersion()}
	var judged []report.Judgement
	for _, e := range out.expect {
		judged = append(judged, report.Judgement{Expectation: e, Why: in.Redact.Text(dial.Explain(in.Words, why))})
	}
	if err := p.written(out, func(w io.Writer) error { return report.JUnit(w, in, judged) }); err != nil {
		return p.fail("check: %v", err)
	}
	return p.fail("check: %s", dial.Explain(nil, why))
}

// checkOne carries out a check of one URL and makes a report of it. Lines of progress go to standard output, or, where
// that is for machines, to standard error.
func (p *Program) checkOne(ctx context.Context, url string, o check.Options, out openFlags) (in report.Input, c *check.Check, ended bool, err error) {
	mask := redact.Redactor{Off: out.noRedact}
	told := &matrix{w: p.Stdout, mask: mask, opt: p.textOptions(out), words: p.words(out)}
	if out.format != "text" {
		told.w = p.Stderr
	}
	o.Changed, o.Words = told.changed, told.words
	c, err = check.New(url, o)
	if err != nil {
		return in, c, false, err
	}
	told.list = c.Experiments()
	t := &session.Tracker{Options: session.Options{NodeHeader: out.nodeHeader}}
	fmt.Fprintf(told.w, "%s\n\n", told.words.S("checking %s: at most %d requests, each answered or given up within %s", mask.Text(c.URL().Redacted()), c.Planned(), c.Timeout()))
	began := time.Now()
	all, err := p.archive(&out)
	if err != nil {
		return in, c, false, err
	}
	err = c.Run(ctx, all.also(t.Add))
	if ended = ctx.Err() != nil; ended {
		err = nil
	}
	if writing := all.end(err); err == nil {
		err = writing
	}
	if err != nil {
		return in, c, false, err
	}
	told.flush()
	t.Finish()
	in = report.Input{Words: told.words, Tracker: c.Subject(t), Source: mask.Text(c.URL().Redacted()), Diagnosis: c.Diagnose(t), Redact: mask, Experiments: c.Experiments()}
	n := 0
	for _, e := range in.Experiments {
		n += e.Requests
	}
	fmt.Fprintf(told.w, "\n%s\n\n", told.words.S("%d requests in %.1f s", n, time.Since(began).Seconds()))
	return in, c, ended, nil
}

// printWithout prints a report whose experiments were printed as they ended.
func (p *Program) printWithout(in report.Input, f openFlags) error {
	opt := p.textOptions(f)
	opt.WithoutExperiments = f.output == ""
	if f.format == "har" {
		return nil
	}
	return p.written(f, func(w io.Writer) error { return p.write(w, in, f, opt) })
}

// A matrix prints experiments as they end, in their order.
type matrix struct {
	w     io.Writer
	mask  redact.Redactor
	opt   report.Options
	words lang.Words

	mu      sync.Mutex
	list    []check.Experiment
	printed int
}

func (m *matrix) changed(e check.Experiment) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list[e.Number-1] = e
	if m.list[0].State == check.Failed {
		return // nothing could be asked, which is said in one sentence
	}
	for m.printed < len(m.list) && over(m.list[m.printed].State) {
		report.Experiments(m.w, m.words, m.list[m.printed:m.printed+1], m.mask, m.opt)
		m.printed++
	}
}

func over(s check.State) bool { return s == check.Done || s == check.Failed || s == check.Skipped }

// flush prints what is left, in whatever state it is.
func (m *matrix) flush() {
	m.mu.Lock()
	defer m.mu.Unlock()
	report.Experiments(m.w, m.words, m.list[m.printed:], m.mask, m.opt)
	m.printed = len(m.list)
}
