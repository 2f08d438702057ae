package redact

import "testing"

func TestFile(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"/home/bob/a.pcap": "a.pcap", `C:\Users\bob\a b.pcap`: "a b.pcap", "c:/x/a.pcap": "a.pcap", `\\server\bob\a.pcap`: "a.pcap",
		"a.pcap": "a.pcap", "dir/a.pcap": "dir/a.pcap", "standard input": "standard input", "": "", "node: x": "node: x",
	} {
		if got := (Redactor{}).File(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
		if got := (Redactor{Off: true}).File(in); got != in {
			t.Errorf("Off: %q became %q", in, got)
		}
	}
	const said = "/home/bob/a.pcap and /home/bob/b.pcap differ"
	if got := (Redactor{}).Files(said, "/home/bob/a.pcap", "", "/home/bob/b.pcap", "/"); got != "a.pcap and b.pcap differ" {
		t.Errorf("it says %q", got)
	}
}
