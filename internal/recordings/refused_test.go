package recordings

import (
	"strings"
	"testing"

	"sioscope/capture"
)

// TestRefused: connections that got an RST for their SYN are known as refused, and those that were cut later are not.
func TestRefused(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{"testdata/gone/capture.pcapng.gz": true, "testdata/nginx-rr-v4/capture.pcap": false} {
		if said := track(t, capture.Input{Path: path}).RefusedPorts(nil); strings.Contains(said, "nothing listens there") != want {
			t.Errorf("%s: %q", path, said)
		}
	}
}
