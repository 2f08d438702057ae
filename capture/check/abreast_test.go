package check

import (
	"io"
	"net"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
)

// A distance stands before a server and lets what is sent take its time. It counts the requests that are under way.
type distance struct {
	oneWay time.Duration
	mu     sync.Mutex
	now    int
	most   int
}

func (d *distance) add(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now += n
	d.most = max(d.most, d.now)
}

func (d *distance) before(t *testing.T, server string) string {
	t.Helper()
	return inFront(t, server, func(near net.Conn, host string) {
		defer near.Close()
		distant, err := net.Dial("tcp", host)
		if err != nil {
			return
		}
		defer distant.Close()
		back := make(chan struct{})
		go func() {
			defer close(back)
			d.carry(near, distant, func() {})
		}()
		d.carry(distant, near, func() { d.add(1); time.Sleep(d.oneWay); d.add(-1) })
		<-back
	})
}

// inFront stands before a server: what it does with each connection is up to pass. It gives its own URL.
func inFront(t *testing.T, server string, pass func(c net.Conn, host string)) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var conns sync.WaitGroup
	t.Cleanup(func() {
		l.Close()
		conns.Wait()
	})
	conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { pass(c, u.Host) })
		}
	})
	return "http://" + l.Addr().String()
}

// carry passes on what comes, each piece after a time, and then the end.
func (d *distance) carry(to, from net.Conn, wait func()) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			wait()
			if _, err := to.Write(buf[:n]); err != nil {
				io.Copy(io.Discard, from)
				return
			}
		}
		if err != nil {
			to.(*net.TCPConn).CloseWrite()
			return
		}
	}
}

// TestDistant: over a long way most is done side by side, never much at once, and what is told is the same.
func TestDistant(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		faults  []string
		lead    string
		nodes   int
		abreast bool
	}{
		{"one node", []string{lab.SingleNode}, "", 1, true},
		{"affinity by address", []string{lab.SourceAffinity}, "", 1, true},
		{"affinity by cookie", []string{lab.CookieAffinity}, "", 2, true},
		{"dealt out by connection", nil, "no-affinity-per-connection", 2, false},
		{"dealt out by request", []string{lab.PerRequest}, "no-affinity-per-request", 2, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := &distance{oneWay: far + 10*time.Millisecond}
			c, found, _ := carryOut(t, d.before(t, start(t, lab.Options{Faults: tt.faults})), Options{Client: dial.Options{Cookies: true}})
			lead := ""
			if f := found.Lead(); f != nil {
				lead = f.ID
			}
			if lead != tt.lead {
				t.Errorf("led by %q, want %q; all: %v", lead, tt.lead, ids(found))
			}
			if got := max(c.found.census.nodes, 1); got != tt.nodes {
				t.Errorf("%d nodes counted, want %d", got, tt.nodes)
			}
			if d.most > 2*abreast || tt.abreast && d.most < abreast/2 {
				t.Errorf("%d requests were under way at once", d.most)
			}
			for _, e := range c.Experiments() {
				if e.State != Done && e.ID != Idle {
					t.Errorf("%s: %s %s", e.ID, e.State, e.Reason)
				}
			}
			if tt.abreast {
				all := []Result{Yes, Yes, Yes, Yes}
				got := []Result{}
				for _, e := range c.Experiments()[:4] {
					got = append(got, e.Result)
				}
				if !slices.Equal(got, all) {
					t.Errorf("results %v", got)
				}
			}
		})
	}
}
