package lab

import (
	"strings"
	"testing"

	"sioscope/internal/lab/rawclient"
)

// TestPage: a browser that is pointed at the lab gets a page that connects where the nodes listen.
func TestPage(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"": `const path = "/socket.io/";`, `/a"b</script>/`: `const path = "/a\"b\u003c/script\u003e/";`} {
		l := start(t, Options{Clients: -1, Path: path, NodeHeader: "X-Node"})
		a := rawclient.New(t, l.URL()+"/").Get("")
		if a.Status != 200 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || !strings.HasPrefix(a.Header.Get("X-Node"), "node-") {
			t.Errorf("answered %d %v", a.Status, a.Header)
		}
		if !strings.Contains(a.Body, want) {
			t.Errorf("%s is not in the page", want)
		}
	}
}
