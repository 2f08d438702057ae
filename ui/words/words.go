// Package words says in plain words what a packet, a request, a session or a finding is, and why it matters. All of
// the window's explanations are here. It decides nothing: causes come from protocol/diagnose. Secrets are masked.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// Style is how a Part is shown.
type Style uint8

const (
	Para    Style = iota
	Head          // a heading within a section
	Section       // the heading of a section, with a rule above where something stands before it
	Problem       // the same of a finding that breaks or slows something
	Caution       // the same of a warning
	Item          // one of a list
	Dim           // an aside
	Bad           // what went wrong
	Code          // lines to paste, as they are
)

// A Part is a paragraph.
type Part struct {
	Style Style
	Text  string
	Place Place // in the capture, of what Text tells
}

// A Place is where in a capture something was seen. The zero value is none.
type Place struct {
	Label    string // the beginning of the Part's Text that names it: "0.042 s conn 11"
	Time     int64
	Conn     int // its ID, 0 none
	Exchange int // its index plus 1, 0 none
}

// A Text is what the Meaning tab shows.
type Text struct {
	Title string
	Badge string // "conn 2"
	Bad   bool   // the title tells of a problem
	Parts []Part
}

func (t *Text) add(s Style, text string) {
	if text != "" {
		t.Parts = append(t.Parts, Part{Style: s, Text: text})
	}
}

// Plain is the text for the clipboard.
func (t *Text) Plain() string {
	var b strings.Builder
	b.WriteString(t.Title + "\n")
	for _, p := range t.Parts {
		switch p.Style {
		case Head:
			b.WriteString("\n" + p.Text + "\n")
		case Section, Problem, Caution:
			b.WriteString("\n" + p.Text + "\n" + strings.Repeat("=", utf8.RuneCountInString(p.Text)) + "\n")
		case Item:
			b.WriteString("- " + p.Text + "\n")
		case Code:
			b.WriteString("\n    " + strings.ReplaceAll(strings.TrimRight(p.Text, "\n"), "\n", "\n    ") + "\n\n")
		default:
			b.WriteString(p.Text + "\n")
		}
	}
	return b.String()
}

// A Writer explains things of one capture.
type Writer struct {
	lang.Words // the language; the Diagnosis is in the same

	Tracker   *session.Tracker
	Diagnosis *diagnose.Diagnosis
	Redact    redact.Redactor
	Time      func(int64) string // how times are written; nil leaves them out
	About     *session.Tracker   // the part of Tracker that the diagnosis is about; nil: all of it
	Live      bool               // it is no capture, but happens now or did just now
	Over      bool               // what is live has ended
	Now       int64              // until when what is live was watched, ns since the epoch
	Checks    bool               // experiments are run, some of which a server ends
	Trial     timeline.Trial     // their requests that are sent to be refused; may be nil
}

// Sentence begins with a capital letter, where its script has them and it does not begin with an address, and ends with a full stop. It may be in English where
// another program said it.
func Sentence(w lang.Words, s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) }) {
		w = nil
		if !address(s) {
			s = string(unicode.ToUpper(first)) + s[n:]
		}
	}
	if last, _ := utf8.DecodeLastRuneInString(s); strings.ContainsRune(".!?。！？", last) {
		return s
	}
	return w.S("%s.", s)
}

// address says whether a sentence begins with a host, or the path of a file, which are written as they are.
func address(s string) bool {
	word, _, _ := strings.Cut(s, " ")
	return strings.ContainsAny(strings.TrimRight(word, ".,:;"), ".:/")
}

// Quoting is a sentence that may quote what a server said, which may be a secret it was sent: those are masked. Flags are
// named by their fields.
func Quoting(w lang.Words, s string) string { return Sentence(w, redact.Redactor{}.Text(Fields(w, s))) }

func (w *Writer) at(t int64) string {
	if w.Time == nil || t == 0 {
		return ""
	}
	return w.Time(t)
}

// maxText is the longest text taken from the capture, in bytes.
const maxText = 300

// quote is text of the capture, masked and bounded.
func (w *Writer) quote(s string) string {
	s = strings.ToValidUTF8(s, "·")
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return w.Redact.Text(s)
}
