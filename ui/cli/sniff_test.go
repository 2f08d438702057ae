package cli

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"sioscope/capture"
	wire "sioscope/capture/live"
	"sioscope/internal/lab"
)

// sniffable skips the test where this process may not capture.
func sniffable(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("live captures are tested on Linux")
	}
	s, err := wire.Open(wire.Options{Interface: "lo", Buffer: 2 << 20})
	if errors.Is(err, capture.ErrPermission) {
		t.Skip("capturing needs CAP_NET_RAW: run this as root")
	}
	if err != nil {
		t.Skipf("nothing can be captured here: %v", err)
	}
	s.Close()
}

// sniffed sniffs a lab while sio connect talks to it, until the session has moved, and gives what sniff said.
func sniffed(t *testing.T, o lab.Options, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	o.Clients = -1
	l, err := lab.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	at, err := url.Parse(l.URL())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, errs buffer
	p := &Program{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Getenv: func(name string) string { return map[string]string{"LANG": "en_US.UTF-8"}[name] }}
	ended := make(chan int)
	go func() { ended <- p.Run(ctx, append([]string{"sniff", "-i", "lo", "--port", at.Port()}, args...)) }()
	for !strings.Contains(out.String()+errs.String(), "capturing on lo") { // it is ready once it says so
		select {
		case code := <-ended:
			t.Fatalf("it ended with %d: %s", code, errs.String())
		case <-time.After(5 * time.Millisecond):
		}
	}
	ran(ctx, strings.NewReader(""), "connect", "--expect", "websocket", l.URL()+"/?token=s3cr3t-0123456789abcdef")
	cancel()
	return <-ended, out.String(), errs.String()
}

func TestSniff(t *testing.T) {
	t.Parallel()
	sniffable(t)
	file := filepath.Join(t.TempDir(), "out.pcapng")
	code, out, errs := sniffed(t, lab.Options{Faults: []string{lab.SingleNode}}, "--expect", "websocket", "-w", file)
	if code != ok || errs != "" {
		t.Errorf("exit %d, stderr %q", code, errs)
	}
	at := 0
	for _, want := range []string{"capturing on lo, port ", "into " + file, "GET        handshake  EIO=4", "101 switched", "pong  probe", "upgrade", "websocket: the one session is on WebSocket", "0 gaps"} {
		i := strings.Index(out[at:], want)
		if i < 0 {
			t.Fatalf("%q does not follow in\n%s", want, out)
		}
		at += i
	}
	if strings.Contains(out, "s3cr3t") {
		t.Error("the query's secret is printed")
	}
	// What was kept tells the same.
	code, again, errs := ran(t.Context(), nil, "open", "--expect", "websocket", file)
	if _, report, _ := strings.Cut(out, "\n\n"); code != ok || !strings.HasSuffix(report, again) {
		t.Errorf("exit %d, stderr %q, the file tells\n%s\nand live it was\n%s", code, errs, again, report)
	}
}

func TestSniffJSON(t *testing.T) {
	t.Parallel()
	sniffable(t)
	code, out, errs := sniffed(t, lab.Options{Faults: []string{lab.Upgrade403}}, "--expect", "websocket", "--format", "json")
	var report struct {
		Schema   string
		Verdict  struct{ State string }
		Sessions []struct{ Upgrade string }
		Capture  struct{ Gaps, DroppedPackets int64 }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if code != unmet || report.Schema != "sioscope.report/1" || report.Verdict.State != "polling" || len(report.Sessions) != 1 || report.Sessions[0].Upgrade != "failed" ||
		report.Capture.Gaps+report.Capture.DroppedPackets != 0 || !strings.Contains(errs, "refused 403") {
		t.Errorf("exit %d, %+v, stderr %q", code, report, errs)
	}
}

// TestSniffPipe: what -w - writes is a capture that open reads.
func TestSniffPipe(t *testing.T) {
	t.Parallel()
	sniffable(t)
	code, out, errs := ran(t.Context(), nil, "sniff", "-i", "lo", "--port", "9", "--for", "10ms", "-w", "-")
	if code != ok || errs != "" {
		t.Fatalf("exit %d, stderr %q", code, errs)
	}
	code, report, errs := ran(t.Context(), strings.NewReader(out), "open", "-")
	if code != ok || errs != "" || !strings.Contains(report, "none: no Socket.IO session was seen") {
		t.Errorf("exit %d, stdout %q, stderr %q", code, report, errs)
	}
}

func TestSniffBadInput(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	tests := []struct {
		name, args, says string
		capturing        bool // it comes as far as that
	}{
		{"no interface", "", "want an interface, as in -i lo", false},
		{"no such interface", "-i eth77", `there is no interface "eth77"; there are lo`, true},
		{"a file", "-i lo x.pcap", `sniff takes no arguments, got "x.pcap"`, false},
		{"no value", "-i", "-i needs a value", false},
		{"no port", "-i lo --port http", `invalid value "http" for --port: want a port`, false},
		{"port 0", "-i lo --port 80,0", "want a port from 1 to 65535", false},
		{"no host", "-i lo --host 10.0.0.0/99", "want an address, a network", false},
		{"ring of nothing", "-i lo --ring 10MB", "--ring needs -w FILE", false},
		{"files of nothing", "-i lo -w x --files 3", "--files N needs --ring SIZE", false},
		{"size", "-i lo -w x --ring huge", "want a size such as 100MB", false},
		{"keep nothing", "-i lo --memory 0", "want a size such as 100MB", false},
		{"time", "-i lo --for 30", "want a time such as 30s", false},
		{"a directory", "-i lo --for 1s -w " + directory, "-w " + directory + " is a directory", false},
		{"nowhere", "-i lo --for 1s -w " + filepath.Join(directory, "none", "x"), "there is no directory " + filepath.Join(directory, "none"), false},
		{"keep next to nothing", "-i lo --memory 1", "--memory 1B is too little", false},
		{"unknown", "-i lo --promiscuous", "unknown flag --promiscuous; there are ", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.capturing {
				sniffable(t)
			}
			code, out, errs := ran(t.Context(), nil, append([]string{"sniff"}, strings.Fields(tt.args)...)...)
			if code != failed || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, tt.says) {
				t.Errorf("exit %d, stdout %q, stderr %q; want %q", code, out, errs, tt.says)
			}
		})
	}
	if _, err := os.Stat("x"); err == nil {
		t.Error("a file was made for nothing")
	}
}

func TestSniffList(t *testing.T) {
	t.Parallel()
	code, out, errs := ran(t.Context(), nil, "sniff", "--list")
	if code != ok || errs != "" || !strings.Contains(out, "127.0.0.1") || !strings.Contains(out, "this machine's own traffic") {
		t.Errorf("exit %d, stdout %q, stderr %q", code, out, errs)
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int64{"1": 1, "10k": 10_000, "64MB": 64e6, "2 GB": 2e9, "4MiB": 4 << 20, "1gib": 1 << 30} {
		var got int64
		if err := (size{&got}).Set(in); err != nil || got != want {
			t.Errorf("%q is %d, %v, want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "MB", "-1", "0", "1.5GB", "1TB", "9999999GB", "1 0"} {
		var got int64
		if err := (size{&got}).Set(in); err == nil {
			t.Errorf("%q is %d", in, got)
		}
	}
}
