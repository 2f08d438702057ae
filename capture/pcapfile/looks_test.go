package pcapfile

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestNotACapture(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"nothing", "", "an empty file"},
		{"three bytes", "abc", "text"},
		{"text", "10:00:01.1 IP a.80 > b.1: Flags [S]\n", "text (a capture is what tcpdump writes with -w)"},
		{"a cut rune", strings.Repeat("é", 255) + "aé", "text"},
		{"HAR", `{"log":{"version":"1.2"}}`, "a HAR file"},
		{"HAR with a byte order mark", "\xef\xbb\xbf{\n \"log\": {", "a HAR file"},
		{"JSON", `{"schema":"sioscope.report/1"}`, "JSON"},
		{"a list", ` [1]`, "JSON"},
		{"a network log of Chrome", `{"constants":{"activeFieldTrialGroups":[],"addressFamily":{"ADDRESS_FAMILY_IPV4":1}}}`, "a network log of Chrome"},
		{"JSON with constants elsewhere", `{"report":{"constants":{}}}`, "JSON"},
		{"HTML", "<!DOCTYPE html>", "HTML or XML"},
		{"ELF", "\x7fELF\x02\x01\x01\x00", "a program (ELF)"},
		{"zip", "PK\x03\x04\x14\x00", "a zip archive"},
		{"zstd", "\x28\xb5\x2f\xfd\x00", "zstd data"},
		{"snoop", "snoop\x00\x00\x00\x00\x00\x00\x02", "a snoop capture"},
		{"bytes", "\x00\x01\x02\x03\x04", "something else"},
		{"a pcapng magic and no more of it", "\n\r\r\n\x00\x00\x00\x1cabcdefgh", "something else"},
		{"zeros", string(make([]byte, 64)), "something else"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for form, in := range map[string]string{"plain": tt.in, "gzip": string(gz(t, []byte(tt.in)))} {
				_, err := NewReader(strings.NewReader(in), "x.pcap")
				var format *FormatError
				if !errors.As(err, &format) || !strings.HasPrefix(format.Looks, tt.want) {
					t.Errorf("%s: got %v, want it to look like %s", form, err, tt.want)
				}
			}
		})
	}
	err := &FormatError{Name: "x.pcap", Looks: "JSON"}
	if want := "x.pcap is not a pcap or pcapng file or a HAR: it looks like JSON"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	dir, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	_, err = NewReader(dir, "captures")
	var format *FormatError
	if !errors.As(err, &format) || format.Looks != "a directory" {
		t.Errorf("got %v", err)
	}
}

func TestCutHeader(t *testing.T) {
	t.Parallel()
	pcap, ng := string(pcapFile(little, magicMicro, 1)), string(sectionBlock(little))
	tests := []struct{ name, in string }{
		{"pcap", pcap[:23]},
		{"pcapng within its magic", ng[:11]},
		{"pcapng", ng[:20]},
		{"gzip within its header", string(gz(t, []byte(pcap))[:5])},
		{"gzip", string(gz(t, []byte(pcap))[:16])},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := readAll(strings.NewReader(tt.in))
			var cut *TruncatedError
			if !errors.As(err, &cut) {
				t.Errorf("got %v", err)
			}
		})
	}
}
