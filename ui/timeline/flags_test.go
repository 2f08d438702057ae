package timeline

import (
	"fmt"
	"testing"

	"sioscope/protocol/session"
)

func TestWordsDoNotOverprint(t *testing.T) {
	t.Parallel()
	tr := crowd(12, 0, 0)
	for i, s := range tr.Sessions {
		for k := range int64(4) {
			at := t0 + int64(i)*20e9 + k*(30e9+int64(i)*9e9)
			p := session.Probe{Request: at, Failed: at + 5e9}
			if k == 3 {
				p.Failed, p.Upgrade = 0, at+5e9
			}
			s.Probes = append(s.Probes, p)
		}
	}
	in := input(t, tr)
	for k := range int64(9) {
		in.Flags = append(in.Flags, Flag{Time: t0 + k*k*14e9, Text: fmt.Sprintf("Server forbids connections %d: on", k)})
	}
	for _, h := range []int{600, 130, 330} {
		in.H = h
		var scene Scene
		l := lay(in, &scene)
		list := l.names
		if len(list) < 3 {
			t.Fatalf("%d high, only %d names are written", h, len(list))
		}
		for i, a := range list {
			for _, b := range list[:i] {
				if a.meets(b) {
					t.Errorf("%d high, %v is written over %v", h, a, b)
				}
			}
		}
	}
}

func TestFlagIsNamedWhereNothingIs(t *testing.T) {
	t.Parallel()
	tr := crowd(12, 0, 0)
	for _, s := range tr.Sessions[:4] {
		s.History[0].To, s.LastSeen = t0+400e9, t0+400e9
	}
	in := input(t, tr)
	in.Flags = []Flag{{Time: t0 + 500e9, Text: "One node"}}
	in.H = AxisHeight + 6*SessionHeight + 24 // its foot is in the seventh's band
	var scene Scene
	l := lay(in, &scene)
	if len(l.names) != 1 || len(l.bands) != 7 {
		t.Fatalf("%d names and %d bands", len(l.names), len(l.bands))
	}
	for _, b := range l.bands {
		if l.names[0].meets(b) {
			t.Errorf("the flag is named at %v, over the band at %v", l.names[0], b)
		}
	}
}
