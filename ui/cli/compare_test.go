package cli

import "testing"

func TestSources(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ a, b, wantA, wantB string }{
		{"dev.pcap", "prod.pcap", "dev.pcap", "prod.pcap"},
		{"/a/dev.pcap", "/b/prod.pcap", "dev.pcap", "prod.pcap"},
		{"/srv/dev/capture.pcap", "/srv/prod/capture.pcap", "dev/capture.pcap", "prod/capture.pcap"},
		{"capture.pcap", "old/capture.pcap", "capture.pcap", "capture.pcap"},
		{"a.pcap", "a.pcap", "a.pcap", "a.pcap"},
		{"-", "a.pcap", "-", "a.pcap"},
	} {
		if got := sources(tt.a, tt.b); got != [2]string{tt.wantA, tt.wantB} {
			t.Errorf("%s and %s: got %q", tt.a, tt.b, got)
		}
	}
}

func TestSideNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ a, b, want string }{
		{"", "", "A B"}, {"dev", "prod", "dev prod"}, {"dev", "dev", "A B"}, {"dev", "", "A B"}, {"", "prod", "A B"},
	} {
		if got := sideNames(tt.a, tt.b); got[0]+" "+got[1] != tt.want {
			t.Errorf("%q and %q: got %q", tt.a, tt.b, got)
		}
	}
}
