package e2e

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"sync"
	"testing"
	"time"
)

// An Event is what a process of ours says of itself: the truth that reports are held against. Which fields there are
// depends on its kind.
type Event struct {
	Event     string          `json:"event"`     // listening, ready (a worker of a cluster), request, upgrade-request, refused, open, upgrade, close, connect, disconnect, received, mark; of a client: connect, connect_error, disconnect, received, upgrade, upgrade_error, ack
	Node      string          `json:"node"`      // of a server: its name
	Port      int             `json:"port"`      // listening: the server's; request, upgrade-request: the client's
	SID       string          `json:"sid"`       // the Engine.IO session
	EIO       int             `json:"eio"`       // open: the revision that was asked for
	Transport string          `json:"transport"` // open, upgrade, close, connect
	Reason    string          `json:"reason"`    // close, disconnect
	Namespace string          `json:"namespace"` // connect, disconnect, received: at a server
	ID        string          `json:"id"`        // connect: the Socket.IO id; mark: the mark
	Name      string          `json:"name"`      // received, ack: the event's
	Args      json.RawMessage `json:"args"`      // received, ack
	Method    string          `json:"method"`    // request
	URL       string          `json:"url"`       // request, upgrade-request, open: the request target
	Status    int             `json:"status"`    // request
	Code      int             `json:"code"`      // refused: Engine.IO's, from version 4 on
	Message   string          `json:"message"`   // refused, connect_error, upgrade_error
	Client    string          `json:"client"`    // which client of a Clients
}

// A diary keeps the events of one process.
type diary struct {
	mu     sync.Mutex
	events []Event
	more   chan struct{} // closed and replaced with every event, closed for good at the end
	ended  bool
	other  []byte // what was no event
}

func newDiary() diary { return diary{more: make(chan struct{})} }

// read keeps what r says until it ends.
func (d *diary) read(r io.Reader) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e Event
		err := json.Unmarshal(lines.Bytes(), &e)
		d.mu.Lock()
		if err != nil || e.Event == "" {
			d.other = append(append(d.other, lines.Bytes()...), '\n')
		} else {
			d.events = append(d.events, e)
		}
		close(d.more)
		d.more = make(chan struct{})
		d.mu.Unlock()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = true
	close(d.more)
}

// Seen is everything so far.
func (d *diary) Seen() []Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.events)
}

// over says whether the process has ended.
func (d *diary) over() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ended
}

// Await is the first event that is wanted, past ones included; the test ends where none comes.
func (d *diary) Await(t testing.TB, what string, want func(Event) bool) Event {
	t.Helper()
	late := time.After(patience)
	for from := 0; ; {
		d.mu.Lock()
		events, more, ended := d.events, d.more, d.ended
		d.mu.Unlock()
		for ; from < len(events); from++ {
			if want(events[from]) {
				return events[from]
			}
		}
		if ended {
			t.Fatalf("the process ended without %s:\n%s\n%s", what, d.lines(), d.other)
		}
		select {
		case <-more:
		case <-late:
			t.Fatalf("no %s within %v:\n%s", what, patience, d.lines())
		}
	}
}

// lines are the events again, for a test that failed.
func (d *diary) lines() []byte {
	var all []byte
	for _, e := range d.Seen() {
		line, _ := json.Marshal(e)
		all = append(append(all, line...), '\n')
	}
	return all
}
