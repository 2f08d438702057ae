package e2e

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"sioscope/capture"
	"sioscope/capture/link"
	"sioscope/capture/live"
	"sioscope/capture/pcapfile"
)

// A wire is what passes on loopback from and to some ports, captured live.
type wire struct {
	mark   net.Listener // nobody but end connects to it, which shows that everything before has been captured
	cancel context.CancelFunc
	ended  chan error
	marked chan struct{}

	mu      sync.Mutex
	packets []packet      // of everybody's
	more    chan struct{} // closed and replaced with every packet
}

type packet struct {
	pcapfile.Packet
	from, to uint16
	flags    link.Flags
}

// tapped begins to capture what goes from and to the ports.
func tapped(t *testing.T, ports ...uint16) *wire {
	t.Helper()
	mark, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := live.Open(live.Options{Interface: "lo", Match: live.Match{Ports: append(ports, portOf(t, mark.Addr().String()))}})
	if errors.Is(err, capture.ErrPermission) {
		t.Skip("capturing needs CAP_NET_RAW: run this as root")
	}
	if err != nil {
		t.Skipf("nothing can be captured here: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	w := &wire{mark: mark, cancel: cancel, ended: make(chan error, 2), marked: make(chan struct{}), more: make(chan struct{})}
	from, to := io.Pipe()
	go func() {
		w.ended <- s.Run(ctx, bufio.NewWriter(to))
		to.Close()
		s.Close()
	}()
	go func() { w.ended <- w.read(from) }()
	t.Cleanup(cancel)
	return w
}

func (w *wire) read(from *io.PipeReader) error {
	defer from.Close()
	r, err := pcapfile.NewReader(from, "live")
	if err != nil {
		return err
	}
	var d link.Decoder
	var seg link.Segment
	end := uint16(w.mark.Addr().(*net.TCPAddr).Port)
	for {
		p, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if d.Decode(p.Link, p.Time, p.Data, p.OrigLen, &seg) != link.TCP {
			continue
		}
		if seg.Dst.Port == end {
			select {
			case <-w.marked:
			default:
				close(w.marked)
			}
		}
		p.Data = bytes.Clone(p.Data)
		w.mu.Lock()
		w.packets = append(w.packets, packet{p, seg.Src.Port, seg.Dst.Port, seg.Flags})
		close(w.more)
		w.more = make(chan struct{})
		w.mu.Unlock()
	}
}

// await waits for a number of packets.
func (w *wire) await(t *testing.T, packets int) {
	t.Helper()
	w.until(t, func(all []packet) bool { return len(all) >= packets })
}

// until waits for the packets to be what is wanted.
func (w *wire) until(t *testing.T, wanted func([]packet) bool) {
	t.Helper()
	late := time.After(patience)
	for {
		w.mu.Lock()
		all, more := w.packets, w.more
		w.mu.Unlock()
		if wanted(all) {
			return
		}
		select {
		case <-more:
		case <-late:
			t.Fatalf("the wanted packets did not come within %v: %d others did", patience, len(all))
		}
	}
}

// end ends it, with everything that was sent until now.
func (w *wire) end(t *testing.T) {
	t.Helper()
	c, err := net.Dial("tcp", w.mark.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	<-w.marked
	w.cancel()
	if err := errors.Join(<-w.ended, <-w.ended); err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	_ = w.mark.Close()
}

// save writes what went from and to the ports as pcapng, compressed, with the keys, and gives its length.
func (w *wire) save(t *testing.T, path, keys string, ports ...uint16) int64 {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pcapfile.NewWriter(z, "sioscope")
	if keys != "" {
		log, unread := os.ReadFile(keys)
		err = errors.Join(err, unread, out.Secrets(pcapfile.Secret{Type: pcapfile.TLSKeyLog, Data: log}))
	}
	for i, p := range w.packets {
		if i == 0 {
			err = errors.Join(err, out.Interface(pcapfile.Iface{Name: "lo", Link: p.Link}))
		}
		if slices.Contains(ports, p.from) || slices.Contains(ports, p.to) {
			err = errors.Join(err, out.Packet(0, p.Time, p.Data, p.OrigLen))
		}
	}
	if err := errors.Join(err, z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
