package words_test

import (
	"testing"

	"sioscope/ui/words"
)

// TestAnAddressKeepsItsSmallLetter: also where a sentence begins with it.
func TestAnAddressKeepsItsSmallLetter(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"localhost:4999 refuses connections": "localhost:4999 refuses connections.",
		"example.org did not answer":         "example.org did not answer.",
		"/captures/a.pcap is empty":          "/captures/a.pcap is empty.",
		"nothing: no answer came":            "Nothing: no answer came.",
		"name a file":                        "Name a file.",
	} {
		if got := words.Sentence(nil, said); got != want {
			t.Errorf("%q is said as %q, want %q", said, got, want)
		}
	}
}
