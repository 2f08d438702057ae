package diagnose

import (
	"slices"
	"strings"
	"testing"

	"sioscope/internal/stories"
	"sioscope/protocol/session"
)

// TestIdleTimeoutRulesOutWhatItHas: of sessions that ended together it is not said that they did not.
func TestIdleTimeoutRulesOutWhatItHas(t *testing.T) {
	t.Parallel()
	const apart, counts = "node restarted: the sessions did not end together", "node restarted: its counter of handshakes would begin anew"
	opened := func(conn, sid string) string {
		return strings.NewReplacer("C", conn, "SID", sid).Replace("C > GET /socket.io/?EIO=4&transport=websocket | Upgrade: websocket\nC < 101\nC in OPENED(SID)\n")
	}
	first, second, third := opened("1", "aaaaaaaaaaaaaaaaAAAA"), opened("2", "bbbbbbbbbbbbbbbbAAAB"), opened("3", "ccccccccccccccccAAAC")
	for _, tt := range []struct {
		name, story string
		want, not   []string
	}{
		{"apart", first + "+9980ms\n1 end server\n" + second + "+9980ms\n2 end server\n", []string{apart}, []string{counts}},
		{"together", first + second + "1 in 42[\"a\"]\n2 in 42[\"a\"]\n+9980ms\n1 end server\n2 end server\n", nil, []string{apart, counts}},
		{"together, and the count goes on", first + second + "1 in 42[\"a\"]\n2 in 42[\"a\"]\n+9980ms\n1 end server\n2 end server\n" + third, []string{counts}, []string{apart}},
		{"alone", first + "+9980ms\n1 end server\n", nil, []string{apart, counts}},
	} {
		st := stories.New()
		for line := range strings.Lines(tt.story) {
			if err := st.Play(strings.TrimSpace(line)); err != nil {
				t.Fatal(err)
			}
		}
		st.Finish()
		d := Diagnose(&st.Tracker)
		if len(d.Findings) != 1 || d.Findings[0].ID != "idle-timeout" {
			t.Errorf("%s: %s", tt.name, said(d))
			continue
		}
		for _, w := range tt.want {
			if !slices.Contains(d.Findings[0].RuledOut, w) {
				t.Errorf("%s: not ruled out: %s", tt.name, w)
			}
		}
		for _, w := range tt.not {
			if slices.Contains(d.Findings[0].RuledOut, w) {
				t.Errorf("%s: ruled out: %s", tt.name, w)
			}
		}
	}
}

// TestCutWithARestartedNode: a session whose counter may be of either of two nodes is not said to be cut by a time-out
// where it ended together with those of the one that restarted.
func TestCutWithARestartedNode(t *testing.T) {
	t.Parallel()
	opened := func(conn, sid string) string {
		return strings.NewReplacer("C", conn, "SID", sid).Replace("C > GET /socket.io/?EIO=4&transport=websocket | Upgrade: websocket\nC < 101\nC in OPENED(SID)\n")
	}
	before := opened("1", "aaaaaaaaaaaaaaaaAAAA") + opened("2", "bbbbbbbbbbbbbbbbAAAA") + opened("3", "ccccccccccccccccAAAB")
	after := func(conn string) string { return "+490ms\n" + opened(conn, "ddddddddddddddddAAAA") }
	refused := func(conn, sid string) string {
		return conn + " > GET /socket.io/?EIO=4&transport=polling&sid=" + sid + "&t=9\n" + conn + " < 400 UNKNOWN\n"
	}
	polled := func(conn, sid string) string { // and its WebSocket request comes to the other node
		poll := conn + " > GET /socket.io/?EIO=4&transport=polling"
		return poll + "&t=1\n" + conn + " < 200 OPEN(" + sid + ")\n" +
			conn + "0 > GET /socket.io/?EIO=4&transport=websocket&sid=" + sid + " | Upgrade: websocket\n" + conn + "0 < 400 UNKNOWN\n" +
			poll + "&sid=" + sid + "&t=2\n"
	}
	for _, tt := range []struct{ name, story, want string }{
		{"at once", before + "+990ms\n3 end server\n2 end server\n" + after("4"), "websocket: node-restarted/warning"},
		{"long before", before + "+990ms\n3 end server\n+500ms\n2 end server\n" + after("4"), "websocket: idle-timeout/error, node-restarted/warning"},
		{"and the next may be of its first life too", before + "+990ms\n3 end server\n2 end server\n" + after("4") + opened("5", "eeeeeeeeeeeeeeeeAAAB"), "websocket: node-restarted/warning"},
		{"on polling, by a balancer of connections", opened("1", "aaaaaaaaaaaaaaaaAAAA") + polled("2", "bbbbbbbbbbbbbbbbAAAA") + polled("3", "ccccccccccccccccAAAB") +
			"+500ms\n2 end server\n3 end server\n" + refused("4", "bbbbbbbbbbbbbbbbAAAA") + refused("5", "ccccccccccccccccAAAB") + after("6"),
			"mixed: no-affinity-per-connection/error, node-restarted/warning"},
	} {
		st := stories.New()
		for line := range strings.Lines(tt.story) {
			if err := st.Play(strings.TrimSpace(line)); err != nil {
				t.Fatal(err)
			}
		}
		st.Finish()
		if got := said(Diagnose(&st.Tracker)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestAlone: a cut is not one of its own where another came with it, as far as both can be told from two time-outs.
func TestAlone(t *testing.T) {
	t.Parallel()
	at := func(closed, silence int64) cut {
		return cut{s: &session.Session{Closed: closed * 1e6}, silence: silence * 1e6}
	}
	for _, tt := range []struct {
		a, b cut
		want bool
	}{
		{at(1200, 1002), at(1200, 1024), false},
		{at(1200, 1002), at(1220, 1024), true}, // as those that fell silent one soon after the other
		{at(1200, 1002), at(1200, 1004), true},
		{at(1200, 1002), at(1250, 1102), false},
		{at(1200, 1002), at(1500, 1902), true},
	} {
		if got := alone([]cut{tt.a, tt.b}, tt.a); got != tt.want {
			t.Errorf("cut %d ms apart, after %d and %d ms: %v", (tt.b.s.Closed-tt.a.s.Closed)/1e6, tt.a.silence/1e6, tt.b.silence/1e6, got)
		}
	}
}
