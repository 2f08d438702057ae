package dial

import (
	"context"
	"sync"
	"time"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/socketio"
)

// A session is one Engine.IO session, from its handshake to its end. One goroutine, that of run, owns its fields;
// those that wait for the network bring what they found to it as functions.
type session struct {
	c     *Client
	rev   int // of Engine.IO; run may find that it is another
	ctx   context.Context
	stop  context.CancelFunc
	found chan func()
	wg    sync.WaitGroup

	sid     string
	open    engineio.Handshake
	socket  *socket // nil while on polling
	queue   []engineio.Packet
	sending bool              // a POST, or a write to the WebSocket, is under way
	polling bool              // a GET is under way
	ahead   []<-chan struct{} // closed when what is to have its connection before the next poll has it
	rest    bool              // the last poll brought nothing: the next one waits a moment

	probing *socket // proved, and about to take over: polling is being drained
	probe   context.CancelFunc

	timers  []*time.Timer
	beats   []*time.Timer // those that the next heartbeat stops
	due     time.Time     // when the next ping of the server's, or pong, must have come
	decoder socketio.Decoder
	asked   bool // CONNECT was sent
	joined  bool // the namespace was entered
	decided bool // WebSocket is in use, or will not be
	acks    map[int64]asked
	waiting bool // for acknowledgements alone, and not for long
	nextAck int64

	closing bool // leaving in the proper way
	said    bool // the close packet was sent
	heard   bool // and taken
	again   bool // the handshake must be made once more, in another revision
	over    bool
	why     error // why it is over; nil where it was left
	final   bool  // connecting again would be no use
}

// An asked is an event that awaits its acknowledgement.
type asked struct {
	event string
	mark  int
	at    time.Time
}

func newSession(c *Client) *session {
	return &session{c: c, rev: c.rev, found: make(chan func()), acks: map[int64]asked{}}
}

// run is the whole session. Its error says why the namespace was not entered.
func (s *session) run(ctx context.Context) error {
	s.ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	defer s.end()
	s.begin()
	quit := s.c.quit
	for !s.over {
		s.advance()
		if s.over {
			break
		}
		select {
		case f := <-s.found:
			f()
		case <-s.c.wake:
			s.emitWaiting()
		case <-quit:
			quit = nil
			s.leave()
		case <-ctx.Done():
			ctx = context.Background()
			quit = nil
			s.leave()
		}
	}
	if s.joined {
		return nil
	}
	return s.why
}

// end lets go of everything.
func (s *session) end() {
	if s.why != nil && !s.joined {
		s.linger()
	}
	for _, t := range append(s.timers, s.beats...) {
		t.Stop()
	}
	s.stop()
	if s.socket != nil {
		s.socket.drop()
	}
	if s.probing != nil {
		s.probing.drop()
	}
	s.wg.Wait()
	for _, a := range s.acks {
		s.c.network.trace(Event{Kind: Unacked, Mark: a.mark, Said: lang.Say("%q was not acknowledged", clean(a.event, 60))})
	}
}

// do runs what waits for the network beside run.
func (s *session) do(f func()) {
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		f()
	}()
}

// bring hands what was found to run.
func (s *session) bring(f func()) {
	select {
	case s.found <- f:
	case <-s.ctx.Done():
	}
}

// after calls f in run later.
func (s *session) after(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() { s.bring(f) })
}

// once calls f in run later, unless the session is over by then.
func (s *session) once(d time.Duration, f func()) { s.timers = append(s.timers, s.after(d, f)) }

// lose ends the session for a reason.
func (s *session) lose(err error) {
	if s.over {
		return
	}
	s.over = true
	if !s.closing {
		s.why = err
	}
}

// begin opens the session by the first transport.
func (s *session) begin() {
	if s.c.options.Transports[0] == WebSocket {
		s.do(func() {
			socket, first, err := s.direct()
			s.bring(func() { s.opened(socket, first, err) })
			if err == nil && s.ctx.Err() != nil {
				socket.drop()
			}
		})
		return
	}
	s.do(func() {
		a, err := s.exchange(s.ctx, "GET", nil, s.c.timeout())
		s.bring(func() { s.shaken(a, err) })
	})
}

// shaken takes the answer to a handshake over polling.
func (s *session) shaken(a answer, err error) {
	if err != nil {
		s.lose(s.noHandshake(err))
		return
	}
	packets, rev, err := s.handshake(a)
	if err != nil {
		s.lose(err)
		return
	}
	again := rev == 3 && s.rev != 3 && len(s.c.options.Auth) > 0 // which the URL of this handshake did not have
	s.speaks(rev)
	for _, p := range packets {
		s.packet(p)
	}
	if again {
		s.c.tell(Revision, lang.Say("the handshake is made again, with the auth payload in its query; --eio 3 saves the first one"))
		s.again = true
		s.leave()
	}
}

// opened takes a WebSocket that was opened without a handshake before, and its first packet.
func (s *session) opened(socket *socket, first engineio.Packet, err error) {
	if err != nil {
		s.lose(err)
		return
	}
	s.socket = socket
	s.decided = true
	s.packet(first)
	s.listen()
}

// speaks notes the revision that the server turned out to speak.
func (s *session) speaks(rev int) {
	if rev == s.rev {
		return
	}
	if rev == 3 {
		s.c.network.Tap.Note(lang.Say("the server speaks Engine.IO 3 whatever it is asked for, and so did this client: socket.io-client 3 and 4 cannot connect to it"))
	}
	s.c.tell(Revision, lang.Say("the server speaks Engine.IO %d whatever it is asked for: so does this client from here on", rev))
	s.rev, s.c.rev = rev, rev
}

// advance does what can be done now: send, poll, move to the WebSocket, leave.
func (s *session) advance() {
	if s.sid == "" {
		if s.closing {
			s.over = true
		}
		return
	}
	if s.probing != nil {
		if !s.sending && !s.polling {
			s.move()
		}
		return
	}
	if len(s.queue) > maxQueued {
		s.lose(failure(Garbled, nil, lang.Say("the server asks for more answers than it takes: %d are waiting", len(s.queue))))
		return
	}
	turns := s.c.options.TakeTurns && s.socket == nil
	if !s.sending && len(s.queue) > 0 && !(turns && s.polling) {
		s.flush()
	}
	if s.closing && !s.sending && len(s.queue) == 0 {
		s.farewell()
	}
	if s.socket == nil && !s.polling && !s.rest && !s.closing && !s.over && !(turns && s.sending) {
		s.poll()
	}
}

// flush sends what is queued, as much as fits.
func (s *session) flush() {
	s.sending = true
	if socket := s.socket; socket != nil {
		batch := s.queue
		s.queue = nil
		s.do(func() {
			err := socket.write(s.ctx, s.rev, batch, s.c.timeout())
			s.bring(func() { s.sent(err) })
		})
		return
	}
	body := s.batch()
	ctx, done := s.goesAhead()
	s.do(func() {
		defer done()
		a, err := s.exchange(ctx, "POST", body, s.c.timeout())
		s.bring(func() { s.posted(a, err) })
	})
}

func (s *session) sent(err error) {
	s.sending = false
	if err != nil {
		s.lose(s.socketLost(err))
	}
}

func (s *session) posted(a answer, err error) {
	s.sending = false
	switch {
	case s.said:
		s.heard = true
		s.over = s.over || !s.polling
	case err != nil:
		s.lose(s.requestLost(lang.Say("a POST"), err))
	case a.status != 200:
		s.lose(s.refused(lang.Say("a POST"), a))
	}
}

// listen reads the WebSocket until its end.
func (s *session) listen() {
	socket := s.socket
	s.do(func() {
		for {
			binary, data, err := socket.read(s.ctx)
			s.bring(func() {
				if err != nil {
					s.lose(s.socketLost(err))
					return
				}
				s.message(binary, data)
			})
			if err != nil {
				return
			}
		}
	})
}

// message takes a WebSocket message.
func (s *session) message(binary bool, data []byte) {
	p, err := engineio.DecodeMessage(s.rev, binary, data)
	if err != nil {
		s.lose(failure(Garbled, err, lang.Say("the server sent a WebSocket message that is no Engine.IO packet: a client closes here")))
		return
	}
	s.packet(p)
}

// packet takes an Engine.IO packet.
func (s *session) packet(p engineio.Packet) {
	if s.over {
		return
	}
	switch p.Type {
	case engineio.Open:
		s.openPacket(p)
	case engineio.Close:
		s.lose(failure(ServerLeft, nil, lang.Say("the server closed the session")))
	case engineio.Ping:
		s.queue = append(s.queue, engineio.Packet{Type: engineio.Pong, Data: p.Data, HasData: p.HasData})
		s.beat()
	case engineio.Pong:
		s.beat()
	case engineio.Message:
		s.take(p)
	}
}

// openPacket begins the session proper.
func (s *session) openPacket(p engineio.Packet) {
	if s.sid != "" {
		return
	}
	h, err := engineio.ParseOpen(p.Data)
	if h.SID == "" || len(h.SID) > 1024 {
		s.lose(failure(Garbled, err, lang.Say("the server's open packet names no session; it is no Engine.IO server, or a damaged one")))
		return
	}
	s.open, s.sid = h, h.SID
	s.decoder.Rev = s.sio()
	s.beat()
	s.once(s.c.timeout(), s.notAdmitted)
	if s.socket == nil {
		s.upgrade()
	} else if s.c.options.EIO == 0 && s.rev == 4 && h.MaxPayload == 0 {
		// It may be a server of revision 3, which ignores the EIO of the URL and lets clients in unasked.
		s.after(unaskedWithin, s.enter)
		return
	}
	s.enter()
}

// unaskedWithin is how long a server may take to let a client in unasked: it does so right behind the open packet.
const unaskedWithin = 100 * time.Millisecond

// sio is the revision of Socket.IO.
func (s *session) sio() int {
	if s.rev == 3 {
		return 4
	}
	return 5
}
