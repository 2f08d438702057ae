package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"sioscope/capture"
	"sioscope/capture/link"
	"sioscope/capture/live"
	"sioscope/capture/pcapfile"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// kept is an Output that keeps what it passes on.
type kept struct {
	*bufio.Writer
	all bytes.Buffer
}

func (k *kept) Write(p []byte) (int, error) {
	k.all.Write(p)
	return k.Writer.Write(p)
}

// TestSniff: a real server and a real client talk over loopback, and who watches the interface finds their session and
// its upgrade while they do; no packet is counted twice.
func TestSniff(t *testing.T) {
	t.Parallel()
	server := Serve(t, Options{})
	s, err := live.Open(live.Options{Interface: "lo", Match: live.Match{Ports: []uint16{uint16(server.Port)}}})
	if errors.Is(err, capture.ErrPermission) {
		t.Skip("capturing needs CAP_NET_RAW: run this as root")
	}
	if err != nil {
		t.Skipf("nothing can be captured here: %v", err)
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	from, to := io.Pipe()
	out := &kept{Writer: bufio.NewWriter(to)}
	captured := make(chan error, 1)
	go func() {
		captured <- s.Run(ctx, out)
		to.Close()
	}()

	clients := NewClients(t, 4)
	clients.Do(t, Command{Do: "connect", Client: "a", URL: server.URL()})
	tracker := &session.Tracker{}
	moved, events := make(chan bool), 0
	go func() {
		defer cancel()
		clients.Heard(t, "a", "connect", "")
		select {
		case <-moved: // seen live
			clients.Do(t, Command{Do: "emit", Client: "a", Name: "echo", Args: []any{"héllo"}, Ack: true})
			clients.Heard(t, "a", "ack", "echo")
		case <-ctx.Done():
		}
	}()
	files := capture.Files{Inputs: []capture.Input{{Path: "-"}}, Stdin: from}
	err = files.Run(context.Background(), func(f fact.Fact) {
		tracker.Add(f)
		if n := len(tracker.Sessions); n == 1 && events == 0 && tracker.Sessions[0].UpgradedAt != 0 {
			events++
			close(moved)
		}
	})
	if err := errors.Join(err, <-captured); err != nil {
		t.Fatal(err)
	}
	tracker.Finish()
	truth := server.Sessions(t)
	if len(truth) != 1 || len(tracker.Sessions) != 1 {
		t.Fatalf("%d sessions at the server, %d seen", len(truth), len(tracker.Sessions))
	}
	got := tracker.Sessions[0]
	if got.SID != truth[0].SID || got.Upgrade != session.UpgradeDone || got.Events[fact.Out] != 1 || got.Acks[fact.In] != 1 || got.Undecodable != 0 {
		t.Errorf("session %q, want %q: %v, %d events out, %d acks in", got.SID, truth[0].SID, got.Upgrade, got.Events[fact.Out], got.Acks[fact.In])
	}
	if st := tracker.Stats; st.Gaps+st.Dropped+st.Malformed != 0 || st.Packets != distinct(t, &out.all) {
		t.Errorf("%+v", st)
	}
}

// distinct counts the packets of a capture, and fails for one that is there twice: what TCP sends again is another packet
// of IP.
func distinct(t *testing.T, from io.Reader) (n int64) {
	t.Helper()
	r, err := pcapfile.NewReader(from, "live")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var d link.Decoder
	var seg link.Segment
	for {
		p, err := r.Next()
		if err == io.EOF {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
		n++
		if d.Decode(p.Link, p.Time, p.Data, p.OrigLen, &seg) != link.TCP {
			t.Errorf("packet %d is not of TCP", n)
		}
		if seen[string(p.Data)] && len(seg.Payload) > 0 {
			t.Errorf("packet %d was there before: %v to %v, %d", n, seg.Src, seg.Dst, seg.Seq)
		}
		seen[string(p.Data)] = true
	}
}
