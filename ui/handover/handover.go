// Package handover writes what is passed on of a capture: the packets of chosen sessions, and the sentences that whoever
// passes them on must know. It decides nothing about packets: that is capture's business.
package handover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sioscope/capture"
	"sioscope/capture/extract"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// A Packets is the packets of a choice, to be written.
type Packets struct {
	Files      *capture.Files
	Choice     *extract.Choice
	Redact     redact.Redactor
	Keys       bool   // the keys of its encrypted connections go along
	NodeHeader string // see session.Options
	App        string // what writes the file
}

// ErrNoPackets says that what was read has no packets: HAR files alone.
var ErrNoPackets = errors.New("a HAR has no packets to write; --format har writes the chosen sessions of it")

// Write writes them.
func (p *Packets) Write(ctx context.Context, w io.Writer) (*Result, error) {
	conns := p.Choice.Packets()
	if len(conns) == 0 {
		return nil, ErrNoPackets
	}
	part := &capture.Part{Conns: conns, Redact: p.Redact, Keep: p.Choice.Sid, App: p.App}
	if p.Keys {
		part.Keys = p.Choice.Keys
	}
	saved, err := p.Files.Save(ctx, w, part)
	return &Result{Saved: saved, packets: p}, err
}

// A Result says what was written.
type Result struct {
	capture.Saved
	// Unproven are findings of the chosen sessions that what was written does not show by itself.
	Unproven []string

	packets *Packets
}

// Verify opens what was written and looks for the findings that touch it.
func (r *Result) Verify(ctx context.Context, path string) error {
	if r.TLS > r.Saved.Keys {
		return nil // the sessions cannot be seen in it
	}
	t := &session.Tracker{Options: session.Options{NodeHeader: r.packets.NodeHeader}}
	files := capture.Files{Inputs: []capture.Input{{Path: path}}}
	if err := files.Run(ctx, t.Add); err != nil {
		return fmt.Errorf("reading what was written: %w", err)
	}
	t.Finish()
	d := diagnose.Diagnose(t)
	for _, id := range r.packets.Choice.Touching {
		if !slices.ContainsFunc(d.Findings, func(f diagnose.Finding) bool { return f.ID == id }) {
			r.Unproven = append(r.Unproven, id)
		}
	}
	return nil
}

// Sentences tell what was written, and what its receiver can and cannot see in it.
func (r *Result) Sentences() []string {
	p := r.packets
	list := []string{fmt.Sprintf("%s on %s: %s.", count(r.Packets, "packet"), count(r.Connections, "connection"), p.whose())}
	say := func(n int, format string, args ...any) {
		if n > 0 {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	if p.Choice.Unpacked() {
		list = append(list, "What comes from HAR files is not in it: they have no packets.")
	}
	if p.Redact.Off {
		list = append(list, "Secrets in it are not masked.")
	} else if r.TLS+r.HTTP2 < r.Connections {
		list = append(list, "Tokens, cookies and passwords in it are replaced by other characters, as many as they had.")
	}
	say(r.Others, "Of %s that others made over the same connections, times and lengths are left, and nothing else.", count(r.Others, "request"))
	switch dark := r.TLS - r.Saved.Keys; {
	case p.Choice.Opened > 0 && !p.Keys:
		say(dark, "%s encrypted and without keys in it; --with-keys adds them, and whoever gets the file can then read all that the connections carry.", are(dark, "connection"))
	default:
		say(dark, "%s encrypted, and no key is there for what they carry.", are(dark, "connection"))
	}
	say(r.Saved.Keys, "The keys of %s are in it: whoever gets the file can read all that they carry, secrets too.", count(r.Saved.Keys, "encrypted connection"))
	say(p.Choice.Shared, "%s requests of others too, which cannot be left out of HTTP/2 or TLS.", carry(p.Choice.Shared))
	if !p.Redact.Off {
		say(r.HTTP2, "%s HTTP/2, in which secrets cannot be masked.", are(r.HTTP2, "connection"))
		say(r.Compressed, "%s with secrets that could not be masked, because they are compressed.", there(r.Compressed, "message"))
		say(r.Unsearched, "%s that could not be searched for secrets.", there(r.Unsearched, "binary message"))
		say(r.Unread, "%s behind gaps that could not be searched for secrets.", there(r.Unread, "packet"))
	}
	say(r.Joined, "%s in IP fragments and were written whole.", came(r.Joined))
	say(len(r.Unproven), "By itself it does not show %s: what proves that lies in sessions that are not in it.", strings.Join(r.Unproven, " and "))
	return list
}

// whose names what was chosen.
func (p *Packets) whose() string {
	c := p.Choice
	var of []string
	switch n := len(c.Sessions); {
	case c.What.Empty():
		of = append(of, "all that is Socket.IO")
	case n == 1 && c.Sessions[0].SID != "":
		of = append(of, "session "+c.Sessions[0].SID)
	case n > 0:
		of = append(of, count(n, "session"))
	}
	if c.Refused > 0 && !c.What.Empty() {
		of = append(of, count(c.Refused, "refused handshake"))
	}
	if len(of) == 0 {
		of = append(of, "what proves "+strings.Join(c.What.Findings, " and "))
	}
	return strings.Join(of, " and ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func are(n int, what string) string { return count(n, what) + verb(n, " is", " are") }

func there(n int, what string) string { return "There" + verb(n, " is ", " are ") + count(n, what) }

func carry(n int) string { return count(n, "connection") + verb(n, " carries", " carry") }

func came(n int) string { return count(n, "packet") + " came" }

func verb(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}
