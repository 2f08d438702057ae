// Package handover writes what is passed on of a capture: the packets of chosen sessions, and the sentences that whoever
// passes them on must know. It decides nothing about packets: that is capture's business.
package handover

import (
	"context"
	"errors"
	"io"
	"slices"

	"sioscope/capture"
	"sioscope/capture/extract"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
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
var ErrNoPackets = errors.New(lang.Mark("a HAR has no packets to write; --format har writes the chosen sessions of it"))

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
		return lang.Say("reading what was written: %s", err)
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

// Sentences tell, in a language, what was written, and what its receiver can and cannot see in it.
func (r *Result) Sentences(w lang.Words) []string {
	p := r.packets
	list := []string{w.S("%s on %s: %s.", w.Count(r.Packets, "packet"), w.Count(r.Connections, "connection"), p.whose(w))}
	if p.Choice.Unpacked() {
		list = append(list, w.S("What comes from HAR files is not in it: they have no packets."))
	}
	if p.Redact.Off {
		list = append(list, w.S("Secrets in it are not masked."))
	} else if r.TLS+r.HTTP2 < r.Connections {
		list = append(list, w.S("Tokens, cookies and passwords in it are replaced by other characters, as many as they had."))
	}
	if n := r.Others; n > 0 {
		list = append(list, w.S("Of %s that others made over the same connections, times and lengths are left, and nothing else.", w.Count(n, "request")))
	}
	list = append(list, r.dark(w)...)
	if !p.Redact.Off {
		list = append(list, r.unmasked(w)...)
	}
	if n := r.Joined; n > 0 {
		list = append(list, w.S("%s came in IP fragments and were written whole.", w.Count(n, "packet")))
	}
	if len(r.Unproven) > 0 {
		list = append(list, w.S("By itself it does not show %s: what proves that lies in sessions that are not in it.", and(w, r.Unproven)))
	}
	return list
}

// dark tells of the encrypted connections, and of what cannot be left out of some.
func (r *Result) dark(w lang.Words) (list []string) {
	p := r.packets
	if n := r.TLS - r.Saved.Keys; n > 0 {
		are := w.Plural(n, "connection is", "connections are")
		if p.Choice.Opened > 0 && !p.Keys {
			list = append(list, w.S("%s encrypted and without keys in it; --with-keys adds them, and whoever gets the file can then read all that the connections carry.", are))
		} else {
			list = append(list, w.S("%s encrypted, and no key is there for what they carry.", are))
		}
	}
	if n := r.Saved.Keys; n > 0 {
		list = append(list, w.S("The keys of %s are in it: whoever gets the file can read all that they carry, secrets too.", w.Count(n, "encrypted connection")))
	}
	if n := p.Choice.Shared; n > 0 {
		list = append(list, w.S("%s requests of others too, which cannot be left out of HTTP/2 or TLS.", w.Plural(n, "connection carries", "connections carry")))
	}
	return list
}

// unmasked tells where secrets may be left.
func (r *Result) unmasked(w lang.Words) (list []string) {
	if n := r.HTTP2; n > 0 {
		list = append(list, w.S("%s HTTP/2, in which secrets cannot be masked.", w.Plural(n, "connection is", "connections are")))
	}
	if n := r.Compressed; n > 0 {
		list = append(list, w.N(n, "There is %s with secrets that could not be masked, because they are compressed.",
			"There are %s with secrets that could not be masked, because they are compressed.", w.Count(n, "message")))
	}
	if n := r.Unsearched; n > 0 {
		list = append(list, unsearched(w, n))
	}
	if n := r.Unread; n > 0 {
		list = append(list, w.N(n, "There is %s behind gaps that could not be searched for secrets.", "There are %s behind gaps that could not be searched for secrets.", w.Count(n, "packet")))
	}
	return list
}

// whose names what was chosen.
func (p *Packets) whose(w lang.Words) string {
	c := p.Choice
	var of []string
	switch n := len(c.Sessions); {
	case c.What.Empty():
		of = append(of, w.S("all that is Socket.IO"))
	case n == 1 && c.Sessions[0].SID != "":
		of = append(of, w.S("session %s", c.Sessions[0].SID))
	case n > 0:
		of = append(of, w.Count(n, "session"))
	}
	if c.Refused > 0 && !c.What.Empty() {
		of = append(of, w.Count(c.Refused, "refused handshake"))
	}
	if len(of) == 0 {
		of = append(of, w.S("what proves %s", and(w, c.What.Findings)))
	}
	return and(w, of)
}

// and joins what is told together: "a and b".
func and(w lang.Words, parts []string) string {
	text := ""
	for i, p := range parts {
		if i == 0 {
			text = p
			continue
		}
		text = w.S("%s and %s", text, p)
	}
	return text
}
