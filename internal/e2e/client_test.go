package e2e

import (
	"fmt"
	"testing"
)

func TestRealClientsWorkOnRealServers(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 4} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			t.Parallel()
			n := Serve(t, Options{Version: version})
			clients := NewClients(t, version)
			first := clients.Connect(t, "ann", n.URL(), nil)
			open := n.Await(t, "session", func(e Event) bool { return e.Event == "open" })
			if open.SID != first.SID || open.Transport != "polling" {
				t.Errorf("the client saw %+v, the server %+v", first, open)
			}
			clients.Heard(t, "ann", "upgrade", "")
			n.Await(t, "upgrade", func(e Event) bool { return e.Event == "upgrade" && e.SID == open.SID && e.Transport == "websocket" })
			clients.Do(t, Command{Do: "emit", Client: "ann", Name: "echo", Args: []any{1, "é", Bytes{[]byte{1, 2, 255}}}, Ack: true})
			if got := string(clients.Heard(t, "ann", "ack", "echo").Args); got != `[1,"é",{"$bytes":"AQL/"}]` {
				t.Errorf("the ack is %s", got)
			}
			clients.Do(t, Command{Do: "emit", Client: "ann", Name: "send-binary", Args: []any{4}})
			if got := string(clients.Heard(t, "ann", "received", "binary").Args); got != `[{"$bytes":"AAECAw=="},{"length":4}]` {
				t.Errorf("the binary event is %s", got)
			}
			clients.Connect(t, "bob", n.URL(), map[string]any{"transports": []string{"websocket"}})
			clients.Do(t, Command{Do: "emit", Client: "bob", Name: "join", Args: []any{"room"}, Ack: true})
			clients.Heard(t, "bob", "ack", "join")
			clients.Do(t, Command{Do: "emit", Client: "ann", Name: "say", Args: []any{"room", "hi"}})
			if got := string(clients.Heard(t, "bob", "received", "said").Args); got != `["room","hi"]` {
				t.Errorf("what was said is %s", got)
			}
			clients.Do(t, Command{Do: "disconnect", Client: "ann"})
			n.Await(t, "end", func(e Event) bool { return e.Event == "disconnect" && e.SID == open.SID })
		})
	}
}

func TestRealClientIsRefused(t *testing.T) {
	t.Parallel()
	n := Serve(t, Options{Token: "sesame"})
	clients := NewClients(t, 4)
	clients.Do(t, Command{Do: "connect", Client: "ann", URL: n.URL()})
	if got := clients.Heard(t, "ann", "connect_error", ""); got.Message != "not authorized" {
		t.Errorf("got %+v", got)
	}
	clients.Connect(t, "bob", n.URL(), map[string]any{"auth": map[string]any{"token": "sesame"}})
}
