package report

import (
	"strings"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// TestCaptures: of several captures every report tells by what clock they were made; of one there is nothing to tell.
func TestCaptures(t *testing.T) {
	t.Parallel()
	tr := &session.Tracker{}
	lb := fact.File{Number: 1, Name: "/captures/lb.pcap", Label: "lb", Packets: 10, Clock: fact.Clock{Basis: fact.ClockReference, Reference: 1}}
	tr.Add(&lb)
	tr.Finish()
	forms := map[string]func(*strings.Builder) error{
		"text": func(b *strings.Builder) error { return Text(b, Input{Tracker: tr}, Options{Width: 200, Paths: true}) },
		"html": func(b *strings.Builder) error { return HTML(b, Input{Tracker: tr}, nil) },
	}
	for name, print := range forms {
		var b strings.Builder
		if err := print(&b); err != nil || strings.Contains(b.String(), "lb.pcap") {
			t.Errorf("%s of one file: %v %s", name, err, b.String())
		}
	}
	tr.Add(&fact.File{Number: 2, Name: "a.pcap", Packets: 7, Clock: fact.Clock{Basis: fact.ClockRequests, Reference: 1, Ahead: -3600e9, Uncertainty: 31e3, Drift: 50e-6, Pairs: 13}})
	tr.Add(&fact.File{Number: 3, Name: "b.har", Log: true, Packets: 2, Clock: fact.Clock{Basis: fact.ClockUnknown, Reference: 3, Unknown: "none of its requests is in another file too"}})
	for name, print := range forms {
		var b strings.Builder
		if err := print(&b); err != nil {
			t.Error(err)
		}
		for _, want := range []string{
			"lb: /captures/lb.pcap, 10 packets; all times are by its clock",
			"a.pcap: 7 packets; its clock was 3600.000 s behind that of lb (± 31 µs, by 13 requests seen in both), and gained 4.3 s a day: its times are put right",
			"b.har: 2 HAR entries; its times stand as recorded, its clock could not be compared: none of its requests is in another file too",
		} {
			if name == "html" { // which others get to see
				want = strings.Replace(want, "/captures/", "", 1)
			}
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: %s\nis not in\n%s", name, want, b.String())
			}
		}
	}
}
