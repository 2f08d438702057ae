package recordings

import (
	"testing"

	"sioscope/capture"
)

// TestBesideHAR: a browser's log has status 0 where the browser threw an answer away. Beside a capture of the same traffic
// it hides nothing that the capture proves, and no request counts twice, whichever is named first.
func TestBesideHAR(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"v4v2": "protocol-version-mismatch", "cors": "cors-refused", "preflight": "preflight-unanswered"} {
		packets, log := capture.Input{Path: "testdata/beside/traffic/" + name + ".pcap"}, capture.Input{Path: "testdata/beside/traffic/" + name + ".har"}
		for _, inputs := range [][]capture.Input{{packets}, {log, packets}, {packets, log}} {
			tr, d := diagnosed(t, &capture.Files{Inputs: inputs})
			if len(d.Findings) != 1 || d.Findings[0].ID != want {
				t.Errorf("%s of %d files: %v", name, len(inputs), findings(&d))
			}
			if opened := len(tr.Sessions); opened+len(tr.Refused) != 3 && (len(inputs) > 1 || name != "preflight") {
				t.Errorf("%s of %d files: %d sessions, %d refused handshakes", name, len(inputs), opened, len(tr.Refused))
			}
			for _, e := range tr.Refused {
				if (e.Status == 0) != (name == "preflight") {
					t.Errorf("%s of %d files: a handshake was answered %d", name, len(inputs), e.Status)
				}
			}
		}
	}
}
