package cli

import (
	"errors"
	"fmt"
	"strings"

	"sioscope/ui/report"
)

// expectHelp tells the forms of --expect, for every verb that has it.
const expectHelp = `  --expect LIST         exit 1 unless all of these are true; with commas, or given several times. What cannot be judged
                        is not true, and the reasons are printed:
                          websocket        there is a session, and every session ends on WebSocket
                          upgrade<=500ms   every session got from its handshake to WebSocket within that time (ms or s;
                                           <= or <); one that began on WebSocket has nothing to upgrade
                          nodes>=2         so many nodes answered, as the list of nodes has it (>=, >, <=, <, ==)
                          reconnects<=1    so many sessions were opened by a client that had lost one less than 30 s
                                           before; clients are told apart by address, browser and page, and one that
                                           leaves loses nothing (<=, <, ==, >=, >)
                          no:CAUSE         no finding has that id, not even as a possible one
`

// expectations is the value of --expect.
type expectations []report.Expectation

func (e *expectations) String() string {
	var list []string
	for _, x := range *e {
		list = append(list, x.Text)
	}
	return strings.Join(list, ",")
}

func (e *expectations) Set(text string) error {
	list, err := report.Expectations(text)
	*e = append(*e, list...)
	return err
}

// decided says whether a session that has reached WebSocket, or failed to, tells all that is asked.
func (e expectations) decided() bool {
	for _, x := range e {
		if strings.HasPrefix(x.Text, "reconnects") {
			return false
		}
	}
	return len(e) > 0
}

// needsTime says what is missing where something is expected that only time can tell.
func (e expectations) needsTime(forever bool) error {
	if forever && len(e) > 0 && !e.decided() {
		return errors.New("--expect reconnects needs --for, as in --for 60s: a session has to be watched for a while")
	}
	return nil
}

// judge gives the exit code for what --expect asked.
func (p *Program) judge(in report.Input, list expectations) int {
	code := p.judgeSide(in, list, "")
	if n := in.Stats.Encrypted; n > 0 && code == ok && len(list) > 0 {
		text := in.S("expected %s: true of what could be read; encrypted connections that were not decrypted: %d", list.String(), n)
		fmt.Fprintf(p.Stderr, "%s: %s\n", p.Name, text)
	}
	return code
}

// judgeSide prints what is not as expected; of names the side where there are two.
func (p *Program) judgeSide(in report.Input, list expectations, of string) int {
	code := ok
	for _, j := range report.Judge(in, list) {
		if !j.Met {
			text := in.S("expected %s: %s", j.Text, j.Why)
			if of != "" {
				text = in.S("expected %s of %s: %s", j.Text, of, j.Why)
			}
			fmt.Fprintf(p.Stderr, "%s: %s\n", p.Name, text)
			code = unmet
		}
	}
	return code
}
