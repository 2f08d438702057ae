package diagnose

import (
	"strings"
	"testing"

	"sioscope/internal/stories"
)

// TestFramesBlockedSaysWhere: what the other sessions and the hop nearest to the node tell of who withholds a frame is said.
func TestFramesBlockedSaysWhere(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"frames blocked": "Something in the path lets the handshake through",
		"frames blocked: those of others to the same server pass":                            "Other probes to the same server were answered (1), so nothing holds every frame",
		"frames blocked: the probe does not come to the node":                                "the node: the probe did not arrive there",
		"frames blocked: the probe comes to the node, and its answer does not come back":     "the node: its answer (3probe) left there",
		"frames lost at the node: the probe arrives there, and is not answered":              "something in the path: the frame came through to the node",
		"near miss: the client leaves while a busy server has not answered its probe yet":    "the node may have been busy",
		"frames blocked: the client leaves, and the server answered its polls all the while": "Something in the path lets the handshake through",
	}
	all, err := stories.Read("testdata/stories.txt")
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, s := range all {
		words, ok := want[s.Name]
		if !ok {
			continue
		}
		told++
		st, err := s.Play()
		if err != nil {
			t.Fatal(err)
		}
		d := Diagnose(&st.Tracker)
		f := d.Find("frames-blocked")
		if f == nil {
			t.Errorf("%s: not found", s.Name)
			continue
		}
		if said := f.Explanation + "\n" + strings.Join(f.RuledOut, "\n"); !strings.Contains(said, words) {
			t.Errorf("%s: %q is not said:\n%s", s.Name, words, said)
		}
	}
	if told != len(want) {
		t.Errorf("%d of %d stories were told", told, len(want))
	}
}
