package main

import (
	"strings"
	"testing"

	"sioscope/ui/look"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in, paths, err string
		theme                look.Choice
		scale                float32
	}{
		{"nothing", "", "", "", "", 1},
		{"open", "open a.pcap", "a.pcap", "", "", 1},
		{"several", "open node-a=a.pcap b.pcap", "node-a=a.pcap b.pcap", "", "", 1},
		{"options around", "--theme dark open a.pcap --scale 2", "a.pcap", "", look.Dark, 2},
		{"standard input", "open -", "-", "", "", 1},
		{"no file", "open", "", "open needs a file", "", 1},
		{"unknown verb", "sniff", "", `unknown verb "sniff"`, "", 1},
		{"unknown option", "--colour", "", "unknown option --colour", "", 1},
		{"bad theme", "--theme pink", "", "--theme is", "", 1},
		{"bad size", "--size big", "", "--size is", "", 1},
		{"half a size", "--size 1440", "", "--size is like", "", 1},
		{"small size", "--size 10x10", "", "--size 10x10 is too small: the least is 400x300", "", 1},
		{"large size", "--size 99999x600", "", "is too large", "", 1},
		{"bad scale", "--scale 9", "", "--scale is", "", 1},
		{"value missing", "--size", "", "needs a value", "", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o, err := parse(strings.Fields(tt.in))
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("got error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(o.paths, " "); got != tt.paths || tt.theme != "" && o.theme != tt.theme || o.scale != tt.scale {
				t.Errorf("got %+v", o)
			}
		})
	}
}
