package timeline

import (
	"image/color"
	"net/netip"
	"testing"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

const (
	ms = int64(1e6)
	t0 = int64(1_700_000_000_000_000_000)
)

func fonts(tb testing.TB) *Fonts {
	tb.Helper()
	f, err := NewFonts(goregular.TTF, gobold.TTF, gomono.TTF)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func palette() *Palette {
	c := func(v uint32) color.RGBA { return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255} }
	return &Palette{Back: c(0x101010), Panel: c(0x202020), Line: c(0x303030), Grid: c(0x404040), Selected: c(0x505050),
		Text: c(0xffffff), Dim: c(0x909090), OnBar: c(0x010101), Bad: c(0xff0000), Good: c(0x00ff00), Polling: c(0xe69f00),
		WebSocket: c(0x009e73), Other: c(0x777777), Hatch: c(0xeeeeee), Marker: c(0xfffff0), Tick: c(0xaaaaaa), Frame: c(0x0000ff),
		Nodes: [5]color.RGBA{c(0x56b4e9), c(0xcc79a7), c(0x0072b2), c(0xd55e00), c(0xf0e442)}}
}

// story is one session that tried to upgrade at 100 ms on a second connection and was refused by another node at
// 150 ms, while polls of a second each went on for five seconds.
func story() *session.Tracker {
	t := &session.Tracker{First: t0, Last: t0 + 5000*ms}
	t.Nodes = []session.Node{{Letter: "A", Label: "node-a"}, {Letter: "B", Color: 1, Label: "node-b"}}
	s := &session.Session{SID: "abcdefghijklmnopAAAA", EIO: 4, Opened: t0 + 10*ms, FirstSeen: t0, LastSeen: t0 + 5000*ms, Node: 0,
		Upgrade: session.UpgradeFailed, History: []session.Phase{{Transport: session.Polling, From: t0 + 10*ms, To: t0 + 5000*ms}}}
	t.Sessions = []*session.Session{s}
	for i := range 2 {
		c := &session.Conn{Conn: &fact.Conn{ID: i + 1, Client: netip.MustParseAddrPort("10.0.0.1:4000"), Server: netip.MustParseAddrPort("10.0.0.2:80")},
			Opened: t0, Closed: t0 + 5000*ms}
		t.Conns, s.Conns = append(t.Conns, c), append(s.Conns, c)
	}
	for i := range int64(5) {
		add(t, s, 0, session.Exchange{Kind: session.Poll, Method: "GET", Start: t0 + i*1000*ms, End: t0 + i*1000*ms + 900*ms, Status: 200})
	}
	e := add(t, s, 1, session.Exchange{Kind: session.UpgradeRequest, Method: "GET", Start: t0 + 100*ms, End: t0 + 150*ms, Status: 400,
		WrongNode: true, HasError: true, Error: engineio.Error{Code: 1, Message: "Session ID unknown"}, Node: 1})
	s.Probes = []session.Probe{{Exchange: e, Request: e.Start, Answered: e.End, Failed: e.End}}
	return t
}

func add(t *session.Tracker, s *session.Session, conn int, e session.Exchange) *session.Exchange {
	e.Index, e.Session, e.Conn = len(t.Exchanges), s, t.Conns[conn]
	t.Exchanges = append(t.Exchanges, &e)
	s.Exchanges = append(s.Exchanges, &e)
	e.Conn.Exchanges = append(e.Conn.Exchanges, &e)
	return &e
}

// crowd has sessions that each live all the time, with the given rows and requests spread evenly over 1000 seconds.
func crowd(sessions, rows, requests int) *session.Tracker {
	span := int64(1000e9)
	t := &session.Tracker{First: t0, Last: t0 + span, Nodes: []session.Node{{Letter: "A", Label: "node-a"}}}
	for i := range sessions {
		s := &session.Session{Index: i, SID: "abcdefghijklmnopAAAA", EIO: 4, Opened: t0, FirstSeen: t0, LastSeen: t.Last,
			History: []session.Phase{{Transport: session.WebSocket, From: t0, To: t.Last}}}
		c := &session.Conn{Conn: &fact.Conn{ID: i + 1}, Opened: t0, Closed: t.Last}
		t.Sessions, t.Conns, s.Conns = append(t.Sessions, s), append(t.Conns, c), []*session.Conn{c}
		for k := range int64(requests) {
			at := t0 + k*span/int64(requests)
			add(t, s, i, session.Exchange{Kind: session.Poll, Method: "GET", Start: at, End: at + span/int64(requests) - 1, Status: 200})
		}
		for k := range int64(rows) {
			s.Rows = append(s.Rows, int32(len(t.Rows)))
			t.Rows = append(t.Rows, session.Row{Time: t0 + k*span/int64(rows), Session: int32(i), Dir: fact.Dir(k & 1), Type: engineio.Message})
		}
	}
	return t
}

func every(t *session.Tracker) []int32 {
	return Order(t, Sorting{}, Keep{})
}

func input(tb testing.TB, t *session.Tracker, open ...int32) Input {
	opened := map[int32]bool{}
	for _, i := range open {
		opened[i] = true
	}
	in := Input{Tracker: t, Lines: Lines(t, every(t), opened), W: 1268, H: 600, Scale: 1, Left: 268, Chosen: -1, Palette: palette(), Fonts: fonts(tb), Faults: &Faults{}}
	in.View = Fit(t.First, t.Last, 1000)
	in.Faults.At(1)
	return in
}
