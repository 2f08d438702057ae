package words

import (
	"net/netip"
	"testing"

	"sioscope/protocol/session"
)

// TestEndsWithoutAClient: a HAR need not have the browser's address.
func TestEndsWithoutAClient(t *testing.T) {
	t.Parallel()
	s := &session.Session{Server: netip.MustParseAddrPort("192.0.2.1:80"), Path: "/socket.io/"}
	if got, want := new(Writer).ends(s), "client unknown, server 192.0.2.1:80"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}
