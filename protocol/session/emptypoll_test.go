package session

import "testing"

// TestEmptyPoll: an empty answer holds no packet that could not be decoded where the client is gone, or no poll was answered;
// one amid a session does, since clients take it for a broken packet.
func TestEmptyPoll(t *testing.T) {
	t.Parallel()
	const a = "aaaaaaaaaaaaaaaaAAAA"
	tests := []struct {
		name string
		play func(*wire)
		want int64
	}{
		{"the client leaves", func(w *wire) { w.ask("3", post+"&sid="+a+" 1"); w.say("3", 200, "ok"); w.say("2", 200, "") }, 0},
		{"it is not heard", func(w *wire) { w.ask("3", post+"&sid="+a+" 1"); w.say("3", 400, unknown); w.say("2", 200, "") }, 0},
		{"it was refused, and gave up", func(w *wire) { w.ask("3", post+"&sid="+a+" 40"); w.say("3", 400, unknown); w.say("2", 200, "") }, 0},
		{"the server closed it", func(w *wire) { w.say("2", 200, "1"); w.ask("2", get+"&sid="+a); w.say("2", 200, "") }, 0},
		{"a WebSocket request", func(w *wire) { w.ask("3", up+"&sid="+a); w.say("3", 200, "") }, 0},
		{"amid the session", func(w *wire) { w.say("2", 200, ""); w.ask("2", get+"&sid="+a); w.say("2", 200, "2") }, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire(Options{})
			w.handshake("1", a)
			w.ask("2", get+"&sid="+a)
			tt.play(w)
			if s := w.one(t); s.Undecodable != tt.want {
				t.Errorf("%d undecodable, want %d: %q", s.Undecodable, tt.want, s.Oddities)
			}
		})
	}
}
