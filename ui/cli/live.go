package cli

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"
	"time"

	"sioscope/capture/dial"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
	"sioscope/ui/rows"
)

// live prints what happens as it happens: a line for every row of the packet table, the moment its facts come. It may
// be used from any goroutine.
type live struct {
	w       io.Writer
	tracker *session.Tracker
	mask    redact.Redactor
	columns int // of the terminal, 0: none, and lines are not cut
	red     bool

	mu      sync.Mutex
	origin  int64
	past    *diagnose.Past
	printed int32           // rows
	full    bool            // and no more are kept, which was said
	told    map[int32]bool  // exchanges whose connection was named
	opened  map[string]bool // what Resolved said before
}

// add takes a fact, and prints what it brings.
func (l *live) add(f fact.Fact) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tracker.Add(f)
	t := l.tracker
	for l.printed = max(l.printed, t.FirstRow); l.printed < t.FirstRow+int32(len(t.Rows)); l.printed++ {
		r := t.RowAt(l.printed)
		l.row(r)
		if answer, ok := f.(*fact.Response); ok && r.Kind == session.RefusalRow && r.Over == session.OverWebSocket {
			l.answer(answer)
		}
	}
	l.past.Relieve(t)
	if t.DroppedRows > 0 && !l.full {
		l.full = true
		l.line(fmt.Sprintf("          --   %d packets were shown; those that come now are counted for the report alone", l.printed), false)
	}
}

// event prints what is beside the facts.
func (l *live) event(e dial.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := e.String()
	if e.Kind == dial.Resolved {
		if l.opened[text] {
			return // the same answer as for the connection before
		}
		if l.opened == nil {
			l.opened = map[string]bool{}
		}
		l.opened[text] = true
		text += ", after " + plain.Span(int64(e.Took))
	}
	if e.Kind == dial.Connected {
		text += ", open after " + plain.Span(int64(e.Took))
	}
	l.line(fmt.Sprintf("%s  --   %s", l.at(e.Time.UnixNano()), plain.Text(l.mask.Text(text))), e.Kind == dial.Stuck)
}

// say prints a line of its own.
func (l *live) say(at int64, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line(fmt.Sprintf("%s  --   %s", l.at(at), plain.Text(l.mask.Text(text))), false)
}

func (l *live) at(t int64) string {
	if l.origin == 0 {
		l.origin = t
	}
	return fmt.Sprintf("%8.3f", float64(t-l.origin)/1e9)
}

func (l *live) line(text string, bad bool) {
	if r := []rune(text); l.columns > 0 && len(r) > l.columns {
		text = string(r[:l.columns-1]) + "…"
	}
	if bad && l.red {
		text = "\x1b[31m" + text + "\x1b[0m"
	}
	fmt.Fprintln(l.w, text)
}

func (l *live) row(r *session.Row) {
	c := rows.Masked(nil, l.tracker, r, rows.Times{}, l.mask)
	parts := []string{c.Packet}
	if c.SocketIO != "" {
		parts = append(parts, c.SocketIO)
	}
	if c.SocketIO != "" && c.Packet == "message" {
		parts = parts[1:]
	}
	if c.What != "" {
		parts = append(parts, c.Briefly())
	}
	l.line(fmt.Sprintf("%s  %-3s  %-11s %-9s  %s", l.at(r.Time), c.Dir, l.connection(r), c.Over, strings.Join(parts, "  ")), c.Bad)
}

// maxTold is how many exchanges are remembered as told before those that are over are forgotten.
const maxTold = 10_000

// connection names the connection of a row, and whether the request was the first on it.
func (l *live) connection(r *session.Row) string {
	text := fmt.Sprintf("conn %d", r.Conn+1)
	if r.Exchange < 0 || l.told[r.Exchange] {
		return text
	}
	if l.told == nil {
		l.told = map[int32]bool{}
	}
	if len(l.told) >= maxTold {
		maps.DeleteFunc(l.told, func(i int32, _ bool) bool {
			e := l.tracker.ExchangeAt(i)
			return e.End != 0 && !e.Switched() || e.Index < 0
		})
	}
	l.told[r.Exchange] = true
	if l.tracker.ExchangeAt(r.Exchange).Serial == 1 {
		return text + " new"
	}
	return text + " kept"
}

// answer prints all of an answer that refused a WebSocket: it tells who refused, and browsers hide it.
func (l *live) answer(f *fact.Response) {
	l.quote("")
	l.quote(fmt.Sprintf("%d %s", f.Status, f.Reason))
	f.Header.Each(func(name, value []byte) bool {
		l.quote(fmt.Sprintf("%s: %s", name, l.mask.Header(string(name), string(value))))
		return true
	})
	l.quote("")
	for line := range bytes.Lines(f.Body) {
		l.quote(l.mask.Text(strings.TrimRight(string(line), "\r\n")))
	}
	if f.Truncated {
		l.quote(fmt.Sprintf("(%d bytes in all)", f.BodySize))
	}
	l.quote("")
}

func (l *live) quote(text string) {
	fmt.Fprintln(l.w, strings.TrimRight("          | "+plain.Text(text), " "))
}

// began sets time zero.
func (l *live) began(t time.Time) { l.origin = t.UnixNano() }
