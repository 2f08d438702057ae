// Package bench writes captures of Socket.IO traffic to measure sioscope with: whole conversations, from the SYN to the
// last FIN, the same bytes every time. It writes packets only; what reads them is measured elsewhere.
//
// Three kinds, by what makes them hard:
//
//   - small: packets of 155 bytes, one WebSocket frame with one event in each. The cost is per packet.
//   - mtu: segments of 1,448 bytes, full of frames that begin and end anywhere. The cost is per byte and per frame.
//   - polling: GET and POST with heads of 300 to 600 bytes. The cost is HTTP's.
package bench

import "io"

// Totals is what a capture holds.
type Totals struct {
	Bytes       int64 // of the file
	Packets     int64
	Connections int64
	Sessions    int64
	Texts       int64 // WebSocket text messages
	Events      int64 // Socket.IO events, on any transport
	Exchanges   int64 // HTTP requests with their responses
}

// WriteSmall writes a capture of about size bytes with packets of 155 bytes.
func WriteSmall(w io.Writer, size int64) error {
	_, err := write(w, size, small{})
	return err
}

// WriteMTU writes a capture of about size bytes with segments of 1,448 bytes.
func WriteMTU(w io.Writer, size int64) error {
	_, err := write(w, size, mtu{})
	return err
}

// WritePolling writes a capture of about size bytes in which nobody upgrades.
func WritePolling(w io.Writer, size int64) error {
	_, err := write(w, size, polling{})
	return err
}

// A kind is what sessions do between their handshake and their end.
type kind interface {
	open(*session)
	step(*session) // sends a little
	close(*session)
}

const (
	sessionBytes  = 200_000 // a session's share of the file, about
	maxConcurrent = 64
)

// write lets sessions take turns until the file has its size, then ends them all.
func write(w io.Writer, size int64, k kind) (Totals, error) {
	c := newCapture(w)
	active := make([]*session, min(max(1, int(size/2/sessionBytes)), maxConcurrent))
	for c.Bytes < size && c.err == nil {
		i := c.rnd.IntN(len(active))
		switch s := active[i]; {
		case s == nil:
			active[i] = c.newSession()
			k.open(active[i])
		case s.sent > sessionBytes:
			k.close(s)
			active[i] = nil
		default:
			k.step(s)
		}
	}
	for _, s := range active {
		if s != nil {
			k.close(s)
		}
	}
	return c.Totals, c.flush()
}
