// Package engine is an Engine.IO server, revisions 3 and 4, over HTTP long-polling and WebSocket: what a node of the
// lab is made of. It answers as engine.io 6.6 for Node does, errors included, on this project's own codecs.
//
// It is good for demonstrations, tests and experiments: WebTransport is missing, nothing is compressed on WebSockets,
// and every buffer is small. What messages mean is the business of the Peer that the server is given for each session.
package engine

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"sioscope/protocol/engineio"
)

// Options are what engine.io calls server options. The zero value is a server as engine.io's defaults make it.
type Options struct {
	Path           string        // "" means /socket.io/
	PingInterval   time.Duration // 0 means 25 s
	PingTimeout    time.Duration // 0 means 20 s
	UpgradeTimeout time.Duration // for a WebSocket to become the session's transport; 0 means 10 s
	MaxPayload     int           // longest POST and WebSocket message, bytes; 0 means 1,000,000
	Transports     []string      // nil means polling, websocket
	NoUpgrades     bool          // allowUpgrades: false
	AllowEIO3      bool          // revision 3 is served too
	CORS           CORS
	Cookie         string      // name of a cookie that the handshake's answer sets to the sid; "" means none
	Header         http.Header // added to every answer, the 101 included

	// AllowRequest is asked before a handshake. ok false refuses it with the message, "" being engine.io's own.
	AllowRequest func(r *http.Request) (message string, ok bool)

	// Accept gives every new session its peer. nil means one that says nothing.
	Accept func(s *Session) Peer
}

// A Peer is who a session talks to inside of the server.
type Peer interface {
	// Receive takes a message, one at a time; its data is the peer's to keep.
	Receive(p engineio.Packet)
	// Ended says that the session is over. The session is locked meanwhile: its methods must not be called.
	Ended(reason string)
}

// CORS is the cors option. The zero value is none: answers say nothing of origins, and OPTIONS is an error.
type CORS struct {
	Origins     []string // allowed origins, or "*" alone
	Credentials bool
}

func (o Options) withDefaults() Options {
	or := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	or(&o.PingInterval, 25*time.Second)
	or(&o.PingTimeout, 20*time.Second)
	or(&o.UpgradeTimeout, 10*time.Second)
	if o.Path == "" {
		o.Path = "/socket.io/"
	}
	if o.MaxPayload == 0 {
		o.MaxPayload = 1e6
	}
	if o.Transports == nil {
		o.Transports = []string{"polling", "websocket"}
	}
	if o.Accept == nil {
		o.Accept = func(*Session) Peer { return silent{} }
	}
	return o
}

type silent struct{}

func (silent) Receive(engineio.Packet) {}
func (silent) Ended(string)            {}

// maxSessions is how many sessions a server keeps; more handshakes are answered 503.
const maxSessions = 2000

// A Server is one process's Engine.IO: its sids count from 0.
type Server struct {
	options Options
	ids     IDs

	mu       sync.Mutex
	sessions map[string]*Session
	sockets  map[*socket]bool
	closed   bool
	polling  bool           // PollingOnly
	running  sync.WaitGroup // the goroutines of WebSockets
}

// New is a server without sessions. It is an http.Handler.
func New(o Options) *Server {
	return &Server{options: o.withDefaults(), sessions: map[string]*Session{}, sockets: map[*socket]bool{}}
}

// Sessions counts the sessions that are open.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// PollingOnly makes a running server one with transports: ["polling"], or what its options say again.
func (s *Server) PollingOnly(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.polling = on
}

// serves says whether a transport is served.
func (s *Server) serves(transport string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.options.Transports, transport) && !(s.polling && transport != "polling")
}

// Kill ends as a process does that dies: connections are cut, and nobody is told. It waits for all goroutines.
func (s *Server) Kill() {
	s.mu.Lock()
	s.closed = true
	sessions, sockets := s.sessions, s.sockets
	s.sessions, s.sockets = map[string]*Session{}, map[*socket]bool{}
	s.mu.Unlock()
	for c := range sockets {
		c.conn.Close()
	}
	for _, session := range sessions {
		session.end("server shutting down", vanish)
	}
	s.running.Wait()
}

func (s *Server) session(sid string) *Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[sid]
}

// open makes a session. It is nil where there are too many.
func (s *Server) open(r *http.Request, q url.Values, rev int) *Session {
	session := &Session{server: s, ID: s.ids.Next(), Rev: rev, Request: r, Query: q}
	session.codec = engineio.Encoder{Rev: rev}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.sessions) >= maxSessions {
		return nil
	}
	s.sessions[session.ID] = session
	return session
}

func (s *Server) forget(sid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, sid)
}

// upgrades are the transports a session that began on polling may move to.
func (s *Server) upgrades() []string {
	if s.options.NoUpgrades || !s.serves("websocket") {
		return []string{}
	}
	return []string{"websocket"}
}
