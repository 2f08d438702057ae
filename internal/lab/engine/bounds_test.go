package engine

import (
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"testing"

	"sioscope/protocol/engineio"
)

// TestUnfetched: messages for a client that does not fetch them are kept to a size, not only to a number.
func TestUnfetched(t *testing.T) {
	t.Parallel()
	var session *Session
	s := New(Options{Accept: func(s *Session) Peer { session = s; return silent{} }})
	s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/socket.io/?EIO=4&transport=polling", nil))
	large := engineio.Packet{Type: engineio.Message, HasData: true, Data: make([]byte, 1e6)}
	for range 2 {
		session.Send(large)
	}
	if s.Sessions() != 1 {
		t.Error("two large messages were too many")
	}
	for range 30 {
		session.Send(large)
	}
	if s.Sessions() != 0 {
		t.Error("the session of a client that fetches nothing goes on")
	}
}

// TestUnread: nor does a WebSocket that is not read.
func TestUnread(t *testing.T) {
	t.Parallel()
	ours, theirs := net.Pipe()
	defer theirs.Close()
	c := &socket{conn: ours, codec: engineio.Encoder{Rev: 4}, out: make(chan []byte, maxUnsent)}
	written := make(chan struct{})
	go func() { defer close(written); c.write() }()
	for range 30 {
		c.send(engineio.Packet{Type: engineio.Message, HasData: true, Data: make([]byte, 1e6)})
	}
	if _, err := ours.Write(nil); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the connection is open: %v", err)
	}
	c.shut()
	ours.Close()
	<-written
}
