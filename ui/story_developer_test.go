package ui_test

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"sioscope/capture/live"
	"sioscope/internal/lab"
	"sioscope/internal/nowhere"
	"sioscope/ui/timeline"
)

// Stories of developers: what their own service does now, and what would mend it.

// service is a lab without visitors of its own, with faults, until the test is over: what somebody develops.
func developed(t *testing.T, faults ...string) string {
	t.Helper()
	l, err := lab.Start(lab.Options{Clients: -1, Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l.URL()
}

func TestDeveloperFlipsAFaultInTheLabAndSeesTheNodeChange(t *testing.T) {
	p := sits(t, nil)
	p.Click("Look at the lab")
	p.Sees("On polling, not WebSocket: 3 of 3 sessions never upgraded", "Session ID unknown")
	p.Types("p")
	p.SeesRow("not A", "refused 400", "Session ID unknown")
	p.Types("p")
	p.Click("Affinity by cookie")
	p.Sees("On WebSocket: all", "Since “Affinity by cookie”")
	p.Click("Upgrade header stripped")
	p.Sees("On polling, not WebSocket", "Since “Upgrade header stripped: on”")
	p.Click("Upgrade header stripped")
	p.Click("One node")
	p.Sees("On WebSocket: all", "Since “One node”")
	p.Press("Ctrl+L")
	p.Misses("How the balancer chooses a node")
}

func TestDeveloperRestartsANodeAndSeesWhoWasCutOff(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+L")
	p.Sees("3 of 3 sessions never upgraded")
	p.Click("Affinity by cookie")
	p.Sees("On WebSocket: all")
	p.Click("Restart a node now")
	p.Until("it tells of the restart", func() bool { return p.Reads("restarted") || p.Reads("answered 503") || p.Reads("The server ended") })
}

func TestDeveloperStopsWhatIsLiveAndReadsIt(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+L")
	p.Sees("3 of 3 sessions never upgraded", "● live")
	p.Types("f")
	p.Sees("Follow live")
	p.Press("Space")
	p.Misses("Follow live")
	p.Click("Stop")
	p.Sees("over after", "Watch it again")
	rows := p.counted()
	p.Rest()
	if got := p.counted(); got != rows {
		t.Errorf("stopped, it went from %q to %q", rows, got)
	}
	p.Click("Watch it again")
	p.Sees("● live")
}

// counted is how many rows the table says it has.
func (p *person) counted() string {
	for _, row := range p.Rows() {
		for _, s := range row {
			if strings.Contains(s, " of ") && strings.HasSuffix(s, " rows") {
				return s
			}
		}
	}
	return ""
}

func TestDeveloperConnectsEmitsAndGetsAnAck(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+N")
	p.Types("localhost:3000")
	p.Press("Enter")
	p.Sees("The URL has no scheme; write http://localhost:3000.")
	p.Fill("URL of the service", developed(t, lab.SingleNode))
	p.Click("Connect")
	p.Press("Enter")
	p.Sees("Connected, on WebSocket")
	p.Fill("Event", "say")
	p.Fill("Arguments (JSON)", `"lobby", {"n": 1}`)
	p.Click("Ask for an ack")
	p.Click("Emit")
	p.Sees("ack after")
	p.SeesRow("out", "message", "EVENT", `["say"`)
	p.Click("Disconnect")
	p.Sees("Disconnected")
}

func TestDeveloperReconnectsOnPollingAlone(t *testing.T) {
	p := sits(t, nil)
	p.Menu("File", "Connect")
	p.Fill("URL of the service", developed(t, lab.SingleNode))
	p.Press("Enter")
	p.Sees("Connected, on WebSocket")
	p.Click("Polling, then WebSocket")
	p.Click("Polling only")
	p.Sees("Reconnect applies this")
	p.Click("Reconnect")
	p.Sees("Connected, on polling", "2 sessions")
	p.CloseWindow()
	p.Again(p.open)
	p.Menu("File", "Recent URLs", p.urls()[0])
	p.Sees("Connected, on polling")
}

// urls are those that the menu offers to connect to again.
func (p *person) urls() (list []string) {
	for _, i := range p.w.Fyne().MainMenu().Items[0].Items {
		if i.Label == "Recent URLs" {
			for _, c := range i.ChildMenu.Items {
				list = append(list, c.Label)
			}
		}
	}
	return list
}

func TestDeveloperIsToldThatNobodyListens(t *testing.T) {
	address := nowhere.Address(t)
	p := sits(t, nil)
	p.Press("Ctrl+N")
	p.Types("http://" + address)
	p.Press("Enter")
	p.Sees("No session with "+address, address+" refuses connections: nothing listens there", "Reconnect")
}

func TestDeveloperChecksAndCancels(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p := sits(t, nil)
	p.Press("Ctrl+T")
	p.Types("http://" + l.Addr().String())
	p.Sees("Sends up to")
	p.Press("Enter")
	p.Sees("running", "Experiments are run")
	p.Click("Cancel")
	p.Sees("Cancelled after", "cancelled")
}

func TestDeveloperWalksThePacketsWithTheKeyboardAlone(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+D")
	p.Sees("On polling, not WebSocket", "16 of 16 rows")
	p.Types("nr")
	p.Press("Down", "Down", "Down")
	p.Sees("upgrade request: may this session use WebSocket?", "conn 2")
	p.Types("3")
	p.Sees("Upgrade: websocket")
	p.Press("Ctrl+C")
	p.Copied("Upgrade: websocket")
	p.Press("Down")
	p.Types("1")
	p.Sees("does not know this session")
	p.Types("h")
	if got := p.counted(); got == "16 of 16 rows" {
		t.Error("heartbeats are still shown")
	}
	p.Types("hp")
	p.SeesRow("refused 400")
	p.Types("p")
	p.Press("Esc", "Esc")
	p.Sees("The balancer sends every connection to another node")
	p.Types("?")
	p.Sees("Keys and mouse", "zooms at the mouse")
	p.Press("Esc")
	p.Misses("Keys and mouse")
	p.Tabs("Why and fix")
	p.Press("Enter")
	p.Sees("Ruled out")
	p.Press("Esc")
	p.Press("Ctrl+W")
	p.Sees("Which transport is really in use?")
}

func TestDeveloperSearchesAndGoesToWhatWasFound(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+D")
	p.Sees("16 of 16 rows")
	p.Types("/")
	p.Types("unknown")
	p.Sees("1 of 16 rows")
	p.SeesRow("refused 400", "Session ID unknown")
	p.Press("Enter")
	p.Sees("does not know this session")
	p.Press("Ctrl+F")
	p.Types("nonsense")
	p.Sees("Nothing matches")
	p.Press("Esc")
	p.Sees("16 of 16 rows")
}

func TestDeveloperClicksAtTheRefusedRequestInTheTimeline(t *testing.T) {
	p := sits(t, nil)
	p.Menu("File", "Demo recording")
	p.Sees("16 of 16 rows")
	at := p.inTimeline(refused)
	p.Point(at)
	p.Sees("  ·  09:10:58.")
	p.ClickAt(at)
	p.Sees("400 on the upgrade request")
	p.Menu("Edit", "Copy Wireshark filter")
	p.Copied("tcp.port == 48650")
	p.RightClickAt(at)
	p.Click("Copy sid")
	p.Copied("32ZQ1nFjLnuHUbr3AAAA")
}

// refused is the demo's request for WebSocket.
func refused(h timeline.Hit) bool { return h.Kind == timeline.HitExchange && h.Conn == 1 }

// capturing puts a program called sio first into PATH, and nothing else: a script in the place of the one that captures.
func capturing(t *testing.T, script string) (path string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the program is a script of the shell")
	}
	path = sent(t, "sio", []byte("#!/bin/sh\n"+script+"\n"))
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", filepath.Dir(path))
	t.Setenv("PATH", filepath.Dir(path))
	return path
}

func TestDeveloperWithoutPermissionGetsTheCommandToType(t *testing.T) {
	path := capturing(t, `echo "sio: sniff: the program sio is not allowed to capture on lo; type once: …" >&2; exit 2`)
	p := sits(t, nil)
	p.Press("Ctrl+I")
	p.Fill("Ports", "3000, http")
	p.Click("Start")
	p.Sees("Want a port from 1 to 65535.")
	p.Fill("Ports", "3000")
	p.Press("Enter")
	p.Sees("The program sio is not allowed to capture on lo", "Nothing could be captured on lo")
	if runtime.GOOS == "linux" {
		p.Click("Copy the command")
		p.Copied("sudo setcap cap_net_raw,cap_net_admin=eip " + path)
	}
	p.Press("Ctrl+D")
	p.Sees("On polling, not WebSocket: the one session never upgraded")
}

func TestDeveloperSniffsPausesStopsAndKeepsThePackets(t *testing.T) {
	demo, err := filepath.Abs("../assets/demo.pcap")
	if err != nil {
		t.Fatal(err)
	}
	capturing(t, `/bin/cat `+demo+`; exec /bin/sleep 600`)
	kept := filepath.Join(t.TempDir(), "kept.pcapng")
	p := sits(t, nil)
	p.Click("Sniff…")
	p.Fill("Keep the packets in a file", kept)
	p.Press("Enter")
	p.Sees("Capturing on", "with sio", "On polling")
	p.Click("Pause")
	p.Sees("Paused: what comes waits", "Go on")
	p.Click("Go on")
	p.Sees("Capturing on")
	p.Click("Stop")
	p.Sees("Start", "over after")
	p.Until("the packets are in the file", func() bool {
		f, err := os.Stat(kept)
		return err == nil && f.Size() > 10_000
	})
	p.Drop(kept)
	p.Sees("kept.pcapng", "On polling, not WebSocket: the one session never upgraded")
}

func TestDeveloperSeesThatTheCaptureDied(t *testing.T) {
	capturing(t, `echo "sio: sniff: the interface x is gone" >&2; exit 2`)
	p := sits(t, nil)
	p.Press("Ctrl+I")
	all, err := live.Interfaces()
	if err != nil || len(all) == 0 {
		t.Skip("there is no interface")
	}
	p.Click("Start")
	p.Sees("the interface x is gone")
}

func TestDeveloperSortsAndKeepsSessionsOfANode(t *testing.T) {
	p := sits(t, nil)
	p.Drop(customers(t, "mixed-fleet/capture.pcap", "fleet.pcap"))
	p.Sees("8 of 17 sessions on WebSocket")
	p.Click("By start")
	p.Click("Trouble first")
	p.Types("k")
	p.Click("On WebSocket · 8 sessions")
	p.Sees("8 of 17: on WebSocket")
	p.Press("Ctrl+Shift+K")
	p.Misses("8 of 17: on WebSocket")
	p.Menu("View", "Sort sessions", "By node")
	p.Sees("By node")
	p.Types("t")
	p.SeesRow("09:", "handshake")
}
