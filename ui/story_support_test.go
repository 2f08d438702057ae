package ui_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/assets"
	"sioscope/protocol/fact"
	"sioscope/ui"
	"sioscope/ui/store"
)

// Stories of support: a customer's file, one minute, and tokens that must not go further.

func TestSupportOpensACustomersHARAndCopiesTheAnswer(t *testing.T) {
	p := sits(t, nil)
	p.Drop(customers(t, "elb-http-strip/browser-0.har", "customer.har"))
	p.Sees("On polling, not WebSocket: the one session never upgraded", "a HAR cannot say why")
	p.Sees("which does not show the nodes' addresses")
	p.Click("Copy")
	p.Copied("asked for WebSocket, was answered 400")
	p.Copied("To be sure")
	p.Press("Ctrl+R")
	p.Sees("Copied: ")
	p.Copied("polling: the one session never upgraded")
}

func TestSupportSeesWhyInOneDialogAndGoesToTheProof(t *testing.T) {
	p := sits(t, nil)
	p.Drop(customers(t, "nginx-rr-v4/capture.pcap", "customer.pcap"))
	p.Sees("Session ID unknown")
	p.Click("Why and fix")
	p.Sees("map $http_upgrade")
	p.Press("Esc")
	p.Misses("map $http_upgrade")
	p.Types("w")
	p.Sees("map $http_upgrade")
	p.Click("1.415 s conn 7")
	p.Misses("map $http_upgrade")
	p.Sees("400 on the post", "1.415")
}

func TestSupportOpensABrokenFileAndThenAGoodOne(t *testing.T) {
	p := sits(t, nil)
	p.Drop(sent(t, "notes.pcap", []byte("this is no capture")))
	p.Sees("notes.pcap is no capture, HAR file or key log, and was not opened.")
	p.Drop(sent(t, "empty.pcap", nil))
	p.Sees("empty.pcap is")
	p.Drop("/no/such.pcap")
	p.Sees("such.pcap cannot be read")
	p.Drop(sent(t, "torn.pcap", assets.Demo[:20]))
	p.Sees("torn.pcap")
	p.Misses("On polling")
	p.Drop(sent(t, "good.pcap", assets.Demo))
	p.Sees("On polling, not WebSocket: the one session never upgraded")
	if strings.Contains(strings.Join(p.recent(), " "), "notes") {
		t.Errorf("what could not be read is remembered: %q", p.recent())
	}
}

// recent are the files that the menu offers again.
func (p *person) recent() (names []string) {
	for _, m := range p.w.Fyne().MainMenu().Items[0].Items {
		if m.Label == "Open recent" {
			for _, i := range m.ChildMenu.Items {
				if !i.IsSeparator {
					names = append(names, i.Label)
				}
			}
		}
	}
	return names
}

func TestSupportIsToldOfACutFile(t *testing.T) {
	p := sits(t, nil)
	p.Drop(sent(t, "cut.pcap", assets.Demo[:len(assets.Demo)-100]))
	p.Sees("On polling, not WebSocket", "cut.pcap is cut short: it ends within packet 68")
	p.Menu("File", "About this capture")
	p.Sees("18 of its bytes", "Close")
	p.Press("Enter")
	p.Misses("Close")
}

func TestSupportOpensAZippedCapture(t *testing.T) {
	p := sits(t, nil)
	p.Drop(customers(t, "nginx-per-request/capture.pcapng.gz", "big.pcapng.gz"))
	p.Sees("big.pcapng.gz", "The balancer sends requests of one session to several nodes")
}

func TestSupportReadsAnEncryptedCaptureWithTheKeysThatCameAlong(t *testing.T) {
	p := sits(t, nil)
	capture, keys := customers(t, "tls13-keylog/capture.pcap", "tls.pcap"), customers(t, "tls13-keylog/keys.log", "keys.log")
	p.Drop(capture)
	p.Sees("encrypted", "Give a key log")
	p.Click("Give a key log")
	p.Fill("Key log", "/no/such.log")
	p.Press("Enter")
	p.Sees("/no/such.log")
	p.Fill("Key log", keys)
	p.Press("Enter")
	p.Misses("Give a key log")
	p.Sees("upgrade request")
	p.Menu("File", "Close capture")
	p.Drop(capture)
	p.Sees("upgrade request")
}

func TestSupportDropsACaptureOfTheBalancerWithItsNodes(t *testing.T) {
	p := sits(t, nil)
	p.Drop(customers(t, "lb-and-nodes/capture.pcap", "lb.pcap"), sent(t, "browser.pcap", assets.Demo))
	p.Sees("lb.pcap, browser.pcap", "5 sessions")
	p.Menu("File", "About this capture")
	p.Sees("lb.pcap", "browser.pcap", "Close")
	p.Press("Esc")
	p.Misses("Close")
}

func TestSupportAddsTheCaptureOfANode(t *testing.T) {
	p := sits(t, nil)
	if p.Offers("File", "Add a capture") {
		t.Error("something can be added to nothing")
	}
	p.Drop(sent(t, "lb.pcap", assets.Demo))
	p.Sees("1 session")
	node := customers(t, "lb-and-nodes/capture.pcap", "node.pcap")
	p.Menu("File", "Add a capture")
	p.Fill("File", node)
	p.Press("Enter")
	p.Sees("5 sessions", "node.pcap")
}

func TestSupportFindsYesterdaysCaptureAfterARestart(t *testing.T) {
	p := sits(t, nil)
	path := sent(t, "yesterday.pcap", assets.Demo)
	p.Drop(path)
	p.Sees("yesterday.pcap", "On polling")
	p.Menu("View", "Theme", "Light")
	p.Menu("View", "Time of day")
	p.CloseWindow()
	p.Again(p.open)
	p.Sees("Which transport is really in use?", "Recent")
	p.Click("yesterday.pcap")
	p.Sees("On polling, not WebSocket")
	p.SeesRow("09:10:58.051", "handshake")
	p.Menu("File", "Close capture")
	p.Menu("File", "Open recent", p.recent()[0])
	p.Sees("On polling, not WebSocket")
}

// A slow source tells something, and then nothing for as long as it is let.
type slow struct{}

func (slow) Run(ctx context.Context, emit fact.Emit) error {
	if err := recording().Run(ctx, emit); err != nil {
		return err
	}
	emit(&fact.Note{File: "huge.pcap", Text: "is huge"})
	<-ctx.Done()
	return ctx.Err()
}

func TestSupportCancelsALongReadAndKeepsWhatWasRead(t *testing.T) {
	p := sits(t, func(o *ui.Options) { o.Files = func([]string) store.Source { return slow{} } })
	p.Drop(sent(t, "huge.pcap", assets.Demo))
	p.Sees("huge.pcap: is huge", "Cancel")
	p.Click("Cancel")
	p.Sees("Reading was cancelled: this is what was read until then")
	p.Sees("upgrade request")
	p.Misses("Cancel")
}

func TestSupportPassesThePacketsOnWithoutTokens(t *testing.T) {
	p := sits(t, nil)
	path := sent(t, "customer.pcap", assets.Demo)
	p.Drop(path)
	p.Sees("On polling")
	p.chooses("Packets (pcapng)")
	out := filepath.Join(filepath.Dir(path), "passed.pcapng")
	p.Sees("Mask secrets (tokens, cookies, auth)", "1 session with 13 packets")
	p.Fill("File", out)
	p.Press("Enter")
	p.Sees("Written: ", "passed.pcapng")
	p.Press("Enter")
	p.Drop(out)
	p.Sees("passed.pcapng", "On polling, not WebSocket: the one session never upgraded")
}

// chooses opens the form for saving, and chooses as what.
func (p *person) chooses(form string) {
	p.Helper()
	p.Click("Export")
	p.Click("Page (HTML)")
	p.Click(form)
}

// passes saves what is open, by the name that is proposed.
func (p *person) passes(form string) {
	p.Helper()
	p.chooses(form)
	p.Click("Save")
}

func TestSupportSavesBesideTheCaptureAndReplacesNothingUnasked(t *testing.T) {
	p := sits(t, nil)
	path := sent(t, "customer.pcap", assets.Demo)
	other := filepath.Join(filepath.Dir(path), "customer.html")
	if err := os.WriteFile(other, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Drop(path)
	p.Sees("On polling")
	p.Click("Export")
	p.Press("Enter")
	p.Sees("Replace the file?", "customer.html")
	p.Click("Cancel")
	if p.file(other) != "precious" {
		t.Error("it was replaced unasked")
	}
	p.Press("Enter")
	p.Click("Replace")
	p.Sees("Saved: " + other)
	if !strings.Contains(p.file(other), "Session ID unknown") {
		t.Error("the page does not say why")
	}
}

func TestSupportShowsSecretsOnlyWhenAsked(t *testing.T) {
	p := sits(t, nil)
	p.Drop(customers(t, "both-haproxy-cookie/capture.pcapng", "cookies.pcapng"))
	p.Sees("On WebSocket: all 5 sessions")
	p.Types("nr")
	p.Press("Down", "Down")
	p.Types("3")
	p.Sees("POST /socket.io/", "SERVERID=***", "Show secrets")
	masked := p.Screen()
	p.Click("Show secrets")
	if p.Screen() == masked {
		t.Error("nothing else is shown")
	}
	p.Click("Show secrets")
	if p.Screen() != masked {
		t.Error("secrets stay in sight")
	}
}

func TestSupportOpensACaptureWithoutSocketIO(t *testing.T) {
	p := sits(t, nil)
	b := make([]byte, 24) // a pcap with no packet in it
	copy(b, assets.Demo[:24])
	p.Drop(sent(t, "other.pcap", b))
	p.Sees("No packet of Engine.IO is in this capture")
}

// TestSupportExportsByEnding: the ending of a typed name chooses what is written, and what is chosen the ending.
func TestSupportExportsByEnding(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+D")
	p.Sees("16 of 16 rows")
	out := filepath.Join(t.TempDir(), "ticket.json")
	p.Press("Ctrl+E")
	p.Fill("File", out)
	p.Sees("Data for programs (JSON)")
	p.Press("Enter")
	p.Misses("Mask secrets")
	if text := p.file(out); !strings.HasPrefix(text, `{"schema"`) {
		t.Errorf("%.60s", text)
	}
	p.Press("Ctrl+E")
	p.Fill("File", out)
	p.Click("Data for programs (JSON)")
	p.Click("Text for a ticket (Markdown)")
	p.Sees("ticket.md")
	p.Click("Save")
	p.Misses("Mask secrets")
	if text := p.file(strings.TrimSuffix(out, "json") + "md"); !strings.HasPrefix(text, "## ") {
		t.Errorf("%.60s", text)
	}
	p.Press("Ctrl+E")
	other := strings.TrimSuffix(out, "json")
	p.Fill("File", other+"xml")
	p.Press("Enter")
	p.Sees("Nothing is saved as .xml here; end the name with one of .har .html .json")
	if _, err := os.Stat(other + "xml"); err == nil {
		t.Error("a page is in a file for XML")
	}
	p.Fill("File", other+"v2")
	p.Press("Enter")
	p.Misses("Mask secrets")
	if text := p.file(other + "v2"); !strings.Contains(text, "<html") {
		t.Errorf("%.60s", text)
	}
}
