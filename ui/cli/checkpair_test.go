package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sioscope/internal/lab"
)

// service is a lab without clients of its own.
func service(t *testing.T, o lab.Options) string {
	t.Helper()
	o.Clients = -1
	l, err := lab.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l.URL()
}

// checked is what check prints of two services.
func checked(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	p := &Program{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "en_US.UTF-8" }}
	code = p.Run(context.Background(), append([]string{"check"}, args...))
	return code, out.String(), errs.String()
}

// TestCheckPair: one service is well, and the other has a fault that is named, with the differences that explain it.
func TestCheckPair(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		a, b    lab.Options
		summary string // as a regular expression: how many nodes there seem to be depends on the order of answers
		finding string
		rows    []string // among those that explain it
	}{
		{"per connection", lab.Options{Faults: []string{lab.SingleNode}}, lab.Options{Faults: []string{lab.PerConnection}},
			`^dev is on WebSocket, prod is not: prod has \d nodes and gives every connection to another one; on dev one node answered everything\.$`,
			"no-affinity-per-connection", []string{"nodes", "affinity", "experiment new-connections", "experiment nodes"}},
		{"per request", lab.Options{Faults: []string{lab.SingleNode}}, lab.Options{Nodes: 3, Faults: []string{lab.PerRequest}},
			`^dev is on WebSocket, on prod sessions break: prod has \d nodes and gives every request to another one; on dev one node answered everything\.$`,
			"no-affinity-per-request", []string{"nodes", "experiment keep-alive"}},
		{"upgrade stripped", lab.Options{Faults: []string{lab.SingleNode}}, lab.Options{Faults: []string{lab.SingleNode, lab.UpgradeStripped}},
			`^dev is on WebSocket, prod is not: on prod a proxy drops the Upgrade header`, "upgrade-header-stripped", []string{"accepted", "experiment upgrade-header"}},
		{"refused with 403", lab.Options{Faults: []string{lab.SingleNode}}, lab.Options{Faults: []string{lab.SingleNode, lab.Upgrade403}},
			`^dev is on WebSocket, prod is not: on prod a proxy answers the WebSocket request itself, 403`, "upgrade-refused-by-proxy", []string{"accepted", "experiment websocket"}},
		{"polling only", lab.Options{Faults: []string{lab.SingleNode}}, lab.Options{Faults: []string{lab.SingleNode, lab.PollingOnly}},
			`^dev is on WebSocket, prod is not: prod's server offers no upgrade; dev's offers websocket\.$`, "server-offers-no-upgrade", []string{"upgrades"}},
		{"forbidden", lab.Options{Faults: []string{lab.SingleNode}}, lab.Options{Faults: []string{lab.SingleNode, lab.Forbidden}},
			`^dev is on WebSocket, on prod no session comes about`, "connection-forbidden", []string{"handshake"}},
		{"both well", lab.Options{Faults: []string{lab.SingleNode}}, lab.Options{Faults: []string{lab.SourceAffinity}, PingInterval: 7e9},
			`^Both are on WebSocket; what differs does not matter to the transport: .*pingInterval`, "", nil},
		{"one affinity and none", lab.Options{Faults: []string{lab.SourceAffinity}}, lab.Options{Faults: []string{lab.PerConnection}},
			`^dev is on WebSocket, prod is not: prod has \d nodes and gives every connection to another one; on dev one node answered everything\.$`,
			"no-affinity-per-connection", []string{"nodes", "affinity"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, b := service(t, tt.a), service(t, tt.b)
			_, stdout, stderr := checked(t, "--format", "json", "dev="+a, "prod="+b)
			var doc struct {
				Schema, Summary string
				Sources         struct{ A, B string }
				Explains        []struct {
					Side, Finding string
					Rows          []string
				}
				A, B struct{ Experiments []struct{ State string } }
			}
			if err := json.Unmarshal([]byte(stdout), &doc); err != nil {
				t.Fatalf("%v\n%s\n%s", err, stdout, stderr)
			}
			if doc.Schema != "sioscope.compare/1" || doc.Sources.A != a || doc.Sources.B != b || len(doc.A.Experiments) == 0 || len(doc.B.Experiments) == 0 {
				t.Errorf("envelope: %+v", doc)
			}
			if !regexp.MustCompile(tt.summary).MatchString(doc.Summary) {
				t.Errorf("summary\n %s\nwant\n %s", doc.Summary, tt.summary)
			}
			if tt.finding == "" {
				if len(doc.Explains) > 0 {
					t.Errorf("a healthy service is accused: %+v", doc.Explains)
				}
				return
			}
			for _, e := range doc.Explains {
				if e.Finding == tt.finding && e.Side == "b" {
					for _, r := range tt.rows {
						if !slices.Contains(e.Rows, r) {
							t.Errorf("explained by %q, not by %s", e.Rows, r)
						}
					}
					return
				}
			}
			t.Errorf("%s is not explained: %+v", tt.finding, doc.Explains)
		})
	}
}

// TestCheckPairText: the experiments of both sides as they end, then the comparison; --expect judges both.
func TestCheckPairText(t *testing.T) {
	t.Parallel()
	a, b := service(t, lab.Options{Faults: []string{lab.SingleNode}}), service(t, lab.Options{})
	code, stdout, stderr := checked(t, "--expect", "websocket", "--only", "websocket", a, b)
	if code != unmet {
		t.Errorf("exit %d", code)
	}
	at := 0
	for _, want := range []string{"A: checking " + a, "Default client", "B: checking " + b, "Default client", "A is on WebSocket, B is not, most likely because B has ", "What differs"} {
		i := strings.Index(stdout[at:], want)
		if i < 0 {
			t.Fatalf("%q does not follow in\n%s", want, stdout)
		}
		at += i
	}
	if !strings.Contains(stderr, "expected websocket of B: ") || strings.Contains(stderr, "of A: ") {
		t.Errorf("stderr %q", stderr)
	}
}

// TestCheckPairUnreachable: where one side cannot be checked nothing is compared, and the side is named.
func TestCheckPairUnreachable(t *testing.T) {
	t.Parallel()
	a := service(t, lab.Options{})
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--only", "default", a, "prod=http://127.0.0.1:1"}, "sio: check: nothing is compared: B: 127.0.0.1:1 refuses connections: nothing listens there; start the server, or check the port; A: polling: "},
		{[]string{"dev=" + a, "prod=nonsense"}, "sio: check: "},
		{[]string{a, a, a}, "or two to compare; got 3"},
	} {
		code, stdout, stderr := checked(t, tt.args...)
		if code != failed || !strings.Contains(stderr, tt.want) || strings.Contains(stdout, "What differs") {
			t.Errorf("%q: exit %d, stderr %q", tt.args, code, stderr)
		}
	}
}

func TestLabelled(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"dev=http://localhost:3000":          "dev|http://localhost:3000",
		"http://localhost:3000/?token=a":     "|http://localhost:3000/?token=a",
		"localhost:3000?a=b":                 "|localhost:3000?a=b",
		"=http://localhost":                  "|=http://localhost",
		"production eu=https://a.example/?x": "production eu|https://a.example/?x",
	} {
		if label, url := labelled(in); label+"|"+url != want {
			t.Errorf("%s: got %s|%s", in, label, url)
		}
	}
}
