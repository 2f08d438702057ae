package live

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"sioscope/capture"
	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
	"sioscope/protocol/fact"
)

// TestMain is also the program that a Helper starts: with the arguments child INTERFACE PORT it captures to standard
// output, as sio sniff -w - does; with die it ends as a program does that breaks.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || os.Args[1] != "child" {
		os.Exit(m.Run())
	}
	if os.Args[2] == "die" {
		fmt.Fprintln(os.Stderr, "sio: sniff: the interface eth9 is gone")
		os.Exit(2)
	}
	var port uint16
	fmt.Sscan(os.Args[3], &port)
	s, err := Open(Options{Interface: os.Args[2], Match: Match{Ports: []uint16{port}}})
	if err != nil {
		fmt.Fprintln(os.Stderr, "sio: sniff:", err)
		os.Exit(2)
	}
	ctx, stop := signalled()
	defer stop()
	if err := s.Run(ctx, bufio.NewWriter(os.Stdout)); err != nil {
		os.Exit(2)
	}
}

// loopback is the interface of this machine's own traffic.
func loopback() string {
	if runtime.GOOS == "linux" {
		return "lo"
	}
	return "lo0"
}

// able skips the test where this process may not capture, or cannot.
func able(t *testing.T) {
	t.Helper()
	s, err := Open(Options{Interface: loopback(), Buffer: 2 << 20})
	if errors.Is(err, capture.ErrPermission) {
		t.Skip("capturing needs CAP_NET_RAW: run this as root")
	}
	if err != nil {
		t.Skipf("nothing can be captured here: %v", err)
	}
	s.Close()
}

// talk has a client and a server exchange messages of 1,000 bytes on loopback, n in each direction, one after the other.
func talk(t *testing.T, l net.Listener, n int) {
	t.Helper()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		io.Copy(c, c)
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	message := bytes.Repeat([]byte("x"), 1000)
	for range n {
		if _, err := c.Write(message); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, message); err != nil {
			t.Fatal(err)
		}
	}
}

func listen(t *testing.T) (net.Listener, uint16) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, uint16(l.Addr().(*net.TCPAddr).Port)
}

// TestOnce: on the loopback each packet goes out and comes in, and is captured once; of another port, nothing is.
func TestOnce(t *testing.T) {
	t.Parallel()
	able(t)
	for _, on := range []string{loopback(), Any} {
		t.Run(on, func(t *testing.T) {
			t.Parallel()
			if on == Any && runtime.GOOS != "linux" {
				t.Skip("only Linux captures on all interfaces at once")
			}
			l, port := listen(t)
			other, _ := listen(t)
			s, err := Open(Options{Interface: on, Match: Match{Ports: []uint16{port}}, Buffer: 4 << 20})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			const n = 50
			talk(t, other, n)
			talk(t, l, n)
			ctx, cancel := context.WithCancel(t.Context())
			cancel() // what is in the buffer is read all the same
			var out bytes.Buffer
			if err := s.Run(ctx, bufio.NewWriter(&out)); err != nil {
				t.Fatal(err)
			}
			sent := payload(t, &out, port)
			if sent[0] != n*1000 || sent[1] != n*1000 {
				t.Errorf("%v bytes captured by direction, want %d each", sent, n*1000)
			}
		})
	}
}

// payload counts the bytes of TCP that were captured from and to a port, and fails for a packet that is there twice: what
// TCP sends again is another packet of IP, with the same bytes.
func payload(t *testing.T, from io.Reader, port uint16) (sent [2]int) {
	t.Helper()
	r, err := pcapfile.NewReader(from, "live")
	if err != nil {
		t.Fatal(err)
	}
	var d link.Decoder
	var seg link.Segment
	packets, segments := map[string]bool{}, map[string]bool{}
	for {
		p, err := r.Next()
		if err == io.EOF {
			return sent
		}
		if err != nil {
			t.Fatal(err)
		}
		if since := time.Since(time.Unix(0, p.Time)); since < 0 || since > time.Hour {
			t.Errorf("a packet was captured %v ago", since)
		}
		if kind := d.Decode(p.Link, p.Time, p.Data, p.OrigLen, &seg); kind != link.TCP {
			t.Fatalf("a packet is %v", kind)
		}
		if packets[string(p.Data)] && len(seg.Payload) > 0 {
			t.Errorf("a packet was captured twice: from %v to %v, %d", seg.Src, seg.Dst, seg.Seq)
		}
		packets[string(p.Data)] = true
		at := fmt.Sprint(seg.Src, seg.Seq, len(seg.Payload))
		if segments[at] {
			continue
		}
		segments[at] = true
		switch port {
		case seg.Src.Port:
			sent[0] += len(seg.Payload)
		case seg.Dst.Port:
			sent[1] += len(seg.Payload)
		default:
			t.Errorf("captured from %v to %v", seg.Src, seg.Dst)
		}
	}
}

// TestOverrun: what does not fit into the buffer is counted, and the count is in what is written.
func TestOverrun(t *testing.T) {
	t.Parallel()
	able(t)
	if runtime.GOOS != "linux" {
		t.Skip("how much fits is known of Linux")
	}
	l, port := listen(t)
	s, err := Open(Options{Interface: "lo", Match: Match{Ports: []uint16{port}}, Buffer: 2 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const n = 5000 // messages there and back: 10 MB
	talk(t, l, n)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	if err := s.Run(ctx, bufio.NewWriter(&out)); err != nil {
		t.Fatal(err)
	}
	r, err := pcapfile.NewReader(&out, "live")
	if err != nil {
		t.Fatal(err)
	}
	packets := int64(0)
	for {
		if _, err := r.Next(); err != nil {
			break
		}
		packets++
	}
	if r.Dropped() == 0 || packets == 0 || packets+r.Dropped() < 2*n {
		t.Errorf("%d packets captured and %d dropped of at least %d", packets, r.Dropped(), 2*n)
	}
}

func TestNoSuchInterface(t *testing.T) {
	t.Parallel()
	_, err := Open(Options{Interface: "eth77"})
	if err == nil || !strings.Contains(err.Error(), `there is no interface "eth77"; there are `+loopback()) {
		t.Errorf("%v", err)
	}
}

func TestInterfaces(t *testing.T) {
	t.Parallel()
	all, err := Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if i.Loopback && i.Up && len(i.Addresses) > 0 && i.State() == "up" && (i.Packets >= 0 || runtime.GOOS != "linux") {
			return
		}
	}
	t.Errorf("no loopback in %+v", all)
}

// TestHelper: another process captures, its packets become facts while it goes on, and it ends with the context. While
// it is held, nothing comes in, and nothing is lost.
func TestHelper(t *testing.T) {
	t.Parallel()
	able(t)
	l, port := listen(t)
	h := &Helper{Options: Options{Interface: loopback()}, direct: []string{os.Args[0], "child", loopback(), fmt.Sprint(port)}}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	opened, ended := make(chan time.Duration, 100), make(chan error, 1)
	go func() {
		ended <- h.Run(ctx, func(f fact.Fact) {
			if o, is := f.(*fact.Opened); is {
				opened <- time.Since(time.Unix(0, o.Time))
			}
		})
	}()
	for late := time.Duration(-1); late < 0; { // until the child is ready
		talk(t, l, 1)
		select {
		case late = <-opened:
			t.Logf("a packet was a fact after %v", late)
		case <-time.After(20 * time.Millisecond):
		}
	}
	if h.Using() == "" {
		t.Error("no program is named")
	}
	h.Hold(true)
	for len(opened) > 0 {
		<-opened
	}
	talk(t, l, 1)
	h.Hold(false)
	<-opened
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

func TestHelperDies(t *testing.T) {
	t.Parallel()
	h := &Helper{Options: Options{Interface: "eth9"}, direct: []string{os.Args[0], "child", "die"}}
	err := h.Run(t.Context(), func(fact.Fact) { t.Error("a fact") })
	if err == nil || !strings.HasSuffix(err.Error(), " ended: the interface eth9 is gone") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v", err)
	}
	h = &Helper{direct: []string{filepath.Join(t.TempDir(), "none")}}
	if err := h.Run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "cannot be started") {
		t.Errorf("%v", err)
	}
}

// TestPermission: a program without the right to capture says which command gives it, and a Helper that starts it says
// the same.
func TestPermission(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("only root on Linux can start a program that may do less")
	}
	path := nobodys(t)
	cmd := exec.Command(path, "child", "lo", "1")
	asNobody(cmd)
	said, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	want := "sio: sniff: the program sio is not allowed to capture on lo; type once: sudo setcap cap_net_raw,cap_net_admin=eip " + path
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.HasPrefix(string(said), want) || strings.Count(string(said), "\n") != 1 {
		t.Errorf("%v, it says %q, want %q", err, said, want)
	}
	setpriv, err := exec.LookPath("setpriv")
	if err != nil {
		t.Skip("setpriv is not here")
	}
	h := &Helper{Options: Options{Interface: "lo"}, Path: path, direct: []string{setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", path, "child", "lo", "1"}}
	err = h.Run(t.Context(), func(fact.Fact) { t.Error("a fact") })
	var denied *PermissionError
	if !errors.As(err, &denied) || !errors.Is(err, capture.ErrPermission) || denied.Command != "sudo setcap cap_net_raw,cap_net_admin=eip "+path {
		t.Errorf("%v", err)
	}
}

// nobodys is a copy of this program where everybody may run it.
func nobodys(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "sioscope")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	program, err := os.ReadFile(os.Args[0])
	path := filepath.Join(dir, "sio")
	if err := errors.Join(err, os.Chmod(dir, 0o755), os.WriteFile(path, program, 0o755)); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestArguments(t *testing.T) {
	t.Parallel()
	hosts, err := ParseHost("10.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Interface: "eth0", Quiet: true, KeyLog: "keys.log", Match: Match{Ports: []uint16{80, 3000}, Hosts: hosts, Filter: "not arp"}}
	want := "-i eth0 --port 80 --port 3000 --host 10.0.0.0/8 -f not arp --no-promiscuous --keylog keys.log"
	if got := strings.Join(o.arguments(), " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := o.String(), "(net 10.0.0.0/8) and (port 80 or port 3000) and (not arp)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
