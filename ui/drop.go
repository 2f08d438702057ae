package ui

import (
	"bytes"
	"io"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"

	"sioscope/capture/har"
)

// A dropped thing is a file that was dropped onto the window, and what it is.
type dropped struct {
	path string
	kind dropKind
}

type dropKind int

const (
	dropCapture   dropKind = iota
	dropKeys               // a log of TLS keys
	dropDirectory          //
	dropEmpty              //
	dropOther              // nothing that can be read here
	dropUnreadable
)

// drop opens the captures among files, with the keys among them; with Ctrl in a new window. Of anything else it says why
// it is not opened, and leaves what is open.
func (w *Window) drop(_ fyne.Position, uris []fyne.URI) {
	var list []dropped
	for _, u := range uris {
		if u.Scheme() == "file" {
			list = append(list, dropped{path: u.Path()})
		}
	}
	if w.asking != nil && len(list) > 0 {
		w.asking.take(list)
		return
	}
	to := w
	if len(list) > 0 {
		to = w.here()
	}
	to.aside(func() {
		for i := range list {
			list[i].kind = kindOf(list[i].path)
		}
	}, func() { to.take(list) })
}

// take opens what was dropped.
func (w *Window) take(list []dropped) {
	var captures []string
	keys, wrong := "", ""
	for _, d := range list {
		switch d.kind {
		case dropCapture:
			captures = append(captures, d.path)
		case dropKeys:
			keys = d.path
		default:
			wrong = w.refusal(d)
		}
	}
	switch {
	case len(captures) > 0:
		if keys != "" {
			w.prefs.setKeyLog(keys)
		}
		w.Open(captures)
		if wrong != "" {
			w.remark.wrong(wrong)
		}
	case keys != "":
		w.offerKeys(keys)
	case len(list) == 0:
		w.remark.wrong(w.S("That is no file; drop captures, HAR files or a key log."))
	default:
		w.remark.wrong(wrong)
	}
}

// offerKeys offers to read what is open, or will be, with a key log.
func (w *Window) offerKeys(path string) {
	name := filepath.Base(path)
	use := func() {
		if err := w.useKeys(path); err != nil {
			w.remark.wrong(sentenceOf(w.Words, err))
		}
	}
	if len(w.opening.reopen) > 0 {
		w.remark.offer(w.S("%s has TLS keys. What is open can be read again with them.", name), w.S("Read with these keys"), use)
		return
	}
	w.remark.offer(w.S("%s has TLS keys. Captures that are opened from now on can be read with them.", name), w.S("Use these keys"), use)
}

// refusal says why something is not opened.
func (w *Window) refusal(d dropped) string {
	name := filepath.Base(d.path)
	switch d.kind {
	case dropDirectory:
		return w.S("%s is a directory. Drop the captures in it; several are one picture.", name)
	case dropEmpty:
		return w.S("%s is empty.", name)
	case dropUnreadable:
		return w.S("%s cannot be read; is it still there, and are you allowed to read it?", name)
	}
	return w.S("%s is no capture, HAR file or key log, and was not opened.", name)
}

// kindOf looks at the beginning of a file.
func kindOf(path string) dropKind {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return dropUnreadable
	case info.IsDir():
		return dropDirectory
	case !info.Mode().IsRegular():
		return dropOther
	case info.Size() == 0:
		return dropEmpty
	}
	f, err := os.Open(path)
	if err != nil {
		return dropUnreadable
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, _ := io.ReadFull(f, head)
	return kindOfText(head[:n])
}

func kindOfText(head []byte) dropKind {
	for _, magic := range [...]string{"\xa1\xb2\xc3\xd4", "\xd4\xc3\xb2\xa1", "\xa1\xb2\x3c\x4d", "\x4d\x3c\xb2\xa1", "\xa1\xb2\xcd\x34", "\x34\xcd\xb2\xa1",
		"\x0a\x0d\x0d\x0a", "\x1f\x8b", "PK\x03\x04"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return dropCapture
		}
	}
	if har.Looks(head) {
		return dropCapture
	}
	for line := range bytes.Lines(head) {
		for _, label := range [...]string{"CLIENT_RANDOM ", "CLIENT_HANDSHAKE_TRAFFIC_SECRET ", "SERVER_HANDSHAKE_TRAFFIC_SECRET ",
			"CLIENT_TRAFFIC_SECRET_0 ", "SERVER_TRAFFIC_SECRET_0 ", "EXPORTER_SECRET ", "CLIENT_EARLY_TRAFFIC_SECRET ", "RSA Session-ID:", "RSA "} {
			if bytes.HasPrefix(line, []byte(label)) {
				return dropKeys
			}
		}
	}
	return dropOther
}
