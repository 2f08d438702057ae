package ui_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/internal/lab"
)

// Stories of QA: is it WebSocket, yes or no, and evidence that can be filed.

func TestQAConfirmsWebSocketInACapture(t *testing.T) {
	p := sits(t, nil)
	path := customers(t, "direct-v4/capture.pcap", "release.pcap")
	p.Drop(path)
	p.Sees("On WebSocket: all 3 sessions", "Nothing is wrong as far as this capture shows")
	p.Click("Details")
	p.Sees("3 sessions moved from polling to WebSocket")
	p.Press("Esc")
	p.passes("Data for programs (JSON)")
	out := filepath.Join(filepath.Dir(path), "release.json")
	p.Sees("Saved: " + out)
	var report struct {
		Schema  string
		Verdict struct{ State string }
	}
	if err := json.Unmarshal([]byte(p.file(out)), &report); err != nil {
		t.Fatal(err)
	}
	if report.Schema != "sioscope.report/1" || report.Verdict.State != "websocket" {
		t.Errorf("the report says %+v", report)
	}
}

func TestQAChecksAServiceThatReachesWebSocket(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+T")
	p.Types(developed(t, lab.CookieAffinity))
	p.Sees("Sends up to")
	p.Press("Enter")
	p.Sees("Check again")
	p.SeesRow("on WebSocket")
	p.Press("Ctrl+R")
	p.Sees("Copied: ")
	p.Copied("websocket")
}

func TestQAChecksAServiceThatDoesNot(t *testing.T) {
	p := sits(t, nil)
	p.Click("Check…")
	p.Fill("URL of the service", developed(t))
	p.Press("Enter")
	p.Sees("Check again", "On polling, not WebSocket")
	p.SeesRow("not on WebSocket")
	p.Types("w")
	p.Finds("Tried here")
	p.Sees("Works: ")
	p.Click("Close")
	p.Click("Export")
	p.Click("Copy for a ticket")
	p.Sees("Copied: ")
	p.Copied("no-affinity-per-connection")
}

func TestQASavesAPictureOfTheTimeline(t *testing.T) {
	p := sits(t, nil)
	path := customers(t, "node-restart/capture.pcap", "restart.pcap")
	p.Drop(path)
	p.Sees("restarted")
	for name, item := range map[string]string{"restart.svg": "Picture of the timeline (SVG)", "restart.md": "Text for a ticket (Markdown)", "restart.txt": "Text, as on", "restart.png": "Picture of the timeline (PNG)", "restart-window.png": "Picture of this window"} {
		p.passes(item)
		out := filepath.Join(filepath.Dir(path), name)
		p.Sees("Saved: " + out)
		if f, err := os.Stat(out); err != nil || f.Size() < 500 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if svg := p.file(filepath.Join(filepath.Dir(path), "restart.svg")); !strings.Contains(svg, "<svg") {
		t.Error("the picture is no SVG")
	}
}

func TestQAWorksInASmallWindowInTheLightTheme(t *testing.T) {
	p := sits(t, nil)
	p.Resize(900, 566)
	p.Menu("View", "Theme", "Light")
	p.Drop(customers(t, "forbidden-websocket/capture.pcap", "forbidden.pcap"))
	p.Sees("No session comes about", "no entry for you")
	for _, tab := range []string{"Data", "Headers", "Bytes", "Meaning"} {
		p.Press("Down")
		p.Click(tab)
	}
	p.Menu("Help", "Keys and mouse")
	p.Press("Esc")
	p.Menu("Help", "About sioscope")
	p.Press("Esc")
}
