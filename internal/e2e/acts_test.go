package e2e

import (
	"maps"
	"slices"
	"strconv"
	"testing"
)

// What clients do in incidents.

// after waits for one of several kinds of events of a client, counting from the n-th of them, from 1.
func (c *Clients) after(t *testing.T, client string, n int, events ...string) Event {
	t.Helper()
	seen := map[string]int{}
	return c.Await(t, client+" to get "+events[0], func(e Event) bool {
		if e.Client != client || !slices.Contains(events, e.Event) {
			return false
		}
		seen[client]++
		return seen[client] == n
	})
}

// visits are n clients, one after the other: each connects, sees its upgrade succeed or fail, has something echoed, and
// leaves.
func visits(n int, options map[string]any) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		for range n {
			c := on.connect(t, options)
			on.clients.after(t, c, 1, "upgrade", "upgrade_error")
			on.echo(t, c)
			on.leave(t, c)
		}
	}
}

// calls are n clients, one after the other, that have something echoed and leave, without a look at their transport.
func calls(n int, options map[string]any) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		for range n {
			c := on.connect(t, options)
			on.echo(t, c)
			on.leave(t, c)
		}
	}
}

// tries are n clients, one after the other, that try once and leave as soon as it is clear what becomes of them.
func tries(n int, options map[string]any) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		for range n {
			on.try(t, 1, options)
		}
	}
}

// triesUntil are tries, some clients at once, until some have gone wrong: chance decides who they are.
func triesUntil(wrong, atOnce int, options map[string]any) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		for range 100 {
			on.try(t, atOnce, options)
			failed := map[string]bool{}
			for _, e := range on.clients.Seen() {
				if e.Event == "connect_error" || e.Event == "upgrade_error" {
					failed[e.Client] = true
				}
			}
			if len(failed) >= wrong {
				return
			}
		}
		t.Fatal("all clients got through")
	}
}

// try is of some clients at once.
func (on *set) try(t *testing.T, atOnce int, options map[string]any) {
	t.Helper()
	o := map[string]any{"reconnection": false}
	maps.Copy(o, options)
	var all []string
	for range atOnce {
		all = append(all, on.begin(t, o))
	}
	for _, c := range all {
		on.clients.after(t, c, 1, "connect_error", "upgrade", "upgrade_error", "disconnect")
	}
	for _, c := range all {
		on.clients.Do(t, Command{Do: "disconnect", Client: c})
	}
}

// failures are n clients at once, of which each tries some times in vain.
func failures(n, times int, options map[string]any) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		o := map[string]any{"reconnectionDelay": 50, "reconnectionDelayMax": 50}
		maps.Copy(o, options)
		var all []string
		for range n {
			all = append(all, on.begin(t, o))
		}
		for _, c := range all {
			on.clients.after(t, c, times, "connect_error", "disconnect")
			on.clients.Do(t, Command{Do: "disconnect", Client: c})
		}
	}
}

// acts are one after the other.
func acts(all ...func(t *testing.T, on *set)) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		for _, act := range all {
			act(t, on)
		}
	}
}

// begin lets a new client try to connect, and gives its name.
func (on *set) begin(t *testing.T, options map[string]any) string {
	t.Helper()
	c := "client-" + strconv.Itoa(on.begun)
	on.begun++
	on.clients.Do(t, Command{Do: "connect", Client: c, URL: on.url, Options: options})
	return c
}

// connect is begin for a client that gets through.
func (on *set) connect(t *testing.T, options map[string]any) string {
	t.Helper()
	c := on.begin(t, options)
	on.clients.Heard(t, c, "connect", "")
	return c
}

// echo has something said back.
func (on *set) echo(t *testing.T, client string) {
	t.Helper()
	on.clients.Do(t, Command{Do: "emit", Client: client, Name: "echo", Args: []any{"hello"}, Ack: true})
	on.clients.Heard(t, client, "ack", "echo")
}

// leave disconnects.
func (on *set) leave(t *testing.T, client string) {
	t.Helper()
	on.clients.Do(t, Command{Do: "disconnect", Client: client})
	on.clients.after(t, client, 1, "disconnect")
}
