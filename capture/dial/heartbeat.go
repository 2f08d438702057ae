package dial

import (
	"time"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
)

// Bounds of what a server may ask for.
const (
	minInterval = 20 * time.Millisecond
	maxInterval = 24 * time.Hour
)

func bound(ms int64, otherwise time.Duration) time.Duration {
	switch {
	case ms <= 0:
		return otherwise
	case ms > maxInterval.Milliseconds():
		return maxInterval
	}
	return max(time.Duration(ms)*time.Millisecond, minInterval)
}

func (s *session) interval() time.Duration { return bound(s.open.PingInterval, 25*time.Second) }

// patience is how long the server may be silent before it is taken for gone (Engine.IO v3 and v4, "Heartbeat").
func (s *session) patience() time.Duration {
	return s.interval() + bound(s.open.PingTimeout, 20*time.Second)
}

// beat notes that the server is alive, and waits for its next heartbeat: revision 4's servers ping, in revision 3 the
// client does.
func (s *session) beat() {
	at := time.Now().Add(s.patience())
	s.due = at
	for _, t := range s.beats {
		t.Stop()
	}
	s.beats = append(s.beats[:0], s.after(s.patience(), func() { s.silent(at) }))
	if s.rev == 3 {
		s.beats = append(s.beats, s.after(s.interval(), s.ping))
	}
}

func (s *session) ping() {
	if !s.closing && !s.over {
		s.queue = append(s.queue, engineio.Packet{Type: engineio.Ping})
	}
}

// silent ends the session when the heartbeat that was due at a time has not come.
func (s *session) silent(at time.Time) {
	if !s.due.Equal(at) {
		return
	}
	what := lang.Say("no ping came")
	if s.rev == 3 {
		what = lang.Say("its ping was not answered")
	}
	s.lose(s.lost(lang.Say("the server fell silent: %s for %s (pingInterval and pingTimeout)", what, span(s.patience()))))
}
