package proof

import (
	"context"
	"image"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"

	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// read reads a recording.
func read(t *testing.T, name string) Input {
	t.Helper()
	list, err := filepath.Glob("../../internal/recordings/testdata/" + name + "/capture.pcap*")
	if err != nil || len(list) == 0 {
		t.Fatalf("no recording %s: %v", name, err)
	}
	tr := &session.Tracker{}
	files := capture.Files{Inputs: []capture.Input{{Path: list[0]}}}
	if err := files.Run(context.Background(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	d := diagnose.Diagnose(tr)
	return Input{Tracker: tr, Diagnosis: &d, Session: -1, Record: true, Over: true, Zone: time.UTC}
}

// TestRecordings: the word of the newest session, and what is told beside it, are true of what was done.
func TestRecordings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		state State
		has   string // of all that is told
		first bool   // of the first session
	}{
		{"direct-v4", WebSocket, "3 of 3 sessions", false},
		{"client-polling-only", Polling, "0 of ", false},
		{"haproxy-per-connection", Polling, "Why, most likely: The balancer sends every connection to another node", false},
		{"tls13-keylog", Unknown, "encrypted", false},
		{"node-restart", WebSocket, "which is the last that was seen of it", false},
		{"node-restart", WebSocket, "Found all the same: A node restarted", true},
		{"nginx-no-upgrade", Polling, "\nWhy: ", false},
		{"idle-timeout", WebSocket, "Found all the same, possibly: The WebSocket is cut after 2.0 s of silence", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := read(t, tt.name)
			if tt.first {
				in.Session = 0
			}
			p := Of(in)
			if p.State != tt.state || !strings.Contains(told(&p), tt.has) {
				t.Errorf("it is %s: %s", p.State, told(&p))
			}
		})
	}
}

// told is all of it.
func told(p *Proof) string {
	text := p.Word + "\n" + p.Since + "\n" + p.Why + "\n" + p.Caution
	for _, f := range p.Facts {
		text += "\n" + f.Name + ": " + f.Text
	}
	return text
}

const second = int64(1e9)

// living is a source that happens now, with one session that began a minute ago.
func living(change func(*session.Session)) Input {
	begun := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC).UnixNano()
	conn := &session.Conn{Conn: &fact.Conn{ID: 1}}
	s := &session.Session{SID: "abc", EIO: 4, Path: "/socket.io/", Host: "example.org", Opened: begun, FirstSeen: begun, LastSeen: begun + 59*second, Node: -1,
		Server: netip.MustParseAddrPort("203.0.113.7:80"), Conns: []*session.Conn{conn}, History: []session.Phase{{Transport: session.Polling, From: begun}}}
	change(s)
	d := diagnose.Diagnosis{}
	return Input{Tracker: &session.Tracker{Sessions: []*session.Session{s}, First: begun}, Diagnosis: &d, Session: -1, Now: begun + 60*second, Zone: time.UTC}
}

func upgraded(s *session.Session) {
	s.Upgrade, s.UpgradedAt = session.UpgradeDone, s.Opened+second
	s.History = append(s.History, session.Phase{Transport: session.WebSocket, From: s.UpgradedAt})
}

// TestStates: what happens now is told as it is, and what is over, silent or cannot be read is never told to be on WebSocket.
func TestStates(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*session.Session)
		source func(*Input)
		state  State
		since  string
	}{
		{"on WebSocket", upgraded, nil, WebSocket, "Since 09:00:01.000, for 59 s"},
		{"on polling", func(*session.Session) {}, nil, Polling, "Since 09:00:00.000, for 1 min 0 s"},
		{"moving", func(s *session.Session) {
			s.Upgrade, s.Probes = session.UpgradePending, []session.Probe{{Request: s.Opened + 2*second}}
		}, nil, Moving, "since 09:00:02.000"},
		{"moving when the capture ended", func(s *session.Session) { s.Upgrade = session.UpgradePending }, func(in *Input) { in.Record, in.Over, in.Now = true, true, 0 }, Unknown, "It was moving from polling to WebSocket at the end"},
		{"closed", func(s *session.Session) { upgraded(s); s.Closed = s.LastSeen; s.Close.By = "server" }, nil, Closed, "It was on WebSocket from 09:00:01.000 to 09:00:59.000, for 58.0 s"},
		{"closed, of a capture", func(s *session.Session) { upgraded(s); s.Closed = s.LastSeen }, func(in *Input) { in.Record, in.Over, in.Now = true, true, 0 }, WebSocket, "From 09:00:01.000 to 09:00:59.000"},
		{"silent", func(s *session.Session) { upgraded(s); s.LastSeen = s.Opened + 20*second }, nil, Unknown, "Last seen on WebSocket at 09:00:20.000"},
		{"begun before", func(s *session.Session) {
			s.Opened = 0
			s.History = []session.Phase{{Transport: session.WebSocket, From: s.FirstSeen}}
		}, nil, WebSocket, "At least since 09:00:00.000"},
		{"beside what cannot be read", func(s *session.Session) { s.Dark = 1 }, nil, Unknown, "Last seen on polling"},
		{"without a transport", func(s *session.Session) { s.History = nil }, nil, Unknown, "No transport was seen"},
		{"watched no longer", upgraded, func(in *Input) { in.Over = true }, WebSocket, "From 09:00:01.000 to at least 09:01:00.000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := living(tt.change)
			if tt.source != nil {
				tt.source(&in)
			}
			p := Of(in)
			if p.State != tt.state || !strings.Contains(p.Since, tt.since) {
				t.Errorf("it is %s, %q; want %s, %q", p.State, p.Since, tt.state, tt.since)
			}
		})
	}
}

// TestNone: no session is told as what it is, by kind of source.
func TestNone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   Input
		want State
		has  string
	}{
		{Input{Own: true, Over: true, Failed: "Nobody answers."}, NotConnected, "Nobody answers."},
		{Input{Own: true}, NotConnected, "No session yet"},
		{Input{}, NoSession, "No session yet"},
		{Input{Record: true, Over: true}, NoSession, "No session was seen."},
	} {
		tt.in.Tracker, tt.in.Diagnosis, tt.in.Session = &session.Tracker{}, &diagnose.Diagnosis{}, -1
		if p := Of(tt.in); p.State != tt.want || !strings.Contains(told(&p), tt.has) || p.Session != -1 {
			t.Errorf("it is %s: %s", p.State, told(&p))
		}
	}
}

// TestSecretsAreMasked: whatever the traffic says.
func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	in := living(func(s *session.Session) {
		s.Path = "/socket.io/?token=geheim1234"
		s.Asked, s.ConnectErrors = 1, []session.ConnectError{{Namespace: "/", Message: "token=geheim1234 is not valid"}}
		s.Close = session.Close{By: "server", Reason: "token=geheim1234"}
		s.Closed = s.LastSeen
	})
	p := Of(in)
	if strings.Contains(told(&p), "geheim") || !strings.Contains(p.Caution, "no namespace") {
		t.Error(told(&p))
	}
}

func fonts(t *testing.T) *timeline.Fonts {
	t.Helper()
	f, err := timeline.NewFonts(goregular.TTF, gobold.TTF, gomono.TTF)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestEverythingHasRoom: at every size that a window has, all is within the picture and nothing lies upon another thing.
func TestEverythingHasRoom(t *testing.T) {
	t.Parallel()
	p := Of(read(t, "haproxy-per-connection"))
	p.Caution = "The server let it into no namespace: /admin refused it, “" + strings.Repeat("not so, ", 10) + "”."
	p.Facts = append(p.Facts, Fact{"Target", "https://" + strings.Repeat("long-", 12) + "host.example.org:8443/socket.io/"})
	for _, size := range []image.Point{{900, 550}, {1440, 850}, {3840, 2100}, {640, 430}, {1920, 1280}} {
		for _, scale := range []float64{1, 2} {
			v := View{W: int(float64(size.X) * scale), H: int(float64(size.Y) * scale), Scale: scale, Palette: timeline.Dark(), Fonts: fonts(t), Head: "a capture", Foot: []string{"saved", "of a file"}}
			s := lay(&p, v)
			var texts []timeline.Shape
			for _, shape := range s.scene.Shapes {
				if shape.X0 < 0 || shape.Y0 < 0 || shape.X1 > float32(v.W)+1 || shape.Y1 > float32(v.H)+1 {
					t.Errorf("%v at %v: %q lies outside: %v", size, scale, shape.Text, shape)
				}
				if shape.Kind != timeline.Text {
					continue
				}
				if strings.HasSuffix(shape.Text, "…") {
					t.Errorf("%v at %v: %q is cut", size, scale, shape.Text)
				}
				for _, o := range texts {
					if shape.X0 < o.X1 && o.X0 < shape.X1 && shape.Y0 < o.Y1-1 && o.Y0 < shape.Y1-1 {
						t.Errorf("%v at %v: %q lies upon %q", size, scale, shape.Text, o.Text)
					}
				}
				texts = append(texts, shape)
			}
		}
	}
}

// TestDraw: each state has a colour and a sign of its own, and its word.
func TestDraw(t *testing.T) {
	t.Parallel()
	seen := map[string]State{}
	for _, state := range []State{WebSocket, Polling, Moving, Closed, NotConnected, NoSession, Unknown} {
		in := Input{}
		p := Proof{State: state, Word: "SAME", Since: in.Clock(0)}
		img := image.NewRGBA(image.Rect(0, 0, 600, 400))
		Draw(img, &p, View{Scale: 1, Palette: timeline.Light(), Fonts: fonts(t)})
		gray := image.NewGray(img.Rect) // nothing is told by its colour alone
		bright := img.RGBAAt(300, 40)
		for i := range gray.Pix {
			if c := img.RGBAAt(i%600, i/600); c != bright {
				gray.Pix[i] = 1
			}
		}
		key := string(gray.Pix)
		if other, twice := seen[key]; twice {
			t.Errorf("%s has the signs of %s", state, other)
		}
		seen[key] = state
	}
}

// TestWrap: lines are no wider than asked for, and nothing is lost.
func TestWrap(t *testing.T) {
	t.Parallel()
	s := sheet{v: View{Fonts: fonts(t)}}
	for _, text := range []string{"a few words of English", strings.Repeat("x", 60), "日本語の文はどこでも折り返せる。ただし、句読点の前では折り返さない。", ""} {
		lines := s.wrap(text, timeline.Regular, 20, 200)
		for _, l := range lines {
			if w := s.v.Fonts.Width(l, timeline.Regular, 20); w > 200 {
				t.Errorf("%q is %v wide", l, w)
			}
		}
		if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != strings.ReplaceAll(text, " ", "") && len(lines) < maxLines {
			t.Errorf("%q became %q", text, lines)
		}
	}
}

// TestDateNamesItsZoneAsTheTimeline: "UTC" rather than "+00:00".
func TestDateNamesItsZoneAsTheTimeline(t *testing.T) {
	at := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC).UnixNano()
	for want, zone := range map[string]*time.Location{
		"2026-11-27 09:00:00.000 UTC":   time.UTC,
		"2026-11-27 18:00:00.000 UTC+9": time.FixedZone("JST", 9*3600),
	} {
		if got := (&Input{Zone: zone}).Date(at); got != want {
			t.Errorf("it is %q, want %q", got, want)
		}
	}
}

// TestNoneSpeaksForAnother: of a record it is the newest session on polling that is shown where none is asked for, of what
// happens now the newest.
func TestNoneSpeaksForAnother(t *testing.T) {
	t.Parallel()
	in := living(func(*session.Session) {})
	for range 2 {
		s := *in.Tracker.Sessions[0]
		s.Index = len(in.Tracker.Sessions)
		upgraded(&s)
		in.Tracker.Sessions = append(in.Tracker.Sessions, &s)
	}
	for _, tt := range []struct {
		record bool
		state  State
		number int32
	}{{true, Polling, 0}, {false, WebSocket, 2}} {
		in.Record = tt.record
		if p := Of(in); p.State != tt.state || p.Session != tt.number {
			t.Errorf("record %v: %s, session %d", tt.record, p.State, p.Session)
		}
	}
	in.Tracker.Sessions, in.Record = in.Tracker.Sessions[1:], true
	if p := Of(in); p.State != WebSocket || p.Session != 2 {
		t.Errorf("none on polling: %s, session %d", p.State, p.Session)
	}
	check := *living(func(*session.Session) {}).Tracker.Sessions[0]
	check.Index, check.Upgrade = 3, session.UpgradeNotTried
	check.Exchanges = []*session.Exchange{{Kind: session.Handshake, TransportParam: "polling", Request: session.RequestSigns{RequestFields: &session.RequestFields{}}}}
	in.Tracker.Sessions = append(in.Tracker.Sessions, &check)
	for _, in.Record = range []bool{true, false} {
		if p := Of(in); p.State != WebSocket || p.Session != 2 {
			t.Errorf("a health check's beside, record %v: %s, session %d", in.Record, p.State, p.Session)
		}
	}
}
