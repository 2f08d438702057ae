package words_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"sioscope/assets"
	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/protocol/socketio"
	"sioscope/ui/store"
	"sioscope/ui/words"
)

// writer explains the demo: one session whose upgrade another node refused.
func writer(t *testing.T) *words.Writer {
	t.Helper()
	s := store.New("demo", diagnose.Diagnose)
	s.Fill(context.Background(), &capture.Files{Inputs: []capture.Input{{Path: "-"}}, Stdin: bytes.NewReader(assets.Demo)})
	w := &words.Writer{}
	s.Read(func(tr *session.Tracker, st *store.State) {
		if st.Err != nil {
			t.Fatal(st.Err)
		}
		w.Tracker, w.Diagnosis = tr, &st.Diagnosis
	})
	return w
}

func has(t *testing.T, text words.Text, want ...string) {
	t.Helper()
	plain := text.Plain()
	for _, s := range want {
		if !strings.Contains(plain, s) {
			t.Errorf("nowhere it says %q:\n%s", s, plain)
		}
	}
}

func TestEveryRowOfTheDemoIsExplained(t *testing.T) {
	t.Parallel()
	w := writer(t)
	for i := range w.Tracker.Rows {
		text := w.Row(int32(i))
		if text.Title == "" || len(text.Parts) == 0 {
			t.Errorf("row %d, %s: nothing is said", i, w.Tracker.Rows[i].Type)
		}
	}
}

func TestRefusal(t *testing.T) {
	t.Parallel()
	w := writer(t)
	for i, e := range w.Tracker.Exchanges {
		if e.Status == 400 {
			text := w.Exchange(int32(i))
			has(t, text, "400 on the upgrade request", "Session ID unknown", "does not know this session", "another node", "Seen",
				"Ruled out", "Fix", `transports: ["websocket"]`)
			if !text.Bad {
				t.Error("its title is not marked")
			}
		}
	}
}

func TestSessionAndFindings(t *testing.T) {
	t.Parallel()
	w := writer(t)
	has(t, w.Session(0), "Session 32ZQ1nFjLnuHUbr3AAAA", "stayed on polling", "3 connections", "closed by the client")
	has(t, w.Findings(), "On polling, not WebSocket", "The balancer sends every connection to another node")
}

// TestHTTP2: what goes over HTTP/2, or could go over HTTP/3, is not spoken of as if it were HTTP/1.1.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	w := writer(t)
	s := w.Tracker.Sessions[0]
	s.Open.Upgrades = append(s.Open.Upgrades, "webtransport")
	has(t, w.Session(0), "WebTransport was offered", "QUIC")
	for i, e := range w.Tracker.Exchanges {
		if e.Kind == session.UpgradeRequest {
			e.Connect, e.Method, e.Status, e.HasError, e.WrongNode = true, "CONNECT", 200, false, false
			text := w.Exchange(int32(i))
			has(t, text, "200: the HTTP/2 stream is a WebSocket now", "RFC 8441")
			if strings.Contains(text.Plain(), "Upgrade header") || text.Bad {
				t.Errorf("it says:\n%s", text.Plain())
			}
		}
	}
}

// TestEveryFindingHasItsHeading counts those of a diagnosis of three kinds.
func TestEveryFindingHasItsHeading(t *testing.T) {
	t.Parallel()
	w := words.Writer{Tracker: &session.Tracker{}, Diagnosis: &diagnose.Diagnosis{Findings: []diagnose.Finding{
		{Title: "broken", Severity: diagnose.Error, Explanation: "why"}, {Title: "odd", Severity: diagnose.Warning}, {Title: "so it is", Severity: diagnose.Info},
	}}}
	text := w.Findings()
	has(t, text, "1. Error: broken\n================\n", "2. Warning: odd\n", "3. Note: so it is\n")
	w.Diagnosis.Findings = w.Diagnosis.Findings[:1]
	has(t, w.Findings(), "\nError: broken\n")
}

// TestRefusedRequestTellsWhy is about the row of the request: the one of its refusal follows later.
func TestRefusedRequestTellsWhy(t *testing.T) {
	t.Parallel()
	w := writer(t)
	n := 0
	for i, r := range w.Tracker.Rows {
		if r.Kind == session.RequestRow && r.Exchange >= 0 && w.Tracker.Exchanges[r.Exchange].Status == 400 {
			n++
			has(t, w.Row(int32(i)), "upgrade request: may this session", "refused with 400: Session ID unknown", "Error: The balancer sends", "Fix")
		}
	}
	if n == 0 {
		t.Error("no request was refused")
	}
}

func TestUnreadableSaysWhatIsRead(t *testing.T) {
	t.Parallel()
	has(t, words.Unreadable(nil, errors.New("no capture")), "no capture", "pcapng")
	has(t, words.Denied(nil, errors.New("not allowed"), "sudo chmod a+r x", "sudo cat x > y"), "not allowed", "sudo chmod a+r x lets", "sudo cat x > y makes")
}

// TestKindsOfPackets goes through what the demo does not have.
func TestKindsOfPackets(t *testing.T) {
	t.Parallel()
	s := &session.Session{EIO: 4}
	for _, tt := range []struct {
		name string
		row  session.Row
		want string
	}{
		{"event", session.Row{Type: engineio.Message, HasSIO: true, SIO: socketio.Event, ID: -1}, "emits an event"},
		{"event with ack", session.Row{Type: engineio.Message, HasSIO: true, SIO: socketio.Event, ID: 7}, "ack id 7"},
		{"connect", session.Row{Type: engineio.Message, HasSIO: true, SIO: socketio.Connect, ID: -1}, "asks to enter a namespace"},
		{"connected", session.Row{Type: engineio.Message, HasSIO: true, SIO: socketio.Connect, ID: -1, Dir: fact.In}, "lets the client into"},
		{"refused namespace", session.Row{Type: engineio.Message, HasSIO: true, SIO: socketio.ConnectError, ID: -1}, "refuses the namespace"},
		{"attachment", session.Row{Type: engineio.Message, Attachment: true, ID: -1}, "belong to the binary packet"},
		{"ping", session.Row{Type: engineio.Ping, ID: -1}, "the server sends ping"},
		{"upgrade", session.Row{Type: engineio.Upgrade, ID: -1}, "now on WebSocket"},
		{"gap", session.Row{Kind: session.GapRow, ID: -1}, "lost packets"},
		{"cut connection", session.Row{Kind: session.ConnCloseRow, ID: -1, Problem: true}, "No close frame came first"},
		{"close frame", session.Row{Kind: session.CloseRow, ID: -1}, "1005"},
		{"control frame", session.Row{Kind: session.ControlRow, ID: -1}, "below Engine.IO"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.row.Exchange = -1
			w := words.Writer{Tracker: &session.Tracker{Sessions: []*session.Session{s}, Rows: []session.Row{tt.row}}, Diagnosis: &diagnose.Diagnosis{}}
			has(t, w.Row(0), tt.want)
		})
	}
}

// TestFormats looks for verbs of printf that met no argument.
func TestFormats(t *testing.T) {
	t.Parallel()
	w := writer(t)
	texts := []words.Text{w.Findings(), w.Session(0), w.Refused()}
	for i := range w.Tracker.Rows {
		texts = append(texts, w.Row(int32(i)))
	}
	for _, text := range texts {
		if plain := text.Plain(); strings.Contains(plain, "%!") {
			t.Errorf("a broken format:\n%s", plain)
		}
	}
}

// TestMoves: of an even number of sessions, half moved within the lower time in the middle.
func TestMoves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		took []int64 // ms
		want string
	}{
		{[]int64{55}, "1 session moved from polling to WebSocket after 55 ms."},
		{[]int64{148, 55}, "2 sessions moved from polling to WebSocket after 55 ms and 148 ms."},
		{[]int64{55, 55}, "2 sessions moved from polling to WebSocket after 55 ms."},
		{[]int64{148, 55, 60, 90}, "4 sessions moved from polling to WebSocket after 55 ms to 148 ms, half of them within 60 ms."},
		{[]int64{148, 55, 60}, "3 sessions moved from polling to WebSocket after 55 ms to 148 ms, half of them within 60 ms."},
	} {
		tr := &session.Tracker{}
		for _, ms := range c.took {
			tr.Sessions = append(tr.Sessions, &session.Session{Upgrade: session.UpgradeDone, Opened: 1, UpgradedAt: 1 + ms*1e6})
		}
		if got := words.Moves(nil, tr); got != c.want {
			t.Errorf("%v: %q, want %q", c.took, got, c.want)
		}
	}
}
