// Package har reads HTTP archives (HAR 1.2) as a source of facts, and writes facts as one. It knows the dialects of
// Chrome and Edge, Firefox, Safari, Playwright, mitmproxy, HTTP Toolkit and Proxyman, and its own. Of Engine.IO
// it knows how its URLs look, and when it writes, where its packets have secrets.
//
// A file is read twice. The first pass notes where each entry begins and when it started; the second goes through the
// entries in the order of that time, and through the messages of all WebSockets that are open at a time, so that facts
// come in the order of their time however the file has them. Neither holds more than the limits in Options: a file of
// a gigabyte costs 16 bytes an entry and what is kept of the answers that are awaited.
//
// A HAR does not show everything that went over the wire. What it cannot show is marked in fact.Conn.Hidden, and said
// in a fact.Note. In particular no connection is ever said to have closed, but where a request failed, a WebSocket has been
// open for so long as its entry says, or sioscope wrote the file.
package har

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"sioscope/protocol/lang"
)

// Options say how a file is read. The zero value works.
type Options struct {
	Label      string // fact.Conn.File
	Source     int    // fact.Conn.Source
	MaxBody    int    // bytes kept of a body; 0 means 8 MiB
	MaxPayload int    // bytes kept of a WebSocket message; 0 means 16 MiB
	MaxHead    int    // bytes kept of the field lines of a message; 0 means 64 KiB
	MaxEntries int    // entries read; 0 means 5 million. Later ones are counted
	MaxHeld    int64  // bytes kept of answers until their time comes; 0 means 64 MiB. Others are read again then

	// NewConn gives the next number of a connection; nil counts from 1.
	NewConn func() int
	// Tick is told now and then how many of the bytes to be read are done; its error ends the reading. May be nil.
	Tick func(done int64) error
	// Attached opens a body that is kept in a file of its own (Playwright). May be nil.
	Attached func(name string) (io.ReadCloser, error)
}

// Looks says whether a file that begins so is an HTTP archive: an object whose first members are "log", or hold it.
func Looks(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(head, []byte("{")) && bytes.Contains(head, []byte(`"log"`))
}

// A FormatError says that a file is no HAR, or that nothing of it could be read.
type FormatError struct {
	Name string
	Said lang.Sentence // with the name of the file
}

func (e *FormatError) Error() string { return e.Said.String() }

// In is the error in a language.
func (e *FormatError) In(w lang.Words) string { return e.Said.In(w) }

// A Reader gives the facts of a file. It is not safe for concurrent use.
type Reader struct {
	name    string
	o       Options
	scan    *scanner
	refs    []ref
	workers map[int64]bool // entries that a service worker made, by their offset
	played  int
	creator string
	cookies bool          // some entry has one
	unread  int           // entries that are none
	first   int           // number of the first of them
	untimed int           // entries without a time of their own
	past    int           // entries past the limit
	broken  lang.Sentence // what ended the first pass early, and where
	pass    int64         // bytes of the first pass, once it is over
	done    int64

	queue   queue
	order   int64
	held    int64
	servers map[string]serverAddr // by host and port of the URL
	conns   map[string]*connection
	newest  int
	ends    map[string]closing // own: by the connection's id
	warm    []*cursor
	seen    census
}

// census counts what the notes tell of.
type census struct {
	mute, refused, cached, nobody, badBase64, badMessages, nameless int
}

// Open makes the first pass over a file of the given name. It is an error where not one entry can be read; the error
// is a clear word for the user.
func Open(name string, r io.ReaderAt, o Options) (*Reader, error) {
	h := &Reader{name: name, o: o, scan: newScanner(r, scanBuffer), servers: map[string]serverAddr{}, conns: map[string]*connection{}}
	h.scan.tick = h.tick
	err := h.index()
	switch {
	case err == nil:
	case h.stopped(err):
		return nil, err
	case len(h.refs) == 0:
		return nil, &FormatError{name, lang.Say("%s could not be read as a HAR: %s; export it again, as \"HAR with content\"", name, h.place(err))}
	default:
		h.broken = h.place(err)
	}
	if len(h.refs) == 0 && h.unread > 0 {
		return nil, &FormatError{name, lang.Say("%s is a HAR whose entries (%d) have no request; export it again from the browser", name, h.unread)}
	}
	if err := h.dropCopies(); err != nil {
		return nil, err
	}
	h.sort()
	h.pass = h.done
	return h, nil
}

// Entries is how many entries were read.
func (h *Reader) Entries() int { return len(h.refs) }

// tick passes on how far the reading is: each pass goes over the file once.
func (h *Reader) tick(at int64) error {
	h.done = max(h.done, h.pass+at)
	if h.o.Tick == nil {
		return nil
	}
	if err := h.o.Tick(h.done); err != nil {
		return &stopError{err}
	}
	return nil
}

// stopError is a Tick's.
type stopError struct{ err error }

func (e *stopError) Error() string { return e.err.Error() }
func (e *stopError) Unwrap() error { return e.err }

// damaged says whether an error is the file's own: what comes after it in the file can be read all the same.
func damaged(err error) bool {
	var syntax *SyntaxError
	return errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF)
}

func (h *Reader) stopped(err error) bool {
	var stop *stopError
	return errors.As(err, &stop)
}

// place says what ended the reading, and where, in words.
func (h *Reader) place(err error) lang.Sentence {
	var syntax *SyntaxError
	at := len(h.refs) + h.unread + 1
	switch {
	case errors.As(err, &syntax):
		return lang.Say("entry %d, line %d (byte %d) is no JSON: %s", at, h.line(syntax.Offset), syntax.Offset, syntax.What)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return lang.Say("it ends within entry %d", at)
	}
	return lang.Say("entry %d: %s", at, err)
}

// line counts the lines up to a place.
func (h *Reader) line(to int64) int {
	lines, buf := 1, make([]byte, 64<<10)
	for at := int64(0); at < to; {
		n, err := h.scan.r.ReadAt(buf[:min(int64(len(buf)), to-at)], at)
		lines += bytes.Count(buf[:n], []byte("\n"))
		at += int64(n)
		if err != nil {
			break
		}
	}
	return lines
}

// Notes are what the user must know of the file, once all of it was emitted, beside Limits.
func (h *Reader) Notes() []lang.Sentence {
	var out []lang.Sentence
	add := func(n int, said lang.Sentence) {
		if n > 0 {
			out = append(out, said)
		}
	}
	if !h.broken.Empty() {
		said := lang.Say("%s is damaged: %s; the %d entries before that were read", h.name, h.broken, len(h.refs))
		if len(h.refs) == 1 {
			said = lang.Say("%s is damaged: %s; the entry before that was read", h.name, h.broken)
		}
		out = append(out, said)
	}
	if h.bare() && h.broken.Empty() {
		out = append(out, lang.Say("%s is a HAR without an entry: reload the page with the network panel open, and save it again without a filter", h.name))
	}
	add(h.unread, lang.Counted(h.unread, "%[1]s: entry %[3]d has no request that can be read; the others were read",
		"%[1]s: %[2]d entries have no request that can be read, the first is entry %[3]d; the others were read", h.name, h.unread, h.first))
	add(h.untimed, lang.Counted(h.untimed, "%s: %d entry has no time: the time of the one before is taken", "%s: %d entries have no time: the time of the one before is taken", h.name, h.untimed))
	add(h.past, lang.Counted(h.past, "%s: %d entry past the limit was not read; cut the file", "%s: %d entries past the limit were not read; cut the file", h.name, h.past))
	add(h.seen.mute, lang.Counted(h.seen.mute,
		"%s: %d WebSocket comes without its messages (Firefox and Safari export none): that a session moved to one is concluded from polls that end; Chrome and Edge export the messages",
		"%s: %d WebSockets come without their messages (Firefox and Safari export none): that a session moved to one is concluded from polls that end; Chrome and Edge export the messages", h.name, h.seen.mute))
	add(h.seen.nobody, lang.Counted(h.seen.nobody, "%s: %d poll comes without its body: their packets are not counted; export the HAR with content",
		"%s: %d polls come without their bodies: their packets are not counted; export the HAR with content", h.name, h.seen.nobody))
	add(h.seen.badBase64, lang.Counted(h.seen.badBase64, "%s: %d body says that it is base64 and is not; it was read as far as it is",
		"%s: %d bodies say that they are base64 and are not; it was read as far as it is", h.name, h.seen.badBase64))
	add(h.seen.badMessages, lang.Counted(h.seen.badMessages, "%s: %d WebSocket message could not be read", "%s: %d WebSocket messages could not be read", h.name, h.seen.badMessages))
	add(h.seen.cached, lang.Counted(h.seen.cached, "%s: %d poll was answered from the browser's cache and not by the server",
		"%s: %d polls were answered from the browser's cache and not by the server", h.name, h.seen.cached))
	return out
}

// bare says whether the file has no entry.
func (h *Reader) bare() bool { return len(h.refs)+h.unread+h.past == 0 }

// Limits says in one sentence what files cannot show, once all of them were emitted; it is empty where they show all.
func Limits(files []*Reader) lang.Sentence {
	var names []string
	var all census
	cookies := false
	for _, h := range files {
		if h.ends != nil || h.bare() { // sioscope wrote it, or there is nothing that it could show
			continue
		}
		names = append(names, h.name)
		all.refused += h.seen.refused
		all.nameless += h.seen.nameless
		cookies = cookies || h.hidesCookies()
	}
	if len(names) == 0 {
		return lang.Sentence{}
	}
	what := []lang.Sentence{lang.Say("the nodes' addresses"), lang.Say("ping frames"), lang.Say("how connections ended")}
	if all.refused > 0 {
		what = append(what, lang.Say("the body of a refused WebSocket request"))
	}
	if all.nameless > 0 {
		what = append(what, lang.Say("which connection carried a request"))
	}
	if cookies {
		what = append(what, lang.Say("cookies that the browser left out"))
	}
	var who []lang.Sentence
	for _, name := range names {
		who = append(who, lang.Say("%s", name))
	}
	return lang.Counted(len(names), "%s is a HAR, which does not show %s: nothing is concluded from their absence",
		"%s are HARs, which do not show %s: nothing is concluded from their absence", listed(who), listed(what))
}

// listed is "a, b and c".
func listed(words []lang.Sentence) lang.Sentence {
	text, last := words[0], len(words)-1
	for i, w := range words[1:] {
		if i+1 == last {
			return lang.Say("%s and %s", text, w)
		}
		text = lang.Say("%s, %s", text, w)
	}
	return text
}

// hidesCookies says whether a cookie that is not in the file may have been on the wire: browsers export requests
// without the cookies that the network stack adds, and leave out all of them where the export is "sanitized".
func (h *Reader) hidesCookies() bool {
	if !h.cookies {
		return true
	}
	who := strings.ToLower(h.creator)
	for _, proxy := range [...]string{"sioscope", "mitmproxy", "http toolkit", "proxyman", "charles", "fiddler"} {
		if strings.Contains(who, proxy) {
			return false
		}
	}
	return true
}

func (h *Reader) newConn() int {
	if h.o.NewConn != nil {
		return h.o.NewConn()
	}
	h.newest++
	return h.newest
}
