package words

import (
	"strings"
	"testing"
	"time"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// TestAwaitedTellsWhatAServerOwes: an answer, or a heartbeat that is due; not what comes late by nature, and not to whom
// the server cannot speak.
func TestAwaitedTellsWhatAServerOwes(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 27, 12, 0, 0, 0, time.Local).UnixNano()
	conn := &session.Conn{Conn: &fact.Conn{ID: 1}}
	of := func(eio int, on session.Transport, change func(*session.Session)) *session.Session {
		s := &session.Session{SID: "abc", EIO: eio, Opened: start, FirstSeen: start, Open: engineio.Handshake{PingInterval: 25_000, PingTimeout: 20_000},
			History: []session.Phase{{Transport: on, From: start}}}
		change(s)
		return s
	}
	asks := func(k session.Kind, method string, after int64) func(*session.Session) {
		return func(s *session.Session) {
			s.Exchanges = append(s.Exchanges, &session.Exchange{Kind: k, Method: method, Conn: conn, Session: s, Start: start + after*1e9})
		}
	}
	nothing := func(*session.Session) {}
	for _, tt := range []struct {
		name  string
		in    *session.Session
		after int64 // s
		want  string
	}{
		{"a quiet WebSocket", of(4, session.WebSocket, nothing), 26, ""},
		{"a heartbeat of a WebSocket", of(4, session.WebSocket, nothing), 40, "The server's heartbeat has been awaited since 12:00:25 in session abc."},
		{"one that came", of(4, session.WebSocket, func(s *session.Session) { s.LastBeat[fact.In] = start + 25e9 }), 40, ""},
		{"a ping of an older client", of(3, session.WebSocket, func(s *session.Session) { s.LastBeat[fact.Out] = start + 25e9 }), 40, "The server's heartbeat has been awaited since 12:00:25 in session abc."},
		{"the pong of an older server", of(3, session.WebSocket, func(s *session.Session) { s.LastBeat = [2]int64{start + 25e9, start + 25e9} }), 40, ""},
		{"a poll", of(4, session.Polling, asks(session.Poll, "GET", 2)), 26, ""},
		{"a poll that brings no heartbeat", of(4, session.Polling, asks(session.Poll, "GET", 2)), 40, "The server's heartbeat has been awaited since 12:00:25 in session abc."},
		{"a client that polls no more", of(4, session.Polling, nothing), 40, ""},
		{"a POST", of(4, session.Polling, asks(session.Post, "POST", 4)), 9, "The answer to POST has been awaited since 12:00:04 in session abc."},
		{"a POST just now", of(4, session.Polling, asks(session.Post, "POST", 4)), 5, ""},
		{"over", of(4, session.WebSocket, func(s *session.Session) { s.Closed = start + 30e9 }), 40, ""},
		{"what cannot be read", of(4, session.WebSocket, func(s *session.Session) { s.Dark = 1 }), 40, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr := &session.Tracker{Sessions: []*session.Session{tt.in}}
			if got := Awaited(nil, tr, start+tt.after*1e9); got != tt.want {
				t.Errorf("it says %q, want %q", got, tt.want)
			}
			if got := AwaitedIn(nil, tt.in, start+tt.after*1e9); got != tt.want {
				t.Errorf("of the session it says %q, want %q", got, tt.want)
			}
			w := Writer{Tracker: tr, Live: true, Now: start + tt.after*1e9}
			var text Text
			if w.healthy(&text); tt.want != "" && text.Parts[0].Text != tt.want {
				t.Errorf("the meaning begins %q, want %q", text.Parts[0].Text, tt.want)
			}
		})
	}
	hung := &session.Exchange{Kind: session.Handshake, Method: "GET", Conn: conn, Start: start}
	tr := &session.Tracker{Exchanges: []*session.Exchange{hung}, Sessions: []*session.Session{of(4, session.WebSocket, nothing)}}
	if got := Awaited(nil, tr, start+40e9); !strings.HasPrefix(got, "The answer to GET handshake has been awaited since 12:00:00; 1 more waits, too.") {
		t.Errorf("of a handshake it says %q", got)
	}
}
