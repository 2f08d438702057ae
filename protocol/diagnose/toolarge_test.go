package diagnose

import (
	"testing"

	"sioscope/internal/stories"
)

// TestTooLargeFixes: limits of bodies are not those of a WebSocket, and who is on one is not told to use it.
func TestTooLargeFixes(t *testing.T) {
	t.Parallel()
	want := map[string]bool{"payload too large on a websocket": false, "verdict: a session that was used until a message was too large broke": true}
	all, err := stories.Read("testdata/stories.txt")
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, s := range all {
		others, ok := want[s.Name]
		if !ok {
			continue
		}
		told++
		st, err := s.Play()
		if err != nil {
			t.Fatal(err)
		}
		d := Diagnose(&st.Tracker)
		fixes := d.Find("payload-too-large").Fixes
		if len(only(fixes, "server")) != 1 || len(only(fixes, "nginx", "client")) > 0 != others {
			t.Errorf("%s: %+v", s.Name, fixes)
		}
	}
	if told != len(want) {
		t.Errorf("%d of %d stories were told", told, len(want))
	}
}
