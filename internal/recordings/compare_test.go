package recordings

import (
	"context"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/protocol/compare"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// TestCompare: of two recordings the one sentence, and the differences that explain it.
func TestCompare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b    string
		summary string
		finding string // that b has and a has not, "" where there is none
		rows    string
	}{
		{"direct-v4", "seed-elb-tcp", "A is on WebSocket, B is not, most likely because B has at least 2 nodes and gives every connection to another one; on A one node answered everything.",
			"no-affinity-per-connection", "nodes affinity"},
		{"haproxy-cookie-browser", "seed-elb-tcp", "A is on WebSocket, B is not, most likely because B has at least 2 nodes and gives every connection to another one; A keeps a client on its node by the cookie SERVERID.",
			"no-affinity-per-connection", "affinity cookies-returned cookies"},
		{"haproxy-cookie-browser", "haproxy-cookie-nojar", "A is on WebSocket, on B sessions break: B sets the affinity cookie SERVERID, and its clients do not send it back; those of A do.",
			"sticky-cookie-not-returned", "cookies-returned client"},
		{"direct-v4", "haproxy-cookie-nojar", "A is on WebSocket, on B sessions break: B sets the affinity cookie SERVERID, and its clients do not send it back; on A one node answered everything.",
			"sticky-cookie-not-returned", "nodes affinity cookies"},
		{"nginx-iphash-v4", "nginx-rr-v4", "A is on WebSocket, on B sessions break, possibly because B has 3 nodes and gives every request to another one; on A one node answered everything.",
			"no-affinity-per-request", "nodes affinity"},
		{"ws-only-rr-redis", "nginx-rr-v4", "A is on WebSocket, on B sessions break, possibly because B has 3 nodes and gives every request to another one; A has 3 nodes too, but its clients begin with WebSocket: one request, one node.",
			"no-affinity-per-request", "begins affinity"},
		{"nginx-iphash-v4", "nginx-noupgrade", "A is on WebSocket, B is not: on B a proxy drops the Upgrade header, and nginx (Server: nginx/1.22.1) is in its path; A has the same proxy, and there the header arrives: what differs is its configuration.",
			"upgrade-header-stripped", "accepted"},
		{"direct-v4", "nginx-noupgrade", "A is on WebSocket, B is not: on B a proxy drops the Upgrade header, and nginx (Server: nginx/1.22.1) is in its path; on A no proxy was seen, and there the header arrives.",
			"upgrade-header-stripped", "proxy accepted"},
		{"direct-v4", "ws-503", "A is on WebSocket, B is not: on B a proxy answers the WebSocket request itself, 503 and a page; on A it passes.",
			"upgrade-refused-by-proxy", "accepted proxy"},
		{"direct-v4", "server-polling-only", "A is on WebSocket, B is not: B's server offers no upgrade; A's offers websocket.",
			"server-offers-no-upgrade", "upgrades"},
		{"direct-v4", "client-polling-only", "A is on WebSocket, B is not, most likely because B's clients never ask for WebSocket, though the server offers it; A's do.",
			"client-never-upgrades", "upgrade"},
		{"allow-eio3", "eio-mismatch", "A is on WebSocket, on B no session comes about (1 handshake refused): both sides' clients ask for Engine.IO 3; B's server does not take it, A's does.",
			"protocol-version-mismatch", "handshake"},
		{"direct-v4", "eio-mismatch", "A is on WebSocket, on B no session comes about (1 handshake refused): B's clients ask for Engine.IO 3, which its server does not speak; A's ask for 4.",
			"protocol-version-mismatch", "eio-asked handshake"},
		{"haproxy-cookie-browser", "cors-blocked", "A is on WebSocket, on B sessions are opened and never used: B's server does not allow the page that asks, from http://localhost:7251; on A the page is the server's own.",
			"cors-refused", "origin"},
		{"direct-v4", "forbidden", `A is on WebSocket, on B no session comes about (1 handshake refused): B's handshake is answered 403 JSON code 4 "nope", A's 200.`,
			"connection-forbidden", "handshake"},
		{"direct-v4", "idle-timeout", "A is on WebSocket, B too, but with a fault, possibly because on B the WebSocket is cut after 2.0 s of silence; on A none was cut.",
			"idle-timeout", "closes"},
		{"direct-v4", "preflight-header", "A is on WebSocket, on B no session comes about, most likely because the CORS preflight is answered, and the browser sends nothing after it; nothing of the kind was seen on A.",
			"preflight-unanswered", "origin"},
		{"direct-v4", "poll-cut-short", "A is on WebSocket, on B sessions break: a proxy cuts the poll short after 2.0 s: 504; nothing of the kind was seen on A.",
			"poll-cut-short", "proxy"},
		{"direct-v4", "two-layers-cookie", "A is on WebSocket, B is not, most likely because B has a second layer behind its sticky balancer that is not sticky; on A one node answered everything.",
			"inner-layer-not-sticky", "nodes affinity"},
		{"direct-v4", "too-large-v2", "A is on WebSocket, B is not, most likely because B's clients never ask for WebSocket, though the server offers it; A's do. One more fault differs, see below.",
			"payload-too-large", "finding payload-too-large"},
		{"seed-elb-tcp", "lb-and-nodes", "Neither is on WebSocket, and both have the finding no-affinity-per-connection. A: The WebSocket request opened a new connection, reached another node, and was refused: 400 Session ID unknown. Polling went on unnoticed. B: The balancer chooses a node for every connection, and nodes refuse sids they did not issue: 400 Session ID unknown. 4 sessions ended with it.", "", ""},
		{"direct-v4", "mid-capture", "Both are on WebSocket, and nothing that both sides show differs; 28 properties are shown by one side only.", "", ""},
		{"direct-v4", "tls13-keylog", "B shows no Socket.IO session (9 connections encrypted and no key was given), so there is nothing to compare; A is on WebSocket.", "", ""},
		{"direct-v4", "tls12-keylog", "Both are on WebSocket; what differs does not matter to the transport: encryption.", "", ""},
		{"direct-v4", "cut-file", "A is on WebSocket, B only in part (1 of 3 sessions): an upgrade was under way when the capture ended; nothing that was seen tells more.", "", ""},
		{"direct-v4", "nginx-iphash-v4", "Both are on WebSocket; what differs does not matter to the transport: proxy in the path.", "", ""},
		{"direct-v4", "direct-v4", "Both are on WebSocket, and nothing that was seen differs.", "", ""},
		{"seed-elb-tcp", "seed-elb-tcp", "Neither is on WebSocket, for the same reason: the WebSocket request opened a new connection, reached another node, and was refused: 400 Session ID unknown. Polling went on unnoticed.", "", ""},
	} {
		t.Run(tt.a+" "+tt.b, func(t *testing.T) {
			t.Parallel()
			a, b := side(t, "A", tt.a), side(t, "B", tt.b)
			c := compare.Compare(nil, a, b)
			if c.Summary != tt.summary {
				t.Errorf("summary\n %s\nwant\n %s", c.Summary, tt.summary)
			}
			var rows string
			for _, e := range c.Explains {
				if e.B && e.Finding == tt.finding {
					rows = strings.Join(e.Rows, " ")
				}
			}
			if rows != tt.rows {
				t.Errorf("explained by %q, want %q; all: %+v", rows, tt.rows, c.Explains)
			}
			checkMirror(t, &c, compare.Compare(nil, side(t, "B", tt.b), side(t, "A", tt.a)))
		})
	}
}

func side(t *testing.T, name, recording string) compare.Side {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", recording, "capture.pcap*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("recording %s: %v %v", recording, files, err)
	}
	tr := &session.Tracker{}
	f := capture.Files{Inputs: []capture.Input{{Path: files[0]}}}
	if err := f.Run(context.Background(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	return compare.Side{Name: name, Tracker: tr, Diagnosis: diagnose.Diagnose(tr)}
}

// checkMirror: changing the places of two sides, with their names, changes nothing but the places.
func checkMirror(t *testing.T, c *compare.Comparison, swapped compare.Comparison) {
	t.Helper()
	for i := range swapped.Rows {
		swapped.Rows[i].A, swapped.Rows[i].B = swapped.Rows[i].B, swapped.Rows[i].A
	}
	for i := range swapped.Explains {
		swapped.Explains[i].B = !swapped.Explains[i].B
	}
	byID := func(a, b compare.Row) int { return strings.Compare(a.ID, b.ID) }
	rows := slices.Clone(c.Rows)
	slices.SortFunc(rows, byID)
	slices.SortFunc(swapped.Rows, byID)
	if !reflect.DeepEqual(rows, swapped.Rows) {
		t.Errorf("rows\n %+v\nand with the sides swapped\n %+v", rows, swapped.Rows)
	}
	for _, e := range c.Explains {
		if !slices.ContainsFunc(swapped.Explains, func(o compare.Explanation) bool { return reflect.DeepEqual(e, o) }) {
			t.Errorf("%+v is not explained with the sides swapped", e)
		}
	}
	inTurn := strings.Contains(c.Summary, " A: ") && strings.Contains(c.Summary, " B: ") // each side's own cause, in the order of the sides
	if c.Summary != swapped.Summary && !inTurn || c.WouldTell != swapped.WouldTell {
		t.Errorf("summary\n %s\nand with the sides swapped\n %s\nwould tell %q and %q", c.Summary, swapped.Summary, c.WouldTell, swapped.WouldTell)
	}
}

// TestCompareAll: of any two recordings the comparison is of one piece. What is held against itself does not differ,
// what explains is a difference, and no sentence is broken.
func TestCompareAll(t *testing.T) {
	t.Parallel()
	dirs, err := filepath.Glob("testdata/*/capture.pcap*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	var sides []compare.Side
	for _, d := range dirs {
		sides = append(sides, side(t, "B", filepath.Base(filepath.Dir(d))))
	}
	for i, a := range sides {
		a.Name = "A"
		for k, b := range sides {
			c := compare.Compare(nil, a, b)
			if i == k && (len(c.Explains) > 0 || slices.ContainsFunc(c.Rows, func(r compare.Row) bool { return r.Same != compare.Same })) {
				t.Errorf("%s differs from itself: %+v", dirs[i], c)
			}
			checkComparison(t, dirs[i]+" "+dirs[k], &c)
		}
	}
}

func checkComparison(t *testing.T, name string, c *compare.Comparison) {
	t.Helper()
	if c.Summary == "" || !strings.HasSuffix(c.Summary, ".") || strings.Contains(c.Summary, "..") || strings.Contains(c.Summary, "%!") {
		t.Errorf("%s: summary %q", name, c.Summary)
	}
	for _, e := range c.Explains {
		if len(e.Rows) == 0 || strings.Contains(e.Text, "%!") || !strings.HasSuffix(e.Text, ".") {
			t.Errorf("%s: explanation %+v", name, e)
		}
	}
	for _, r := range c.Rows {
		if r.Explains() && r.Same != compare.Different {
			t.Errorf("%s: %s explains, and does not differ", name, r.ID)
		}
	}
}
