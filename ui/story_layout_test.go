package ui_test

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"sioscope/assets"
	"sioscope/internal/lab"
	"sioscope/ui"
	"sioscope/ui/look"
)

// A screen is what somebody may have before them, and how they get there.
type screen struct {
	name string
	get  func(*person)
}

// screens are all panels and dialogs, and captures that have much to say.
func screens(t *testing.T) []screen {
	drops := func(recorded string, sees string, keys ...string) func(*person) {
		return func(p *person) {
			p.Drop(customers(t, recorded, "customer-"+strings.ReplaceAll(recorded, "/", "-")))
			p.Until("it is read", func() bool { return p.Reads(sees) })
			p.Rest()
			p.Press(keys...)
		}
	}
	demo := func(keys ...string) func(*person) {
		return func(p *person) {
			p.Press("Ctrl+D")
			p.Until("it is read", func() bool { return p.Reads("16") })
			p.Rest()
			for _, k := range keys {
				if len([]rune(k)) == 1 {
					p.Types(k)
				} else {
					p.Press(k)
				}
			}
		}
	}
	return []screen{
		{"empty", func(*person) {}},
		{"empty with recent files", func(p *person) {
			for _, name := range []string{"a.pcap", strings.Repeat("a long name ", 12) + ".pcap"} {
				p.Drop(sent(t, name, assets.Demo))
				p.Sees("16")
				p.Press("Ctrl+W")
			}
		}},
		{"demo", demo()},
		{"demo, time of day", demo("t")},
		{"demo, a packet", demo("n", "r", "Down", "Down", "Down", "Down")},
		{"demo, Data", demo("n", "r", "Down", "2")},
		{"demo, Headers", demo("n", "r", "Down", "Down", "Down", "3")},
		{"demo, Bytes", demo("n", "r", "Down", "4")},
		{"demo, nothing found", demo("/", "n", "o", "n")},
		{"demo, problems only", demo("p", "h")},
		{"why and fix", demo("w")},
		{"keys", demo("?")},
		{"keys of the empty window", func(p *person) { p.Press("F1") }},
		{"about", func(p *person) { p.Menu(p.w.S("Help"), p.w.S("About sioscope…")) }},
		{"export", demo("Ctrl+E")},
		{"export of a capture", drops("elb-http-strip/capture.pcap", "stX3lz", "Ctrl+E")},
		{"TLS keys", demo("Ctrl+K")},
		{"a file to choose", func(p *person) {
			p.Press("Ctrl+O")
			p.Types(sent(t, strings.Repeat("a long name ", 9)+".pcap", assets.Demo))
			p.Click(p.w.S("Choose…"))
		}},
		{"a directory to choose", func(p *person) { demo("Ctrl+E")(p); p.Click(p.w.S("Choose…")) }},
		{"sessions to show", drops("mixed-fleet/capture.pcap", "8", "k")},
		{"fleet", drops("mixed-fleet/capture.pcap", "8")},
		{"encrypted", drops("tls13-keylog/capture.pcap", "9")},
		{"HAR", drops("elb-http-strip/browser-0.har", "17")},
		{"node restarted", drops("node-restart/capture.pcap", "A")},
		{"namespaces", drops("namespaces/capture.pcap", "A", "Down", "Down", "Down")},
		{"cut", drops("cut-file/capture.pcap", "A")},
		{"broken", func(p *person) {
			p.Drop(sent(t, "broken.pcap", append(assets.Demo[:24:24], 1, 2, 3)))
			p.Sees("broken.pcap")
		}},
		{"no file", func(p *person) { p.Drop("/no/such.pcap"); p.Sees("such.pcap") }},
		{"Sniff", func(p *person) { p.Press("Ctrl+I") }},
		{"Sniff without permission", func(p *person) {
			capturing(t, `echo "sio: sniff: the program sio is not allowed to capture on lo; type once: …" >&2; exit 2`)
			p.Press("Ctrl+I", "Enter")
			p.Sees("setcap")
		}},
		{"Connect", func(p *person) { p.Press("Ctrl+N") }},
		{"Connect, all options", func(p *person) { p.Press("Ctrl+N"); p.Click(p.w.S("More options")) }},
		{"Connect, wrong", func(p *person) { p.Press("Ctrl+N"); p.Types("localhost:3000"); p.Press("Enter") }},
		{"Connected", func(p *person) {
			p.Press("Ctrl+N")
			p.Types(developed(t, lab.SingleNode))
			p.Press("Enter")
			p.Sees(p.w.S("Connected, on WebSocket"))
			p.Rest()
			p.Click(p.w.S("Emit"))
		}},
		{"nobody listens", func(p *person) { p.Press("Ctrl+N"); p.Types("http://127.0.0.1:1"); p.Press("Enter"); p.Rest() }},
		{"Check", func(p *person) { p.Press("Ctrl+T") }},
		{"Check, all options", func(p *person) { p.Press("Ctrl+T"); p.Click(p.w.S("More options")) }},
		{"Check done", func(p *person) {
			p.Press("Ctrl+T")
			p.Types(developed(t))
			p.Press("Enter")
			p.Sees(p.w.S("Check again"))
			p.Rest()
		}},
		{"QA view", demo("q")},
		{"evidence", demo("q", "Ctrl+S")},
		{"compare", demo("Ctrl+J")},
		{"comparison", func(p *person) {
			p.Drop(sent(t, "before.pcap", assets.Demo))
			p.Until("it is read", func() bool { return p.Reads("16") })
			p.Press("Ctrl+J")
			p.Types(customers(t, "direct-v3/capture.pcapng", "after.pcapng"))
			p.Press("Enter")
			p.Sees(p.w.S("What differs"))
			p.Rest()
		}},
		{"measured", demo("n", "r", "m", "Down", "Down", "Down", "m")},
		{"a note", demo("n", "r", "a")},
		{"hits", demo("/", "p", "i", "n", "g", "Enter", "F3")},
		{"kinds of packets", demo("e")},
		{"Lab", func(p *person) {
			p.Press("Ctrl+L")
			p.Sees("3")
			p.Rest()
		}},
	}
}

// TestNoTextIsCutOrOverlapsInAnyLanguageAndSize: on every screen, every text has its room, or ends in dots.
func TestNoTextIsCutOrOverlapsInAnyLanguageAndSize(t *testing.T) {
	if raced {
		t.Skip("every screen is looked at in a run of its own: make test")
	}
	sizes := []fyne.Size{{Width: 900, Height: 566}, {Width: 1440, Height: 866}, {Width: 3840, Height: 2126}} // below a menu bar
	for i, s := range screens(t) {
		for k, language := range []string{"en", "ja"} {
			t.Run(s.name+" "+language, func(t *testing.T) {
				p := sits(t, func(o *ui.Options) {
					o.Language, o.Theme = language, []look.Choice{look.Dark, look.Light}[(i+k)%2]
				})
				p.Overlook()
				p.Resize(sizes[0].Width, sizes[0].Height)
				s.get(p)
				for _, size := range sizes {
					p.Resize(size.Width, size.Height)
					p.Rest()
					if found := p.Untidy(); len(found) > 0 {
						p.Picture(fmt.Sprint(size.Width))
						t.Errorf("at %g by %g:\n%s", size.Width, size.Height, strings.Join(found[:min(len(found), 8)], "\n"))
					}
					if _, menu := p.w.Fyne().Canvas().Overlays().Top().(*widget.PopUpMenu); menu {
						break // Fyne leaves it where it is
					}
				}
			})
		}
	}
}
