package har

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"sioscope/protocol/fact"
)

var update = flag.Bool("update", false, "rewrite the want sections")

// TestDialects: logs as the programs write them, and the facts they are.
func TestDialects(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/dialects/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no dialects", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string][]byte{}
			for _, f := range a.Files {
				parts[f.Name] = f.Data
			}
			o := Options{Attached: func(name string) (io.ReadCloser, error) {
				if b, ok := parts[name]; ok {
					return io.NopCloser(bytes.NewReader(b)), nil
				}
				return nil, os.ErrNotExist
			}}
			got := told(t, parts["log.har"], o)
			if *update {
				a.Files[len(a.Files)-1].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(parts["want"]); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			o.MaxHeld = 1 // everything is read again when its time comes
			if again := told(t, parts["log.har"], o); again != got {
				t.Errorf("with nothing held:\n%s\nwant\n%s", again, got)
			}
		})
	}
}

// told is the facts of a log as text, its notes and what it does not show.
func told(t testing.TB, log []byte, o Options) string {
	t.Helper()
	var b strings.Builder
	h, err := Open("log.har", bytes.NewReader(log), o)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	last := int64(0)
	for {
		at, ok, err := h.Next()
		if err != nil {
			fmt.Fprintln(&b, "error:", err)
		}
		if !ok {
			break
		}
		if at < last {
			t.Errorf("time goes back from %d to %d", last, at)
		}
		last = at
		if err := h.Emit(func(f fact.Fact) { tell(&b, f) }); err != nil {
			fmt.Fprintln(&b, "error:", err)
			break
		}
	}
	for _, n := range append(h.Notes(), Limits([]*Reader{h})) {
		if !n.Empty() {
			fmt.Fprintln(&b, "!", n)
		}
	}
	return b.String()
}

func clock(ns int64) string { return time.Unix(0, ns).UTC().Format("04:05.999999999") }

func tell(b *strings.Builder, f fact.Fact) {
	switch f := f.(type) {
	case *fact.Opened:
		c := f.Conn
		fmt.Fprintf(b, "%d opened %s, server %s, hidden %05b", c.ID, clock(f.Time), c.Server, c.Hidden)
	case *fact.TLS:
		fmt.Fprintf(b, "%d TLS %q %v", f.Conn.ID, f.SNI, f.ALPN)
	case *fact.Request:
		fmt.Fprintf(b, "%d > %d %s to %s %s %s %s %s", f.Conn.ID, f.Exchange, clock(f.Start), clock(f.End), f.Method, f.Target, f.Host, f.Proto)
		tellMessage(b, f.Header, f.Body, f.BodySize, f.Truncated, f.Incomplete)
		if f.Failure != "" {
			fmt.Fprintf(b, " failed: %s", f.Failure)
		}
	case *fact.Response:
		fmt.Fprintf(b, "%d < %d %s to %s %d %s", f.Conn.ID, f.Exchange, clock(f.Start), clock(f.End), f.Status, f.Reason)
		tellMessage(b, f.Header, f.Body, f.BodySize, f.Truncated, f.Incomplete)
		if f.BodyError != "" {
			fmt.Fprintf(b, " (%s)", f.BodyError)
		}
	case *fact.Message:
		fmt.Fprintf(b, "%d %s %d %s opcode %d %q of %d", f.Conn.ID, f.Dir, f.Exchange, clock(f.End), f.Opcode, f.Payload, f.Size)
	case *fact.Malformed:
		fmt.Fprintf(b, "%d malformed %s %s", f.Conn.ID, clock(f.Time), f.What)
	case *fact.Closed:
		fmt.Fprintf(b, "%d closed %s", f.Conn.ID, clock(f.Time))
	}
	b.WriteByte('\n')
}

func tellMessage(b *strings.Builder, h fact.Header, body []byte, size int64, cut, incomplete bool) {
	h.Each(func(name, value []byte) bool {
		fmt.Fprintf(b, " | %s: %s", name, value)
		return true
	})
	fmt.Fprintf(b, " %q of %d", body, size)
	if cut {
		b.WriteString(" truncated")
	}
	if incomplete {
		b.WriteString(" incomplete")
	}
}
