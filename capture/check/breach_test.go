package check

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"sioscope/internal/lab"
)

// TestSpoiledSwitch: a 101 that browsers turn down is none for the clients of a check, which say what is wrong with it.
func TestSpoiledSwitch(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]struct{ value, says string }{
		"Sec-WebSocket-Accept":     {"AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "its Sec-WebSocket-Accept does not belong to the request's Sec-WebSocket-Key"},
		"Connection":               {"", "its Connection: Upgrade is missing"},
		"Sec-WebSocket-Extensions": {"x-webkit-foo", "its Sec-WebSocket-Extensions names an extension that was not offered"},
	} {
		node, err := lab.Start(lab.Options{Clients: -1, Nodes: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(node.Close)
		proxy := spoiler(t, node.URL(), field, want.value)
		c, d, _ := carryOut(t, proxy, Options{Only: []string{Default, WebSocket}})
		if d.Verdict.State != "polling" || d.Find("query-or-headers-removed") == nil || !strings.Contains(d.Verdict.Summary, want.says) {
			t.Errorf("%s: the verdict is %q", field, d.Verdict.Summary)
		}
		for _, e := range c.Experiments()[:2] {
			if e.Result != No || !strings.Contains(e.Tells, "is answered 101, but "+want.says) {
				t.Errorf("%s: %s: %s: %s", field, e.ID, e.Result, e.Tells)
			}
		}
	}
}

// spoiler passes on everything, and sets a field of each 101; "": it takes it away.
func spoiler(t *testing.T, to, field, value string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			up, err := net.Dial("tcp", strings.TrimPrefix(to, "http://"))
			if err != nil {
				c.Close()
				continue
			}
			all.Go(func() { defer up.Close(); io.Copy(up, c) })
			all.Go(func() { defer c.Close(); spoil(c, up, field, value) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return "http://" + l.Addr().String()
}

func spoil(c, up net.Conn, field, value string) {
	in := bufio.NewReader(up)
	for {
		a, err := http.ReadResponse(in, nil)
		if err != nil {
			return
		}
		if a.StatusCode != http.StatusSwitchingProtocols {
			if a.Write(c) != nil {
				return
			}
			continue
		}
		if a.Header.Del(field); value != "" {
			a.Header.Set(field, value)
		}
		io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\n")
		a.Header.Write(c)
		io.WriteString(c, "\r\n")
		io.Copy(c, in)
		return
	}
}
