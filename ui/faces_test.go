package ui

import (
	"image"
	"net/netip"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"sioscope/capture/live"
	"sioscope/ui/look"
)

// faces are interfaces of a machine with containers: some up, one down.
func faces(packets int64) []live.Interface {
	at := func(s string) netip.Prefix { return netip.MustParsePrefix(s) }
	return []live.Interface{
		{Name: "lo", About: "this machine's own traffic", Up: true, Running: true, Loopback: true, Packets: packets, Addresses: []netip.Prefix{at("127.0.0.1/8")}},
		{Name: "eth0", Up: true, Running: true, Packets: 5, Addresses: []netip.Prefix{at("192.0.2.2/24"), at("fd00::2/64"), at("fe80::1/64")}},
		{Name: "docker0", Up: true, Packets: 0},
		{Name: "any", About: "all of them", Up: true, Running: true, Packets: -1},
	}
}

func TestInterfacesShowWhatPasses(t *testing.T) {
	u := open(t)
	l := u.w.sniffer.faces
	now := time.Unix(1000, 0)
	l.show(faces(0), now)
	l.show(faces(300), now.Add(3*time.Second))
	for name, want := range map[string]string{"lo": "100 packets/s", "eth0": "192.0.2.2 · fd00::2 · quiet", "docker0": "no link · quiet", "any": "all of them"} {
		if got := l.rows[name].below.full; got != want {
			t.Errorf("the row of %s says %q, want %q", name, got, want)
		}
	}
	u.sees("what lo is", l.rows["lo"].about.full, "this machine's own traffic")
	if l.rows["lo"].about.Hidden || !l.rows["eth0"].about.Hidden {
		t.Error("what has room on one line has two, or what has none one")
	}
	if l.chosen != "lo" || len(l.up.Objects) != 3 || len(l.down.Objects) != 1 || l.down.Visible() {
		t.Errorf("%q is chosen, %d are up and %d down", l.chosen, len(l.up.Objects), len(l.down.Objects))
	}
	if l.rows["any"].spark.Visible() || !l.rows["lo"].spark.Visible() {
		t.Error("bars are shown of what is not counted, or not of what is")
	}
	l.seen("lo", "2 sessions")
	l.show(faces(310), now.Add(4*time.Second))
	u.sees("the row of lo", l.rows["lo"].below.full, "2 sessions")
	u.w.showSide(u.w.sniffer.panel)
	u.picture()
}

func TestBarsAreHowMuchPasses(t *testing.T) {
	open(t) // an app, for its colours
	s := newSpark()
	ink := func(m image.Image, x0, x1 int) (n int) {
		for x := x0; x < x1; x++ {
			for y := range m.Bounds().Dy() {
				if c := toNRGBA(m.At(x, y)); c == toNRGBA(look.Theme{Choice: look.Dark}.Color(look.Accent, 0)) {
					n++
				}
			}
		}
		return n
	}
	s.add(1000)
	if len(s.values) != 0 {
		t.Error("the first count is taken for packets")
	}
	for i := range 2 * sparkBars {
		s.add(1000 + int64(i))
	}
	s.add(2000)
	if len(s.values) != sparkBars {
		t.Errorf("%d bars are kept", len(s.values))
	}
	m := s.draw(300, 20)
	small, large := ink(m, 0, 10), ink(m, 290, 300)
	if small == 0 || large < 5*small {
		t.Errorf("a packet a second has %d dots, a thousand %d", small, large)
	}
	for _, size := range []fyne.Size{{}, {Width: 3, Height: 1}} {
		s.draw(int(size.Width), int(size.Height))
	}
}
