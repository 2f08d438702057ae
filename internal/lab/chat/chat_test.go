package chat_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"sioscope/internal/lab/chat"
	"sioscope/internal/lab/engine"
	"sioscope/internal/lab/rawclient"
)

const ws = "EIO=4&transport=websocket"

func TestMain(m *testing.M) { rawclient.Main(m) }

// node starts a node of a chat.
func node(t *testing.T, bus *chat.Bus) *rawclient.Client {
	t.Helper()
	c := chat.New(chat.Options{Bus: bus})
	e := engine.New(engine.Options{AllowEIO3: true, Accept: c.Accept})
	s := httptest.NewServer(e)
	t.Cleanup(func() {
		e.Kill()
		c.Leave()
		s.Close()
	})
	return rawclient.New(t, s.URL+"/socket.io/")
}

// enter connects to "/" and gives the socket's id.
func enter(t *testing.T, node *rawclient.Client) (c *rawclient.Socket, id string) {
	t.Helper()
	c = node.Dial(ws)
	c.Text() // the open packet
	c.Send("40")
	text := c.Text()
	_, id, _ = strings.Cut(text, `"sid":"`)
	return c, strings.TrimSuffix(id, `"}`)
}

func TestRooms(t *testing.T) {
	t.Parallel()
	n := node(t, nil)
	a, id := enter(t, n)
	b, _ := enter(t, n)
	c, _ := enter(t, n)
	a.Send(`421["join","red"]`)
	a.Want(`431[1]`)
	b.Send(`421["join","red"]`)
	b.Want(`431[2]`)
	a.Send(`42["broadcast","all"]`)
	b.Want(fmt.Sprintf(`42["told","%s","all"]`, id))
	c.Want(fmt.Sprintf(`42["told","%s","all"]`, id))
	a.Send(`451-7["say","red",{"_placeholder":true,"num":0}]`)
	a.SendBinary("\x01\x02")
	a.Want(`437["ok"]`)
	b.Want(fmt.Sprintf(`451-["said","red","%s",{"_placeholder":true,"num":0}]`, id))
	b.WantBinary("\x01\x02")
	b.Send(`422["leave","red"]`)
	b.Want(`432[1]`)
	a.Send(`42["say","red","nobody hears"]`)
	a.Send(`42["broadcast","end"]`)
	b.Want(fmt.Sprintf(`42["told","%s","end"]`, id))
	c.Want(fmt.Sprintf(`42["told","%s","end"]`, id)) // and nothing of the room before it
	a.Send(`42["no such event"]`)
	a.Send(`423["echo",1,[2]]`)
	a.Want(`433[1,[2]]`)
}

// TestShared: what is said on one node reaches the other while the bus is on.
func TestShared(t *testing.T) {
	t.Parallel()
	bus := new(chat.Bus)
	one, two := node(t, bus), node(t, bus)
	a, id := enter(t, one)
	b, _ := enter(t, two)
	for i, on := range []bool{false, true, false} {
		bus.Switch(on)
		a.Send(fmt.Sprintf(`42%d["broadcast",%d]`, i, i))
		a.Want(fmt.Sprintf(`43%d["ok"]`, i))
	}
	b.Want(fmt.Sprintf(`42["told","%s",1]`, id))
	b.Send(`429["echo"]`)
	b.Want(`439[]`)
}

// TestRevision4: clients of Engine.IO 3 are let into "/" unasked, and told of errors in their way.
func TestRevision4(t *testing.T) {
	t.Parallel()
	n := node(t, nil)
	c := n.Dial("EIO=3&transport=websocket")
	c.Text()
	c.Want("40")
	c.Send(`40/random?token=1,`)
	c.Want(`44/random,"Invalid namespace"`)
	c.Send(`42["message",1]`)
	c.Want(`42["message-back",1]`)
	a := n.Get("EIO=3&transport=polling&b64=1")
	if _, rest, found := strings.Cut(a.Body, "}"); !found || rest != "2:40" {
		t.Errorf("the handshake was answered %q", a.Body)
	}
}
