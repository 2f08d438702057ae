package cli

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
)

// A transcript is output that a test reads while it is written.
type transcript struct {
	mu    sync.Mutex
	text  strings.Builder
	wants map[string]chan struct{} // closed when the text has the key
}

func (w *transcript) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text.Write(p)
	for want, seen := range w.wants {
		if strings.Contains(w.text.String(), want) {
			close(seen)
			delete(w.wants, want)
		}
	}
	return len(p), nil
}

func (w *transcript) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// TestLabIsSwitchedByHand: what is typed is switched, sessions move to WebSocket at once, and Ctrl-C ends it with a report and no complaint.
func TestLabIsSwitchedByHand(t *testing.T) {
	t.Parallel()
	refused, moved, unknown := make(chan struct{}), make(chan struct{}), make(chan struct{})
	out := &transcript{wants: map[string]chan struct{}{"it stays on polling": refused, "moved to WebSocket after": moved, `the lab has no fault "cooky"`: unknown}}
	var errs transcript
	typed, keys := io.Pipe()
	ctx, interrupt := context.WithCancel(context.Background())
	go func() {
		<-refused
		io.WriteString(keys, "cooky\n")
		<-unknown
		io.WriteString(keys, "cookie\n")
		<-moved
		interrupt()
		keys.Close()
	}()
	p := &Program{Stdin: typed, Stdout: out, Stderr: &errs}
	if code := p.Run(ctx, []string{"lab"}); code != interrupted || errs.String() != "" {
		t.Errorf("exit %d, stderr %q", code, errs.String())
	}
	for _, want := range []string{"cookie is on; now on: cookie\n", "Findings", "no-affinity-per-connection"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

// TestLabRefuses: faults of one group exclude each other, and are not silently left out.
func TestLabRefuses(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"--fault cookie --fault source":        "--fault: cookie and source exclude each other",
		"--fault upgrade-403,upgrade-stripped": "--fault: upgrade-stripped and upgrade-403 exclude each other",
	} {
		var errs transcript
		p := &Program{Stdout: io.Discard, Stderr: &errs}
		if code := p.Run(context.Background(), append([]string{"lab", "--for", "1ms"}, strings.Fields(args)...)); code != failed || !strings.Contains(errs.String(), want) {
			t.Errorf("%s: exit %d, stderr %q", args, code, errs.String())
		}
	}
}
