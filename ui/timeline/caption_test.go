package timeline

import (
	"strings"
	"testing"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// TestNothingLiesOverTheNameOfATransport: it moves aside for crosses and stripes, and where there is no room for all of
// it, it is left out.
func TestNothingLiesOverTheNameOfATransport(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		faults []int64 // ms
		probe  [2]int64
		named  bool
	}{
		{"nothing over it", nil, [2]int64{100, 150}, true},
		{"a cross in the middle", []int64{2500}, [2]int64{100, 150}, true},
		{"crosses in the middle", []int64{2300, 2400, 2500, 2550, 2600}, [2]int64{100, 150}, true},
		{"stripes in the middle", nil, [2]int64{1000, 4000}, true},
		{"crosses all over", []int64{100, 400, 700, 1000, 1300, 1600, 1900, 2200, 2500, 2800, 3100, 3400, 3700, 4000, 4300, 4600, 4900}, [2]int64{100, 150}, false},
		{"stripes all over", nil, [2]int64{50, 4990}, false},
	} {
		tr := story()
		for _, at := range tt.faults {
			add(tr, tr.Sessions[0], 0, session.Exchange{Kind: session.Poll, Method: "GET", Start: t0 + at*ms, End: t0 + (at+1)*ms, Status: 400})
		}
		p := &tr.Sessions[0].Probes[0]
		p.Request, p.Answered, p.Failed = t0+tt.probe[0]*ms, t0+tt.probe[1]*ms, t0+tt.probe[1]*ms
		var scene Scene
		in := input(t, tr)
		Layout(in, &scene)
		named := false
		for _, s := range scene.Shapes {
			if s.Kind != Text || s.Text != "polling" || s.X0 < 268 {
				continue
			}
			named = true
			end := s.X0 + in.Fonts.Width(s.Text, s.Font, s.Size)
			for _, o := range scene.Shapes {
				if (o.Kind == Cross || o.Kind == Hatch) && o.X0 < end && s.X0 < o.X1 && o.Y0 < s.Y1 && s.Y0 < o.Y1 {
					t.Errorf("%s: it stands from %.0f to %.0f, and something lies from %.0f to %.0f", tt.name, s.X0, end, o.X0, o.X1)
				}
			}
		}
		if named != tt.named {
			t.Errorf("%s: it is written: %v", tt.name, named)
		}
	}
}

// TestHitsLeaveRoomForTheOtherBadges: at any width the transport is whole and the node is told, if only by its letter.
func TestHitsLeaveRoomForTheOtherBadges(t *testing.T) {
	t.Parallel()
	for _, left := range []float64{212, 268} {
		for n, says := range map[int32]string{3: "3 hits", 999: "999 hits", 2219: "2.2k hits", 12_345: "12k hits", 123_456: "123k hits"} {
			tr := story()
			s := tr.Sessions[0]
			s.History[0].Transport, s.Upgrade = session.WebSocket, session.UpgradeDirect
			var scene Scene
			in := input(t, tr)
			in.Left, in.Hits = left, map[int32]int32{0: n}
			Layout(in, &scene)
			var badges []string
			for _, sh := range scene.Shapes {
				if sh.Kind == Text && sh.Font == Bold && sh.X0 < float32(left) && sh.Y0 > AxisHeight+20 {
					badges = append(badges, sh.Text)
					if end := sh.X0 + in.Fonts.Width(sh.Text, sh.Font, sh.Size); end > float32(left)-10 {
						t.Errorf("%d hits in %.0f dp: %q ends at %.0f", n, left, sh.Text, end)
					}
				}
			}
			all := strings.Join(badges, "|")
			if strings.Contains(all, "…") || !strings.Contains(all, "WEBSOCKET") || !strings.HasPrefix(badges[len(badges)-1], "A") {
				t.Errorf("%d hits in %.0f dp: %s", n, left, all)
			}
			if left == 212 && badges[0] != says {
				t.Errorf("%d hits in %.0f dp are written %q", n, left, badges[0])
			}
		}
	}
}

// TestABadgeOfANodeIsWholeWhereTheVersionCanYield: in a narrow window the version of Engine.IO goes, not the letter; a
// name that is too long for any room is cut behind its letter.
func TestABadgeOfANodeIsWholeWhereTheVersionCanYield(t *testing.T) {
	t.Parallel()
	long := "a-pod-with-a-name-of-many-letters-7f9c"
	for _, tt := range []struct {
		words lang.Words
		label string
		left  float64
		want  string
	}{
		{lang.Words{}, "", 212, "WEBSOCKET|node A"},
		{lang.Words{}, "", 268, "WEBSOCKET|EIO 4|node A"},
		{lang.Words{}, "node-a", 212, "WEBSOCKET|A (node-a)"},
		{lang.Words{}, long, 212, "WEBSOCKET|A (a-pod"},
		{lang.Words{"node %s": "ノード %s"}, "", 212, "WEBSOCKET|ノード A"},
	} {
		tr := story()
		s := tr.Sessions[0]
		s.History[0].Transport, s.Upgrade = session.WebSocket, session.UpgradeDirect
		tr.Nodes[s.Node].Label = tt.label
		in := input(t, tr)
		in.Words, in.Left = tt.words, tt.left
		var scene Scene
		Layout(in, &scene)
		var badges []string
		for _, sh := range scene.Shapes {
			if sh.Kind == Text && sh.Font == Bold && sh.X0 < float32(tt.left) && sh.Y0 > AxisHeight+20 {
				badges = append(badges, sh.Text)
			}
		}
		got := strings.Join(badges, "|")
		if tt.label == long {
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("%q in %.0f dp: %s", tt.label, tt.left, got)
			}
		} else if got != tt.want {
			t.Errorf("%q in %.0f dp: %s, want %s", tt.label, tt.left, got, tt.want)
		}
	}
}

// TestANarrowBandHasTheShortNameOfItsTransport rather than none.
func TestANarrowBandHasTheShortNameOfItsTransport(t *testing.T) {
	t.Parallel()
	for length, want := range map[int64]string{5000: "websocket from the start", 500: "websocket", 100: ""} {
		tr := story()
		s := tr.Sessions[0]
		s.Upgrade, s.Probes = session.UpgradeDirect, nil
		s.History = []session.Phase{{Transport: session.WebSocket, From: t0, To: t0 + length*ms}}
		var scene Scene
		Layout(input(t, tr), &scene)
		got := ""
		for _, s := range scene.Shapes {
			if s.Kind == Text && s.Size == 11 && s.Font == Bold && s.X0 > 268 {
				got += s.Text
			}
		}
		if got != want {
			t.Errorf("a band of %d ms is called %q, want %q", length, got, want)
		}
	}
}
