package session

import (
	"testing"

	"sioscope/protocol/fact"
)

// TestUnacknowledged: an event that asks for an acknowledgement has none until one with its id comes, from the other side
// and in its namespace.
func TestUnacknowledged(t *testing.T) {
	t.Parallel()
	w := newWire(Options{KeepRows: true, KeepPayloads: true})
	w.handshake("1", sid("a", 0))
	w.upgrade("2", sid("a", 0))
	for _, p := range []string{`420["ask"]`, `421["ask"]`, `42/admin,0["ask"]`, `42["tell"]`} {
		w.frame("2", fact.Out, p)
	}
	w.frame("2", fact.In, `420["ask"]`) // of the server, with a number of its own
	w.frame("2", fact.Out, `431["no answer to what the client asks"]`)
	w.frame("2", fact.In, `430["answer"]`)
	w.frame("2", fact.In, `43/other,1["answer"]`)
	w.frame("2", fact.Out, "1")
	w.end("2", fact.Out)
	s := w.one(t)
	if out, in := s.Unacknowledged(fact.Out), s.Unacknowledged(fact.In); out != 2 || in != 1 {
		t.Errorf("%d of the client and %d of the server, want 2 and 1", out, in)
	}
	var open []string
	for i := range w.t.Rows {
		if r := &w.t.Rows[i]; s.Awaiting(r) {
			open = append(open, r.Dir.String()+" "+string(w.t.Payload(r.Data)))
		}
	}
	if len(open) != 3 {
		t.Errorf("rows %q", open)
	}
}
