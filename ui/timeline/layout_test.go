package timeline

import (
	"image/color"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"sioscope/protocol/session"
)

func labels(s *Scene) string {
	var b strings.Builder
	for i := range s.Shapes {
		if s.Shapes[i].Kind == Text {
			b.WriteString(s.Shapes[i].Text + "\n")
		}
	}
	return b.String()
}

func count(s *Scene, kind ShapeKind, c color.RGBA) (n int) {
	for i := range s.Shapes {
		if s.Shapes[i].Kind == kind && s.Shapes[i].Color == c {
			n++
		}
	}
	return n
}

func TestStoryIsTold(t *testing.T) {
	t.Parallel()
	var scene Scene
	in := input(t, story(), 0)
	Layout(in, &scene)
	text := labels(&scene)
	for _, want := range []string{"abcdefghijklmnopAAAA", "POLLING", "EIO 4", "A (node-a)", "polling", "upgrade probe",
		"upgrade refused: 400 Session ID unknown (not node A)", "conn 1", "conn 2", "B, not A", "A GET poll 200"} {
		if !strings.Contains(text, want) {
			t.Errorf("nowhere it says %q; it says\n%s", want, text)
		}
	}
	if n := count(&scene, Cross, in.Palette.Bad); n != 1 {
		t.Errorf("%d crosses, want 1", n)
	}
	if n := count(&scene, Diamond, in.Palette.Marker); n != 1 {
		t.Errorf("%d diamonds, want 1", n)
	}
	if n := count(&scene, Outline, in.Palette.Bad); n != 1 {
		t.Errorf("%d requests are outlined as bad, want 1", n)
	}
}

func TestRequestToAnotherNodeHasItsLetter(t *testing.T) {
	t.Parallel()
	tr := story()
	tr.Exchanges[3].Node = 1
	var scene Scene
	Layout(input(t, tr, 0), &scene)
	if text := labels(&scene); !strings.Contains(text, "B GET poll 200") {
		t.Errorf("the poll that node B answered is not marked:\n%s", text)
	}
}

func TestSessionElsewhereIsPointedTo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		start int64
		want  string
	}{{t0 + 7000*ms, "‹ ended 2.0 s before this"}, {t0 - 3000*ms, "begins 2.0 s after this ›"}} {
		in := input(t, story())
		in.View = View{Start: tt.start, PerDp: 1e6}
		var scene Scene
		Layout(in, &scene)
		if text := labels(&scene); !strings.Contains(text, tt.want) {
			t.Errorf("nowhere it says %q:\n%s", tt.want, text)
		}
	}
}

func TestLongMessagesAreCut(t *testing.T) {
	t.Parallel()
	tr := story()
	tr.Exchanges[5].Error.Message = strings.Repeat("日x", 10_000)
	var scene Scene
	Layout(input(t, tr, 0), &scene)
	for i := range scene.Shapes {
		if n := len(scene.Shapes[i].Text); n > 200 {
			t.Errorf("a label of %d bytes", n)
		}
	}
}

func TestClosedSessionHidesItsConnections(t *testing.T) {
	t.Parallel()
	var scene Scene
	Layout(input(t, story()), &scene)
	if text := labels(&scene); strings.Contains(text, "conn 1") {
		t.Errorf("a closed session shows its connections:\n%s", text)
	}
}

func TestHitting(t *testing.T) {
	t.Parallel()
	var scene Scene
	in := input(t, story(), 0)
	Layout(in, &scene)
	x := func(at int64) float32 { return float32(in.Left + in.View.X(at)) }
	const top = AxisHeight
	for _, tt := range []struct {
		name     string
		x, y     float32
		kind     HitKind
		exchange int32
	}{
		{"triangle", 18, top + 12, HitToggle, -1},
		{"name", 100, top + 12, HitSession, -1},
		{"band", x(t0 + 3000*ms), top + 25, HitPhase, -1},
		{"probe", x(t0 + 120*ms), top + 25, HitProbe, 5},
		{"poll", x(t0 + 2500*ms), top + SessionHeight + 15, HitExchange, 2},
		{"between polls", x(t0 + 2950*ms), top + SessionHeight + 15, HitConn, -1},
		{"refused", x(t0 + 125*ms), top + SessionHeight + LaneHeight + 15, HitExchange, 5},
		{"axis", 500, 5, HitNothing, -1},
		{"below all", 500, 590, HitNothing, -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := scene.Hit(tt.x, tt.y, 2)
			if got.Kind != tt.kind || got.Exchange != tt.exchange {
				t.Errorf("got kind %d exchange %d, want %d and %d", got.Kind, got.Exchange, tt.kind, tt.exchange)
			}
		})
	}
}

func TestPacketsOfOnePixelAreOneTick(t *testing.T) {
	t.Parallel()
	tr := crowd(1, 100_000, 1)
	var scene Scene
	Layout(input(t, tr), &scene)
	total := 0
	seen := map[int32]bool{}
	for _, g := range scene.Targets {
		if g.Hit.Kind == HitRow && !seen[g.Hit.Row] {
			seen[g.Hit.Row] = true
			total += g.Hit.Count
		}
	}
	if total != 100_000 {
		t.Errorf("ticks stand for %d packets, want 100000", total)
	}
	if len(seen) > 1000 {
		t.Errorf("%d ticks in 1000 pixels", len(seen))
	}
}

func TestRequestsOfOnePixelAreOneBar(t *testing.T) {
	t.Parallel()
	tr := crowd(1, 1, 200_000)
	tr.Exchanges[77_777].Status = 400
	in := input(t, tr, 0)
	var scene Scene
	Layout(in, &scene)
	total := 0
	for _, g := range scene.Targets {
		if g.Hit.Kind == HitExchange && g.Hit.Conn >= 0 {
			total += max(g.Hit.Count, 1)
		}
	}
	if total != 200_000 {
		t.Errorf("bars stand for %d requests, want 200000", total)
	}
	if n := count(&scene, Cross, in.Palette.Bad); n != 1 {
		t.Errorf("%d crosses for the one refused among 200000 requests, want 1", n)
	}
}

func TestOnlyVisibleLinesAreLaidOut(t *testing.T) {
	t.Parallel()
	in := input(t, crowd(1000, 1, 1))
	in.Scroll = 500 * SessionHeight
	var scene Scene
	Layout(in, &scene)
	for _, g := range scene.Targets {
		if i := g.Hit.Session; i >= 0 && (i < 499 || i > 512) {
			t.Fatalf("session %d is laid out; 500 to 511 are on screen", i)
		}
	}
	if want := 1000.0 * SessionHeight; scene.Content != want {
		t.Errorf("content is %g high, want %g", scene.Content, want)
	}
}

func TestVisible(t *testing.T) {
	t.Parallel()
	lines := Lines(crowd(10, 1, 1), []int32{0, 1, 2, 3, 4}, map[int32]bool{1: true})
	for _, tt := range []struct {
		y0, y1   float64
		from, to int
	}{
		{0, 1, 0, 1}, {0, 54, 0, 1}, {0, 54.5, 0, 2}, {53, 55, 0, 2}, {54, 109, 1, 3}, {1000, 2000, 6, 6}, {-10, 0, 0, 0},
	} {
		if from, to := Visible(lines, tt.y0, tt.y1); from != tt.from || to != tt.to {
			t.Errorf("%g to %g: lines %d to %d, want %d to %d", tt.y0, tt.y1, from, to, tt.from, tt.to)
		}
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	tr := crowd(3, 1, 1)
	tr.Sessions[0].FirstSeen, tr.Sessions[0].LastSeen, tr.Sessions[0].Node = t0+2, t0+10, -1
	tr.Sessions[1].FirstSeen, tr.Sessions[1].LastSeen, tr.Sessions[1].Node = t0+1, t0+5, 1
	tr.Sessions[2].FirstSeen, tr.Sessions[2].LastSeen, tr.Sessions[2].Node = t0+3, t0+99, 0
	tr.Sessions[0].Client = netip.MustParseAddrPort("10.0.0.1:5000")
	tr.Sessions[1].Client = netip.MustParseAddrPort("10.0.0.11:5000")
	trouble := func(s *session.Session) int { return s.Index }
	for _, tt := range []struct {
		name string
		by   Sort
		keep Keep
		want []int32
	}{
		{"start", ByStart, Keep{}, []int32{1, 0, 2}},
		{"trouble", ByTrouble, Keep{}, []int32{2, 1, 0}},
		{"duration", ByDuration, Keep{}, []int32{2, 0, 1}},
		{"node", ByNode, Keep{}, []int32{2, 1, 0}},
		{"one node", ByStart, Keep{Node: 2}, []int32{1}},
		{"polling", ByStart, Keep{Transport: session.Polling}, []int32{}},
		{"one session", ByStart, Keep{Session: 3}, []int32{2}},
		{"one client", ByStart, Keep{Client: "10.0.0.1"}, []int32{0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Order(tr, Sorting{By: tt.by, Trouble: trouble}, tt.keep); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TestWhatGoesOnKeepsItsPlace by duration, whichever session was heard of last.
func TestWhatGoesOnKeepsItsPlace(t *testing.T) {
	t.Parallel()
	conn := []*session.Conn{{}}
	older := &session.Session{Index: 0, FirstSeen: 1e9, LastSeen: 5e9, Conns: conn}
	newer := &session.Session{Index: 1, FirstSeen: 2e9, LastSeen: 5e9, Conns: conn}
	tr := &session.Tracker{Sessions: []*session.Session{newer, older}}
	for _, heard := range []*session.Session{older, newer, older} {
		heard.LastSeen += 2e9
		if got := Order(tr, Sorting{By: ByDuration, Now: 20e9}, Keep{}); !slices.Equal(got, []int32{0, 1}) {
			t.Errorf("after session %d was heard of the order is %v", heard.Index, got)
		}
	}
}

func TestDensityCountsEveryRowOnce(t *testing.T) {
	t.Parallel()
	tr := crowd(1, 5000, 1)
	rows := tr.Rows
	var d Density
	for n := 100; n <= len(rows); n += 700 {
		tr.Rows = rows[:n]
		tr.Last = rows[n-1].Time
		d.Add(tr)
	}
	tr.Rows = rows
	d.Add(tr)
	d.Add(tr)
	if got := d.sum(tr.First-1e9, t0+2000e9); got != 5000 {
		t.Errorf("counted %d, want 5000", got)
	}
}

func TestEmptyCapture(t *testing.T) {
	t.Parallel()
	tr := &session.Tracker{}
	var scene Scene
	Layout(input(t, tr), &scene)
	Overview(OverviewInput{Tracker: tr, Density: &Density{}, View: Fit(0, 0, 1000), Width: 1000, W: 1268, H: 46, Scale: 1, Left: 268,
		Palette: palette(), Fonts: fonts(t)}, &scene)
	if len(scene.Shapes) == 0 {
		t.Error("nothing is drawn, not even the overview's name")
	}
}
