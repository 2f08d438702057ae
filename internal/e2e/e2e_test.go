package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// get is one request on a client's connection, and what came back.
func get(t *testing.T, client *http.Client, address string) (*http.Response, string) {
	t.Helper()
	response, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

// browser is a client with connections of its own, and with a jar where it has one.
func browser(t *testing.T, keepAlive bool) *http.Client {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: !keepAlive, ResponseHeaderTimeout: patience}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

const handshake4 = "/socket.io/?EIO=4&transport=polling"

func TestEveryVersionShakesHands(t *testing.T) {
	t.Parallel()
	for version, name := range Versions {
		for _, eio := range []int{3, 4} {
			t.Run(fmt.Sprintf("%s EIO %d", name, eio), func(t *testing.T) {
				t.Parallel()
				n := Serve(t, Options{Version: version})
				response, body := get(t, browser(t, true), fmt.Sprintf("%s/socket.io/?EIO=%d&transport=polling&b64=1", n.URL(), eio))
				// The old ones speak 3 whatever is asked for; the new ones refuse 3 without allowEIO3.
				if version > 2 && eio == 3 {
					if response.StatusCode != 400 || !strings.Contains(body, `"code":5`) {
						t.Errorf("got %d %s, want a refusal", response.StatusCode, body)
					}
					return
				}
				open := n.Await(t, "session", func(e Event) bool { return e.Event == "open" })
				if response.StatusCode != 200 || !strings.Contains(body, `"sid":"`+open.SID+`"`) {
					t.Errorf("got %d %s, want the session %s", response.StatusCode, body, open.SID)
				}
				if open.EIO != eio || open.Transport != "polling" {
					t.Errorf("the node saw %+v", open)
				}
			})
		}
	}
}

func TestNodeOptions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		options Options
		path    string
		status  int
		body    string
	}{
		{"allowEIO3", Options{Engine: map[string]any{"allowEIO3": true}}, "/socket.io/?EIO=3&transport=polling", 200, `"sid"`},
		{"forbid", Options{Forbid: "go away"}, handshake4, 403, "go away"},
		{"forbid 2", Options{Version: 2, Forbid: "4"}, "/socket.io/?EIO=3&transport=polling", 400, "Forbidden"},
		{"path", Options{Engine: map[string]any{"path": "/live"}}, "/live/?EIO=4&transport=polling", 200, `"sid"`},
		{"polling only", Options{Engine: map[string]any{"transports": []string{"polling"}}}, handshake4, 200, `"upgrades":[]`},
		{"ping", Options{Engine: map[string]any{"pingInterval": 1234}}, handshake4, 200, `"pingInterval":1234`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.options.Header = "x-node"
			n := Serve(t, test.options)
			response, body := get(t, browser(t, true), n.URL()+test.path)
			if response.StatusCode != test.status || !strings.Contains(body, test.body) {
				t.Errorf("got %d %s, want %d %s", response.StatusCode, body, test.status, test.body)
			}
			if got := response.Header.Get("x-node"); got != "node-a" {
				t.Errorf("x-node is %q", got)
			}
			seen := n.Await(t, "request", func(e Event) bool { return e.Event == "request" })
			if seen.Status != test.status || seen.URL != test.path {
				t.Errorf("the node saw %+v", seen)
			}
		})
	}
}

// counts is how many sessions each node opened.
func counts(t *testing.T, nodes []*Node) []int {
	t.Helper()
	var all []int
	for _, n := range nodes {
		all = append(all, len(n.Sessions(t)))
	}
	return all
}

func TestBalancersBalanceAsTold(t *testing.T) {
	t.Parallel()
	type balancer interface {
		Start(t testing.TB, nodes ...*Node) *Balancer
	}
	tests := []struct {
		name      string
		balancer  balancer
		keepAlive bool
		want      []int // of 6 handshakes over 3 nodes, sorted
	}{
		{"haproxy tcp, one connection", HAProxy{TCP: true}, true, []int{0, 0, 6}},
		{"haproxy tcp, many connections", HAProxy{TCP: true}, false, []int{2, 2, 2}},
		{"haproxy http, one connection", HAProxy{}, true, []int{2, 2, 2}},
		{"haproxy source", HAProxy{Backend: []string{"balance source"}}, false, []int{0, 0, 6}},
		{"haproxy tcp source", HAProxy{TCP: true, Backend: []string{"balance source"}}, false, []int{0, 0, 6}},
		{"nginx stream, one connection", Nginx{TCP: true}, true, []int{0, 0, 6}},
		{"nginx stream, many connections", Nginx{TCP: true}, false, []int{2, 2, 2}},
		{"nginx http, one connection", Nginx{}, true, []int{2, 2, 2}},
		{"nginx ip_hash", Nginx{Upstream: []string{"ip_hash;"}}, false, []int{0, 0, 6}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			nodes := Cluster(t, 3, Options{})
			b := test.balancer.Start(t, nodes...)
			client := browser(t, test.keepAlive)
			for range 6 {
				if response, body := get(t, client, b.URL()+handshake4); response.StatusCode != 200 {
					t.Fatalf("got %d %s", response.StatusCode, body)
				}
			}
			got := counts(t, nodes)
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				t.Errorf("the nodes opened %v sessions, want %v, with\n%s", got, test.want, b.Config)
			}
		})
	}
}

func TestBalancersSpoilTheUpgradeAsTold(t *testing.T) {
	t.Parallel()
	type balancer interface {
		Start(t testing.TB, nodes ...*Node) *Balancer
	}
	tests := []struct {
		name     string
		balancer balancer
		status   int
	}{
		{"haproxy", HAProxy{}, 101},
		{"haproxy tcp", HAProxy{TCP: true}, 101},
		{"haproxy without Upgrade", HAProxy{Frontend: []string{"http-request del-header upgrade"}}, 400},
		{"haproxy 403", HAProxy{Frontend: []string{"http-request deny deny_status 403 if { hdr(upgrade) -i websocket }"}}, 403},
		{"nginx", Nginx{}, 101},
		{"nginx tcp", Nginx{TCP: true}, 101},
		{"nginx without Upgrade", Nginx{NoUpgrade: true}, 400},
		{"nginx 403", Nginx{Location: []string{"if ($http_upgrade) { return 403; }"}}, 403},
		{"nginx 503", Nginx{Location: []string{"if ($http_upgrade) { return 503; }"}}, 503},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := test.balancer.Start(t, Serve(t, Options{}))
			request, err := http.NewRequest("GET", b.URL()+"/socket.io/?EIO=4&transport=websocket", nil)
			if err != nil {
				t.Fatal(err)
			}
			for key, value := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket",
				"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="} {
				request.Header.Set(key, value)
			}
			response, err := browser(t, false).Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if response.StatusCode != test.status {
				t.Errorf("got %d, want %d, with\n%s", response.StatusCode, test.status, b.Config)
			}
		})
	}
}

func TestCookieAffinity(t *testing.T) {
	t.Parallel()
	nodes := Cluster(t, 3, Options{})
	b := HAProxy{Backend: []string{"balance roundrobin", "cookie SERVERID insert indirect nocache"}}.Start(t, nodes...)
	address, err := url.Parse(b.URL() + handshake4)
	if err != nil {
		t.Fatal(err)
	}
	client := browser(t, false)
	response, _ := get(t, client, address.String())
	if len(response.Cookies()) != 1 {
		t.Fatalf("got cookies %v", response.Cookies())
	}
	for range 3 {
		request, err := http.NewRequest("GET", address.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		request.AddCookie(response.Cookies()[0])
		again, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		again.Body.Close()
	}
	got := counts(t, nodes)
	slices.Sort(got)
	if !slices.Equal(got, []int{0, 0, 4}) {
		t.Errorf("the nodes opened %v sessions, want all on one", got)
	}
}
