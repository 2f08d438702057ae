package e2e

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"sioscope/capture"
	"sioscope/capture/extract"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// tracked reads a file.
func tracked(t *testing.T, path string, also fact.Emit) *session.Tracker {
	t.Helper()
	tr := new(session.Tracker)
	files := capture.Files{Inputs: []capture.Input{{Path: path}}}
	if err := files.Run(context.Background(), func(f fact.Fact) {
		tr.Add(f)
		also(f)
	}); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	return tr
}

// TestSave passes on one of four real sessions that a balancer sends over the same connections to a node, with secrets in
// headers, queries, auth payloads and events, in compressed messages too: of the others nothing is left, and of
// the secrets neither.
func TestSave(t *testing.T) {
	t.Parallel()
	const secret = "geheim-7Kx2Lq9Zt4"
	node := Serve(t, Options{Token: secret, Engine: map[string]any{"perMessageDeflate": map[string]any{"threshold": 0}}})
	front := HAProxy{Backend: []string{"balance roundrobin", "http-reuse always"}}.Start(t, node)
	stop := record(t, portOf(t, front.Addr), uint16(node.Port))
	clients := NewClients(t, 4)
	options := func(transports ...string) map[string]any {
		return map[string]any{"transports": transports, "auth": map[string]any{"token": secret}, "query": map[string]any{"key": secret},
			"extraHeaders": map[string]any{"Cookie": "sso=" + secret + "; theme=dark", "Authorization": "Bearer " + secret}, "perMessageDeflate": map[string]any{"threshold": 0}}
	}
	for name, transports := range map[string][]string{"a": {"polling", "websocket"}, "b": {"polling"}, "c": {"websocket"}, "d": {"polling"}} {
		clients.Connect(t, name, front.URL(), options(transports...))
	}
	for range 3 {
		for _, name := range []string{"a", "b", "c", "d"} {
			clients.Do(t, Command{Do: "emit", Client: name, Name: "echo", Args: []any{map[string]any{"password": secret, "of": name + name + name}}, Ack: true})
		}
	}
	for _, name := range []string{"a", "b", "c", "d"} {
		clients.Heard(t, name, "ack", "echo")
	}
	for _, name := range []string{"a", "b", "c", "d"} {
		clients.Do(t, Command{Do: "disconnect", Client: name})
	}
	path := stop()
	nothing := func(fact.Fact) {}
	tr := tracked(t, path, nothing)
	d := diagnose.Diagnose(tr)
	if len(tr.Sessions) != 4 {
		t.Fatalf("%d sessions", len(tr.Sessions))
	}
	others := 0
	for _, s := range tr.Sessions {
		choice, err := extract.Choose(tr, &d, extract.What{Sessions: []string{s.SID}})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		files := capture.Files{Inputs: []capture.Input{{Path: path}}}
		saved, err := files.Save(context.Background(), &out, &capture.Part{Conns: choice.Packets(), Keep: choice.Sid, App: "sioscope"})
		if err != nil {
			t.Fatal(err)
		}
		one := filepath.Join(t.TempDir(), "one.pcapng")
		if err := os.WriteFile(one, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		leaks := func(where string, text []byte) {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s: a secret is in %s: %.300q", s.SID, where, text)
			}
			for _, o := range tr.Sessions {
				if o != s && bytes.Contains(text, []byte(o.SID)) {
					t.Errorf("%s: the session %s is in %s", s.SID, o.SID, where)
				}
			}
		}
		leaks("the packets", out.Bytes())
		compressed := 0
		again := tracked(t, one, func(f fact.Fact) {
			switch f := f.(type) {
			case *fact.Request:
				leaks("a request", f.Body)
			case *fact.Response:
				leaks("an answer", f.Body)
				if _, coded := f.Header.Get("Content-Encoding"); coded {
					compressed++
				}
				if f.BodyError != "" {
					t.Errorf("%s: %s", s.SID, f.BodyError)
				}
			case *fact.Message:
				leaks("a message", f.Payload)
				if f.Compressed {
					compressed++
				}
			case *fact.Malformed:
				t.Errorf("%s: %s", s.SID, f.What)
			}
		})
		t.Logf("%s on %v: %d packets of %d, %+v; %d compressed", s.SID, s.Transport(), saved.Packets, tr.Stats.Packets, saved.Left, compressed)
		got := again.Session(s.SID)
		if len(again.Sessions) != 1 || got == nil {
			t.Fatalf("%s: %d sessions", s.SID, len(again.Sessions))
		}
		if got.Transport() != s.Transport() || got.Upgrade != s.Upgrade || got.Packets != s.Packets || got.Events != s.Events || got.Acks != s.Acks || len(got.Hops) != len(s.Hops) || len(got.Exchanges) != len(s.Exchanges) {
			t.Errorf("%s: %v %v %v %v %v %d %d, want %v %v %v %v %v %d %d", s.SID, got.Transport(), got.Upgrade, got.Packets, got.Events, got.Acks, len(got.Hops), len(got.Exchanges),
				s.Transport(), s.Upgrade, s.Packets, s.Events, s.Acks, len(s.Hops), len(s.Exchanges))
		}
		if saved.Compressed > 0 {
			t.Errorf("%s: %+v", s.SID, saved.Left)
		}
		others += saved.Others
	}
	if others == 0 {
		t.Error("no connection carried requests of two sessions")
	}
}
