package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"sioscope/internal/stories"
)

// TestRatioTellsNodes: of N nodes of which any is chosen, N-1 refuse a session's first request after its handshake.
func TestRatioTellsNodes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sessions, refused int
		want              string
	}{
		{12, 6, "as with about 2 nodes"}, {12, 8, "as with about 3 nodes"}, {12, 9, "as with about 4 nodes"},
		{7, 4, ""},   // too few
		{12, 12, ""}, // of any number
		{12, 11, ""}, // one that was answered says little
		{20, 1, ""},  // no balancer without affinity
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%d of %d", test.refused, test.sessions), func(t *testing.T) {
			t.Parallel()
			s := stories.New()
			for i := range test.sessions {
				sid := fmt.Sprintf("%016dAA%c%c", i, 'A'+i/26, 'A'+i%26)
				answer := "200 ok"
				if i < test.refused {
					answer = "400 UNKNOWN"
				}
				for _, line := range [...]string{"> GET /socket.io/?EIO=4&transport=polling&t=1", "< 200 OPEN(" + sid + ")",
					"> POST /socket.io/?EIO=4&transport=polling&sid=" + sid + " 40", "< " + answer} {
					if err := s.Play(fmt.Sprintf("%d %s", i, line)); err != nil {
						t.Fatal(err)
					}
				}
			}
			s.Finish()
			d := Diagnose(&s.Tracker)
			f := d.Find("no-affinity-per-request")
			if f == nil {
				t.Fatalf("found %s", said(d))
			}
			text := ""
			for _, e := range f.Evidence {
				if strings.Contains(e.Text, "first requests after a handshake") {
					text = e.Text
				}
			}
			if test.want == "" && text != "" || !strings.Contains(text, test.want) {
				t.Errorf("said %q, want %q", text, test.want)
			}
		})
	}
}
