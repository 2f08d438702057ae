package timeline

import (
	"fmt"
	"slices"
	"testing"
)

func texts(s *Scene) (list []string) {
	for _, sh := range s.Shapes {
		if sh.Kind == Text {
			list = append(list, sh.Text)
		}
	}
	return list
}

func TestNotesHaveTheirNumbers(t *testing.T) {
	t.Parallel()
	tr := story()
	in := input(t, tr)
	in.Notes = []Note{{Time: t0 + 1000*ms, Text: "deployed"}, {Time: t0 + 1002*ms, Text: "again"}, {Time: t0 + 4000*ms, Session: tr.Sessions[0].SID, Text: "complaint"}}
	var scene Scene
	Layout(in, &scene)
	var hits []string
	for _, tg := range scene.Targets {
		if tg.Hit.Kind == HitNote {
			hits = append(hits, fmt.Sprintf("%d+%d", tg.Hit.Index, tg.Hit.Count))
			if got := scene.Hit((tg.X0+tg.X1)/2, (tg.Y0+tg.Y1)/2, 0); got.Kind != HitNote {
				t.Errorf("under note %d lies %+v", tg.Hit.Index, got)
			}
		}
	}
	if want := []string{"2+1", "0+2", "2+1"}; !slices.Equal(hits, want) { // the third in its session's line, too
		t.Errorf("the notes hit are %v, want %v", hits, want)
	}
	words := texts(&scene)
	for _, want := range []string{"1–2", "3"} {
		if !slices.Contains(words, want) {
			t.Errorf("no %q is drawn: %q", want, words)
		}
	}
	if slices.Contains(words, "1.0 s") || !slices.Contains(words, "2.0 s") {
		t.Errorf("a time is written beneath the numbers, or another one is missing: %q", words)
	}
	in.View = Fit(t0+995*ms, t0+1010*ms, 1000)
	Layout(in, &scene)
	if words := texts(&scene); !slices.Contains(words, "1") || !slices.Contains(words, "2") || slices.Contains(words, "3") {
		t.Errorf("seen from near, the numbers are not 1 and 2: %q", words)
	}
}

// TestWordsMakeRoomForANote: what stands in the line of a session does not run beneath its note's number.
func TestWordsMakeRoomForANote(t *testing.T) {
	t.Parallel()
	tr := story()
	in := input(t, tr)
	in.Notes = []Note{{Time: t0 + 130*ms, Session: tr.Sessions[0].SID, Text: "x"}}
	var scene Scene
	l := lay(in, &scene)
	for i, a := range l.names {
		for _, b := range l.names[i+1:] {
			if a.meets(b) {
				t.Errorf("%v and %v overlap", a, b)
			}
		}
	}
}
