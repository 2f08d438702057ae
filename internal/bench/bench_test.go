package bench

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sioscope/protocol/wsframe"
)

const testSize = 1_000_000

var kinds = map[string]kind{"small": small{}, "mtu": mtu{}, "polling": polling{}}

func TestWrite(t *testing.T) {
	t.Parallel()
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var file bytes.Buffer
			want, err := write(&file, testSize, k)
			if err != nil {
				t.Fatal(err)
			}
			if n := int64(file.Len()); n != want.Bytes || n < testSize || n > testSize*11/10 {
				t.Errorf("%d bytes were written, %d reported, %d wanted", n, want.Bytes, testSize)
			}
			if want.Sessions < 3 {
				t.Errorf("%d sessions", want.Sessions)
			}
			packets, conns := read(t, file.Bytes())
			if n := int64(len(packets)); n != want.Packets {
				t.Errorf("%d packets, want %d", n, want.Packets)
			}
			got := Totals{want.Bytes, want.Packets, int64(len(conns)), want.Sessions, 0, 0, 0}
			for _, c := range conns {
				c.count(t, &got)
			}
			if got != want {
				t.Errorf("the streams hold %+v\nwant %+v", got, want)
			}
			checkShape(t, name, packets, conns)
		})
	}
}

// checkShape holds each kind against what it is for.
func checkShape(t *testing.T, name string, packets [][]byte, conns map[string]*stream) {
	typical := 0
	for _, p := range packets {
		if name == "small" && len(p) == smallPacket || name == "mtu" && len(p) == maxSegment+headersSize {
			typical++
		}
	}
	if name != "polling" && typical < len(packets)*7/10 {
		t.Errorf("%d of %d packets have the size they should have", typical, len(packets))
	}
	for _, c := range conns {
		for _, dir := range c.bytes {
			for _, head := range regexp.MustCompile(`(?s)(GET|POST|HTTP/1.1 200).*?\r\n\r\n`).FindAll(dir, -1) {
				if len(head) < 300 || len(head) > 600 {
					t.Fatalf("a head of %d bytes: %q", len(head), head)
				}
			}
		}
	}
}

func TestSameEveryTime(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(io.Writer, int64) error{"small": WriteSmall, "mtu": WriteMTU, "polling": WritePolling} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sums [2][32]byte
			for i := range sums {
				var file bytes.Buffer
				if err := f(&file, testSize/4); err != nil {
					t.Fatal(err)
				}
				sums[i] = sha256.Sum256(file.Bytes())
			}
			if sums[0] != sums[1] {
				t.Error("two captures differ")
			}
		})
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteError(t *testing.T) {
	t.Parallel()
	if err := WriteSmall(failing{}, 10_000_000); err != io.ErrShortWrite {
		t.Errorf("got %v", err)
	}
}

// Another program reads the captures the same way, and finds nothing odd about them.
func TestWireshark(t *testing.T) {
	t.Parallel()
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed")
	}
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), name+".pcap")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := write(f, testSize, k)
			if err != nil || f.Close() != nil {
				t.Fatal(err)
			}
			run := func(args ...string) string {
				out, err := exec.Command(tshark, append([]string{"-n", "-r", path, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"}, args...)...).Output()
				if err != nil {
					t.Fatal(err)
				}
				return string(out)
			}
			const odd = `tcp.analysis.flags || tcp.checksum.status == "Bad" || ip.checksum.status == "Bad" || _ws.malformed`
			if out := run("-Y", odd); out != "" {
				t.Errorf("not clean:\n%.1000s", out)
			}
			if n := int64(strings.Count(run("-Y", "http.request", "-T", "fields", "-e", "frame.number"), "\n")); n != want.Exchanges {
				t.Errorf("%d requests, want %d", n, want.Exchanges)
			}
			texts := regexp.MustCompile(`(?m)^ +(?:\S*truncated\S* ?)?42\["event",`).FindAllString(run("-Y", "websocket", "-O", "websocket,data-text-lines"), -1)
			if n := int64(len(texts)); name != "polling" && n != want.Events {
				t.Errorf("%d events, want %d", n, want.Events)
			}
		})
	}
}

// A stream is what both ends of a connection sent.
type stream struct {
	next  [2]uint32
	bytes [2][]byte
}

// read returns the packets of a capture and its connections; sequence and acknowledgement numbers must fit.
func read(t *testing.T, file []byte) ([][]byte, map[string]*stream) {
	var packets [][]byte
	conns := map[string]*stream{}
	for file = file[24:]; len(file) > 0; {
		n := binary.LittleEndian.Uint32(file[8:])
		p := file[16 : 16+n]
		file = file[16+n:]
		packets = append(packets, p)

		from, src, dst := client, 26, 30
		if binary.BigEndian.Uint16(p[34:]) == serverPort {
			from, src, dst = server, 30, 26
		}
		key := string(p[src:src+4]) + string(p[dst:dst+4]) + string(p[34+2*from:36+2*from])
		c, flags := conns[key], p[47]
		seq, ack := binary.BigEndian.Uint32(p[38:]), binary.BigEndian.Uint32(p[42:])
		if flags&flagSYN != 0 {
			if c == nil {
				c = new(stream)
				conns[key] = c
			}
			c.next[from] = seq
		}
		if c == nil || seq != c.next[from] || flags&flagACK != 0 && ack != c.next[1-from] {
			t.Fatalf("packet %d does not fit", len(packets))
		}
		payload := p[34+int(p[46]>>4)*4:]
		c.next[from] += uint32(len(payload))
		if flags&(flagSYN|flagFIN) != 0 {
			c.next[from]++
		}
		c.bytes[from] = append(c.bytes[from], payload...)
	}
	return packets, conns
}

// count adds what the stream holds to the totals.
func (c *stream) count(t *testing.T, n *Totals) {
	requests := regexp.MustCompile(`(?:GET|POST) \S+ HTTP/1.1\r\n`)
	n.Exchanges += int64(len(requests.FindAll(c.bytes[client], -1)))
	upgraded := bytes.HasPrefix(c.bytes[server], []byte(switching))
	for from, p := range c.bytes {
		if !upgraded {
			n.Events += int64(bytes.Count(p, []byte(`42["event",{`)))
			continue
		}
		_, frames, _ := bytes.Cut(p, []byte("\r\n\r\n"))
		d := wsframe.Decoder{FromClient: from == client}
		emit := func(m *wsframe.Message) {
			if m.Flaw != 0 || m.Incomplete {
				t.Errorf("message %q", m.Payload)
			}
			if m.Opcode == wsframe.Text {
				n.Texts++
			}
			if bytes.HasPrefix(m.Payload, []byte(`42["event",{`)) {
				n.Events++
			}
		}
		if err := d.Write(1, frames, emit); err != nil {
			t.Error(err)
		}
		d.Close(1, emit)
	}
}
