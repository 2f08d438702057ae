package capture

import (
	"bytes"
	"context"
	"encoding/binary"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
	"sioscope/capture/scrub"
	"sioscope/protocol/fact"
)

// A wire writes packets of one TCP connection, with right checksums.
type wire struct {
	t    *testing.T
	out  *pcapfile.Writer
	ends [2]netip.AddrPort
	seq  [2]uint32
	at   int64
}

// segment is an IP packet.
func (w *wire) segment(from int, flags link.Flags, seq uint32, payload string) []byte {
	seg := link.Segment{Src: endpoint(w.ends[from]), Dst: endpoint(w.ends[1-from]), Seq: seq, Ack: w.seq[1-from], Flags: flags, Window: 1000, Payload: []byte(payload)}
	return rawPacket(&seg)
}

func endpoint(a netip.AddrPort) link.Endpoint {
	return link.Endpoint{Addr: a.Addr().As16(), Port: a.Port()}
}

func (w *wire) packet(data []byte, origLen int) {
	w.at += 1e6
	if err := w.out.Packet(0, w.at, data, origLen); err != nil {
		w.t.Fatal(err)
	}
}

// say sends something, once for each of the ways in which it goes: "whole", "fragments", "again" (a retransmission in
// other pieces), "cut" (stored short).
func (w *wire) say(from int, payload string, ways ...string) {
	for _, way := range ways {
		p := w.segment(from, link.ACK|link.PSH, w.seq[from], payload)
		switch way {
		case "whole":
			w.packet(p, len(p))
		case "cut":
			w.packet(p[:len(p)-10], len(p))
		case "again":
			for i := 0; i < len(payload); i += 50 {
				p := w.segment(from, link.ACK, w.seq[from]+uint32(i), payload[i:min(i+60, len(payload))])
				w.packet(p, len(p))
			}
		case "fragments":
			for at := 0; at < len(p)-20; at += 48 {
				f := append(bytes.Clone(p[:20]), p[20+at:min(20+at+48, len(p))]...)
				place := uint16(at / 8)
				if 20+at+48 < len(p) {
					place |= 0x2000
				}
				binary.BigEndian.PutUint16(f[2:], uint16(len(f)))
				binary.BigEndian.PutUint16(f[4:], 77)
				binary.BigEndian.PutUint16(f[6:], place)
				w.packet(f, len(f))
			}
		}
	}
	w.seq[from] += uint32(len(payload))
}

// captured is a file with one connection: what its client says (the first of each pair) and what it is answered.
func captured(t *testing.T, ends [2]string, way []string, talk ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.pcapng")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, err := pcapfile.NewWriter(f, "test")
	if err == nil {
		err = out.Interface(pcapfile.Iface{Name: "x", Link: link.Raw})
	}
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{t: t, out: out, ends: [2]netip.AddrPort{netip.MustParseAddrPort(ends[0]), netip.MustParseAddrPort(ends[1])}, seq: [2]uint32{4294967290, 99}, at: 1e18}
	for from, flags := range []link.Flags{link.SYN, link.SYN | link.ACK} {
		p := w.segment(from, flags, w.seq[from], "")
		w.seq[from]++
		w.packet(p, len(p))
	}
	for i, text := range talk {
		w.say(i%2, text, way...)
	}
	return path
}

const (
	asked    = "GET /socket.io/?EIO=4&transport=polling&token=geheim1 HTTP/1.1\r\nHost: example.org\r\nCookie: a=geheim2; b=geheim3\r\n\r\n"
	answered = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nSet-Cookie: io=geheim4; Path=/\r\nContent-Length: 97\r\n\r\n" +
		`0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"x":"1234"}`
)

// TestSavePackets: secrets are masked however their packets came, and checksums are right that were.
func TestSavePackets(t *testing.T) {
	t.Parallel()
	v4, v6 := [2]string{"192.0.2.1:40000", "192.0.2.2:80"}, [2]string{"[2001:db8::1]:40000", "[2001:db8::2]:80"}
	for _, tt := range []struct {
		name   string
		ends   [2]string
		ways   []string
		joined int
	}{
		{"whole", v4, []string{"whole"}, 0},
		{"IPv6", v6, []string{"whole"}, 0},
		{"twice", v4, []string{"whole", "again", "whole"}, 0},
		{"in IP fragments", v4, []string{"fragments"}, 2},
		{"stored short, and again", v6, []string{"cut", "whole"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := Files{Inputs: []Input{{Path: captured(t, tt.ends, tt.ways, asked, answered)}}}
			choice := &scrub.Choice{Requests: map[int64]bool{}, Answers: map[int64]bool{}}
			if err := files.Run(context.Background(), func(f fact.Fact) {
				switch f := f.(type) {
				case *fact.Request:
					choice.Requests[f.Start] = true
				case *fact.Response:
					choice.Answers[f.Start] = true
				}
			}); err != nil || len(choice.Requests) != 1 {
				t.Fatal(choice, err)
			}
			var out bytes.Buffer
			saved, err := files.Save(context.Background(), &out, &Part{App: "sioscope", Conns: map[int]*scrub.Choice{1: choice}})
			if err != nil || saved.Joined != tt.joined {
				t.Fatalf("%+v, %v", saved, err)
			}
			if strings.Contains(out.String(), "geheim") || !strings.Contains(out.String(), "lv_VI97HAXpY6yYWAAAC") || !strings.Contains(out.String(), "Host: example.org") {
				t.Errorf("written is %q", out.String())
			}
			checkSums(t, out.Bytes())
		})
	}
}

// checkSums looks at every whole packet.
func checkSums(t *testing.T, file []byte) {
	t.Helper()
	r, err := pcapfile.NewReader(bytes.NewReader(file), "out")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for p, err := r.Next(); err == nil; p, err = r.Next() {
		if len(p.Data) < p.OrigLen {
			continue
		}
		n++
		tcp, addresses := p.Data[20:], p.Data[12:20]
		if p.Data[0]>>4 == 6 {
			tcp, addresses = p.Data[40:], p.Data[8:40]
		} else if folded(p.Data[:20], 0) != 0xffff {
			t.Errorf("the IP checksum of packet %d is wrong", n)
		}
		if sum := folded(tcp, folded(addresses, 6+uint32(len(tcp)))); sum != 0xffff {
			t.Errorf("the TCP checksum of packet %d is wrong: %#x", n, sum)
		}
	}
	if n < 4 {
		t.Errorf("%d packets", n)
	}
}

// TestSaveChanged: files that are no longer what they were give an error, and no wrong packets.
func TestSaveChanged(t *testing.T) {
	t.Parallel()
	path := captured(t, [2]string{"192.0.2.1:40000", "192.0.2.2:80"}, []string{"whole"}, asked, answered)
	files := Files{Inputs: []Input{{Path: path}}}
	var out bytes.Buffer
	if _, err := files.Save(context.Background(), &out, &Part{Conns: map[int]*scrub.Choice{7: {}}}); err != ErrNothing {
		t.Errorf("a connection that is not there: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := files.Save(ctx, &out, &Part{Conns: map[int]*scrub.Choice{1: {}}}); err != context.Canceled {
		t.Errorf("cancelled: %v", err)
	}
}
