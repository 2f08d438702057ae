package capture

import (
	"strings"
	"testing"
)

// TestAborted: Chromium leaves a TLS connection when it sees a certificate that it does not trust, and makes another one.
// Nothing can be missed in the first, so it is not among those that could not be read, with keys of others or with none.
func TestAborted(t *testing.T) {
	t.Parallel()
	for _, version := range [...]string{"12", "13"} {
		for name, keys := range map[string][]string{"no keys": nil, "keys of others": {recordings + "tls13-keylog/keys.log"}} {
			t.Run(version+", "+name, func(t *testing.T) {
				t.Parallel()
				got, stats := facts(t, Files{Inputs: []Input{{Path: "testdata/aborted-tls" + version + ".pcap"}}, Keys: keys})
				if stats.Encrypted != 0 || stats.Aborted != 1 || !strings.Contains(got, `reason="" [aborted]`) {
					t.Errorf("%d encrypted, %d aborted:\n%s", stats.Encrypted, stats.Aborted, got)
				}
			})
		}
	}
	if _, stats := facts(t, Files{Inputs: []Input{{Path: recordings + "tls13-keylog/capture.pcap"}}}); stats.Aborted != 0 || stats.Encrypted == 0 {
		t.Errorf("of a recording that is all sessions %d are said to be aborted, %d encrypted", stats.Aborted, stats.Encrypted)
	}
}
