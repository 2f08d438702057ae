package recordings

import (
	"regexp"
	"slices"
	"testing"

	"sioscope/capture"
	"sioscope/capture/extract"
	"sioscope/protocol/redact"
)

// TestExportsHaveNoSecrets: of a client that sends secrets in all the ways there are, each with the word SEKRET in it, what
// is exported has those that nothing tells from a chat's texts, and no other.
func TestExportsHaveNoSecrets(t *testing.T) {
	t.Parallel()
	const file = "testdata/secrets/by-place.pcap"
	in := &capture.Files{Inputs: []capture.Input{{Path: file}}}
	tr, d := diagnosed(t, in)
	_, _, _, packets := saved(t, in, tr, &d, extract.What{Of: tr.Sessions}, redact.Redactor{})
	_, archive := written(t, file, redact.Redactor{})
	_, open := written(t, file, redact.Redactor{Off: true})
	if n := len(secret.FindAll(open, -1)); n < 60 {
		t.Fatalf("the recording has %d secrets", n)
	}
	want := []string{"SEKRET28_message", "SEKRET29_join", "SEKRET80", "SEKRET81", "SEKRET99ackjoin", "SEKRET99ackmessage"}
	for name, export := range map[string][]byte{"pcapng": packets, "HAR": archive} {
		var got []string
		for _, s := range secret.FindAll(export, -1) {
			got = append(got, string(s))
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("the %s has %q, want %q", name, got, want)
		}
	}
}

var secret = regexp.MustCompile(`SEKRET\w+`)
