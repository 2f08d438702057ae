package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	t0 = int64(1795435200000000001) // 2026-11-23T12:00:00.000000001Z
	ms = int64(1e6)
)

// picture is a small fleet with one of everything: a session whose upgrade reached another node, one that upgraded,
// one on WebSocket from the start, refused handshakes, a connection without a key, and traffic that means harm.
func picture() Input {
	t := &session.Tracker{First: t0, Last: t0 + 5700*ms}
	conn := func(id int, port uint16) *session.Conn {
		c := &session.Conn{
			Conn:   &fact.Conn{ID: id, Client: netip.AddrPortFrom(netip.MustParseAddr("192.0.2.7"), port), Server: netip.MustParseAddrPort("198.51.100.1:443"), File: "lb"},
			Opened: t0 + int64(id)*ms, SYN: true, Protocol: "http/1.1",
		}
		t.Conns = append(t.Conns, c)
		return c
	}
	c1, c2, c3 := conn(1, 41322), conn(2, 41330), conn(3, 41344)
	c2.Closed, c2.ClosedBy, c2.LastByte = t0+96*ms, "server", t0+96*ms
	c3.Protocol = "websocket"
	c3.Gaps, c3.LostBytes, c3.Malformed = 1, 1200, []string{"websocket: reserved opcode 3"}
	c4 := conn(4, 41350)
	c4.Protocol, c4.TLS = "tls", &fact.TLS{Version: "1.3", SNI: "app.example.com", ALPN: []string{"h2", "http/1.1"}, Reason: "no key"}
	c5 := conn(5, 41322)
	c5.Protocol, c5.Over, c5.Stream = "websocket", c1.Conn, 7
	t.Nodes = []session.Node{
		{ID: "n1", Letter: "A", Label: "node-a", Basis: "named", Sessions: 2},
		{ID: "n2", Letter: "B", Color: 1, Label: "B", Basis: "sid counter", Sessions: 1, Restarts: 1},
	}

	exchange := func(c *session.Conn, kind session.Kind, status int, at, took int64) *session.Exchange {
		e := &session.Exchange{
			Index: len(t.Exchanges), Conn: c, Kind: kind, Method: "GET", Path: "/socket.io/", EIO: 3, TransportParam: "polling",
			Target: "/socket.io/?EIO=3&transport=polling&token=s3cr3t", Start: t0 + at, Sent: t0 + at, Status: status, Node: 0,
		}
		if status != 0 {
			e.Answered, e.End = t0+at+took, t0+at+took
		}
		t.Exchanges = append(t.Exchanges, e)
		c.Exchanges = append(c.Exchanges, e)
		return e
	}
	polling := &session.Session{
		SID: "32ZQ1nFjLnuHUbr3AAAA", EIO: 3, Path: "/socket.io/", Client: c1.Client, Server: c1.Server, Host: "app.example.com",
		Opened: t0 + 44*ms, FirstSeen: t0 + 2*ms, LastSeen: t0 + 5700*ms,
		History: []session.Phase{{Transport: session.Polling, From: t0 + 44*ms, To: t0 + 5700*ms}},
		Upgrade: session.UpgradeFailed, Node: 0, NodeBasis: "named",
		Packets: [2]int64{fact.In: 9, fact.Out: 7}, Events: [2]int64{fact.In: 3, fact.Out: 2}, Acks: [2]int64{fact.In: 1},
		Namespaces: []string{"/", "/admin?token=s3cr3t"},
	}
	wrong := exchange(c2, session.UpgradeRequest, 400, 75*ms, 20*ms)
	wrong.WrongNode, wrong.Node = true, -1
	polling.Exchanges = []*session.Exchange{exchange(c1, session.Handshake, 200, 2*ms, 42*ms), wrong, exchange(c1, session.Poll, 0, 5000*ms, 0)}
	polling.Probes = []session.Probe{{Exchange: wrong, Request: t0 + 75*ms, Answered: t0 + 95*ms, Failed: t0 + 95*ms}}
	upgraded := &session.Session{
		Index: 1, SID: "KVfh_R7VlO2pFOvRAAAA", EIO: 4, Path: "/socket.io/", Client: c3.Client, Server: c3.Server, RealClient: "203.0.113.9",
		Opened: t0 + 1500*ms, FirstSeen: t0 + 1495*ms, LastSeen: t0 + 5000*ms, Closed: t0 + 5000*ms,
		Close: session.Close{By: "network", Reason: "connection reset after token=s3cr3t"},
		History: []session.Phase{
			{Transport: session.Polling, From: t0 + 1500*ms, To: t0 + 2741*ms},
			{Transport: session.WebSocket, From: t0 + 2741*ms, To: t0 + 5000*ms},
		},
		Upgrade: session.UpgradeDone, UpgradedAt: t0 + 2741*ms, Node: 1,
		Probes:  []session.Probe{{Request: t0 + 1600*ms, Answered: t0 + 1700*ms, Ping: t0 + 1701*ms, Pong: t0 + 1710*ms, Upgrade: t0 + 2741*ms}},
		Packets: [2]int64{fact.In: 812, fact.Out: 40}, Events: [2]int64{fact.In: 800, fact.Out: 12},
		Oddities: []string{"packet type 9"}, Undecodable: 1,
		Open: engineio.Handshake{SID: "KVfh_R7VlO2pFOvRAAAA", Upgrades: []string{"websocket", "webtransport"}},
	}
	direct := &session.Session{
		Index: 2, EIO: 4, Path: "/socket.io/", Client: c3.Client, Host: "evil\x1b]0;owned\x07", FirstSeen: t0 + 3000*ms, LastSeen: t0 + 3500*ms,
		History: []session.Phase{{Transport: session.WebSocket, From: t0 + 3000*ms}}, Upgrade: session.UpgradeUnknown, Node: -1,
	}
	t.Sessions = []*session.Session{polling, upgraded, direct}
	for i := range 3 {
		e := exchange(c1, session.Handshake, 400, int64(200+i*900)*ms, 3*ms)
		e.HasError, e.Error, e.Node = true, engineio.Error{Code: 5, Message: "Unsupported protocol version"}, -1
		t.Refused = append(t.Refused, e)
	}
	proxy := exchange(c2, session.Handshake, 502, 4000*ms, ms)
	proxy.BodyText, proxy.Node = "<html>\x1b[2Jbad gateway, Authorization: Bearer s3cr3ts3cr3t</html>", -1
	t.Refused = append(t.Refused, proxy)
	t.Lost = []*session.Exchange{exchange(c1, session.Post, 400, 4500*ms, 2*ms)}
	t.Lost[0].SID, t.Lost[0].Method, t.Lost[0].Node = "oldNodesSessionAAAA7", "POST", 1
	t.Restarts = []session.Restart{{Before: polling, After: upgraded, At: t0 + 1500*ms}}
	t.Stats = fact.Stats{Packets: 62, Bytes: 18101, Connections: 4, Gaps: 1, LostBytes: 1200, CutPackets: 2, Malformed: 1, Encrypted: 1, QUIC: 3}
	t.Notes = []fact.Note{{File: "cut.pcap", Text: "the file ends inside a packet; what came before was read"}}

	d := diagnose.Diagnosis{
		Verdict: diagnose.Verdict{State: diagnose.StateMixed, Summary: "mixed: 1 of 3 sessions never upgraded: the WebSocket request reached another node (400 Session ID unknown)",
			Title: "1 of 3 sessions is not on WebSocket", Cause: "The WebSocket request reached another node."},
		Findings: []diagnose.Finding{
			{
				ID: "no-affinity-per-connection", Severity: diagnose.Error, Confidence: "certain", Title: "The WebSocket request reached another node",
				Explanation: "The request to upgrade opened a new TCP connection, and the balancer sent it to a node that did not issue the sid. Polling goes on over the old connection, so nobody notices.",
				Sessions:    []*session.Session{polling},
				Evidence: []diagnose.Evidence{
					{Time: t0 + 44*ms, Conn: c1, Text: "sid 32ZQ1nFjLnuHUbr3AAAA issued, upgrades [websocket]"},
					{Time: t0 + 95*ms, Conn: c2, Exchange: wrong, Text: "GET /socket.io/?EIO=3&transport=websocket&sid=32ZQ1nFjLnuHUbr3AAAA&token=s3cr3t → 400 Session ID unknown"},
				},
				RuledOut: []string{"Upgrade stripped: that is 400 with code 3", "session expired: it was 75 ms old"},
				Fixes:    []diagnose.Fix{{For: "AWS NLB", Text: "stickiness source_ip"}, {For: "client", Text: `io(url, { transports: ["websocket"] })`}},
			},
			{
				ID: "eio-mismatch", Severity: diagnose.Warning, Confidence: "likely", Title: "Clients of Engine.IO 3 meet a server that speaks 4 alone",
				Explanation: "The server answered code 5.", Refused: t.Refused[:3], WouldTell: "Run sioscope check with --eio 3.",
			},
		},
		BySession: map[*session.Session][]string{polling: {"no-affinity-per-connection"}},
		Path: []diagnose.Hop{
			{Kind: diagnose.Proxy, Sign: "Via: 1.1 token=s3cr3t", Confidence: "likely"},
			{Name: "engine.io", Kind: diagnose.Server, Sign: "the words of its errors; the form of its sids and open packets", Confidence: "certain"},
		},
	}
	return Input{Tracker: t, Diagnosis: d}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (-update rewrites it); got\n%s", path, got)
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	text := func(opt Options) func(io.Writer, Input) error {
		return func(w io.Writer, in Input) error { return Text(w, in, opt) }
	}
	for _, tt := range []struct {
		name  string
		print func(io.Writer, Input) error
	}{
		{"picture.json", JSON},
		{"picture.md", Markdown},
		{"picture-180.txt", text(Options{Width: 180})},
		{"picture-100.txt", text(Options{})},
		{"picture-80.txt", text(Options{Width: 80})},
		{"picture-40.txt", text(Options{Width: 1})},
		{"picture-ascii.txt", text(Options{Width: 80, ASCII: true})},
		{"picture-color.txt", text(Options{Width: 80, Color: true})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := tt.print(&b, picture()); err != nil {
				t.Fatal(err)
			}
			golden(t, tt.name, b.Bytes())
			if strings.Contains(b.String(), "s3cr3t") {
				t.Errorf("the report gives a secret away:\n%s", b.String())
			}
		})
	}
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	in := Input{Tracker: &session.Tracker{}, Diagnosis: diagnose.Diagnosis{Verdict: diagnose.Verdict{State: diagnose.StateNone, Summary: "none: no session was seen"}}}
	var j, b bytes.Buffer
	if err := JSON(&j, in); err != nil {
		t.Fatal(err)
	}
	golden(t, "empty.json", j.Bytes())
	if err := Text(&b, in, Options{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "empty.txt", b.Bytes())
}

func TestNoRedact(t *testing.T) {
	t.Parallel()
	in := picture()
	in.Redact = redact.Redactor{Off: true}
	var j, b bytes.Buffer
	if err := errors.Join(JSON(&j, in), Text(&b, in, Options{Width: 300})); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Bearer s3cr3ts3cr3t", "token=s3cr3t"} {
		if !strings.Contains(j.String(), want) || !strings.Contains(b.String(), want) {
			t.Errorf("%q was masked although nothing was to be", want)
		}
	}
}

// TestTextIsTame: what came from the wire steers no terminal, and lines keep to the width.
func TestTextIsTame(t *testing.T) {
	t.Parallel()
	for _, width := range []int{40, 60, 80, 100, 200} {
		for _, ascii := range []bool{false, true} {
			in := picture()
			in.Sessions[0].SID = "\x1b[31m\u202egnp.exe\nsecond line"
			in.Diagnosis.Findings[0].Title = "日本語のタイトルは幅が二倍なので折り返しの計算が違う" + strings.Repeat("長", 200)
			var b bytes.Buffer
			if err := Text(&b, in, Options{Width: width, ASCII: ascii}); err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(b.String(), "\n") {
				if i > 0 && textWidth(line) > width {
					t.Errorf("width %d: line %d has %d columns: %s", width, i, textWidth(line), line)
				}
				if line != strings.TrimRight(line, " ") {
					t.Errorf("width %d: line %d ends in blanks: %q", width, i, line)
				}
				for _, r := range line {
					if unsafe(r) || ascii && r >= 0x80 {
						t.Errorf("width %d: line %d has %U: %q", width, i, r, line)
					}
				}
			}
		}
	}
}

// TestSchema holds the printed fields and their types against the contract of sioscope.report/1.
func TestSchema(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := JSON(&b, picture()); err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ where, fields string }{
		{"", "schema:s verdict:o sessions:l refused:l nodes:l connections:l findings:l capture:o"},
		{"verdict", "state:s summary:s"},
		{"sessions", "sid:s eio:n path:s client:s server:s opened:s? closed:s? close:o? transport:s history:l upgrade:s upgradeSeconds:n? node:s? packets:o events:o acks:o namespaces:l requests:l findings:l"},
		{"sessions.history", "transport:s from:s to:s"},
		{"sessions.packets", "in:n out:n"},
		{"sessions.events", "in:n out:n"},
		{"sessions.acks", "in:n out:n"},
		{"sessions.requests", "time:s seconds:n method:s kind:s status:n conn:n node:s? wrongNode:b"},
		{"refused", "time:s client:s status:n code:n? message:s finding:s"},
		{"nodes", "id:s label:s basis:s sessions:n"},
		{"connections", "id:n client:s server:s opened:s closed:s? closedBy:s protocol:s tls:s? requests:n"},
		{"findings", "id:s severity:s title:s explanation:s sessions:l evidence:l ruledOut:l fixes:l"},
		{"findings.evidence", "time:s conn:n text:s"},
		{"findings.fixes", "for:s text:s"},
		{"capture", "packets:n bytes:n connections:n gaps:n lostBytes:n cutPackets:n malformed:n encrypted:n"},
	} {
		objects := []any{doc}
		for _, key := range strings.FieldsFunc(tt.where, func(r rune) bool { return r == '.' }) {
			objects = descend(objects, key)
		}
		if len(objects) == 0 {
			t.Errorf("%s: nothing to look at", tt.where)
		}
		for _, o := range objects {
			for _, field := range strings.Fields(tt.fields) {
				name, kind, _ := strings.Cut(field, ":")
				value, ok := o.(map[string]any)[name]
				if !ok || !strings.Contains(kind, kindOf(value)) {
					t.Errorf("%s.%s is %v (%s), want %s", tt.where, name, value, kindOf(value), kind)
				}
			}
		}
	}
}

// TestTrialsAreNoRefusals: what a check sends to see it refused is marked in JSON, and in no number of refused handshakes.
func TestTrialsAreNoRefusals(t *testing.T) {
	t.Parallel()
	in := picture()
	in.Trial = func(e *session.Exchange) bool { return e.Kind == session.Handshake && e.GotSID == "" }
	var b bytes.Buffer
	if err := JSON(&b, in); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Refused []struct{ Trial bool }
		Stats   struct{ Handshakes struct{ Refused int } }
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Refused) == 0 || len(doc.Refused) != len(in.Refused) || doc.Stats.Handshakes.Refused != 0 {
		t.Errorf("%d of %d refused, %d in numbers", len(doc.Refused), len(in.Refused), doc.Stats.Handshakes.Refused)
	}
	for i, r := range doc.Refused {
		if !r.Trial {
			t.Errorf("refused %d is no trial", i)
		}
	}
}

func descend(objects []any, key string) (out []any) {
	for _, o := range objects {
		switch v := o.(map[string]any)[key].(type) {
		case []any:
			out = append(out, v...)
		case map[string]any:
			out = append(out, v)
		}
	}
	return out
}

func kindOf(v any) string {
	switch v.(type) {
	case string:
		return "s"
	case float64:
		return "n"
	case bool:
		return "b"
	case []any:
		return "l"
	case map[string]any:
		return "o"
	}
	return "?"
}

func TestExpect(t *testing.T) {
	t.Parallel()
	some := func(edit func(*Input)) Input {
		in := picture()
		edit(&in)
		return in
	}
	for _, tt := range []struct {
		name string
		in   Input
		ok   bool
		why  string
	}{
		{"one is on polling", picture(), false, "1 of 3 sessions are not on websocket: 32ZQ1nFjLnuHUbr3AAAA (polling: no-affinity-per-connection)"},
		{"all are on websocket", some(func(in *Input) { in.Sessions, in.Conns = in.Sessions[1:], in.Conns[:3] }), true, ""},
		{"all that could be read are", some(func(in *Input) { in.Sessions = in.Sessions[1:] }), false, "it cannot be told: 1 connection to the same server is encrypted and could not be read"},
		{"two clients got the session of another", some(func(in *Input) {
			in.Sessions = in.Sessions[1:]
			in.Sessions[0].Reused = make([]*session.Exchange, 2)
		}), false, "2 handshakes were answered with the sid of another client: handshake-cached"},
		{"no finding says why", some(func(in *Input) {
			in.Sessions = in.Sessions[:1]
			in.Diagnosis.BySession = nil
		}), false, "1 of 1 session is not on websocket: 32ZQ1nFjLnuHUbr3AAAA (polling, upgrade failed)"},
		{"many", some(func(in *Input) {
			for i := range 7 {
				in.Sessions = append(in.Sessions, &session.Session{SID: fmt.Sprint("s", i), History: []session.Phase{{Transport: session.Polling}}})
			}
			in.Sessions = in.Sessions[3:]
		}), false, "7 of 7 sessions are not on websocket: s0 (polling), s1 (polling), s2 (polling), s3 (polling), s4 (polling) and 2 more"},
		{"none", some(func(in *Input) { in.Sessions = nil }), false, "no Socket.IO session was seen; 4 handshakes were refused; 1 connection was encrypted and could not be read"},
		{"nothing at all", Input{Tracker: &session.Tracker{}}, false, "no Socket.IO session was seen"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			list, err := Expectations("websocket")
			if err != nil {
				t.Fatal(err)
			}
			if j := Judge(tt.in, list)[0]; j.Met != tt.ok || j.Why != tt.why {
				t.Errorf("got %v, %q\nwant %v, %q", j.Met, j.Why, tt.ok, tt.why)
			}
		})
	}
}

// TestManySessions: above the limit those with trouble are kept, in their order, and the rest is counted.
func TestManySessions(t *testing.T) {
	t.Parallel()
	in := picture()
	bad := in.Sessions[0]
	in.Sessions = nil
	for i := range 200 {
		in.Sessions = append(in.Sessions, &session.Session{Index: i, SID: fmt.Sprintf("healthy%03d", i), History: []session.Phase{{Transport: session.WebSocket, From: t0, To: t0 + ms}}})
	}
	in.Sessions = append(in.Sessions, bad)
	var b, all bytes.Buffer
	if err := errors.Join(Text(&b, in, Options{}), Text(&all, in, Options{All: true})); err != nil {
		t.Fatal(err)
	}
	first := strings.Index(b.String(), bad.SID)
	if next := strings.Index(b.String(), "healthy000"); first < 0 || next < first {
		t.Errorf("the session in trouble does not come first:\n%s", b.String())
	}
	if strings.Contains(b.String(), "healthy049") {
		t.Errorf("the 50th healthy session should be left out:\n%s", b.String())
	}
	if !strings.Contains(b.String(), "151 more sessions") {
		t.Errorf("nothing says how many were left out:\n%s", b.String())
	}
	if !strings.Contains(all.String(), "healthy199") || strings.Contains(all.String(), "more sessions") {
		t.Error("--all does not list all")
	}
}

func TestJSONStrings(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "plain", "\"\\/\b\f\n\r\t\x00\x1f\x7f", "日本語 \U0001f600", "\u2028\u2029\u0085", "<script>&'", strings.Repeat("é", 1000)} {
		var got string
		if err := json.Unmarshal(appendString(nil, in), &got); err != nil || got != in {
			t.Errorf("%q became %q, %v", in, got, err)
		}
	}
	if got := string(appendString(nil, "a\xffb\xe6\x97")); got != `"a�b��"` {
		t.Errorf("invalid UTF-8 became %s", got)
	}
}

func TestSeconds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   int64
		want string
	}{{0, "0"}, {1, "0.000000001"}, {41e6, "0.041"}, {1e9, "1"}, {-1500e6, "-1.5"}, {1795435200000000001, "1795435200.000000001"}} {
		if got := string(appendSeconds(nil, tt.in)); got != tt.want {
			t.Errorf("%d ns: got %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	got := []string{
		duration(400e3), duration(41 * ms), duration(33*ms + 500e3), duration(33*ms + 499e3), duration(999 * ms), duration(999*ms + 600e3), duration(5765 * ms), duration(59999 * ms), duration(192e9), duration(7384e9), duration(-1),
		bytesText(999), bytesText(1000), bytesText(18101), bytesText(999999), bytesText(5e12),
		shorten("32ZQ1nFjLnuHUbr3AAAA", 6, "…"), shorten("日本語", 5, "…"), shorten("abc", 3, "…"),
		clean("a\x1b[2J\u202eb\nc"), ascii("a → b… “é”"),
	}
	want := []string{
		"400 µs", "41 ms", "34 ms", "33 ms", "999 ms", "1.0 s", "5.8 s", "1 min 0 s", "3 min 12 s", "2 h 3 min", "0 µs",
		"999 B", "1.0 kB", "18 kB", "1.0 MB", "5.0 TB",
		"32ZQ1…", "日本…", "abc",
		`a\x1b[2J\u202eb c`, `a -> b... "?"`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in    string
		width int
		want  []string
	}{
		{"", 20, nil},
		{"one two  three", 20, []string{"one two three"}},
		{"one two three", 10, []string{"one two", "three"}},
		{"see aaaaaaaaaaaaaaaaaaaaaaaaa b", 10, []string{"see", "aaaaaaaaaa", "aaaaaaaaaa", "aaaaa b"}},
		{"GET /socket.io/?EIO=4&transport=polling → 400", 20, []string{"GET /socket.io/?", "EIO=4&", "transport=polling →", "400"}},
		{"日本語日本語", 10, []string{"日本語日本", "語"}},
		{"一つの Session ID と、次の行", 12, []string{"一つの", "Session ID", "と、次の行"}},
		{"日本語日本、語（語", 10, []string{"日本語日", "本、語（語"}},
		{"日本語日本（語", 12, []string{"日本語日本", "（語"}},
	} {
		if got := wrap(tt.in, tt.width); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q at %d: got %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteErrors(t *testing.T) {
	t.Parallel()
	if err := JSON(failing{}, picture()); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("JSON: %v", err)
	}
	if err := Text(failing{}, picture(), Options{}); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("Text: %v", err)
	}
}

func BenchmarkJSON100kRequests(b *testing.B) {
	in := picture()
	s := in.Sessions[0]
	for len(s.Exchanges) < 100_000 {
		s.Exchanges = append(s.Exchanges, s.Exchanges[:min(len(s.Exchanges), 100_000-len(s.Exchanges))]...)
	}
	for b.Loop() {
		if err := JSON(io.Discard, in); err != nil {
			b.Fatal(err)
		}
	}
}
