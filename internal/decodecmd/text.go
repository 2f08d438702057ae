package decodecmd

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"sioscope/protocol/engineio"
	"sioscope/protocol/socketio"
)

// What a line for people shows at most; --format json has all of it.
const (
	maxText  = 4000 // characters
	maxBytes = 64
)

// writeText writes a line for each packet, and under it the Socket.IO packet that it completed.
func (r report) writeText(w io.Writer) error {
	b := bufio.NewWriter(w)
	width := len(strconv.Itoa(len(r.packets)))
	indent := strings.Repeat(" ", width+2)
	for i, p := range r.packets {
		line := fmt.Sprintf("%*d  %-7s  %s", width, i+1, p.Type, content(p.Packet))
		fmt.Fprintln(b, strings.TrimRight(line, " "))
		for _, s := range p.socketio {
			fmt.Fprintf(b, "%s└ %s\n", indent, r.line(s))
			for n, a := range s.Attachments {
				fmt.Fprintf(b, "%s  attachment %d: %s\n", indent, n, dump(a))
			}
		}
	}
	if len(r.packets) == 0 && r.err == "" {
		fmt.Fprintln(b, "no packets")
	}
	if r.err != "" {
		fmt.Fprintf(b, "error: %s\n", r.err)
	}
	if r.sioErr != "" {
		fmt.Fprintf(b, "not Socket.IO %d: %s\n", r.rev, r.sioErr)
	}
	for _, note := range r.notes {
		fmt.Fprintf(b, "note: %s\n", note)
	}
	return b.Flush()
}

func content(p engineio.Packet) string {
	switch {
	case !p.HasData:
		return ""
	case p.Binary:
		return dump(p.Data)
	}
	return printable(string(p.Data), maxText)
}

// line is type, namespace, id and payload of a Socket.IO packet.
func (r report) line(p socketio.Packet) string {
	parts := []string{p.Type.Name(r.rev)}
	if p.Namespace != "" {
		parts = append(parts, printable(p.Namespace, maxText))
	}
	if p.ID >= 0 {
		parts = append(parts, fmt.Sprintf("id %d", p.ID))
	}
	if p.MsgPack {
		parts = append(parts, "msgpack")
	}
	if len(p.Data) > 0 {
		parts = append(parts, printable(string(p.Data), maxText))
	}
	return strings.Join(parts, "  ")
}

// dump shows bytes in hex.
func dump(p []byte) string {
	s := fmt.Sprintf("%d %s", len(p), plural(len(p), "byte", "bytes"))
	if len(p) == 0 {
		return s
	}
	if len(p) > maxBytes {
		return fmt.Sprintf("%s: % x …", s, p[:maxBytes])
	}
	return fmt.Sprintf("%s: % x", s, p)
}

// printable escapes what would move the cursor of a terminal or hide in it, and cuts what is longer than limit
// characters.
func printable(s string, limit int) string {
	var b strings.Builder
	n := 0
	for i, r := range s {
		if n++; n > limit {
			fmt.Fprintf(&b, "… (%d more bytes)", len(s)-i)
			break
		}
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		}
	}
	return b.String()
}
