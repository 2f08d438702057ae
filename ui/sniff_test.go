package ui

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/capture/live"
	"sioscope/protocol/session"
	"sioscope/ui/store"
)

// capturing is a program in the place of sio, which captures nothing: a script.
func capturing(t *testing.T, script string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the program is a script of the shell")
	}
	path := filepath.Join(t.TempDir(), "sio")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", filepath.Dir(path))
	t.Setenv("PATH", filepath.Dir(path)) // no dumpcap, no tcpdump
	return path
}

func loopback(t *testing.T) string {
	t.Helper()
	all, err := live.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	return first(all)
}

func TestSniffStartPauseStop(t *testing.T) {
	demo, err := filepath.Abs("../assets/demo.pcap")
	if err != nil {
		t.Fatal(err)
	}
	path := capturing(t, `echo "$@" >"$0.args"; /bin/cat `+demo+`; exec /bin/sleep 600`)
	w, posted := liveWindow(t)
	p := w.sniffer
	p.path = path
	w.askSniff()
	if p.faces.chosen != loopback(t) || p.faces.rows[p.faces.chosen].below.full == "" {
		t.Errorf("%q is chosen, and is %q", p.faces.chosen, p.faces.rows[p.faces.chosen].below.full)
	}
	p.ports.SetText("3000, http")
	p.start.OnTapped()
	if w.store != nil || p.portsIn.wrong.says != "Want a port from 1 to 65535." {
		t.Errorf("a port of letters is %q", p.portsIn.wrong.says)
	}
	p.ports.SetText("3000")
	if p.portsIn.wrong.says != "" {
		t.Errorf("once it is mended it is still %q", p.portsIn.wrong.says)
	}
	p.ports.SetText("3000, 8080")
	p.hosts.SetText("10.0.0.0/8")
	p.start.OnTapped()
	defer w.ends(t, posted)
	loop(t, posted, func() bool { return w.sessions() > 0 })
	loop(t, posted, func() bool { return p.state.full == "Capturing on "+p.faces.chosen+", with sio" })
	args, err := os.ReadFile(path + ".args")
	if want := "sniff -w - -i " + p.faces.chosen + " --port 3000 --port 8080 --host 10.0.0.0/8\n"; err != nil || string(args) != want {
		t.Errorf("it was started with %q, %v, want %q", args, err, want)
	}
	if p.start.Visible() || !p.running.Visible() {
		t.Error("it can be started while it runs")
	}
	if got := p.faces.rows[p.faces.chosen].seen; got != "1 session" {
		t.Errorf("of the interface is said that %q was seen", got)
	}
	w.types(ctrl(fyne.KeyP))
	if !strings.HasPrefix(p.state.full, "Paused") || p.pause.Text != "Go on" || !(user{t, w}).menuItem("Go on  (Ctrl+P)") {
		t.Errorf("paused, it says %q and offers %q", p.state.full, p.pause.Text)
	}
	w.tools.pause.OnTapped()
	if !strings.HasPrefix(p.state.full, "Capturing") || p.pause.Text != "Pause" {
		t.Errorf("it says %q and offers %q", p.state.full, p.pause.Text)
	}
	p.stop.OnTapped()
	loop(t, posted, func() bool { return p.start.Visible() && !p.running.Visible() })
	if n := w.sessions(); n == 0 || p.denied.cause.says != "" {
		t.Errorf("stopped, %d sessions are left, and it says %q", n, p.denied.cause.says)
	}
	w.showSide(nil)
	if p.faces.stop != nil {
		t.Error("interfaces are looked at with the panel closed")
	}
}

func TestSniffWithoutPermission(t *testing.T) {
	path := capturing(t, `echo "sio: sniff: the program sio is not allowed to capture on x; type once: …" >&2; exit 2`)
	w, posted := liveWindow(t)
	p := w.sniffer
	p.path = path
	lo := loopback(t)
	w.Sniff(live.Options{Interface: lo, Match: live.Match{Ports: []uint16{13000}, Hosts: []netip.Prefix{netip.MustParsePrefix("::1/128")}}})
	defer w.ends(t, posted)
	if p.ports.Text != "13000" || p.hosts.Text != "::1/128" {
		t.Errorf("the form has %q and %q", p.ports.Text, p.hosts.Text)
	}
	want := "The program sio is not allowed to capture on " + lo
	loop(t, posted, func() bool { return strings.HasPrefix(p.denied.cause.says, want) && w.settled && !w.Live() })
	w.pull()
	if got := w.verdict.title.full; got != "Nothing could be captured on "+lo {
		t.Errorf("the verdict is %q", got)
	}
	if !p.start.Visible() {
		t.Error("it cannot be started again")
	}
	if runtime.GOOS != "linux" {
		return
	}
	command := "sudo setcap cap_net_raw,cap_net_admin=eip " + path
	if p.denied.command != command || !p.denied.typed.Visible() {
		t.Errorf("the command is %q, want %q", p.denied.command, command)
	}
	w.copy(p.denied.command)
	if got := w.app.Clipboard().Content(); got != command {
		t.Errorf("copied %q", got)
	}
	w.OpenDemo() // what else there is works as ever
	loop(t, posted, func() bool { return w.sessions() > 0 })
}

// TestEndedEarly: where sessions were seen, the verdict goes on to be about them, and the strip says that no more comes.
func TestEndedEarly(t *testing.T) {
	t.Parallel()
	tr, st := &session.Tracker{Sessions: []*session.Session{{}}}, &store.State{Live: true, Done: true, Err: errors.New("sio, which captured, ended: signal: killed")}
	if got, want := notes(nil, tr, nil, st), "It ended early: sio, which captured, ended: signal: killed."; len(got) != 1 || got[0] != want {
		t.Errorf("got %q, want %q", got, want)
	}
	st.Err = nil
	if got := notes(nil, tr, nil, st); len(got) != 0 {
		t.Errorf("of one that was stopped: %q", got)
	}
}

func TestSniffHelperDies(t *testing.T) {
	path := capturing(t, `echo "sio: sniff: the interface x is gone" >&2; exit 2`)
	w, posted := liveWindow(t)
	w.sniffer.path = path
	w.Sniff(live.Options{Interface: loopback(t)})
	defer w.ends(t, posted)
	loop(t, posted, func() bool { return w.sniffer.denied.cause.says == "Sio ended: the interface x is gone." })
	if w.sniffer.denied.typed.Visible() {
		t.Error("a command is offered for what no command mends")
	}
}
