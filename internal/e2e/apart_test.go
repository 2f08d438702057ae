package e2e

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sioscope/capture"
	"sioscope/internal/apart"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// record captures what passes on loopback at some ports, until stop, which returns the file.
func record(t *testing.T, ports ...uint16) (stop func() string) {
	t.Helper()
	w := tapped(t, ports...)
	return func() string {
		w.end(t)
		path := filepath.Join(t.TempDir(), "whole.pcapng.gz")
		w.save(t, path, "", ports...)
		return path
	}
}

func portOf(t *testing.T, addr string) uint16 {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	return uint16(n)
}

func read(t *testing.T, inputs ...capture.Input) *session.Tracker { return readWith(t, nil, inputs...) }

func readWith(t *testing.T, keys []string, inputs ...capture.Input) *session.Tracker {
	t.Helper()
	tracker := &session.Tracker{}
	files := capture.Files{Inputs: inputs, Keys: keys}
	if err := files.Run(context.Background(), tracker.Add); err != nil {
		t.Fatal(err)
	}
	tracker.Finish()
	return tracker
}

// picture is what must be the same whoever captured it.
func picture(t *session.Tracker) string {
	var b bytes.Buffer
	list := slices.Clone(t.Sessions)
	slices.SortFunc(list, func(a, b *session.Session) int { return bytes.Compare([]byte(a.SID), []byte(b.SID)) })
	for _, s := range list {
		fmt.Fprintf(&b, "%s eio %d %s %s packets %v events %v acks %v:", s.SID, s.EIO, s.Transport(), s.Upgrade, s.Packets, s.Events, s.Acks)
		for _, e := range s.Exchanges {
			fmt.Fprintf(&b, " %s %d", e.Kind, e.Status)
			if e.WrongNode {
				b.WriteString(" wrong")
			}
		}
		b.WriteByte('\n')
	}
	d := diagnose.Diagnose(t)
	fmt.Fprintln(&b, d.Verdict.Summary, len(t.Refused), len(t.Lost))
	for _, f := range d.Findings {
		fmt.Fprintln(&b, f.ID, f.Severity, len(f.Sessions))
	}
	return b.String()
}

// talkThrough has clients talk through a balancer, each over the transports that it is given.
func talkThrough(t *testing.T, url string, options ...map[string]any) {
	t.Helper()
	clients := NewClients(t, 4)
	for i, o := range options {
		name := fmt.Sprintf("client-%d", i)
		clients.Connect(t, name, url, o)
		clients.Do(t, Command{Do: "emit", Client: name, Name: "echo", Args: []any{i}, Ack: true})
		clients.Heard(t, name, "ack", "echo")
	}
}

// TestApart: what passes through a real balancer, captured on both sides of it by machines whose clocks differ, is the
// same sessions, at the same nodes and with the same verdict as in one capture; and the clocks are told.
func TestApart(t *testing.T) {
	t.Parallel()
	jar := map[string]any{"withCredentials": true}
	socket := map[string]any{"transports": []string{"websocket"}}
	polling := map[string]any{"transports": []string{"polling"}}
	prefixed := Options{Engine: map[string]any{"path": "/behind/socket.io/"}}
	for _, scene := range []struct {
		name    string
		nodes   []Options
		start   func(t *testing.T, nodes ...*Node) *Balancer
		clients []map[string]any
	}{
		{"HAProxy with a cookie", []Options{{}, {}}, func(t *testing.T, n ...*Node) *Balancer {
			return HAProxy{Backend: []string{"balance roundrobin", "cookie SERVERID insert indirect nocache"}}.Start(t, n...)
		}, []map[string]any{jar, jar, jar, socket, jar}},
		{"HAProxy in TCP mode", []Options{{}, {}}, func(t *testing.T, n ...*Node) *Balancer {
			return HAProxy{TCP: true, Backend: []string{"balance source"}}.Start(t, n...)
		}, []map[string]any{nil, socket, polling}},
		{"nginx that puts a prefix before the path", []Options{prefixed}, func(t *testing.T, n ...*Node) *Balancer {
			return Nginx{Location: []string{"rewrite ^/(.*)$ /behind/$1 break;"}}.Start(t, n...)
		}, []map[string]any{nil, nil, socket, polling}},
		{"nginx that keeps connections to nodes", []Options{{}, {}}, func(t *testing.T, n ...*Node) *Balancer {
			return Nginx{Upstream: []string{"ip_hash;", "keepalive 8;"}, NoUpgrade: true,
				Location: []string{"proxy_http_version 1.1;", `proxy_set_header Connection "";`}}.Start(t, n...)
		}, []map[string]any{polling, polling, polling, nil}},
		{"nginx that changes the query", []Options{{}}, func(t *testing.T, n ...*Node) *Balancer {
			return Nginx{Location: []string{"set $args zone=1&$args;"}}.Start(t, n...)
		}, []map[string]any{nil, socket, polling}},
	} {
		t.Run(scene.name, func(t *testing.T) {
			t.Parallel()
			var nodes []*Node
			var ports []uint16
			for i, o := range scene.nodes {
				o.Name = fmt.Sprintf("node-%c", 'a'+i)
				n := Serve(t, o)
				nodes = append(nodes, n)
				ports = append(ports, uint16(n.Port))
			}
			b := scene.start(t, nodes...)
			ports = append(ports, portOf(t, b.Addr))
			stop := record(t, ports...)
			t.Run("traffic", func(t *testing.T) { talkThrough(t, b.URL(), scene.clients...) })
			path := stop()

			whole := read(t, capture.Input{Path: path})
			if len(whole.Sessions) != len(scene.clients) {
				t.Fatalf("%d sessions for %d clients", len(whole.Sessions), len(scene.clients))
			}
			for _, skew := range []time.Duration{0, -time.Hour, 800 * time.Millisecond, 5*time.Hour + 300*time.Microsecond} {
				for _, ppm := range []float64{0, 50} {
					parts := []apart.Part{{Label: "lb", Ports: ports[len(nodes):]}}
					for i, n := range nodes {
						parts = append(parts, apart.Part{Label: n.Name, Ports: ports[i : i+1], Skew: skew * time.Duration(1-3*i), PPM: ppm * float64(1-2*i)})
					}
					checkApart(t, fmt.Sprintf("%v %g ppm", skew, ppm), path, nil, whole, nodes, parts)
				}
			}
		})
	}
}

func checkApart(t *testing.T, name, path string, keys []string, whole *session.Tracker, nodes []*Node, parts []apart.Part) {
	t.Helper()
	inputs, from, err := apart.Take(t.TempDir(), path, parts)
	if err != nil {
		t.Fatal(err)
	}
	got := readWith(t, keys, inputs...)
	if w, g := picture(whole), picture(got); w != g {
		t.Errorf("%s: in one capture\n%s\napart\n%s", name, w, g)
	}
	for _, s := range got.Sessions {
		want := ""
		for _, n := range nodes {
			if slices.ContainsFunc(n.Sessions(t), func(e Event) bool { return e.SID == s.SID }) {
				want = n.Name
			}
		}
		if s.Node < 0 || got.Nodes[s.Node].Label != want || s.NodeBasis != "named" {
			t.Errorf("%s: session %s is at node %d of %+v, was at %s", name, s.SID, s.Node, got.Nodes, want)
		}
		if len(s.Hops) == 0 || s.Conns[0].File != "lb" {
			t.Errorf("%s: session %s was seen on %d further hops, first in %q", name, s.SID, len(s.Hops), s.Conns[0].File)
		}
	}
	for i := range got.Files {
		checkClock(t, name, &got.Files[i], &parts[i], from)
	}
}

// checkClock holds what is said of a file's clock, that of the middle of the file, against what it was.
func checkClock(t *testing.T, name string, f *fact.File, p *apart.Part, from int64) {
	t.Helper()
	c := &f.Clock
	if f.Number == 1 || f.Packets == 0 || c.Basis == fact.ClockUnknown && c.Unknown != "" && f.Packets < 20 {
		return // the reference, or a node that got no request
	}
	middle := f.First/2 + f.Last/2 - int64(p.Skew)
	want := p.At(middle, from) - middle
	if c.Basis != fact.ClockRequests || math.Abs(float64(c.Ahead-want)) > float64(c.Uncertainty) || c.Uncertainty > 20e6 {
		t.Errorf("%s: %s is ahead by %v ± %v (%s, %d pairs, %s), was %v", name, p.Label,
			time.Duration(c.Ahead), time.Duration(c.Uncertainty), c.Basis, c.Pairs, c.Unknown, time.Duration(want))
	}
}

// TestApartOverTLS: in front a browser over TLS and HTTP/2, whose keys are there, behind HTTP/1.1 in the clear.
func TestApartOverTLS(t *testing.T) {
	t.Parallel()
	n := Serve(t, Options{})
	b := HAProxy{Bind: "ssl crt " + bundle(t, certificate(t)) + " alpn h2,http/1.1", Frontend: Page(t, talk)}.Start(t, n)
	log := filepath.Join(t.TempDir(), "keys.log")
	ports := []uint16{uint16(n.Port), portOf(t, b.Addr)}
	stop := record(t, ports...)
	chromium(t) // a subtest alone would be skipped
	t.Run("browser", func(t *testing.T) {
		Browse(t, "https://"+b.Addr+"/page", log)
		n.Await(t, "end of the session", func(e Event) bool { return e.Event == "close" })
	})
	path := stop()
	whole := readWith(t, []string{log}, capture.Input{Path: path})
	if len(whole.Sessions) == 0 { // a connection that the browser opened and did not use may have no key
		t.Fatalf("no session; %d connections encrypted", whole.Stats.Encrypted)
	}
	for _, skew := range []time.Duration{0, -time.Hour, 1700 * time.Millisecond} {
		parts := []apart.Part{{Label: "lb", Ports: ports[1:]}, {Label: n.Name, Ports: ports[:1], Skew: skew, PPM: 40}}
		checkApart(t, skew.String(), path, []string{log}, whole, []*Node{n}, parts)
	}
	inputs, _, err := apart.Take(t.TempDir(), path, []apart.Part{{Label: "lb", Ports: ports[1:]}, {Label: n.Name, Ports: ports[:1], Skew: time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	dark := read(t, inputs...)
	if c := dark.Files[0].Clock; c.Basis != fact.ClockUnknown || !strings.Contains(c.Unknown, "encrypted") {
		t.Errorf("without keys the clock is %+v", c)
	}
}

// TestApartThreeHops: two balancers, one behind the other, and the nodes, each by a clock of its own.
func TestApartThreeHops(t *testing.T) {
	t.Parallel()
	nodes := Cluster(t, 2, Options{})
	inner := Nginx{Upstream: []string{"ip_hash;"}}.Start(t, nodes...)
	edge := HAProxy{Backend: []string{"balance source"}}.Start(t, &Node{Name: "nginx", Port: int(portOf(t, inner.Addr))})
	ports := []uint16{portOf(t, edge.Addr), portOf(t, inner.Addr), uint16(nodes[0].Port), uint16(nodes[1].Port)}
	stop := record(t, ports...)
	t.Run("traffic", func(t *testing.T) {
		talkThrough(t, edge.URL(), nil, nil, map[string]any{"transports": []string{"websocket"}}, map[string]any{"transports": []string{"polling"}})
	})
	path := stop()
	whole := read(t, capture.Input{Path: path})
	for _, skew := range []time.Duration{0, time.Minute, -2 * time.Hour} {
		for _, order := range [][]int{{0, 1, 2, 3}, {0, 3, 2, 1}} {
			all := []apart.Part{{Label: "lb", Ports: ports[:1]}, {Label: "inner", Ports: ports[1:2], Skew: skew, PPM: 60},
				{Label: nodes[0].Name, Ports: ports[2:3], Skew: -skew, PPM: -20}, {Label: nodes[1].Name, Ports: ports[3:], Skew: 3 * skew}}
			var parts []apart.Part
			for _, i := range order {
				parts = append(parts, all[i])
			}
			checkApart(t, fmt.Sprintf("%v %v", skew, order), path, nil, whole, nodes, parts)
		}
	}
}
