package session

import (
	"strings"
	"testing"

	"sioscope/protocol/fact"
)

// TestOffPolling: a client that polls no more, in a recording that goes on, left polling; one that polls on, or was polled
// for too long to move, stayed. A log lacks the polls that are under way.
func TestOffPolling(t *testing.T) {
	t.Parallel()
	const a, second = "aaaaaaaaaaaaaaaaAAAA", 1e9
	poll := func(w *wire, answer string) {
		w.ask("1", get+"&sid="+a)
		w.say("1", 200, answer)
	}
	goesOn := func(w *wire, ns int64) {
		w.now += ns
		w.ask("8", "GET /page")
		w.say("8", 200, "ok")
	}
	opens := func(w *wire) { w.handshake("1", a) }
	tests := []struct {
		name string
		play func(*wire)
		wire bool // left, as packets show it
		log  bool // as a log does
	}{
		{"it goes on", func(w *wire) { opens(w); poll(w, "2"); goesOn(w, 2*second) }, true, true},
		{"it ends at once", func(w *wire) { opens(w); poll(w, "2") }, false, true},
		{"a noop", func(w *wire) { opens(w); poll(w, "6") }, true, true},
		{"a poll is open", func(w *wire) { opens(w); poll(w, "2"); w.ask("1", get+"&sid="+a); goesOn(w, 2*second) }, false, false},
		{"polls for a while", func(w *wire) { opens(w); poll(w, "2"); w.now += 5 * second; poll(w, "2"); goesOn(w, 2*second) }, true, false},
		{"then for longer than a heartbeat none", func(w *wire) { opens(w); poll(w, "2"); w.now += 5 * second; poll(w, "2"); goesOn(w, 40*second) }, true, true},
		{"polls for longer than upgrades take", func(w *wire) { opens(w); poll(w, "2"); w.now += 25 * second; poll(w, "2"); goesOn(w, 40*second) }, false, false},
		{"posts without polling", func(w *wire) {
			opens(w)
			poll(w, "2")
			w.now += 2 * second
			w.ask("1", post+"&sid="+a+` 42["x"]`)
			w.say("1", 200, "ok")
			goesOn(w, 2*second)
		}, false, false},
		{"closed", func(w *wire) {
			opens(w)
			poll(w, "2")
			w.ask("1", post+"&sid="+a+" 1")
			w.say("1", 200, "ok")
			goesOn(w, 2*second)
		}, false, false},
		{"an empty answer, as some servers close", func(w *wire) { opens(w); poll(w, ""); goesOn(w, 2*second) }, false, false},
		{"the server offers none", func(w *wire) {
			w.ask("1", get+"&t=1")
			w.say("1", 200, strings.Replace(open(a), `"websocket"`, "", 1))
			poll(w, "2")
			goesOn(w, 2*second)
		}, false, false},
	}
	for _, tt := range tests {
		for _, log := range [...]bool{false, true} {
			t.Run(tt.name+map[bool]string{true: ", in a log"}[log], func(t *testing.T) {
				t.Parallel()
				w := newWire(Options{})
				want := tt.wire
				if log {
					w.conn("1").Hidden, want = fact.Logged, tt.log
				}
				tt.play(w)
				s := w.one(t)
				if s.OffPolling != want || s.Untold() != want || (s.Upgrade == UpgradeUnknown) != want {
					t.Errorf("off polling %v, untold %v, upgrade %v", s.OffPolling, s.Untold(), s.Upgrade)
				}
			})
		}
	}
}
