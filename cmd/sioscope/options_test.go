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
		{"keys", "open --keylog keys.log a.pcap", "a.pcap", "", "", 1},
		{"keys missing", "open a.pcap --keylog", "", "--keylog needs a value", "", 1},
		{"keys for nothing", "lab --keylog keys.log", "", "--keylog is for open", "", 1},
		{"standard input", "open -", "-", "", "", 1},
		{"the demo", "open", "", "", "", 1},
		{"connect", "connect --theme dark --transports websocket http://localhost:1", "--transports websocket http://localhost:1", "", look.Dark, 1},
		{"connect with bad flags", "connect --auth {", "", "connect: --auth is no JSON", "", 1},
		{"check", "check http://localhost:1 --size 900x600", "http://localhost:1", "", "", 1},
		{"three checks", "check http://a http://b http://c", "", "the window shows one URL, got 3", "", 1},
		{"two captures", "open --compare dev=a.pcap prod=b.pcap", "dev=a.pcap prod=b.pcap", "", "", 1},
		{"one to compare", "open --compare a.pcap", "", "open: --compare takes two captures, got 1", "", 1},
		{"two services", "check dev=http://localhost:1 prod=http://localhost:2", "dev=http://localhost:1 prod=http://localhost:2", "", "", 1},
		{"two services, one of them none", "check dev=http://localhost:1 prod=ftp://x", "", "check: ", "", 1},
		{"lab", "lab --fault cookie --nodes 3", "--fault cookie --nodes 3", "", "", 1},
		{"lab with too many nodes", "lab --nodes 99", "", "lab: --nodes 99: want 1 to 26", "", 1},
		{"bad wait", "--wait long", "", "--wait is a time such as 4s", "", 1},
		{"sniff", "sniff -i lo --port 3000", "-i lo --port 3000", "", "", 1},
		{"sniff a file", "sniff x.pcap", "", `sniff: want no arguments, got "x.pcap"`, "", 1},
		{"unknown verb", "watch", "", `unknown verb "watch"`, "", 1},
		{"unknown option", "--colour", "", "unknown option --colour", "", 1},
		{"language", "--lang ja open a.pcap", "a.pcap", "", "", 1},
		{"no language of ours", "--lang fr", "", `--lang is en or ja, not "fr"`, "", 1},
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
			if want := map[bool]string{true: "keys.log"}[tt.name == "keys"]; o.keyLog != want {
				t.Errorf("keys from %q, want %q", o.keyLog, want)
			}
			if got := strings.Join(o.rest(), " "); got != tt.paths || tt.theme != "" && o.theme != tt.theme || o.scale != tt.scale {
				t.Errorf("got %+v", o)
			}
		})
	}
}
