package e2e

import (
	"encoding/json"
	"strconv"
	"testing"
)

// Clients are real Socket.IO clients in one process of Node.js. Each has a name, and every event of theirs bears it.
type Clients struct {
	diary
	process
	sent map[string]int64 // events that each client was told to emit
}

// Command is what a client is told: connect URL with options, emit Name with Args, disconnect. Bytes in Args and in
// the Args of events are {"$bytes": base64}.
type Command struct {
	Do      string         `json:"do"` // connect, emit, disconnect
	Client  string         `json:"client"`
	URL     string         `json:"url,omitempty"`
	Options map[string]any `json:"options,omitempty"` // as for io(url, options)
	Name    string         `json:"name,omitempty"`
	Args    []any          `json:"args,omitempty"`
	Ack     bool           `json:"ack,omitempty"` // wait for an acknowledgement, which becomes an event
}

// Bytes are bytes as an argument of an event.
type Bytes struct {
	Bytes []byte `json:"$bytes"`
}

// NewClients starts a process for clients of a major version, 2 (2.5.0) or 4 (4.8.4).
func NewClients(t testing.TB, version int) *Clients {
	t.Helper()
	c := &Clients{diary: newDiary(), sent: map[string]int64{}}
	c.process = node(t, &c.diary, "client.js", strconv.Itoa(version))
	return c
}

// Do tells a client what to do.
func (c *Clients) Do(t testing.TB, command Command) {
	t.Helper()
	line, err := json.Marshal(command)
	if err != nil {
		t.Fatal(err)
	}
	if command.Do == "emit" {
		c.sent[command.Client]++
	}
	if _, err := c.stdin.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
}

// Connect starts a client and waits until it is connected.
func (c *Clients) Connect(t testing.TB, client, url string, options map[string]any) Event {
	t.Helper()
	c.Do(t, Command{Do: "connect", Client: client, URL: url, Options: options})
	return c.Heard(t, client, "connect", "")
}

// Heard waits for an event of a client; of a name, where the kind of event has one.
func (c *Clients) Heard(t testing.TB, client, event, name string) Event {
	t.Helper()
	return c.Await(t, client+" to get "+event+" "+name, func(e Event) bool {
		return e.Client == client && e.Event == event && e.Name == name
	})
}
