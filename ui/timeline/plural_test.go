package timeline

import (
	"strings"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

func TestOneRequestIsNoRequests(t *testing.T) {
	c := &session.Conn{Conn: &fact.Conn{ID: 3}, Exchanges: make([]*session.Exchange, 1)}
	if got := describeConn(nil, &session.Tracker{}, c); !strings.Contains(got, ", 1 request,") {
		t.Errorf("it says %q", got)
	}
}
