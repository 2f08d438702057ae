package conn_test

import (
	"crypto/tls"
	"slices"
	"testing"

	"sioscope/internal/convo"
	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

// TestTLSAborted: a TLS connection that ends is aborted where no request fits into what its client sent, and where all of
// that is known.
func TestTLSAborted(t *testing.T) {
	t.Parallel()
	request := func(n int) convo.Turn { // a record of n bytes, under protection or not
		return convo.Turn{Dir: fact.Out, At: 1e9, Data: append([]byte{23, 3, 3, byte(n >> 8), byte(n)}, make([]byte, n)...)}
	}
	gap := func(dir fact.Dir) convo.Turn { return convo.Turn{Dir: dir, At: 1e9, Gap: true, Lost: 100} }
	tests := []struct {
		name    string
		version uint16
		more    []convo.Turn
		open    bool // the capture ends before the connection
		want    bool
	}{
		{"1.3, an alert", tls.VersionTLS13, []convo.Turn{request(19)}, false, true},
		{"1.3, a request", tls.VersionTLS13, []convo.Turn{request(120)}, false, false},
		{"1.3, a request in small pieces", tls.VersionTLS13, slices.Repeat([]convo.Turn{request(25)}, 10), false, false},
		{"1.3, bytes are missing", tls.VersionTLS13, []convo.Turn{gap(fact.Out)}, false, false},
		{"1.3, the server's are", tls.VersionTLS13, []convo.Turn{gap(fact.In)}, false, true},
		{"1.3, still open", tls.VersionTLS13, nil, true, false},
		{"1.2", tls.VersionTLS12, nil, false, true},
		{"1.2, a request", tls.VersionTLS12, []convo.Turn{request(75)}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			turns := append(handshake(t, &tls.Config{}, &tls.Config{MaxVersion: tt.version}), tt.more...)
			play := func(turns []convo.Turn, emit fact.Emit) {
				c := conn.New(&fact.Conn{ID: 1}, nil)
				c.Open(1e5, true)
				for _, turn := range turns {
					if turn.Gap {
						c.Gap(turn.Dir, turn.At, turn.Lost, emit)
					} else {
						c.Write(turn.Dir, turn.At, turn.Data, emit)
					}
				}
				if tt.open {
					c.Close(2e9, emit)
				} else {
					c.End(2e9, emit)
				}
			}
			var last *fact.TLS
			play(turns, func(f fact.Fact) {
				if f, ok := f.(*fact.TLS); ok {
					last = f
				}
			})
			if last.Aborted != tt.want || (last.Reason == "") != tt.want {
				t.Errorf("aborted %v, reason %q", last.Aborted, last.Reason)
			}
			convo.CheckSplits(t, turns, convo.Facts(turns, play), play)
		})
	}
}
