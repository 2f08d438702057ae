package e2e

import (
	"fmt"
	"strings"
	"testing"

	"sioscope/internal/lab"
)

// startLab starts the built-in cluster without simulated clients.
func startLab(t *testing.T, o lab.Options) *lab.Lab {
	t.Helper()
	o.Clients = -1
	l, err := lab.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// TestLabServesRealClients: socket.io-client 4 and 2 connect to the lab on every order of transports, upgrade, are
// acknowledged, exchange binary and meet in rooms.
func TestLabServesRealClients(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 4} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			t.Parallel()
			l := startLab(t, lab.Options{Faults: []string{lab.SingleNode}, AllowEIO3: true, Namespaces: []string{"/", "/chat"}})
			clients := NewClients(t, version)
			for i, transports := range []string{"polling websocket", "websocket polling", "websocket", "polling"} {
				for _, namespace := range []string{"", "/chat"} {
					name := fmt.Sprintf("%d%s", i, namespace)
					visitLab(t, clients, name, l.URL()+namespace, strings.Fields(transports))
				}
			}
		})
	}
}

func visitLab(t *testing.T, clients *Clients, name, url string, transports []string) {
	t.Helper()
	joined := clients.Connect(t, name, url, map[string]any{"transports": transports})
	if want := transports[0]; joined.Transport != want && len(transports) == 1 {
		t.Errorf("%s is on %s, want %s", name, joined.Transport, want)
	}
	if transports[0] == "polling" && len(transports) == 2 {
		clients.Heard(t, name, "upgrade", "")
	}
	args := []any{1, "é😀", map[string]any{"b": Bytes{[]byte{1, 2, 255}}}}
	const back = `[1,"é😀",{"b":{"$bytes":"AQL/"}}]`
	clients.Do(t, Command{Do: "emit", Client: name, Name: "echo", Args: args, Ack: true})
	if got := string(clients.Heard(t, name, "ack", "echo").Args); got != back {
		t.Errorf("%s: the ack is %s, want %s", name, got, back)
	}
	clients.Do(t, Command{Do: "emit", Client: name, Name: "message", Args: args})
	if got := string(clients.Heard(t, name, "received", "message-back").Args); got != back {
		t.Errorf("%s: the event is %s, want %s", name, got, back)
	}
	other := "other " + name
	clients.Connect(t, other, url, nil)
	clients.Do(t, Command{Do: "emit", Client: other, Name: "join", Args: []any{"room " + name}, Ack: true})
	clients.Heard(t, other, "ack", "join")
	clients.Do(t, Command{Do: "emit", Client: name, Name: "say", Args: []any{"room " + name, "hi"}})
	if got := string(clients.Heard(t, other, "received", "said").Args); !strings.HasPrefix(got, `["room `+name+`",`) || !strings.HasSuffix(got, `,"hi"]`) {
		t.Errorf("%s: what was said is %s", name, got)
	}
	clients.Do(t, Command{Do: "disconnect", Client: name})
	clients.Heard(t, name, "disconnect", "")
}

// TestLabRefusesOldClients: without allowEIO3 the lab refuses socket.io-client 2 as Socket.IO 4 does.
func TestLabRefusesOldClients(t *testing.T) {
	t.Parallel()
	var said []string
	for _, url := range []string{startLab(t, lab.Options{Faults: []string{lab.SingleNode}}).URL(), Serve(t, Options{}).URL()} {
		clients := NewClients(t, 2)
		clients.Do(t, Command{Do: "connect", Client: "old", URL: url, Options: map[string]any{"reconnection": false}})
		said = append(said, clients.Heard(t, "old", "connect_error", "").Message)
	}
	if said[0] == "" || said[0] != said[1] {
		t.Errorf("the lab's refusal is %q, the real server's %q", said[0], said[1])
	}
}

// TestLabFaultsStrikeRealClients: what a fault of the lab does to socket.io-client 4 is what real nodes behind a real
// balancer of that kind do to it.
func TestLabFaultsStrikeRealClients(t *testing.T) {
	t.Parallel()
	tests := []struct {
		faults  []string
		real    func(t *testing.T) stage
		options map[string]any
		want    string // the first of connect_error, upgrade_error, upgrade
	}{
		{[]string{lab.SingleNode}, lone(Options{}), nil, "upgrade"},
		{[]string{lab.SourceAffinity}, behind(HAProxy{TCP: true, Backend: []string{"balance source"}}, 2, Options{}), nil, "upgrade"},
		{[]string{lab.CookieAffinity}, behind(cookieAffinity, 2, Options{}), map[string]any{"withCredentials": true}, "upgrade"},
		{[]string{lab.PerConnection}, behind(HAProxy{TCP: true}, 2, Options{}), map[string]any{"transports": []string{"websocket"}}, "connect"},
		{[]string{lab.UpgradeStripped, lab.SingleNode}, behind(Nginx{NoUpgrade: true}, 1, Options{}), nil, "upgrade_error"},
		{[]string{lab.Upgrade403, lab.SingleNode}, behind(HAProxy{Frontend: []string{fmt.Sprintf(blocked, 403)}}, 1, Options{}), nil, "upgrade_error"},
		{[]string{lab.PollingOnly, lab.SingleNode}, lone(Options{Engine: map[string]any{"transports": []string{"polling"}}}), map[string]any{"transports": []string{"websocket"}}, "connect_error"},
		{[]string{lab.Forbidden, lab.SingleNode}, lone(Options{Forbid: "no"}), nil, "connect_error"},
	}
	for _, test := range tests {
		t.Run(strings.Join(test.faults, " "), func(t *testing.T) {
			t.Parallel()
			for _, url := range []string{startLab(t, lab.Options{Faults: test.faults}).URL(), test.real(t).url} {
				options := map[string]any{"reconnection": false}
				for k, v := range test.options {
					options[k] = v
				}
				clients := NewClients(t, 4)
				clients.Do(t, Command{Do: "connect", Client: "ann", URL: url, Options: options})
				got := clients.Await(t, "outcome", func(e Event) bool {
					return e.Event == "connect_error" || e.Event == "upgrade_error" || e.Event == "upgrade" || e.Event == "connect" && e.Transport == "websocket"
				})
				if got.Event != test.want {
					t.Errorf("%s: got %s %s, want %s", url, got.Event, got.Message, test.want)
				}
			}
		})
	}
}

// TestLabSharesMessages: with an adapter, what is said on one node reaches the room on the other.
func TestLabSharesMessages(t *testing.T) {
	t.Parallel()
	l := startLab(t, lab.Options{Faults: []string{lab.SharedMessages}})
	clients := NewClients(t, 4)
	direct := map[string]any{"transports": []string{"websocket"}}
	for _, name := range []string{"ann", "bob"} { // one node each: connections are dealt out in turn
		clients.Connect(t, name, l.URL(), direct)
		clients.Do(t, Command{Do: "emit", Client: name, Name: "join", Args: []any{"room"}, Ack: true})
		if got := string(clients.Heard(t, name, "ack", "join").Args); got != "[1]" {
			t.Errorf("%s is one of %s in the room on its node, want 1", name, got)
		}
	}
	clients.Do(t, Command{Do: "emit", Client: "ann", Name: "say", Args: []any{"room", "hi"}})
	clients.Heard(t, "bob", "received", "said")
}
