package session

import (
	"strings"
	"testing"
)

func TestMayBePackets(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		"6": true, "96:0{": true, "\x00\x01\xff0": true, "\x01\x02\xff4": true,
		"bAAEC": true, "bAAE=\x1e4hello": true, "b" + strings.Repeat("AAEC", 100): true,
		"blocked by policy": false, "blocked": false, "bad request\n": false, "b": false, "<html>": false, "upgrade required": false,
	} {
		if got := mayBePackets([]byte(body)); got != want {
			t.Errorf("%q: %v", body, got)
		}
	}
}
