package stats

import (
	"net/netip"
	"reflect"
	"slices"
	"testing"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

const second = int64(1e9)

func TestClient(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36":                                            "Chrome",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0":                    "Edge",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15":                            "Safari",
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0":                                                                           "Firefox",
		"Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UD1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36": "Android WebView",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1":           "Chrome",
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) App/1.0 Chrome/120.0.0.0 Electron/28.1.0 Safari/537.36":                      "Electron",
		"node-XMLHttpRequest": "Node",
		"node":                "Node",
		"okhttp/4.12.0":       "Java (okhttp)",
		"MyApp/3 CFNetwork/1496.0.7 Darwin/23.5.0":                         "Swift (CFNetwork)",
		"UnityPlayer/2022.3.10f1 (UnityWebRequest/1.0, libcurl/8.1.1-DEV)": "Unity",
		"Python/3.11 aiohttp/3.9.5":                                        "Python",
		"curl/8.5.0":                                                       "curl",
		"Community Monitor/2":                                              "Community",
		"sioscope (check)":                                                 "sioscope",
	} {
		if got := Client(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestSpread(t *testing.T) {
	t.Parallel()
	var list []int64
	for i := range int64(100) {
		list = append(list, (i+1)*1e6)
	}
	got := spread(list)
	want := Spread{N: 100, Min: 1e6, Median: 505e5, P90: 90e6, P99: 99e6, Max: 100e6, Bins: []Bin{
		{1e6, 2e6, 1}, {2e6, 5e6, 3}, {5e6, 10e6, 5}, {10e6, 20e6, 10}, {20e6, 50e6, 30}, {50e6, 100e6, 50}, {100e6, 200e6, 1}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if got := spread([]int64{7}); got.Median != 7 || got.P99 != 7 || len(got.Bins) != 1 {
		t.Errorf("of one: %+v", got)
	}
	if got := spread([]int64{1<<63 - 1}); got.Bins[len(got.Bins)-1].N != 1 {
		t.Errorf("of the longest there is: %+v", got)
	}
	if got := spread([]int64{8e9, 10e9}); got.Median != 9e9 {
		t.Errorf("of two: %+v", got)
	}
	if got := spread(nil); got.N != 0 || got.Bins != nil {
		t.Errorf("of none: %+v", got)
	}
}

// A life is a session as peaks look at it.
type life struct {
	opened, heard, closed float64 // s
	by                    string
	reset                 bool
}

func tracker(lives ...life) *session.Tracker {
	t := &session.Tracker{}
	at := func(s float64) int64 { return int64(1e18) + int64(s*1e9) }
	for i, l := range lives {
		c := &session.Conn{Conn: &fact.Conn{ID: i + 1, Client: netip.MustParseAddrPort("192.0.2.1:1")}, Reset: l.reset}
		s := &session.Session{Node: -1, EIO: 4, Opened: at(l.opened), Closed: at(l.closed), Conns: []*session.Conn{c}, CutWithoutClose: true}
		s.HeardAtEnd = [2]int64{at(l.heard), at(l.heard)}
		s.Close.By = l.by
		t.Sessions = append(t.Sessions, s)
	}
	return t
}

func TestPeaks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		lives []life
		want  []Peak
	}{
		{"silence of a minute", []life{{0, 5, 65.01, "server", false}, {10, 50, 110.02, "server", false}, {20, 100, 160, "server", false}},
			[]Peak{{Length: 60*second + 1e7, Width: 2e7, Since: SinceMessage, Sessions: 3, By: "server", Usual: 60}}},
		{"age of five minutes, whatever is said", []life{{0, 299, 300, "server", false}, {40, 325, 340.1, "server", false}, {90, 389.9, 390.2, "server", false}},
			[]Peak{{Length: 300*second + 1e8, Width: 2e8, Since: SinceOpen, Sessions: 3, By: "server", Usual: 300}}},
		{"all at once", []life{{0, 5, 65, "server", false}, {0.1, 5, 65, "server", false}, {0.2, 5, 65, "server", false}}, nil},
		{"two are not enough", []life{{0, 5, 65, "server", false}, {10, 50, 110, "server", false}}, nil},
		{"clients that leave", []life{{0, 5, 65, "client", false}, {10, 50, 110, "client", false}, {20, 100, 160, "client", false}}, nil},
		{"a proxy that resets, seen on the nodes' side", []life{{0, 5, 65, "client", true}, {10, 50, 110, "client", true}, {20, 100, 160, "client", true}},
			[]Peak{{Length: 60 * second, Since: SinceMessage, Sessions: 3, By: "client", Usual: 60}}},
		{"no two alike", []life{{0, 5, 9, "server", false}, {10, 50, 73, "server", false}, {20, 100, 160, "server", false}}, nil},
	} {
		if got := Of(tracker(test.lives...), nil).Peaks; !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v\nwant %+v", test.name, got, test.want)
		}
	}
}

// TestOf plays two clients of two kinds into a tracker, one of which is refused once and comes back.
func TestOf(t *testing.T) {
	t.Parallel()
	tr := &session.Tracker{}
	a := &fact.Conn{ID: 1, Client: netip.MustParseAddrPort("192.0.2.1:1000"), Server: netip.MustParseAddrPort("192.0.2.9:80")}
	b := &fact.Conn{ID: 2, Client: netip.MustParseAddrPort("192.0.2.2:1000"), Server: netip.MustParseAddrPort("192.0.2.9:80")}
	now, serial := int64(1e18), map[*fact.Conn]int{}
	for _, c := range []*fact.Conn{a, b} {
		tr.Add(&fact.Opened{Conn: c, Time: now, SYN: true})
	}
	ask := func(c *fact.Conn, method, target, body, agent string, status int, answer string) {
		now += 10e6
		serial[c]++
		tr.Add(&fact.Request{Conn: c, Exchange: serial[c], Start: now, End: now, Method: method, Target: target, Host: "x", Proto: "HTTP/1.1", Header: fact.Header("User-Agent: " + agent + "\r\n"), Body: []byte(body), BodySize: int64(len(body))})
		now += 10e6
		tr.Add(&fact.Response{Conn: c, Exchange: serial[c], Start: now, End: now, Status: status, Header: fact.Header("Content-Type: text/plain\r\n"), Body: []byte(answer), BodySize: int64(len(answer))})
	}
	open := func(sid string) string {
		return `0{"sid":"` + sid + `","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}`
	}
	ask(a, "GET", "/socket.io/?EIO=4&transport=polling", "", "curl/8", 503, "later")
	now += 2e9
	ask(a, "GET", "/socket.io/?EIO=4&transport=polling", "", "curl/8", 200, open("aaaaaaaaaaaaaaaaAAAA"))
	ask(b, "GET", "/socket.io/?EIO=4&transport=polling", "", "okhttp/4", 200, open("bbbbbbbbbbbbbbbbAAAB"))
	ask(a, "POST", "/socket.io/?EIO=4&transport=polling&sid=aaaaaaaaaaaaaaaaAAAA", `42["twelve bytes"]`, "curl/8", 200, "ok")
	ask(a, "GET", "/socket.io/?EIO=4&transport=polling&sid=aaaaaaaaaaaaaaaaAAAA", "", "curl/8", 200, `42["a"]`)
	ask(a, "GET", "/socket.io/?EIO=4&transport=polling&sid=aaaaaaaaaaaaaaaaAAAA", "", "curl/8", 200, "1")
	tr.Finish()
	n := Of(tr, nil)
	if n.All.Sessions != 2 || n.All.Polling != 2 || n.Worth() {
		t.Errorf("all: %+v", n.All)
	}
	var kinds []string
	for _, g := range n.Clients {
		kinds = append(kinds, g.Name)
	}
	if !slices.Equal(kinds, []string{"curl", "Java (okhttp)"}) {
		t.Errorf("clients %v", kinds)
	}
	if want := (Handshakes{All: 3, Refused: 1, Retried: 1}); n.Handshakes != want {
		t.Errorf("handshakes %+v, want %+v", n.Handshakes, want)
	}
	if l := n.Largest[fact.Out]; l.Bytes != 18 || l.Limit != 100 || l.Session.SID != "aaaaaaaaaaaaaaaaAAAA" {
		t.Errorf("largest %+v", l)
	}
	if want := []Share{{"server", 1}}; !slices.Equal(n.Ended, want) || n.Lifetimes.N != 1 {
		t.Errorf("ended %v, lifetimes %+v", n.Ended, n.Lifetimes)
	}
	nodes := 0
	for _, g := range n.Nodes {
		nodes += g.Sessions
	}
	if nodes != 2 {
		t.Errorf("nodes %+v", n.Nodes)
	}
}

// TestPingGaps: it is the pinging side whose heartbeats count.
func TestPingGaps(t *testing.T) {
	t.Parallel()
	tr := tracker(life{}, life{})
	tr.Sessions[0].PingGaps = [2]int64{fact.In: 25 * second, fact.Out: 99 * second}
	tr.Sessions[1].EIO, tr.Sessions[1].PingGaps = 3, [2]int64{fact.Out: 30 * second}
	tr.Sessions[1].Open = engineio.Handshake{MaxPayload: 5}
	if g := Of(tr, nil).All.PingGap; g.N != 2 || g.Min != 25*second || g.Max != 30*second {
		t.Errorf("%+v", g)
	}
}

// A session lasts as long as tables of sessions say: from the request that opened it to its end, whatever is answered later.
func TestLifetimes(t *testing.T) {
	t.Parallel()
	tr := tracker(life{1.2, 8, 9.2, "client", false})
	s := tr.Sessions[0]
	s.FirstSeen, s.LastSeen = s.Opened-12e8, s.Closed+second
	if l := Of(tr, nil).Lifetimes; l.N != 1 || l.Median != 92e8 || l.Median != s.Lasted() {
		t.Errorf("%+v", l)
	}
}

func BenchmarkOf(b *testing.B) {
	var lives []life
	for i := range 10_000 {
		at := float64(i) * 0.37
		lives = append(lives, life{at, at + float64(i%97), at + float64(i%97) + float64(30+i%3*15), "server", false})
	}
	t := tracker(lives...)
	for b.Loop() {
		Of(t, nil)
	}
}
