package check

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
	"sioscope/protocol/fact"
)

// TestEndlessHead: an answer whose head has no end is given up after a bounded number of bytes.
func TestEndlessHead(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var sent atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			http.ReadRequest(bufio.NewReader(c))
			io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			for field := []byte("X-Filler: " + strings.Repeat("x", 30_000) + "\r\n"); sent.Load() < 256<<20; {
				n, err := c.Write(field)
				sent.Add(int64(n))
				if err != nil {
					break
				}
			}
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	c, err := New("http://"+l.Addr().String(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = c.Run(context.Background(), func(fact.Fact) {})
	var e *dial.Error
	if !errors.As(err, &e) || e.Reason != dial.Garbled || !strings.Contains(e.Error(), "head longer than") {
		t.Errorf("it ends with %v", err)
	}
	if n := sent.Load(); n > 64<<20 { // what fits into the buffers of two connections, and more
		t.Errorf("%d bytes were taken", n)
	}
}

// TestEarlyHints: an interim answer (RFC 9110 §15.2) is none, and the one behind it counts.
func TestEarlyHints(t *testing.T) {
	t.Parallel()
	node, err := lab.Start(lab.Options{Clients: -1, Nodes: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(node.Close)
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
			up, err := net.Dial("tcp", strings.TrimPrefix(node.URL(), "http://"))
			if err != nil {
				c.Close()
				continue
			}
			all.Go(func() { defer up.Close(); io.Copy(up, c) })
			all.Go(func() { defer c.Close(); hint(c, up) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	c, d, _ := carryOut(t, "http://"+l.Addr().String(), Options{Only: []string{Default, WebSocket, KeepAlive}})
	if d.Verdict.State != "websocket" {
		t.Errorf("the verdict is %q", d.Verdict.Summary)
	}
	for _, e := range c.Experiments()[:3] {
		if e.Result != Yes {
			t.Errorf("%s: %s", e.ID, e.Tells)
		}
	}
}

// hint passes on what a node says, each answer with an interim one before it.
func hint(c, up net.Conn) {
	in := bufio.NewReader(up)
	for {
		a, err := http.ReadResponse(in, nil)
		if err != nil {
			return
		}
		io.WriteString(c, "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n")
		if a.StatusCode == http.StatusSwitchingProtocols {
			io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\n")
			a.Header.Write(c)
			io.WriteString(c, "\r\n")
			io.Copy(c, in)
			return
		}
		if a.Write(c) != nil {
			return
		}
	}
}

// TestFields: header fields that the user gives are sent as they are, also those that the client would fill in itself.
func TestFields(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	odd := map[string]bool{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.Host != "tenant.example.org" || r.Header.Get("Authorization") != "Bearer abc" {
			odd[r.Host+" "+r.Header.Get("Authorization")] = true
		}
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(s.Close)
	header := http.Header{"Host": {"tenant.example.org"}, "Authorization": {"Bearer abc"}}
	c, err := New(strings.Replace(s.URL, "http://", "http://user:password@", 1), Options{Client: dial.Options{Header: header}})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(context.Background(), func(fact.Fact) {}); err != nil {
		t.Fatal(err)
	}
	if len(odd) > 0 {
		t.Errorf("there were requests with %v", odd)
	}
}
