package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sioscope/capture/check"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

func TestExpectations(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want, err string }{
		{in: "websocket", want: "websocket"},
		{in: " websocket, upgrade <= 500ms ", want: "websocket upgrade<=500ms"},
		{in: "upgrade<1.5s,nodes>=2,nodes=3,reconnects==0,no:idle-timeout", want: "upgrade<1.5s nodes>=2 nodes=3 reconnects==0 no:idle-timeout"},
		{in: "", err: `"" is no expectation; there are websocket, upgrade<=500ms, nodes>=2, reconnects<=1, no:CAUSE`},
		{in: "websockets", err: `"websockets" is no expectation; did you mean websocket?`},
		{in: "WebSocket", err: `"WebSocket" is no expectation; did you mean websocket?`},
		{in: "node>=2", err: `"node" is no expectation; did you mean nodes>=2?`},
		{in: "idle-timeout", err: `"idle-timeout" is a cause; to expect that it is not found: no:idle-timeout`},
		{in: "websocket>=2", err: "websocket takes no limit: every session has to be on it; want websocket alone"},
		{in: "upgrade", err: "upgrade needs a limit, as in upgrade<=500ms"},
		{in: "upgrade<=500", err: "upgrade<=500 has no unit; want upgrade<=500ms or upgrade<=500s"},
		{in: "upgrade<=-1s", err: "upgrade<=-1s: want upgrade<=500ms or upgrade<2s"},
		{in: "upgrade<=1h", err: "upgrade<=1h: want upgrade<=500ms or upgrade<2s"},
		{in: "upgrade<=nans", err: "upgrade<=nans: want upgrade<=500ms or upgrade<2s"},
		{in: "upgrade>=1s", err: "upgrade>=1s: an upgrade has a longest time; want upgrade<=500ms or upgrade<2s"},
		{in: "nodes", err: "nodes needs a number, as in nodes>=2"},
		{in: "nodes=>2", err: "nodes=>2: want nodes>=2 or nodes==1"},
		{in: "nodes>=two", err: "nodes>=two: want nodes>=2 or nodes==1"},
		{in: "nodes==0", err: "nodes==0 can never be true; want nodes>=2 or nodes==1"},
		{in: "reconnects<0", err: "reconnects<0 can never be true; want reconnects<=1 or reconnects==0"},
		{in: "no:", err: "no needs the id of a cause, as in no:idle-timeout"},
		{in: "no:idle-timeuot", err: "no:idle-timeuot: there is no cause of that name; did you mean no:idle-timeout?"},
		{in: "no:stripped", err: "no:stripped: there is no cause of that name; did you mean no:upgrade-header-stripped?"},
	} {
		list, err := Expectations(tt.in)
		var got []string
		for _, e := range list {
			got = append(got, e.Text)
		}
		if text := strings.Join(got, " "); text != tt.want && tt.err == "" {
			t.Errorf("%q: got %q, want %q", tt.in, text, tt.want)
		}
		if tt.err == "" != (err == nil) || err != nil && err.Error() != tt.err {
			t.Errorf("%q: error %v, want %q", tt.in, err, tt.err)
		}
	}
}

// TestCauseIDs: every id that a finding can have may be expected not to be found.
func TestCauseIDs(t *testing.T) {
	t.Parallel()
	known := causeIDs()
	seen := 0
	for _, dir := range []string{"../../protocol/diagnose", "../../capture/check"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(fs.ErrNotExist, err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				lit, ok := n.(*ast.CompositeLit)
				if !ok {
					return true
				}
				if name, ok := lit.Type.(*ast.Ident); !ok || name.Name != "Finding" {
					if sel, ok := lit.Type.(*ast.SelectorExpr); !ok || sel.Sel.Name != "Finding" {
						return true
					}
				}
				for _, e := range lit.Elts {
					kv, ok := e.(*ast.KeyValueExpr)
					if !ok || kv.Key.(*ast.Ident).Name != "ID" {
						continue
					}
					if v, ok := kv.Value.(*ast.BasicLit); ok {
						id, _ := strconv.Unquote(v.Value)
						seen++
						if !slices.Contains(known, id) {
							t.Errorf("%s: --expect no:%s would be refused", path, id)
						}
					}
				}
				return true
			})
		}
	}
	if seen < 20 {
		t.Errorf("%d findings were found in the source", seen)
	}
}

// sess is a session of one client with an upgrade done after took ms.
func sess(sid string, from, to int64, edit ...func(*session.Session)) *session.Session {
	s := &session.Session{SID: sid, EIO: 4, Client: netip.MustParseAddrPort("192.0.2.7:4000"), Opened: t0 + from*ms, FirstSeen: t0 + from*ms, LastSeen: t0 + to*ms,
		Upgrade: session.UpgradeDone, UpgradedAt: t0 + (from+40)*ms, Node: 0,
		History: []session.Phase{{Transport: session.Polling, From: t0 + from*ms, To: t0 + (from+40)*ms}, {Transport: session.WebSocket, From: t0 + (from+40)*ms, To: t0 + to*ms}}}
	for _, e := range edit {
		e(s)
	}
	return s
}

func closedBy(by string) func(*session.Session) {
	return func(s *session.Session) { s.Closed, s.Close = s.LastSeen, session.Close{By: by} }
}

func from(address string) func(*session.Session) {
	return func(s *session.Session) { s.Client = netip.AddrPortFrom(netip.MustParseAddr(address), 5000) }
}

func TestJudgements(t *testing.T) {
	t.Parallel()
	fleet := func(edit func(*Input), list ...*session.Session) Input {
		in := Input{Tracker: &session.Tracker{First: t0, Last: t0 + 100_000*ms, Sessions: list, Nodes: []session.Node{{ID: "n1", Letter: "A", Sessions: len(list)}}}}
		for i, s := range list {
			s.Index = i
		}
		if edit != nil {
			edit(&in)
		}
		return in
	}
	direct := func(s *session.Session) { s.Upgrade, s.UpgradedAt, s.History = session.UpgradeDirect, 0, s.History[1:] }
	dark := func(s *session.Session) { s.Dark = 1 }
	gone := func(s *session.Session) { s.OffPolling = true }
	unopened := func(s *session.Session) { s.Opened = 0 }
	upgrade := func(u session.Upgrade) func(*session.Session) {
		return func(s *session.Session) { s.Upgrade, s.UpgradedAt, s.History = u, 0, s.History[:1] }
	}
	checked := func(s *session.Session) { // by a health check
		upgrade(session.UpgradeNotTried)(s)
		s.Exchanges = []*session.Exchange{{Kind: session.Handshake, TransportParam: "polling", Session: s, Request: session.RequestSigns{RequestFields: &session.RequestFields{}}}}
	}
	found := func(id string) func(*Input) {
		return func(in *Input) {
			in.Diagnosis.Findings = []diagnose.Finding{{ID: id, Title: "Quiet sessions are cut.", Sessions: in.Sessions[:1]}}
		}
	}
	har := func(in *Input) { in.Conns = []*session.Conn{{Conn: &fact.Conn{ID: 1, Hidden: fact.Logged}}} }
	for _, tt := range []struct {
		name, expect string
		in           Input
		why          string
	}{
		{"within time", "upgrade<=40ms", fleet(nil, sess("a", 0, 500)), ""},
		{"just not within time", "upgrade<40ms", fleet(nil, sess("a", 0, 500)), "not so of 1 of 1 session: a (the upgrade took 40 ms)"},
		{"in seconds", "upgrade<=0.04s", fleet(nil, sess("a", 0, 500)), ""},
		{"one had nothing to upgrade", "upgrade<=40ms", fleet(nil, sess("a", 0, 500), sess("b", 0, 500, direct)), ""},
		{"none had", "upgrade<=40ms", fleet(nil, sess("b", 0, 500, direct)), "no upgrade was seen: every session was on WebSocket from the start"},
		{"one never did", "upgrade<=40ms", fleet(nil, sess("a", 0, 500), sess("b", 0, 500, upgrade(session.UpgradeNotTried))), "not so of 1 of 2 sessions: b (it never upgraded (polling, upgrade not-tried))"},
		{"one is a health check's", "upgrade<=40ms", fleet(nil, sess("a", 0, 500), sess("b", 0, 500, checked)), ""},
		{"one is a health check's", "websocket", fleet(nil, sess("a", 0, 500), sess("b", 0, 500, checked)), ""},
		{"all are health checks'", "websocket", fleet(nil, sess("b", 0, 500, checked)), "1 of 1 session is not on websocket: b (polling, upgrade not-tried)"},
		{"one is under way", "upgrade<=40ms", fleet(nil, sess("b", 0, 500, upgrade(session.UpgradePending))), "not so of 1 of 1 session: b (the upgrade was under way when the capture ended)"},
		{"one began before", "upgrade<=40ms", fleet(nil, sess("b", 0, 500, unopened)), "not so of 1 of 1 session: b (it cannot be told how long the upgrade took: the session's beginning is not in the capture)"},
		{"no session", "upgrade<=40ms", fleet(nil), "no Socket.IO session was seen"},

		{"one cannot be told", "websocket", fleet(nil, sess("a", 0, 500), sess("b", 0, 500, upgrade(session.UpgradeUnknown), dark)),
			"it cannot be told: b (not known: no upgrade was seen, and connections to the same server could not be read)"},
		{"one left polling", "websocket", fleet(nil, sess("b", 0, 500, upgrade(session.UpgradeUnknown), gone)), "it cannot be told: b (not known: its polls end, and no WebSocket of it was recorded)"},
		{"another one stayed there", "websocket", fleet(nil, sess("a", 0, 500, upgrade(session.UpgradeNotTried)), sess("b", 0, 500, upgrade(session.UpgradeUnknown), gone)),
			"2 of 2 sessions are not on websocket: a (polling, upgrade not-tried), b (not known: its polls end, and no WebSocket of it was recorded)"},

		{"some made room", "upgrade<=40ms", fleet(func(in *Input) { in.Freed.Sessions = 2 }, sess("a", 0, 500)), "it cannot be told: 2 sessions made room for later ones; --memory keeps more"},
		{"those on WebSocket made room", "websocket", fleet(func(in *Input) {
			in.Freed.Sessions, in.Diagnosis.Earlier = 2, diagnose.Census{Sessions: 2, WebSocket: 2}
		}, sess("a", 0, 500)), ""},
		{"one on polling made room", "websocket", fleet(func(in *Input) {
			in.Freed.Sessions, in.Diagnosis.Earlier = 2, diagnose.Census{Sessions: 2, WebSocket: 1, Polling: 1}
		}, sess("a", 0, 500)), "1 of 2 sessions that made room for later ones were not on websocket"},

		{"two nodes", "nodes>=2", fleet(func(in *Input) { in.Nodes = append(in.Nodes, session.Node{Sessions: 1}) }, sess("a", 0, 500)), ""},
		{"one node", "nodes>=2", fleet(nil, sess("a", 0, 500)), "seen: 1"},
		{"exactly one", "nodes==1", fleet(nil, sess("a", 0, 500)), ""},
		{"the other node has no name", "nodes>=2", fleet(func(in *Input) { in.Exchanges = []*session.Exchange{{WrongNode: true, Node: -1}} }, sess("a", 0, 500)), ""},
		{"not one, then", "nodes==1", fleet(func(in *Input) { in.Exchanges = []*session.Exchange{{WrongNode: true, Node: -1}} }, sess("a", 0, 500)), "seen: 2"},
		{"some unknown", "nodes<=1", fleet(nil, sess("a", 0, 500), sess("b", 0, 500, func(s *session.Session) { s.Node = -1 })), "it cannot be told: of some sessions it is not known which node they were on; known are 1"},
		{"all unknown", "nodes>=1", fleet(func(in *Input) { in.Nodes = nil }, sess("b", 0, 500, func(s *session.Session) { s.Node = -1 })), "it cannot be told: nothing that was seen tells nodes apart"},
		{"counted by a check", "nodes>=3", fleet(func(in *Input) {
			in.Experiments = []check.Experiment{{ID: check.Nodes, State: check.Done, Result: check.Yes, Figures: []check.Figure{{Name: "nodes, at least", Value: "3"}}}}
		}, sess("a", 0, 500)), ""},

		{"nobody lost anything", "reconnects==0", fleet(nil, sess("a", 0, 500, closedBy("client")), sess("b", 600, 900)), ""},
		{"lost and came back", "reconnects==0", fleet(nil, sess("a", 0, 500, closedBy("server")), sess("b", 600, 900)), "seen: 1 (b after a)"},
		{"twice", "reconnects<=1", fleet(nil, sess("a", 0, 500, closedBy("server")), sess("b", 600, 900, closedBy("network")), sess("c", 2000, 3000)), "seen: 2 (b after a, c after b)"},
		{"twice is not too often", "reconnects<=2", fleet(nil, sess("a", 0, 500, closedBy("server")), sess("b", 600, 900, closedBy("network")), sess("c", 2000, 3000)), ""},
		{"another client", "reconnects==0", fleet(nil, sess("a", 0, 500, closedBy("server")), sess("b", 600, 900, from("192.0.2.8"))), ""},
		{"much later", "reconnects==0", fleet(nil, sess("a", 0, 500, closedBy("server")), sess("b", 40_000, 50_000)), ""},
		{"one session for one loss", "reconnects<=1", fleet(nil, sess("a", 0, 500, closedBy("server")), sess("b", 600, 900), sess("c", 700, 900)), ""},
		{"given up after a silence", "reconnects==0", fleet(nil, sess("a", 0, 50_000, closedBy("client"), func(s *session.Session) {
			s.Open.PingInterval, s.Open.PingTimeout = 25000, 20000
			s.HeardAtEnd[fact.In] = t0 + 4000*ms
		}), sess("b", 51_000, 52_000)), "seen: 1 (b after a)"},
		{"given up after a refusal", "reconnects==0", fleet(nil, sess("a", 0, 500, closedBy("client"), func(s *session.Session) {
			s.Exchanges = []*session.Exchange{{Kind: session.Poll, Status: 400, Start: t0 + 400*ms}}
		}), sess("b", 600, 900)), "seen: 1 (b after a)"},
		{"only the farewell was refused", "reconnects==0", fleet(nil, sess("a", 0, 500, closedBy("client"), func(s *session.Session) {
			s.Exchanges = []*session.Exchange{{Kind: session.Post, Status: 400, Start: t0 + 499*ms, RequestBytes: 1}}
		}), sess("b", 600, 900)), ""},
		{"its beginning was not seen", "reconnects==0", fleet(nil, sess("a", 0, 500, closedBy("server")), sess("b", 600, 900, unopened)), ""},
		{"a log tells no ends", "reconnects==0", fleet(har, sess("a", 0, 500)), "it cannot be told: a HAR does not say how sessions ended"},

		{"cause not found", "no:idle-timeout", fleet(found("encrypted"), sess("a", 0, 500)), ""},
		{"cause found", "no:idle-timeout", fleet(found("idle-timeout"), sess("a", 0, 500), sess("b", 0, 500)), "found: Quiet sessions are cut; 1 of 2 sessions: a"},
		{"nothing seen", "no:idle-timeout", fleet(nil), "no Socket.IO session was seen"},
		{"only refusals", "no:idle-timeout", fleet(func(in *Input) { in.Refused = []*session.Exchange{{HasError: true, Error: engineio.Error{Code: 5}}} }), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			list, err := Expectations(tt.expect)
			if err != nil {
				t.Fatal(err)
			}
			j := Judge(tt.in, list)[0]
			if j.Why != tt.why || j.Met != (tt.why == "") {
				t.Errorf("got %v, %q\nwant %q", j.Met, j.Why, tt.why)
			}
		})
	}
}
