package e2e

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
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
	from, to uint16 // see served
	flags    link.Flags
}

// home is where everything listens that these tests start.
var home = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// served is a port at home, 0 elsewhere: clients of a lab, which another package's tests may run, have addresses of
// their own, and with those a port that somebody listens at here.
func served(e link.Endpoint) uint16 {
	if at := e.AddrPort(); at.Addr() == home {
		return at.Port()
	}
	return 0
}

// tapped begins to capture what goes from and to the ports.
func tapped(t *testing.T, ports ...uint16) *wire {
	t.Helper()
	mark, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ports = append(ports, portOf(t, mark.Addr().String()))
	s, err := live.Open(live.Options{Interface: "lo", Match: live.Match{Ports: ports}})
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
	go func() { w.ended <- w.read(from, ports) }()
	t.Cleanup(cancel)
	return w
}

// read takes what passes from and to the ports.
func (w *wire) read(live *io.PipeReader, ports []uint16) error {
	defer live.Close()
	r, err := pcapfile.NewReader(live, "live")
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
		from, to := served(seg.Src), served(seg.Dst)
		if !slices.Contains(ports, from) && !slices.Contains(ports, to) {
			continue
		}
		if to == end {
			select {
			case <-w.marked:
			default:
				close(w.marked)
			}
		}
		p.Data = bytes.Clone(p.Data)
		w.mu.Lock()
		w.packets = append(w.packets, packet{p, from, to, seg.Flags})
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

// TestWireOfOthers: a connection from another address of loopback, with a port that is listened at here, is not taken
// along.
func TestWireOfOthers(t *testing.T) {
	t.Parallel()
	var at [2]net.Listener
	for i := range at {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		at[i] = l
	}
	port := portOf(t, at[0].Addr().String())
	w := tapped(t, port)
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2), Port: int(port)}}
	for _, d := range []net.Dialer{from, {}} {
		to := at[0]
		if d.LocalAddr != nil {
			to = at[1]
		}
		c, err := d.Dial("tcp4", to.Addr().String())
		if err != nil {
			t.Skip("there is one address of loopback alone:", err)
		}
		_ = c.Close()
	}
	w.end(t)
	if len(w.packets) == 0 {
		t.Error("nothing was captured of the port's own")
	}
	for _, p := range w.packets {
		var d link.Decoder
		var seg link.Segment
		if d.Decode(p.Link, p.Time, p.Data, p.OrigLen, &seg); seg.Src.AddrPort().Addr() != home || seg.Dst.AddrPort().Addr() != home {
			t.Errorf("a packet from %v to %v", seg.Src.AddrPort(), seg.Dst.AddrPort())
		}
	}
}
