package dial

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"sioscope/protocol/wsframe"
)

// TestStuckBySilence: what becomes of a WebSocket request that is not answered properly is told in words of people, which
// show nothing of the URL.
func TestStuckBySilence(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, says, want string }{
		{"reset", "", "the connection of the WebSocket was cut before it was in use"},
		{"no HTTP", "good evening\r\n\r\n", "the WebSocket request was answered with something else than HTTP"},
		{"no accept", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "the WebSocket request was answered 101, in breach of the protocol (its Sec-WebSocket-Accept is missing)"},
		{"head", "HTTP/1.1 403 Forbidden\r\nX-A: " + strings.Repeat("a", maxHead) + "\r\n\r\n", "the WebSocket request was answered with a head longer than 256 KiB"},
	}
	for _, test := range tests {
		n := node{upgrades: `"websocket"`, before: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("transport") != WebSocket {
				return false
			}
			c, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return true
			}
			io.WriteString(c, test.says)
			if test.says == "" {
				c.(*net.TCPConn).SetLinger(0)
			}
			c.Close()
			return true
		}}
		var s seen
		if err := run(t, n.start(t).URL+"/?apikey=SECRET", Options{Until: Decided}, &s); err != nil {
			t.Fatal(err)
		}
		stuck := s.told(Stuck)
		if len(stuck) != 1 || !strings.HasPrefix(stuck[0], "the session stays on polling: "+test.want) || strings.Contains(stuck[0], "SECRET") {
			t.Errorf("%s: told %.300q, want %q", test.name, stuck, test.want)
		}
	}
}

// TestAgainOnce: a server that answers in another revision than it is asked for, whichever that is, gets one handshake
// more for the auth payload in its query, and no third one.
func TestAgainOnce(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	handshakes := 0
	n := node{before: func(w http.ResponseWriter, r *http.Request) bool {
		q := r.URL.Query()
		if q.Get("sid") != "" {
			w.WriteHeader(http.StatusBadRequest)
			return true
		}
		mu.Lock()
		handshakes++
		enough := handshakes > 5
		mu.Unlock()
		open := `0{"sid":"aaaaaaaaaaaaaaaaAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`
		switch {
		case enough:
			w.WriteHeader(http.StatusForbidden)
		case q.Get("EIO") == "4":
			fmt.Fprintf(w, "%d:%s", len(open), open)
		default:
			io.WriteString(w, open)
		}
		return true
	}}
	var s seen
	if err := run(t, n.start(t).URL, Options{Transports: []string{Polling}, Auth: []byte(`{"token":"x"}`)}, &s); err == nil {
		t.Error("there was a session")
	}
	if handshakes != 2 {
		t.Errorf("%d handshakes", handshakes)
	}
}

// TestCrowdedPoll: a poll's answer that has no end of packets is not read to its end: each takes far more memory than it
// takes bytes, and would be answered.
func TestCrowdedPoll(t *testing.T) {
	t.Parallel()
	n := node{before: func(w http.ResponseWriter, r *http.Request) bool {
		if q := r.URL.Query(); q.Get("sid") == "" || r.Method != http.MethodGet {
			return false
		}
		io.WriteString(w, strings.Repeat("2\x1e", 2*maxPackets)+"2")
		return true
	}}
	err := run(t, n.start(t).URL, Options{Transports: []string{Polling}}, new(seen))
	if want := "a poll was answered with more than 100000 packets"; !strings.HasPrefix(Explain(nil, err), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestEndlessMessage: a message that is longer than is read is named as what ended the session.
func TestEndlessMessage(t *testing.T) {
	t.Parallel()
	open := `0{"sid":"aaaaaaaaaaaaaaaaAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`
	for name, test := range map[string]struct {
		first []byte
		want  string
	}{
		"first":  {nil, " sends a WebSocket message longer than 16 MiB, which is not read; check the URL and --path"},
		"second": {wsframe.AppendFrame(nil, true, wsframe.Text, nil, false, []byte(open)), "the server sent a WebSocket message longer than 16 MiB, which is not read: this client closed the session"},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
			c, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
			c.Write(append(test.first, 0x81, 127, 0, 0, 0, 0, 0x40, 0, 0, 0)) // 1 GiB
			for piece := make([]byte, 1<<16); ; {
				if _, err := c.Write(piece); err != nil {
					return
				}
			}
		}))
		var seen seen
		err := run(t, s.URL, Options{Transports: []string{WebSocket}, EIO: 4}, &seen)
		if err == nil || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
		s.Close()
	}
}
