package cli

import (
	"bytes"
	"strings"
	"testing"

	"sioscope/assets"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/lang/langtest"
	"sioscope/protocol/session"
	"sioscope/ui/report"
)

// TestJudgeInJapanese: what is not as expected is told in one language, not half in each.
func TestJudgeInJapanese(t *testing.T) {
	t.Parallel()
	words, err := lang.Parse(assets.Sentences("ja"))
	if err != nil {
		t.Fatal(err)
	}
	in := report.Input{Words: words, Tracker: &session.Tracker{}}
	var list expectations
	if err := list.Set("websocket"); err != nil {
		t.Fatal(err)
	}
	for of, want := range map[string]string{"": "sio: 期待 websocket は満たされていない：", "dev": "sio: dev 側の期待 websocket は満たされていない："} {
		var errs bytes.Buffer
		p := &Program{Name: "sio", Stderr: &errs}
		if code := p.judgeSide(in, list, of); code != unmet || !strings.HasPrefix(errs.String(), want) || langtest.English(errs.String()) != "" {
			t.Errorf("exit %d, %q; want %d, %q", code, errs.String(), unmet, want)
		}
	}
}

// TestJudge: what --expect could not look into is said even where the rest is as expected.
func TestJudge(t *testing.T) {
	t.Parallel()
	on := func(transport session.Transport) *session.Session {
		return &session.Session{SID: "sid" + transport.String(), History: []session.Phase{{Transport: transport}}}
	}
	for _, tt := range []struct {
		name      string
		expect    string
		sessions  []*session.Session
		encrypted int64
		code      int
		stderr    string
	}{
		{name: "nothing expected", sessions: []*session.Session{on(session.Polling)}},
		{name: "all there", expect: "websocket", sessions: []*session.Session{on(session.WebSocket)}},
		{name: "all that can be read", expect: "websocket", sessions: []*session.Session{on(session.WebSocket)}, encrypted: 2,
			stderr: "sio: expected websocket: true of what could be read; encrypted connections that were not decrypted: 2\n"},
		{name: "one is not", expect: "websocket", sessions: []*session.Session{on(session.WebSocket), on(session.Polling)}, code: unmet,
			stderr: "sio: expected websocket: 1 of 2 sessions are not on websocket: sidpolling (polling)\n"},
		{name: "no session", expect: "websocket", code: unmet, stderr: "sio: expected websocket: no Socket.IO session was seen\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var errs bytes.Buffer
			p := &Program{Name: "sio", Stderr: &errs}
			in := report.Input{Tracker: &session.Tracker{Sessions: tt.sessions, Stats: fact.Stats{Encrypted: tt.encrypted}}}
			var list expectations
			if tt.expect != "" {
				if err := list.Set(tt.expect); err != nil {
					t.Fatal(err)
				}
			}
			if code := p.judge(in, list); code != tt.code || errs.String() != tt.stderr {
				t.Errorf("exit %d, %q; want %d, %q", code, errs.String(), tt.code, tt.stderr)
			}
		})
	}
}
