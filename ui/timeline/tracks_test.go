package timeline

import (
	"testing"

	"sioscope/protocol/session"
)

// lane is a story whose second connection has the given requests besides, as start, end in ms; an end of 0 is no answer.
func lane(protocol string, spans ...[2]int64) *session.Tracker {
	t := story()
	t.Conns[1].Protocol = protocol
	for _, s := range spans {
		e := session.Exchange{Kind: session.Poll, Method: "GET", Start: t0 + s[0]*ms, Status: 200}
		if s[1] > 0 {
			e.End = t0 + s[1]*ms
		} else {
			e.Status = 0
		}
		add(t, t.Sessions[0], 1, e)
	}
	return t
}

func TestDepth(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, protocol string
		spans          [][2]int64
		want           int
	}{
		{"one after the other", "h2", [][2]int64{{200, 300}, {300, 400}}, 1},
		{"two at a time", "h2", [][2]int64{{200, 400}, {300, 500}, {450, 600}}, 2},
		{"no answer", "h2", [][2]int64{{200, 0}, {300, 400}}, 2},
		{"no answer, and the next comes", "http/1.1", [][2]int64{{200, 0}, {300, 400}}, 1},
		{"more than there is room for", "h2", [][2]int64{{200, 900}, {201, 900}, {202, 900}, {203, 900}, {204, 900}, {205, 900}, {206, 900}, {207, 900}}, MaxTracks},
	} {
		tr := lane(tt.protocol, tt.spans...)
		if got := tracksOf(tr, tr.Conns[1]); got != tt.want {
			t.Errorf("%s: %d tracks, want %d", tt.name, got, tt.want)
		}
	}
}

// tracksOf is how many tracks a connection needs, for who asks once.
func tracksOf(t *session.Tracker, c *session.Conn) int {
	var d Depths
	d.begin(t)
	return d.of(t, c)
}

func TestDepthsGrowWithTheirRequests(t *testing.T) {
	t.Parallel()
	tr := lane("h2", [2]int64{200, 400}, [2]int64{300, 0}, [2]int64{350, 500}, [2]int64{600, 700}, [2]int64{600, 900}, [2]int64{600, 800}, [2]int64{600, 0})
	c := tr.Conns[1]
	all := c.Exchanges
	var d Depths
	for n := range len(all) + 1 {
		c.Exchanges = all[:n]
		if n == len(all) {
			all[2].End, all[2].Status = t0+320*ms, 200 // the one that waited is answered at last
		}
		d.begin(tr)
		if got, want := d.of(tr, c), tracksOf(tr, c); got != want {
			t.Errorf("of %d requests: %d tracks, want %d", n, got, want)
		}
	}
	c.Exchanges = all[5:] // the first made room
	d.begin(tr)
	if got, want := d.of(tr, c), tracksOf(tr, c); got != want {
		t.Errorf("of those that are left: %d tracks, want %d", got, want)
	}
}

func bars(s *Scene, conn int32) (list []Target) {
	for _, t := range s.Targets {
		if t.Hit.Kind == HitExchange && t.Hit.Conn == conn {
			list = append(list, t)
		}
	}
	return list
}

func TestNoBarHidesAnother(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		spans [][2]int64
	}{
		{"at the same time", [][2]int64{{200, 4000}, {300, 4500}, {1000, 2000}}},
		{"a short one, and the next at once", [][2]int64{{1000, 1001}, {1001, 2000}, {3000, 3001}, {3001, 4000}}},
	} {
		var scene Scene
		in := input(t, lane("h2", tt.spans...), 0)
		Layout(in, &scene)
		list := bars(&scene, 1)
		if len(list) != len(tt.spans)+1 {
			t.Fatalf("%s: %d bars", tt.name, len(list))
		}
		for i, a := range list {
			for _, b := range list[:i] {
				if a.X0 < b.X1 && b.X0 < a.X1 && a.Y0 < b.Y1 && b.Y0 < a.Y1 {
					t.Errorf("%s: %+v lies on %+v", tt.name, a, b)
				}
			}
		}
		end := in.Lines[len(in.Lines)-1]
		for _, a := range list {
			if float64(a.Y1) > AxisHeight+end.Y+end.H {
				t.Errorf("%s: %+v is below its lane", tt.name, a)
			}
		}
	}
}

func TestMergedRequestIsFound(t *testing.T) {
	t.Parallel()
	var scene Scene
	tr := crowd(1, 0, 100_000)
	in := input(t, tr, 0)
	Layout(in, &scene)
	e := tr.Exchanges[54321]
	got := scene.Bar(int32(e.Index), 0, Begin(e))
	if got == nil || got.Hit.From > Begin(e) || got.Hit.To < Begin(e) {
		t.Errorf("found %+v", got)
	}
	if scene.Bar(int32(e.Index), 0, t0-1) != nil {
		t.Error("what is not on screen is found")
	}
}
