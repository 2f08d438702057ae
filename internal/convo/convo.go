// Package convo lets tests write the conversation of one connection as a txtar file, play it in many splits, and
// compare the facts with those the file wants. It is for tests alone.
//
// The comment tells the story. Sections are played in order:
//
//	-- client --            bytes to the server
//	-- server --            bytes to the client
//	-- client at 3ms --     the same, captured at that time and only now delivered
//	-- client gap 120 --    120 bytes to the server are missing; without a number: nobody knows how many
//	-- pause 2s --          time passes; every section takes 1 ms anyway
//	-- want --              the facts, a line each; -update rewrites them
//
// In the bytes, line ends of the file are nothing, and \r \n \t \\ \xHH are what they are in Go. At the end the
// connection is closed.
package convo

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/txtar"

	"sioscope/protocol/fact"
)

// A Turn is bytes in one direction, or a hole.
type Turn struct {
	Dir  fact.Dir
	At   int64
	Data []byte
	Gap  bool
	Lost int64 // of a hole; 0: unknown
}

// Parse reads the turns of a conversation.
func Parse(ar *txtar.Archive) ([]Turn, error) {
	var turns []Turn
	var now time.Duration
	for _, f := range ar.Files {
		now += time.Millisecond
		words := strings.Fields(f.Name)
		t := Turn{At: int64(now)}
		switch {
		case words[0] == "want":
			continue
		case words[0] == "pause" && len(words) == 2:
			d, err := time.ParseDuration(words[1])
			if err != nil {
				return nil, err
			}
			now += d
			continue
		case words[0] == "server":
			t.Dir = fact.In
		case words[0] != "client":
			return nil, fmt.Errorf("section %q: not understood", f.Name)
		}
		if len(words) == 3 && words[1] == "at" {
			d, err := time.ParseDuration(words[2])
			if err != nil {
				return nil, err
			}
			t.At = int64(d)
		}
		if len(words) > 1 && words[1] == "gap" {
			t.Gap = true
			if len(words) > 2 {
				t.Lost, _ = strconv.ParseInt(words[2], 10, 64)
			}
		} else {
			data, err := unquote(f.Data)
			if err != nil {
				return nil, fmt.Errorf("section %q: %w", f.Name, err)
			}
			t.Data = data
		}
		turns = append(turns, t)
	}
	return turns, nil
}

func unquote(text []byte) ([]byte, error) {
	text = bytes.ReplaceAll(text, []byte("\n"), nil)
	text = bytes.ReplaceAll(text, []byte(`"`), []byte(`\"`))
	s, err := strconv.Unquote(`"` + string(text) + `"`)
	return []byte(s), err
}

// Print is a fact in one line, behind the stream's number where it is one of a connection inside of another.
func Print(f fact.Fact) string {
	if c := Of(f); c != nil && c.Over != nil {
		return fmt.Sprintf("[%d] %s", c.Stream, printed(f))
	}
	return printed(f)
}

// Of is the connection of a fact.
func Of(f fact.Fact) *fact.Conn {
	switch f := f.(type) {
	case *fact.Opened:
		return f.Conn
	case *fact.Request:
		return f.Conn
	case *fact.Response:
		return f.Conn
	case *fact.Reset:
		return f.Conn
	case *fact.Message:
		return f.Conn
	case *fact.Missing:
		return f.Conn
	case *fact.Malformed:
		return f.Conn
	case *fact.TLS:
		return f.Conn
	case *fact.Closed:
		return f.Conn
	}
	return nil
}

func printed(f fact.Fact) string {
	switch f := f.(type) {
	case *fact.Opened:
		return fmt.Sprintf("%s opened %v > %v%s", ms(f.Time), f.Conn.Client, f.Conn.Server,
			flags("syn", f.SYN, "via "+f.Conn.Via.String(), f.Conn.Via.IsValid()))
	case *fact.Request:
		return fmt.Sprintf("%s request %d %s %s host=%s header=%q body=%s size=%d%s", span(f.Start, f.End), f.Exchange,
			f.Method, f.Target, f.Host, f.Header, quote(f.Body), f.BodySize,
			flags("protocol "+f.Protocol, f.Protocol != "", "truncated", f.Truncated, "incomplete", f.Incomplete))
	case *fact.Reset:
		return fmt.Sprintf("%s reset %d %s code=%d", ms(f.Time), f.Exchange, f.By, f.Code)
	case *fact.Closed:
		return fmt.Sprintf("%s closed %s%s", ms(f.Time), f.By, flags("unknown", !f.Known, "reset", f.Reset))
	case *fact.Response:
		return fmt.Sprintf("%s response %d %d %q header=%q body=%s size=%d%s", span(f.Start, f.End), f.Exchange,
			f.Status, f.Reason, f.Header, quote(f.Body), f.BodySize,
			flags("truncated", f.Truncated, "incomplete", f.Incomplete, f.BodyError, f.BodyError != ""))
	case *fact.Message:
		return fmt.Sprintf("%s message %d %s opcode=%d payload=%s size=%d%s", span(f.Start, f.End), f.Exchange, f.Dir, f.Opcode,
			quote(f.Payload), f.Size, flags("compressed", f.Compressed, "truncated", f.Truncated, "incomplete", f.Incomplete))
	case *fact.Missing:
		return fmt.Sprintf("%s missing %s %d", ms(f.Time), f.Dir, f.Bytes)
	case *fact.Malformed:
		return fmt.Sprintf("%s malformed %s %q sample=%s", ms(f.Time), f.Dir, f.What, quote(f.Sample))
	case *fact.TLS:
		return fmt.Sprintf("%s tls version=%q sni=%q alpn=%q reason=%q%s", ms(f.Time), f.Version, f.SNI, f.ALPN, f.Reason, flags("aborted", f.Aborted))
	}
	return fmt.Sprintf("%T %+v", f, f)
}

func ms(t int64) string {
	return strconv.FormatFloat(float64(t)/1e6, 'f', -1, 64) + "ms"
}

func span(start, end int64) string {
	if start == end {
		return ms(start)
	}
	return ms(start) + ".." + ms(end)
}

// quote shortens what is too long to be read.
func quote(b []byte) string {
	if len(b) > 200 {
		return fmt.Sprintf("%q…(%d)", b[:100], len(b))
	}
	return fmt.Sprintf("%q", b)
}

// flags lists the words whose condition holds.
func flags(pairs ...any) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == true {
			fmt.Fprintf(&b, " [%v]", pairs[i])
		}
	}
	return b.String()
}
