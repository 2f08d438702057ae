package recordings

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/capture/pcapfile"
	"sioscope/protocol/session"
)

// shuffled is a recording whose packets are written in another order.
func shuffled(t *testing.T, file string, shuffle func([]pcapfile.Packet) []pcapfile.Packet) []byte {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pcapfile.NewReader(f, file)
	if err != nil {
		t.Fatal(err)
	}
	var all []pcapfile.Packet
	for {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		p.Data = bytes.Clone(p.Data)
		all = append(all, p)
	}
	var out bytes.Buffer
	w, err := pcapfile.NewWriter(&out, "test")
	err = errors.Join(err, w.Interface(pcapfile.Iface{Link: all[0].Link}))
	for _, p := range shuffle(all) {
		err = errors.Join(err, w.Packet(0, p.Time, p.Data, p.OrigLen))
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// opened reads a capture of such bytes.
func opened(t *testing.T, b []byte) *session.Tracker {
	t.Helper()
	path := filepath.Join(t.TempDir(), "capture.pcapng")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return picture(t, capture.Input{Path: path})
}

func noted(tr *session.Tracker) string {
	var all []string
	for _, n := range tr.Notes {
		all = append(all, n.Text)
	}
	return strings.Join(all, "\n")
}

func inOrder(all []pcapfile.Packet) []pcapfile.Packet { return all }

func backwards(all []pcapfile.Packet) []pcapfile.Packet {
	slices.Reverse(all)
	return all
}

// later is the second half before the first, as mergecap -a has it where files are named in the wrong order.
func later(all []pcapfile.Packet) []pcapfile.Packet {
	return slices.Concat(all[len(all)/2:], all[:len(all)/2])
}

// setBack has the clock be set back by a second amid the recording.
func setBack(all []pcapfile.Packet) []pcapfile.Packet {
	for i := range all[len(all)/2:] {
		all[len(all)/2+i].Time -= 1e9
	}
	return all
}

const outOfOrderRecording = "testdata/nginx-rr-v4/capture.pcap"

// TestOutOfOrder: a file is read in the order of its times, and says so.
func TestOutOfOrder(t *testing.T) {
	t.Parallel()
	want := totals(opened(t, shuffled(t, outOfOrderRecording, inOrder)))
	for name, shuffle := range map[string]func([]pcapfile.Packet) []pcapfile.Packet{"backwards": backwards, "later": later} {
		tr := opened(t, shuffled(t, outOfOrderRecording, shuffle))
		if got := totals(tr); !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nin order:\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if said := noted(tr); !strings.Contains(said, "were read in the order of their times") {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// TestClockSetBack: where the clock was set, the order of the packets is right.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	want := opened(t, shuffled(t, outOfOrderRecording, inOrder))
	tr := opened(t, shuffled(t, outOfOrderRecording, setBack))
	if said := noted(tr); strings.Contains(said, "order") {
		t.Errorf("%q", said)
	}
	for i, s := range tr.Sessions {
		if w := want.Sessions[i]; s.SID != w.SID || s.Packets != w.Packets || s.Upgrade != w.Upgrade {
			t.Errorf("%s: packets %v, upgrade %v; want %v, %v", s.SID, s.Packets, s.Upgrade, w.Packets, w.Upgrade)
		}
	}
}

// TestOutOfOrderCompressed: what cannot be read twice says what would put it right.
func TestOutOfOrderCompressed(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(shuffled(t, outOfOrderRecording, later)); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	if said := noted(opened(t, out.Bytes())); !strings.Contains(said, "reordercap") {
		t.Errorf("%q", said)
	}
}
