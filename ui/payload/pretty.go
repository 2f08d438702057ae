// Package payload turns the bytes of a packet into lines for a list: JSON as a foldable tree, text cut to a width, hex.
// A payload may be hostile or one line of a megabyte; every line made here is short.
package payload

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"sioscope/ui/plain"
)

// MaxLines is how many lines are made of one payload; after them stands a line that says so.
const MaxLines = 20_000

// A Line is one line of a view.
type Line struct {
	Text   string
	Ends   int  // of a line that opens an object or array: the index of the line that closes it; else 0
	On     bool // it goes on with the line above, which had no more room
	Indent int  // of one that does: the bytes of Text before what goes on
}

// Find splits a Socket.IO payload into what stands before its JSON ("2/chat,12") and the JSON; json is empty where
// there is none.
func Find(p []byte) (head, body []byte) {
	for i, c := range p {
		if c != '[' && c != '{' && c != '"' {
			continue
		}
		if json.Valid(p[i:]) {
			return p[:i], p[i:]
		}
		break
	}
	if json.Valid(p) {
		return nil, p
	}
	return p, nil
}

// Pretty is the JSON in p as indented lines, whatever stands before it first, and text as it is where there is none.
// width is the longest line in characters.
func Pretty(p []byte, width int) []Line {
	head, body := Find(p)
	var w writer
	w.width = max(width, 20)
	w.text(string(head), 0)
	if len(body) > 0 {
		var out bytes.Buffer
		if json.Indent(&out, body, "", "  ") == nil {
			w.tree(out.String())
		}
	}
	return w.lines
}

// Text is p as lines of at most width characters.
func Text(p string, width int) []Line {
	w := writer{width: max(width, 20)}
	w.text(p, 0)
	return w.lines
}

type writer struct {
	width int
	lines []Line
	opens []int // indices of lines whose bracket is open
}

// tree takes indented JSON, a value a line.
func (w *writer) tree(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		if w.full() {
			return
		}
		trimmed := strings.TrimLeft(line, " ")
		indent := len(line) - len(trimmed)
		if len(w.opens) > 0 && (strings.HasPrefix(trimmed, "]") || strings.HasPrefix(trimmed, "}")) {
			w.lines[w.opens[len(w.opens)-1]].Ends = len(w.lines)
			w.opens = w.opens[:len(w.opens)-1]
		}
		at := len(w.lines)
		w.wrap(line, indent+4)
		if strings.HasSuffix(trimmed, "[") || strings.HasSuffix(trimmed, "{") {
			w.opens = append(w.opens, at)
		}
	}
}

func (w *writer) text(s string, indent int) {
	if s == "" {
		return
	}
	for line := range strings.SplitSeq(s, "\n") {
		if w.full() {
			return
		}
		w.wrap(strings.TrimSuffix(line, "\r"), indent)
	}
}

// wrap cuts a line to the width; what follows is indented.
func (w *writer) wrap(line string, indent int) {
	indent = min(indent, w.width/2)
	for first := true; !w.full(); first = false {
		room := w.width
		if !first {
			room -= indent
		}
		n := fits(line, room)
		l := Line{Text: printable(line[:n])}
		if !first {
			l.Text, l.On, l.Indent = strings.Repeat(" ", indent)+l.Text, true, indent
		}
		w.lines = append(w.lines, l)
		if line = line[n:]; line == "" {
			return
		}
	}
}

func (w *writer) full() bool {
	if len(w.lines) < MaxLines {
		return false
	}
	if len(w.lines) == MaxLines {
		w.lines = append(w.lines, Line{Text: "… more is not shown; copy it to see all"})
	}
	return true
}

// fits is how many bytes of line have room characters; East Asian ones count twice.
func fits(line string, room int) int {
	used := 0
	for i, r := range line {
		used++
		if r >= 0x1100 {
			used++
		}
		if used > room && i > 0 {
			return i
		}
	}
	return len(line)
}

func printable(s string) string { return plain.Text(strings.ReplaceAll(s, "\t", " ")) }

// Hex is p in the layout of hexdump -C, perLine bytes a line.
func Hex(p []byte, perLine int) []Line { return HexHiding(p, nil, perLine) }

// HexHiding is Hex with asterisks in place of the bytes that are hidden, one for one.
func HexHiding(p []byte, hidden []bool, perLine int) []Line {
	perLine = max(perLine, 4)
	var lines []Line
	for off := 0; off < len(p); off += perLine {
		if len(lines) == MaxLines {
			return append(lines, Line{Text: "… more is not shown; copy it to see all"})
		}
		row := p[off:min(off+perLine, len(p))]
		numbers, letters := []byte(spaced(row)), []byte(ascii(row))
		for i := range row {
			if off+i < len(hidden) && hidden[off+i] {
				numbers[3*i], numbers[3*i+1], letters[i] = '*', '*', '*'
			}
		}
		lines = append(lines, Line{Text: fmt.Sprintf("%06x  %-*s  %s", off, perLine*3-1, numbers, letters)})
	}
	return lines
}

func spaced(row []byte) string {
	var b strings.Builder
	for i := range row {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(hex.EncodeToString(row[i : i+1]))
	}
	return b.String()
}

func ascii(row []byte) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '.'
		}
		return r
	}, string(latin(row)))
}

func latin(row []byte) []rune {
	out := make([]rune, len(row))
	for i, b := range row {
		out[i] = rune(b)
	}
	return out
}

// Join puts more lines behind lines, which are not used afterwards.
func Join(lines, more []Line) []Line {
	n := len(lines)
	for _, l := range more {
		if l.Ends > 0 {
			l.Ends += n
		}
		lines = append(lines, l)
	}
	return lines
}

// Folded are the indices of lines that stay visible when the lines in shut are folded.
func Folded(lines []Line, shut map[int]bool) []int {
	var keep []int
	for i := 0; i < len(lines); i++ {
		keep = append(keep, i)
		if shut[i] && lines[i].Ends > i {
			i = lines[i].Ends
		}
	}
	return keep
}
